"""The article store on a real PostgreSQL server, started for these tests and thrown away."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from invented import article, record, title, write_articles
from putting import new

from vectorstore.errors import StoreDamaged
from vectorstore.storage.articles import ArticleStore
from vectorstore.store import VectorStore

pytest.importorskip("psycopg", reason="psycopg is not installed")
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
MakeStore = Callable[..., VectorStore]


class Cluster:
    """A PostgreSQL server of its own, on a loopback port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._options: dict[str, Any] = {}
        if os.geteuid() == 0:
            # The server refuses to run as root.
            user = pwd.getpwnam("postgres" if _has_user("postgres") else "nobody")
            os.chown(folder, user.pw_uid, user.pw_gid)
            self._options = {"user": user.pw_uid, "group": user.pw_gid}

    def run(self, tool: str, *arguments: str) -> None:
        """Run one of PostgreSQL's tools."""
        subprocess.run(
            [BINARIES[-1] / tool, *arguments],
            check=True,
            timeout=60,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            **self._options,
        )

    def create(self) -> None:
        """Make the cluster and start it."""
        user = ("-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.run("initdb", "-D", str(self._data), *user)
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = f"-p {self.port} -k '' -c listen_addresses=127.0.0.1"
        self.run("pg_ctl", "-D", str(self._data), "-w", "-l", "log", "-o", settings, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it."""
        self.run("pg_ctl", "-D", str(self._data), "-w", "-m", mode, "stop")

    def database(self, name: str) -> str:
        """URL of a new, empty database."""
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tester", name)
        return f"postgresql+psycopg://tester@127.0.0.1:{self.port}/{name}"


def _has_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if not BINARIES or not (BINARIES[-1] / "pg_ctl").exists():
        pytest.skip("no PostgreSQL server under /usr/lib/postgresql")
    folder = Path(tempfile.mkdtemp(prefix="xieshou-postgres-"))
    made = Cluster(folder)
    try:
        made.create()
        yield made
        made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_the_store_by_url(cluster: Cluster, tmp_path: Path, make_store: MakeStore) -> None:
    url = cluster.database("all")
    store = make_store(database_url=url)
    folder = write_articles(tmp_path / "in", range(6))
    assert store.add(folder).added == 6
    before = store.articles(), store.search(title(3), 5)
    assert store.add(folder).unchanged == 6
    assert (store.articles(), store.search(title(3), 5)) == before
    assert not (tmp_path / "data" / "articles.db").exists()
    hit = before[1][0]
    stored = store.article(hit.chunk.article_id)
    assert stored is not None
    assert stored.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
    (folder / "001.txt").write_text("改写的一篇\n\n山上有一块飞来石，远近闻名。\n", "utf-8")
    assert store.add(folder).updated == 1
    assert "飞来石" in store.search("飞来石", 1)[0].chunk.text
    assert store.remove(hit.chunk.article_id)
    assert hit.chunk.article_id not in {h.chunk.article_id for h in store.search(title(3), 50)}
    store.close()
    again = make_store(database_url=url)
    assert again.status()["articles"] == 5
    assert "飞来石" in again.search("飞来石", 1)[0].chunk.text


def test_it_holds_the_same_as_sqlite(
    cluster: Cluster, tmp_path: Path, make_store: MakeStore
) -> None:
    folder = write_articles(tmp_path / "in", range(8))
    lines = [
        record("混合", article(20), publisher="甲报", published="2022-03-04"),
        '{"id": "坏\\u0000字\\ud800", "title": "题\\u0000", "text": "正文\\u0000。'
        + "好。" * 20
        + '"}\n',
    ]
    (folder / "more.jsonl").write_text("".join(lines), "utf-8")
    (folder / "copy.txt").write_text(article(3) + "（转载）\n", "utf-8")
    stores = [
        make_store(tmp_path / "postgres", database_url=cluster.database("same")),
        make_store(tmp_path / "sqlite"),
    ]
    for store in stores:
        report = store.add(folder)
        assert (report.skipped, report.unchanged) == ([], 1)
    one, two = stores
    assert one.articles() == two.articles()
    filters = {"publisher": "甲报", "date_from": "2022-01-01"}
    for question in [title(number) for number in range(8)] + ["好"]:
        assert one.search(question, 5) == two.search(question, 5)
        assert one.search(question, 5, filters) == two.search(question, 5, filters)


def test_a_server_with_its_own_data_directory_sees_what_another_added(
    cluster: Cluster, tmp_path: Path, make_store: MakeStore
) -> None:
    url = cluster.database("shared")
    one = make_store(tmp_path / "one", database_url=url)
    two = make_store(tmp_path / "two", database_url=url)
    one.add(write_articles(tmp_path / "in", range(3)))
    two.own()
    assert two.search(title(1), 1)[0].lexical_rank == 1
    one.add(write_articles(tmp_path / "more", range(10, 12)))
    hit = two.search(title(11), 1)[0]
    assert ("第11号" in hit.title, hit.lexical_rank) == (True, 1)
    two.add(write_articles(tmp_path / "last", range(20, 22)))
    assert one.search(title(21), 1)[0].lexical_rank == 1


def test_two_writers_never_share_a_revision(cluster: Cluster) -> None:
    url = cluster.database("writers")
    stores = [ArticleStore(url) for _ in range(4)]

    def write(number: int) -> None:
        for step in range(15):
            stores[number].put(new(f"a{number}-{step}"))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    assert stores[0].revision == 60
    assert stores[0].counts() == (60, 120)
    for store in stores:
        store.close()


def test_a_restarted_server_is_found_again(
    cluster: Cluster, tmp_path: Path, make_store: MakeStore
) -> None:
    store = make_store(database_url=cluster.database("restart"))
    store.add(write_articles(tmp_path / "in", range(2)))
    cluster.stop()
    with pytest.raises(StoreDamaged) as caught:
        store.articles()
    assert "127.0.0.1" in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(StoreDamaged):
        store.add(tmp_path / "in")
    cluster.start()
    assert len(store.articles()) == 2
    assert store.add(write_articles(tmp_path / "more", range(5, 7))).added == 2
