"""Killed with −9 in the middle of adding and removing, and run again: as if nothing had happened.

The long form, 100 kills of an ingest of 500 articles, is `make soak`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from invented import article, record, title, write_articles

from benchmarks.soak.kills import Tally, compare, contents, run
from benchmarks.soak.served import Served
from vectorstore.store import VectorStore

ROOT = Path(__file__).parent.parent
QUESTIONS = [title(number) for number in range(0, 24, 3)]


def test_kills_at_random_moments_leave_no_trace(tmp_path: Path) -> None:
    folder, work = tmp_path / "in", tmp_path / "work"
    folder.mkdir()
    work.mkdir()
    for start in (0, 12):
        lines = [record(f"r{n}", article(n), title=title(n)) for n in range(start, start + 12)]
        (folder / f"{start:02}.jsonl").write_text("".join(lines), "utf-8")
    tally = run(folder, work, 4, pause=0.02)
    assert tally.landed == 4
    assert tally.is_clean, tally.figures()


def test_kills_among_workers_leave_no_trace(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "in", range(60))
    script = (
        "import os, sys; from pathlib import Path\n"
        "from vectorstore import ingest, store as module; from vectorstore.store import VectorStore\n"
        "ingest._MANY, module._CATCH_UP = 1, 10\n"
        "last = int(sys.argv[3])\n"
        "def die(done, total, source):\n    if done == last: os.kill(os.getpid(), 9)\n"
        "VectorStore(Path(sys.argv[1])).add(sys.argv[2], die)"
    )

    def add(data_dir: Path, last: int) -> int:
        arguments = [str(data_dir), str(folder), str(last)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, "-c", script, *arguments], env=environment, timeout=120
        ).returncode

    assert add(tmp_path / "killed", 38) == -9
    assert add(tmp_path / "killed", 0) == 0
    store = VectorStore(tmp_path / "whole")
    store.add(folder)
    store.close()
    tally = Tally()
    compare(
        contents(tmp_path / "killed", QUESTIONS), contents(tmp_path / "whole", QUESTIONS), tally
    )
    assert tally.is_clean, tally.figures()


# Imports once; each line in is a list of jobs that are forked at the same moment, each line out
# what became of them. No index is opened before a fork: their threads survive none.
_FORKS = """
import json, os, sys
from pathlib import Path
import chromadb, tantivy
from vectorstore.indexing import collection
from vectorstore.indexing.dense import DenseSide
from vectorstore.preparing.embed import bundled_embedder
from vectorstore.errors import VectorStoreError
from vectorstore.indexing.lexical import LexicalIndex
from vectorstore.indexing.seal import Seal
from vectorstore.store import VectorStore
bundled_embedder()

def die(*_, **__):
    os.kill(os.getpid(), 9)

PLACES = {"before": (LexicalIndex, "update"), "between": (DenseSide, "catch_up"), "seal": (Seal, "write")}

def work(data_dir, job, what, place=""):
    store = VectorStore(Path(data_dir))
    if place:
        store.own()
        setattr(*PLACES[place], die)
    if job == "add":
        return store.add(what).added
    if job == "remove":
        return store.remove(what)
    hits = store.search(what, 5)
    return [len(store.articles()), sorted({hit.chunk.article_id for hit in hits})]

for line in sys.stdin:
    running = []
    for job in json.loads(line):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                told = work(*job)
            except VectorStoreError as error:
                told = f"{type(error).__name__}: {error}"
            os.write(write, json.dumps(told).encode())
            os._exit(0)
        os.close(write)
        running.append((child, read))
    told = []
    for child, read in running:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        told.append(code or json.loads(os.read(read, 65536)))
        os.close(read)
    print(json.dumps(told), flush=True)
"""


class Forks:
    """Runs jobs in processes of their own, without importing anew for each."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _FORKS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TOKENIZERS_PARALLELISM": "false"},
        )

    def run(self, *jobs: list[str]) -> list[Any]:
        """What became of jobs at once: a result, an error's text, or a negative signal."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps(jobs), file=self.process.stdin, flush=True)
        told: list[Any] = json.loads(self.process.stdout.readline())
        return told


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    running = Forks()
    yield running
    running.process.kill()
    running.process.communicate(timeout=10)


@pytest.mark.parametrize("place", ["before", "between", "seal"])
def test_what_was_removed_never_comes_back(tmp_path: Path, forks: Forks, place: str) -> None:
    data_dir, question = str(tmp_path / "data"), title(3)
    folder = write_articles(tmp_path / "in", range(6))
    assert forks.run([data_dir, "add", str(folder)]) == [6]
    [[_, found]] = forks.run([data_dir, "search", question])
    gone = found[0] if len(found) == 1 else _owner(Path(data_dir), question)
    # Killed after the article store has let it go, and before the indexes know.
    assert forks.run([data_dir, "remove", gone, place]) == [-9]
    for _ in range(2):
        [[count, found]] = forks.run([data_dir, "search", question])
        assert count == 5
        assert gone not in found
    assert forks.run([data_dir, "remove", "nothing"]) == [False]
    [[count, found]] = forks.run([data_dir, "search", question])
    assert (count, gone in found) == (5, False)


def _owner(data_dir: Path, question: str) -> str:
    store = VectorStore(data_dir)
    found = store.search(question, 1)[0].chunk.article_id
    store.close()
    return found


def test_two_that_add_at_once_lose_nothing(tmp_path: Path, forks: Forks) -> None:
    data_dir = str(tmp_path / "data")
    folders = [
        str(write_articles(tmp_path / f"in{n}", range(n * 10, n * 10 + 6))) for n in range(4)
    ]
    told = forks.run(*([data_dir, "add", folder] for folder in folders))
    assert 6 in told
    for each in told:
        assert each == 6 or str(each).startswith("StoreBusy: process "), each
    for folder, each in zip(folders, told, strict=True):
        [again] = forks.run([data_dir, "add", folder])
        assert again == (0 if each == 6 else 6)
    [[count, _]] = forks.run([data_dir, "search", title(1)])
    assert count == 24
    numbers = [n * 10 + m for n in range(4) for m in (0, 5)]
    found = contents(tmp_path / "data", [title(number) for number in numbers])
    assert len(found.articles) == 24
    assert all(found.found)


def test_a_writer_killed_before_the_seal_is_resumed(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "in", range(40))
    script = (
        "import os, sys; from pathlib import Path\n"
        "from vectorstore.indexing.lexical import LexicalIndex; from vectorstore.store import VectorStore\n"
        "from vectorstore.indexing.seal import Seal\n"
        "real = Seal.write\n"
        "def die(self, name, folder, revision):\n"
        "    if revision > 0: os.kill(os.getpid(), 9)\n"
        "    return real(self, name, folder, revision)\n"
        "Seal.write = die\n"
        "VectorStore(Path(sys.argv[1])).add(sys.argv[2])"
    )
    arguments = [str(tmp_path / "data"), str(folder)]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=60,
    )
    assert done.returncode == -9
    store = VectorStore(tmp_path / "data")
    store.add(folder)
    assert store.status()["lexical_index"] == "current"
    for number in range(40):
        hit = store.search(title(number), 1)[0]
        assert f"第{number}号" in hit.title
        assert hit.lexical_rank == 1
    store.close()


def _upload(server: Served, records: list[str], killed_while: str = "") -> dict[str, Any]:
    """The last line that is told of an upload, in which the server may be killed."""
    told: dict[str, Any] = {}

    def body() -> Iterator[bytes]:
        for number, line in enumerate(records):
            if killed_while == "received" and number == len(records) // 2:
                server.kill()
            yield line.encode()

    data = b"".join(body()) if killed_while != "received" else body()
    length = {"content-length": str(sum(len(line.encode()) for line in records))}
    way = f"{server.url}/shelf/add?name=r.jsonl"
    with httpx.stream("POST", way, content=data, headers=length, timeout=60) as response:
        for line in response.iter_lines():
            told = json.loads(line)
            if killed_while == "added" and told.get("done"):
                server.kill()
    return told


def test_an_upload_that_is_killed_is_whole_when_it_comes_again(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    first = [record("f", article(500), title=title(500))]
    numbers = range(150)
    records = [record(f"r{n}", article(n), title=title(n)) for n in numbers]
    for moment in ("received", "added"):
        with Served(data_dir) as server:
            told = _upload(server, first)
            assert told["added" if moment == "received" else "unchanged"] == 1
            assert not list((data_dir / "uploads").rglob("*"))
            with pytest.raises(httpx.TransportError):
                _upload(server, records, moment)
    with Served(data_dir) as server:
        again = _upload(server, records)
        assert (again["skipped_count"], again["updated"]) == (0, 0)
        assert again["added"] + again["unchanged"] == len(records)
        assert again["unchanged"] > 0
        listed = httpx.get(f"{server.url}/api/articles?limit=200").json()
        titles = [one["title"] for one in listed["articles"]]
        assert sorted(t for t in titles if "号通讯" in t) == sorted(map(title, [*numbers, 500]))
        for number in (*range(0, 150, 30), 149, 500):
            asked = {"question": title(number), "top_k": 1}
            [hit] = httpx.post(f"{server.url}/api/search", json=asked, timeout=30).json()
            assert hit["title"] == title(number)
