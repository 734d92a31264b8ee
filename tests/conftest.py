"""What several test modules share: where things lie, and stores that are closed in the end."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from vectorstore.store import VectorStore

# One thread: with two, numpy and torch are slower here, and the machine is shared.
os.environ.setdefault("OMP_NUM_THREADS", "1")

MakeStore = Callable[..., VectorStore]


@pytest.fixture
def make_store(tmp_path: Path) -> Iterator[MakeStore]:
    """Make stores in `tmp_path / "data"` (or where told); all are closed after the test."""
    stores: list[VectorStore] = []

    def make(data_dir: Path = tmp_path / "data", **settings: Any) -> VectorStore:
        stores.append(VectorStore(data_dir, **settings))
        return stores[-1]

    yield make
    for store in stores:
        store.close()
