"""Forty articles and the indexes of them: how they are made, and what is found in them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vectorstore.indexing import dense
from vectorstore.indexing.indexes import Indexes
from vectorstore.indexing.search import Fused
from vectorstore.schema import Article, Chunk
from vectorstore.storage.articles import ArticleStore
from vectorstore.storage.filters import Filters
from vectorstore.storage.tables import NewArticle

NAME = "xieshou-test"


def filled(store: ArticleStore) -> ArticleStore:
    """The store, with forty articles."""
    for number in range(40):
        store.put(new(number))
    return store


@contextlib.contextmanager
def opened(store: ArticleStore, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Indexes]:
    """Indexes of what counts as a large store here."""
    monkeypatch.setattr(dense, "_FEW", 0)
    indexes = Indexes(store, folder, "")
    indexes.open(NAME)
    yield indexes
    indexes.close()


def vector(number: int) -> np.ndarray:
    values = np.random.default_rng(number).normal(size=16).astype(np.float32)
    return values / np.linalg.norm(values)


def new(number: int, text: str = "") -> NewArticle:
    text = text or f"第{number}号通讯。"
    article = Article(id=f"a{number}", title=f"标题{number}", text=text, source=f"/{number}.txt")
    chunk = Chunk(article.id, text, 0, len(text))
    return NewArticle(article, "d", b"mark", [chunk], np.stack([vector(number)]))


def search(
    indexes: Indexes,
    store: ArticleStore,
    question: str,
    values: np.ndarray,
    articles: set[str] | None = None,
) -> list[Fused]:
    filters = Filters(article_ids=tuple(articles or ()))
    return indexes.search(question, values, 10, filters, store.revision)


def found(
    indexes: Indexes, store: ArticleStore, number: int, articles: set[str] | None = None
) -> dict[str, tuple[int | None, int | None]]:
    """Dense and lexical rank of each article found for one of them."""
    fused = search(indexes, store, f"第{number}号", vector(number), articles)
    chunks = store.candidates(item.chunk_id for item in fused)
    return {
        chunks[item.chunk_id].chunk.article_id: (item.dense_rank, item.lexical_rank)
        for item in fused
        if item.chunk_id in chunks
    }


def is_complete(indexes: Indexes, store: ArticleStore) -> bool:
    """Whether every article is found first, by both rankings, for its own words and vector."""
    numbers = [int(article.id[1:]) for article in store.articles()]
    return all(found(indexes, store, number)[f"a{number}"] == (1, 1) for number in numbers)
