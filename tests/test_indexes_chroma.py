"""The indexes and Chroma: when it is asked, what is searched beside it, and what without it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from indexed import filled, found, is_complete, new, opened, search, vector

from vectorstore.errors import IndexUnavailable
from vectorstore.indexing import dense
from vectorstore.indexing.indexes import Indexes
from vectorstore.storage.articles import ArticleStore


@pytest.fixture
def store(article_store: ArticleStore) -> ArticleStore:
    return filled(article_store)


@pytest.fixture
def indexes(
    store: ArticleStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Indexes]:
    with opened(store, tmp_path, monkeypatch) as made:
        yield made


def test_chroma_is_asked_when_it_is_open(indexes: Indexes, store: ArticleStore) -> None:
    chroma = indexes._dense._chroma
    assert chroma is not None
    by_chroma = chroma.search(vector(5), 20)
    exact = indexes._dense._exact_at(store.revision).search(vector(5), 20)
    assert [chunk_id for chunk_id, _ in by_chroma] == [chunk_id for chunk_id, _ in exact]
    asked: list[int] = []

    class Spy:
        revision = store.revision

        def search(self, question: np.ndarray, top_k: int) -> list[tuple[int, float]]:
            asked.append(top_k)
            return chroma.search(question, top_k)

    indexes._dense._chroma = Spy()  # type: ignore[assignment]
    search(indexes, store, "第5号", vector(5))
    search(indexes, store, "第5号", vector(5), {"a5"})
    indexes._dense._chroma = chroma
    assert asked == [50]


def test_a_chroma_that_fails_is_stood_in_for_and_left_alone(
    indexes: Indexes, store: ArticleStore, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    class Broken:
        revision = store.revision

        def search(self, question: np.ndarray, top_k: int) -> list[tuple[int, float]]:
            tries.append(top_k)
            raise IndexUnavailable("Chroma at nowhere can't be used")

        def close(self) -> None:
            """Nothing."""

    indexes.close()
    indexes._dense._chroma = Broken()  # type: ignore[assignment]
    assert is_complete(indexes, store)
    assert len(tries) == 1
    assert "searching the stored vectors instead" in caplog.text


def test_what_chroma_does_not_hold_yet_is_searched_beside_it(
    indexes: Indexes, store: ArticleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50, 53):
        store.put(new(number))
    store.put(new(3, "改成别的了"))
    monkeypatch.setattr(indexes._dense, "_exact_at", None)
    assert found(indexes, store, 51)["a51"][0] == 1
    assert found(indexes, store, 5)["a5"][0] == 1
    ids = [item.chunk_id for item in search(indexes, store, "第3号", vector(3))]
    assert len(ids) == len(set(ids))
    store.put(new(53))
    assert found(indexes, store, 53)["a53"][0] == 1


@pytest.mark.parametrize("limit", [0, 2], ids=["none-beside", "few-beside"])
def test_too_much_that_chroma_does_not_hold_is_searched_exactly(
    indexes: Indexes, store: ArticleStore, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(dense, "_MOST_BESIDE", limit)
    for number in range(50, 55):
        store.put(new(number))
    assert is_complete_densely(indexes, store)


def is_complete_densely(indexes: Indexes, store: ArticleStore) -> bool:
    numbers = [int(article.id[1:]) for article in store.articles()]
    return all(found(indexes, store, number)[f"a{number}"][0] == 1 for number in numbers)


@pytest.mark.parametrize("articles", [{"a5"}, {f"a{n}" for n in range(30)}], ids=["few", "most"])
def test_a_wide_filter_is_applied_to_what_chroma_finds(
    indexes: Indexes, store: ArticleStore, monkeypatch: pytest.MonkeyPatch, articles: set[str]
) -> None:
    exact = {number: found(indexes, store, number, articles) for number in range(0, 40, 3)}
    monkeypatch.setattr(dense, "_NARROW_CHUNKS", 2)
    assert {number: found(indexes, store, number, articles) for number in exact} == exact
    assert all(ranks.keys() <= articles for ranks in exact.values())


def test_a_small_store_is_searched_exactly(
    indexes: Indexes, store: ArticleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "_FEW", 40)
    monkeypatch.setattr(indexes._dense, "_by_chroma", None)
    assert is_complete(indexes, store)
    store.put(new(50))
    with pytest.raises(TypeError):
        found(indexes, store, 50)
