"""Killed with −9 at random moments of adding, and run again: as if nothing had happened."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from invented import title, write_articles

from vectorstore.store import VectorStore

ROOT = Path(__file__).parent.parent
ARTICLES = 60
# Four data directories are each killed again and again, resuming in between.
ROUNDS, KILLS = 4, 5

# Imports once, then forks a writer for each kill. A line in: data directory, seconds to live
# (0: as long as it takes). A line out: how it ended.
_KILLER = """
import os, sys, tempfile, time
from pathlib import Path
import chromadb, tantivy
from vectorstore import collection
from vectorstore.articles import ArticleStore, sqlite_url
from vectorstore.embed import load_embedder
from vectorstore.filing import Filing
from vectorstore.ingest import Ingest
from vectorstore.prepare import Cutting, Preparer
from vectorstore.store import VectorStore
folder, embedder = sys.argv[1], load_embedder("xieshou-embedding-v2")
with tempfile.TemporaryDirectory() as warm:
    # Loads all that adding needs; neither index is opened, for their threads survive no fork.
    store = ArticleStore(sqlite_url(Path(warm) / "articles.db"))
    Ingest(Filing(store), Preparer(embedder, Cutting(256, 1)), frozenset()).run(folder + "/000.txt")
    store.close()
for line in sys.stdin:
    data_dir, seconds = line.rsplit(" ", 1)
    begun, begin = os.pipe()
    writer = os.fork()
    if writer == 0:
        store = VectorStore(Path(data_dir))
        store._embedder_loaded = embedder
        store.own()
        os.write(begin, b"x")
        store.add(folder, lambda done, total, source: time.sleep(0.01))
        os._exit(0)
    os.close(begin)
    os.read(begun, 1)
    os.close(begun)
    if float(seconds):
        time.sleep(float(seconds))
        os.kill(writer, 9)
    print(os.waitstatus_to_exitcode(os.waitpid(writer, 0)[1]), flush=True)
"""


class Killer:
    """Runs writers in processes of their own, and kills them."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _KILLER, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TOKENIZERS_PARALLELISM": "false"},
        )

    def add(self, data_dir: Path, seconds: float = 0) -> bool:
        """Add all, or until the writer is killed; whether it was."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(data_dir, seconds, file=self._process.stdin, flush=True)
        code = int(self._process.stdout.readline())
        assert code in (0, -9), "the writer failed by itself"
        return code == -9

    def close(self) -> None:
        """End the process that forks."""
        self._process.kill()
        self._process.communicate(timeout=10)


def is_indexed(data_dir: Path) -> bool:
    """Whether both indexes were left whole at the last revision."""
    with sqlite3.connect(data_dir / "articles.db") as connection:
        found = connection.execute("SELECT value FROM fact WHERE key = 'revision'").fetchone()
    notes = [data_dir / name / "note.json" for name in ("lexical", "chroma")]
    revisions = [json.loads(note.read_text())["revision"] for note in notes if note.exists()]
    return revisions == [int(found[0])] * 2 if found else True


def everything(data_dir: Path) -> dict[str, Any]:
    """All that can be seen of a data directory, by its owner."""
    store = VectorStore(data_dir)
    store.own()
    dense = store._indexes._dense._chroma
    assert dense is not None
    rows = [row for batch in store._store.chunks_since(0) for row in batch]
    assert all(
        rows[position].id == dense.search(row.vector, 1)[0][0]
        or rows[position].chunk.text == row.chunk.text
        for position, row in enumerate(rows)
    )
    questions = [title(number) for number in range(0, ARTICLES, 5)]
    seen = {
        "articles": store.articles(),
        "chunks": [(row.id, row.chunk, row.vector.tobytes()) for row in rows],
        "lexical": [store._indexes._lexical.search(question, 200) for question in questions],
        "dense": [[chunk_id for chunk_id, _ in dense.search(row.vector, 10)] for row in rows[::7]],
        # Further down, what HNSW found fortieth has a say, and that depends on how it was filled.
        "hits": [store.search(question, 5)[0].chunk for question in questions],
    }
    store.close()
    return seen


def test_kills_leave_no_trace(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "in", range(ARTICLES))
    killer, chance = Killer(folder), random.Random(20)
    landed = 0
    try:
        assert not killer.add(tmp_path / "whole")
        expected = everything(tmp_path / "whole")
        assert len(expected["articles"]) == ARTICLES
        for attempt in range(ROUNDS):
            data_dir = tmp_path / f"killed{attempt}"
            for _ in range(KILLS):
                # A writer indexes all that is stored before it begins to add.
                landed += killer.add(data_dir, chance.uniform(0.01, 0.5)) and not is_indexed(
                    data_dir
                )
            assert not killer.add(data_dir)
            assert everything(data_dir) == expected, data_dir.name
            with sqlite3.connect(data_dir / "articles.db") as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        killer.close()
    # Otherwise nothing was shown.
    assert landed >= ROUNDS * KILLS // 3


def test_kills_among_workers_leave_no_trace(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "in", range(ARTICLES))
    script = (
        "import os, random, sys; from pathlib import Path\n"
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

    assert add(tmp_path / "whole", 0) == 0
    for last in (9, 21, 38, 60):
        assert add(tmp_path / "killed", last) == -9
    assert add(tmp_path / "killed", 0) == 0
    assert everything(tmp_path / "killed") == everything(tmp_path / "whole")


def test_a_writer_killed_before_the_seal_is_resumed(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "in", range(40))
    script = (
        "import os, sys; from pathlib import Path\n"
        "from vectorstore.lexical import LexicalIndex; from vectorstore.store import VectorStore\n"
        "from vectorstore.seal import Seal\n"
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
