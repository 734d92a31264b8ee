"""Two at once at one store: one writes and others search, and what a writer left is found."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from invented import write_articles
from stores import ROOT, MakeStore, finds, finds_all, run

from vectorstore.errors import StoreBusy

_HOLD = """
import sys
from pathlib import Path
from vectorstore.store import VectorStore
store = VectorStore(Path(sys.argv[1]))
store.own()
print("ready", flush=True)
for line in sys.stdin:
    print(store.add(line.strip()).added, flush=True)
"""


@pytest.fixture
def data_dir(filled_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled_store, tmp_path / "data"))


@pytest.fixture
def holder(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns the data directory, and adds what it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate(timeout=10)


def test_one_writes_and_others_search(
    data_dir: Path, tmp_path: Path, make_store: MakeStore, holder: subprocess.Popen[str]
) -> None:
    store = make_store(data_dir)
    for use in (store.own, store.rebuild, lambda: store.add("x"), lambda: store.remove("x")):
        started = time.monotonic()
        with pytest.raises(StoreBusy, match=rf"process {holder.pid} since .* is writing"):
            use()
        assert time.monotonic() - started < 2
    assert finds_all(store)
    write_articles(tmp_path / "more", range(40, 43))
    assert not finds(store, 41)
    assert holder.stdin is not None
    assert holder.stdout is not None
    print(tmp_path / "more", file=holder.stdin, flush=True)
    assert holder.stdout.readline() == "3\n"
    assert finds(store, 41)
    holder.kill()
    holder.wait(10)
    assert store.add(write_articles(tmp_path / "last", range(50, 52))).added == 2
    assert finds_all(store)


def test_searching_goes_on_while_another_thread_adds(
    data_dir: Path, tmp_path: Path, make_store: MakeStore
) -> None:
    store = make_store(data_dir)
    store.own()
    folder, times = write_articles(tmp_path / "more", range(100, 180)), []
    adding = threading.Thread(target=store.add, args=(folder,))
    adding.start()
    while adding.is_alive():
        started = time.monotonic()
        assert finds(store, 3)
        times.append(time.monotonic() - started)
    adding.join()
    # A search that waited for the end of adding would be the only one.
    assert len(times) >= 5
    assert max(times) < 3
    assert store.status()["articles"] == 92
    assert finds_all(store)


def test_an_add_that_is_stopped_keeps_what_it_stored(
    data_dir: Path, tmp_path: Path, make_store: MakeStore
) -> None:
    store = make_store(data_dir)
    folder = write_articles(tmp_path / "more", range(100, 110))

    def stop(done: int, total: int, source: str) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.add(folder, stop)
    assert store.status()["articles"] == 16
    assert finds_all(store)
    # The directory is free again: nobody owned it before.
    other = make_store(data_dir)
    assert other.add(folder).added == 6
    assert finds_all(other)
    assert finds_all(store)


def test_what_a_killed_writer_left_is_found_by_one_that_only_searches(
    data_dir: Path, tmp_path: Path, make_store: MakeStore
) -> None:
    write_articles(tmp_path / "more", range(60, 64))
    script = (
        "import os, sys; from pathlib import Path; from vectorstore.store import VectorStore\n"
        "def die(done, total, source):\n    if done == 3: os.kill(os.getpid(), 9)\n"
        "VectorStore(Path(sys.argv[1])).add(sys.argv[2], die)"
    )
    assert run(script, str(data_dir), str(tmp_path / "more")).returncode == -9
    store = make_store(data_dir)
    assert store.status()["articles"] == 15
    assert finds(store, 61)
    assert store.status()["lexical_index"] == "current"
    store.add(tmp_path / "more")
    assert finds_all(store)
