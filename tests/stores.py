"""What the tests of the store look for in it, and a script that runs in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from invented import title

from vectorstore.schema import Hit
from vectorstore.store import VectorStore

ROOT = Path(__file__).parent.parent
MakeStore = Callable[..., VectorStore]


def texts(hits: list[Hit]) -> list[str]:
    return [hit.chunk.text for hit in hits]


def finds(store: VectorStore, number: int) -> bool:
    """Whether an invented article is found first, and by both rankings, for its title."""
    hits = store.search(title(number), 1)
    return [f"第{number}号" in hit.title and hit.lexical_rank == 1 for hit in hits] == [True]


def finds_all(store: VectorStore) -> bool:
    """Whether every chunk of every article is found by its own words."""
    for batch in store._store.chunks_since(0):
        for row in batch:
            hits = store.search(row.title + row.chunk.text, 3)
            assert row.chunk in [hit.chunk for hit in hits], row.chunk.text
    return True


def run(script: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = str(ROOT)
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        **options,
    )
