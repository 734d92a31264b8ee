"""A Chroma server: used, lost, hung and found again, with nothing lost and nothing waiting long."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import numpy as np
import pytest
from invented import title, write_articles

from vectorstore.errors import IndexUnavailable
from vectorstore.indexing import collection
from vectorstore.indexing.collection import ServerIndex, Vector
from vectorstore.store import VectorStore

MOST_SECONDS = 5.0
CHROMA = Path(sys.executable).parent / "chroma"
pytestmark = pytest.mark.skipif(not CHROMA.exists(), reason="no chroma command beside this Python")


class Server:
    """`chroma run` on this machine, which can be killed, stopped and started again."""

    def __init__(self, path: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = str(probe.getsockname()[1])
        self._path = path
        self.url = f"http://127.0.0.1:{self._port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [CHROMA, "run", "--path", self._path, "--host", "127.0.0.1", "--port", self._port]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._path.parent
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat", timeout=2).raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("chroma run did not answer within 60 seconds")

    def signal(self, number: int) -> None:
        """Send it a signal; after a kill, wait for its end."""
        assert self.process is not None
        self.process.send_signal(number)
        if number == signal.SIGKILL:
            self.process.wait(10)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path / "server")
    started.start()
    yield started
    started.signal(signal.SIGCONT)
    started.signal(signal.SIGKILL)


@pytest.fixture
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "_SECONDS", 1.0)


def finds(store: VectorStore, number: int) -> bool:
    hits = store.search(title(number), 1)
    return [f"第{number}号" in hit.title and hit.dense_rank is not None for hit in hits] == [True]


def count(store: VectorStore) -> int:
    dense = store._indexes._dense._chroma
    assert isinstance(dense, ServerIndex)
    return int(dense._collection.count())


def test_a_store_on_a_server(
    server: Server, tmp_path: Path, make_store: Callable[..., VectorStore]
) -> None:
    store = make_store(chroma_url=server.url)
    store.add(write_articles(tmp_path / "in", range(8)))
    assert all(finds(store, number) for number in range(8))
    assert count(store) == store.status()["chunks"]
    assert not (tmp_path / "data" / "chroma").exists()
    exact = make_store(tmp_path / "data")
    for number in range(8):
        mine, theirs = store.search(title(number), 10), exact.search(title(number), 10)
        assert [hit.chunk for hit in mine] == [hit.chunk for hit in theirs]
    victim = store.search(title(3), 1)[0].chunk.article_id
    assert store.remove(victim)
    assert count(store) == store.status()["chunks"]
    assert not finds(store, 3)
    # Another store on the same server is another collection.
    other = make_store(tmp_path / "other", chroma_url=server.url)
    other.add(write_articles(tmp_path / "in2", range(20, 22)))
    assert count(other) == other.status()["chunks"]
    assert count(store) == store.status()["chunks"]
    store.rebuild()
    assert count(store) == store.status()["chunks"]
    assert finds(store, 5)


@pytest.mark.usefixtures("short_waits")
def test_a_server_that_is_killed_and_comes_back(
    server: Server, tmp_path: Path, make_store: Callable[..., VectorStore]
) -> None:
    store = make_store(chroma_url=server.url)
    store.add(write_articles(tmp_path / "in", range(4)))
    server.signal(signal.SIGKILL)
    started = time.monotonic()
    assert all(finds(store, number) for number in range(4))
    with pytest.raises(IndexUnavailable, match=server.url):
        store.add(write_articles(tmp_path / "more", range(10, 13)))
    assert time.monotonic() - started < 10
    # What was stored is kept and found, Chroma or not.
    assert store.status()["articles"] == 7
    assert all(finds(store, number) for number in (0, 1, 2, 3, 10, 11, 12))
    with pytest.raises(IndexUnavailable, match=server.url):
        make_store(tmp_path / "new", chroma_url=server.url).add(tmp_path / "more")
    server.start()
    assert store.add(tmp_path / "more").unchanged == 3
    assert count(store) == store.status()["chunks"]
    assert all(finds(store, number) for number in (0, 1, 2, 3, 10, 11, 12))


@pytest.mark.usefixtures("short_waits")
def test_a_server_that_lost_its_data_is_filled_again(
    server: Server, tmp_path: Path, make_store: Callable[..., VectorStore]
) -> None:
    store = make_store(chroma_url=server.url)
    store.add(write_articles(tmp_path / "in", range(4)))
    dense = store._indexes._dense._chroma
    assert isinstance(dense, ServerIndex)
    dense._client.delete_collection(dense._name)
    assert all(finds(store, number) for number in range(4))
    with pytest.raises(IndexUnavailable, match=server.url):
        store.add(write_articles(tmp_path / "more", range(10, 11)))
    store.add(tmp_path / "more")
    assert count(store) == store.status()["chunks"]
    assert finds(store, 10)


@pytest.mark.usefixtures("short_waits")
def test_a_server_that_hangs_is_waited_for_a_bounded_time(
    server: Server, tmp_path: Path, make_store: Callable[..., VectorStore]
) -> None:
    store = make_store(chroma_url=server.url)
    store.add(write_articles(tmp_path / "in", range(4)))
    server.signal(signal.SIGSTOP)
    started = time.monotonic()
    assert all(finds(store, number) for number in range(4))
    # One search waited, the others left the server alone.
    assert time.monotonic() - started < 5
    with pytest.raises(IndexUnavailable, match=server.url):
        ServerIndex(server.url, "xieshou-other")
    assert time.monotonic() - started < 10


def test_a_server_that_hangs_in_the_middle_of_adding(
    server: Server, tmp_path: Path, make_store: Callable[..., VectorStore]
) -> None:
    store = make_store(chroma_url=server.url)
    store.add(write_articles(tmp_path / "in", range(3)))
    stopped: list[float] = []

    def stop(done: int, total: int, source: str) -> None:
        if done == total:
            server.signal(signal.SIGSTOP)
            stopped.append(time.monotonic())

    with pytest.raises(IndexUnavailable, match=server.url):
        store.add(write_articles(tmp_path / "more", range(10, 14)), stop)
    assert time.monotonic() - stopped[0] < MOST_SECONDS
    assert all(finds(store, number) for number in (1, 12))
    server.signal(signal.SIGCONT)
    assert store.add(tmp_path / "more").unchanged == 4
    assert count(store) == store.status()["chunks"]


class Stranger(BaseHTTPRequestHandler):
    """A server that is there and is not the Chroma that is expected."""

    status, body = 200, b"{}"

    def do_GET(self) -> None:
        """Say the same to everything."""
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, b'"0.6.3"', id="release-before-1.0"),
        pytest.param(410, b'{"error": "The v1 API is deprecated"}', id="older"),
        pytest.param(404, b"not found", id="without-this-api"),
        pytest.param(200, b'{"nanosecond heartbeat": 1}', id="other-answers"),
        pytest.param(200, b"<html>welcome</html>", id="no-chroma"),
        pytest.param(500, b"", id="broken"),
        pytest.param(401, b'{"error": "unauthorized"}', id="needs-a-key"),
    ],
)
def test_a_server_of_another_kind_is_told_at_once(
    status: int, body: bytes, tmp_path: Path, make_store: Callable[..., VectorStore]
) -> None:
    kind = type("Kind", (Stranger,), {"status": status, "body": body})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{stranger.server_address[1]}"
        store = make_store(chroma_url=url)
        started = time.monotonic()
        with pytest.raises(IndexUnavailable, match=url) as raised:
            store.add(write_articles(tmp_path / "in", range(2)))
        assert time.monotonic() - started < MOST_SECONDS
        assert "\n" not in str(raised.value)
        assert b"0.6" not in body or "Chroma 1.0 or newer" in str(raised.value)
        stranger.shutdown()


def test_a_server_index_by_itself(server: Server) -> None:
    vectors = np.random.default_rng(0).normal(size=(500, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = [Vector(number, vector) for number, vector in enumerate(vectors)]
    index = ServerIndex(server.url, "xieshou-one")
    assert (index.revision, index.search(vectors[0], 3)) == (0, [])
    for _ in range(2):
        index.update([900], rows, 7)
    assert index.search(vectors[9], 1) == [(9, pytest.approx(1, abs=1e-5))]
    index.update([9], [], 8)
    assert index.search(vectors[9], 1)[0][0] != 9
    again = ServerIndex(server.url, "xieshou-one")
    assert again.revision == 8
    again.clear()
    assert (again.revision, again.search(vectors[0], 3)) == (0, [])
    again.close()


def test_the_server_is_never_told_to_leave_this_machine() -> None:
    assert os.environ.get("ANONYMIZED_TELEMETRY", "") in ("", "False")
    assert collection._chroma_settings().anonymized_telemetry is False
