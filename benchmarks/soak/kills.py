"""Kills −9 at random moments of adding; what is there in the end is set beside a clean build."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np

from vectorstore import Article, VectorStore
from vectorstore.indexing.collection import EmbeddedIndex
from vectorstore.indexing.seal import Seal
from vectorstore.storage.articles import ArticleStore, sqlite_url

# A question finds the same whichever of these it has first; below them equal scores may stand in
# another order.
_HITS = 5
# Writers live for at most this share of the time that adding takes, so that one directory is killed
# several times before it is whole.
_SHARE = 0.25
# What a kill left is searched after every so many.
_LOOKED = 4
# Chroma is asked for each of so many chunks.
_SAMPLED = 7


@dataclass(frozen=True, slots=True)
class Contents:
    """All that can be seen of a data directory.

    Attributes:
        articles: digest of each article with all its fields, by id.
        chunks: digest of each chunk with its vector, by article and start.
        found: the passages found for each question.
    """

    articles: dict[str, str]
    chunks: dict[tuple[str, int], str]
    found: list[list[tuple[str, int]]]


@dataclass(slots=True)
class Tally:
    """What the kills did; every list but the first two is to stay empty."""

    rounds: int = 0
    landed: int = 0
    wrong_ends: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """As the result file has it."""
        return {
            "rounds": self.rounds,
            "kills": self.landed,
            "writers_that_failed": len(self.wrong_ends),
            "articles_lost": len(self.lost),
            "articles_doubled": len(self.doubled),
            "hits_from_half_an_article": len(self.half),
            "differences_from_a_clean_build": len(self.unlike),
            "examples": (self.wrong_ends + self.lost + self.doubled + self.half + self.unlike)[:5],
        }

    @property
    def is_clean(self) -> bool:
        """Whether the kills left no trace."""
        return not (self.wrong_ends or self.lost or self.doubled or self.half or self.unlike)


def together(tallies: Sequence[Tally]) -> Tally:
    """The sum of several."""
    total = Tally()
    for tally in tallies:
        for name in Tally.__slots__:
            setattr(total, name, getattr(total, name) + getattr(tally, name))
    return total


class Writers:
    """Writers in processes of their own, which add the files of a folder and are killed.

    Args:
        source: the folder.
        pause: seconds that a writer waits after each page.
    """

    def __init__(self, source: Path, pause: float = 0.0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.soak.writer", str(source), str(pause)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"},
        )

    def __enter__(self) -> Self:
        """Nothing to do: the process has been started."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process that forks."""
        self._process.kill()
        self._process.communicate(timeout=10)

    def add(self, data_dir: Path, seconds: float | None = None) -> tuple[int, float]:
        """Add all, or until killed so long after the first page was stored.

        Returns:
            How the writer ended, and how long it lived after its first page.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        print(data_dir, "" if seconds is None else seconds, sep="\t", file=stdin, flush=True)
        code, lived = stdout.readline().split()
        return int(code), float(lived)


def run(source: Path, work: Path, kills: int, *, pause: float = 0.0, seed: int = 20) -> Tally:
    """Kill so many writers of `source`, each followed by another one until it is whole.

    Args:
        source: the folder whose files are added, each by itself.
        work: folder for the data directories; empty or not there yet.
        kills: how many must land in the middle of adding.
        pause: seconds that a writer waits after each page, for a source that is added too fast.
        seed: of the moments.
    """
    tally, chance = Tally(), random.Random(seed)
    with Writers(source, pause) as writers:
        code, seconds = writers.add(work / "clean")
        if code:
            raise ChildProcessError(f"the writer ended by itself: {code}")
        questions = _questions(work / "clean")
        clean = contents(work / "clean", questions)
        while tally.landed < kills:
            data_dir = work / f"killed{tally.rounds}"
            while tally.landed < kills:
                code, _ = writers.add(data_dir, chance.uniform(0, seconds * _SHARE))
                if code == 0:
                    break
                if code != -signal.SIGKILL:
                    tally.wrong_ends.append(f"{data_dir.name}: {code}")
                tally.landed += 1
                if tally.landed % _LOOKED == 0:
                    _look(data_dir, questions, clean, tally)
                print(f"{tally.landed} kills, round {tally.rounds}", file=sys.stderr, flush=True)
            if writers.add(data_dir)[0]:
                tally.wrong_ends.append(f"{data_dir.name}: the last one")
            compare(contents(data_dir, questions), clean, tally)
            tally.rounds += 1
    return tally


def _look(data_dir: Path, questions: Sequence[str], clean: Contents, tally: Tally) -> None:
    """Search what a kill left, as one who only reads; every hit must be of a whole article."""
    store = VectorStore(data_dir)
    try:
        for question in questions[:3]:
            for hit in store.search(question, _HITS):
                found = store.article(hit.chunk.article_id)
                if found is None or clean.articles.get(found.id) != _digest(found):
                    tally.half.append(f"{data_dir.name}: {hit.chunk.article_id}")
    finally:
        store.close()


def contents(data_dir: Path, questions: Sequence[str]) -> Contents:
    """All that can be seen of a data directory.

    Raises:
        AssertionError: if the database is damaged, or an index does not hold what is stored.
    """
    with sqlite3.connect(data_dir / "articles.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store = VectorStore(data_dir)
    store.own()
    found = [
        [(hit.chunk.article_id, hit.chunk.start) for hit in store.search(question, _HITS)]
        for question in questions
    ]
    articles = {article.id: _digest(article) for article in store.articles()}
    assert store.status()["lexical_index"] == "current"
    store.close()
    return Contents(articles, _chunks(data_dir), found)


def _chunks(data_dir: Path) -> dict[tuple[str, int], str]:
    """Each stored chunk, which Chroma must hold under its number, and nothing else."""
    store = ArticleStore(sqlite_url(data_dir / "articles.db"))
    rows = [row for batch in store.chunks_since(0) for row in batch]
    note = Seal(data_dir / "chroma").read()
    assert note is not None
    assert note.revision == store.revision, "Chroma was not brought to the last revision"
    index = EmbeddedIndex(data_dir / "chroma", note.name, note.revision)
    assert index.revision == note.revision, "Chroma was made anew"
    by_id = {row.id: row for row in rows}
    for row in rows[::_SAMPLED]:
        nearest = index.search(row.vector, 1)[0][0]
        # Two chunks with the same vector are one to it.
        assert nearest == row.id or np.allclose(by_id[nearest].vector, row.vector, atol=1e-6)
    assert {chunk_id for chunk_id, _ in index.search(rows[0].vector, len(rows))} <= by_id.keys()
    index.close()
    store.close()
    return {
        (row.chunk.article_id, row.chunk.start): sha256(
            repr(row.chunk).encode() + row.vector.tobytes()
        ).hexdigest()
        for row in rows
    }


def compare(found: Contents, clean: Contents, tally: Tally) -> None:
    """Count how `found` differs from a clean build."""
    tally.lost += sorted(clean.articles.keys() - found.articles.keys())
    tally.doubled += sorted(found.articles.keys() - clean.articles.keys())
    for name in ("articles", "chunks"):
        mine, theirs = getattr(found, name), getattr(clean, name)
        tally.unlike += [str(key) for key in sorted(mine) if mine[key] != theirs.get(key)]
    tally.unlike += [f"chunk {key}" for key in sorted(clean.chunks.keys() - found.chunks.keys())]
    pairs = zip(found.found, clean.found, strict=True)
    tally.unlike += [f"question {n}" for n, (mine, theirs) in enumerate(pairs) if mine != theirs]


def _questions(data_dir: Path) -> list[str]:
    store = VectorStore(data_dir)
    titles = sorted(article.title for article in store.articles())
    store.close()
    return titles[:: max(1, len(titles) // 50)]


def _digest(article: Article) -> str:
    return sha256(repr(article).encode("utf-8", "surrogatepass")).hexdigest()
