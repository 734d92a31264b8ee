"""What nobody can go below: bytes that must be moved, vectors that must be compared."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scale.figures import percentile
from vectorstore import terms
from vectorstore.indexing.lexical import LexicalIndex
from vectorstore.preparing.embed import bundled_embedder
from vectorstore.storage.articles import ArticleStore, sqlite_url

_BLOCK = 1 << 22
_SYNCS = 50
# Chunks whose terms are counted for the average.
_COUNTED = 3_000


def copy_floor(data_dir: Path, copy: Path) -> dict[str, Any]:
    """Copy every file of a folder to a new one, with a sync of each; bytes and seconds."""
    moved, start = 0, time.perf_counter()
    for file in sorted(path for path in data_dir.rglob("*") if path.is_file()):
        target = copy / file.relative_to(data_dir)
        target.parent.mkdir(parents=True, exist_ok=True)
        with file.open("rb") as source, target.open("wb") as out:
            while block := source.read(_BLOCK):
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        moved += file.stat().st_size
    return {"copied_bytes": moved, "copy_s": round(time.perf_counter() - start, 3)}


def sync_floor(folder: Path) -> float:
    """Milliseconds that writing and syncing 4 kB takes, the median."""
    file = folder / "sync"
    with file.open("wb") as out:

        def write() -> None:
            out.write(bytes(4096))
            out.flush()
            os.fsync(out.fileno())

        taken = _median_ms(write, _SYNCS)
    file.unlink()
    return taken


def query_floor(data_dir: str, questions: list[str]) -> dict[str, Any]:
    """What a question must touch in this store: vectors, and the postings of its terms."""
    store = ArticleStore(sqlite_url(Path(data_dir) / "articles.db"))
    _, vectors = store.vectors()
    embedder = bundled_embedder()
    asked = [embedder.embed_query(question) for question in questions[:50]]
    turn = iter(asked * 2)
    matmul = _median_ms(lambda: vectors @ next(turn), len(asked))
    index = LexicalIndex(Path(data_dir) / "lexical", store.identity)
    frequency = index.frequencies()
    postings = [sum(map(frequency, set(terms(question)))) for question in questions]
    figures = {
        "vectors_compared": len(vectors),
        "dimensions": int(vectors.shape[1]),
        "vector_bytes": int(vectors.nbytes),
        "matmul_ms": round(matmul, 3),
        "postings_p50": int(percentile(postings, 0.5)),
        "postings_p95": int(percentile(postings, 0.95)),
        "terms_per_chunk": round(_terms_per_chunk(store), 1),
    }
    store.close()
    return figures


def _terms_per_chunk(store: ArticleStore) -> float:
    """Different terms of a chunk on average: its postings."""
    counts: list[int] = []
    for batch in store.chunks_since(0):
        counts += [len(set(terms(row.chunk.text))) for row in batch]
        if len(counts) >= _COUNTED:
            break
    return float(np.mean(counts)) if counts else 0.0


def _median_ms(call: Callable[[], object], count: int) -> float:
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - start))
    return percentile(taken, 0.5)
