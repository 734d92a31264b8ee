"""The indexes together: they catch up, stand in for one another, and are never wrong."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from vectorstore.errors import IndexUnavailable
from vectorstore.indexing import dense
from vectorstore.indexing.indexes import Indexes
from vectorstore.indexing.search import Fused
from vectorstore.schema import Article, Chunk
from vectorstore.storage.articles import ArticleStore, sqlite_url
from vectorstore.storage.filters import Filters
from vectorstore.storage.tables import NewArticle

NAME = "xieshou-test"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    opened = ArticleStore(sqlite_url(tmp_path / "articles.db"))
    for number in range(40):
        opened.put(new(number))
    yield opened
    opened.close()


@pytest.fixture
def indexes(
    store: ArticleStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Indexes]:
    """Indexes of what counts as a large store here."""
    monkeypatch.setattr(dense, "_FEW", 0)
    opened = Indexes(store, tmp_path, "")
    opened.open(NAME)
    yield opened
    opened.close()


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


def test_every_article_is_found_by_both(indexes: Indexes, store: ArticleStore) -> None:
    assert indexes.is_open
    assert indexes.lexical_revision == store.revision
    assert is_complete(indexes, store)


def test_they_catch_up_with_each_change(indexes: Indexes, store: ArticleStore) -> None:
    store.put(new(50))
    store.put(new(3, "改成别的了"))
    store.remove("a7")
    assert indexes.lexical_revision < store.revision
    indexes.catch_up()
    assert indexes.lexical_revision == store.revision
    assert found(indexes, store, 50)["a50"] == (1, 1)
    fused = search(indexes, store, "第3号通讯。改成别的了", vector(3), {"a3"})
    texts = [each.chunk.text for each in store.candidates(i.chunk_id for i in fused).values()]
    assert (texts, len(fused)) == (["改成别的了"], 1)
    assert "a7" not in found(indexes, store, 7)


def test_behind_the_store_the_dense_side_is_exact(indexes: Indexes, store: ArticleStore) -> None:
    store.put(new(50))
    store.remove("a7")
    assert found(indexes, store, 50)["a50"][0] == 1
    assert "a7" not in found(indexes, store, 7)


def test_filters_hold_in_both_rankings(indexes: Indexes, store: ArticleStore) -> None:
    assert set(found(indexes, store, 5, {"a5", "a6"})) == {"a5", "a6"}
    assert found(indexes, store, 5, {"nowhere"}) == {}


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


def test_a_question_without_words_or_vector_finds_nothing(
    indexes: Indexes, store: ArticleStore
) -> None:
    assert search(indexes, store, "？！", np.zeros(16, dtype=np.float32)) == []


def test_one_that_only_searches_opens_no_chroma(
    indexes: Indexes, store: ArticleStore, tmp_path: Path
) -> None:
    reader = Indexes(store, tmp_path, "")
    assert is_complete(reader, store)
    assert not reader.is_open
    store.put(new(50))
    indexes.catch_up()
    assert found(reader, store, 50)["a50"] == (1, 1)


@pytest.mark.parametrize("lost", ["lexical", "chroma"])
def test_an_index_deleted_between_runs_is_filled_again(
    store: ArticleStore, tmp_path: Path, lost: str
) -> None:
    first = Indexes(store, tmp_path, "")
    first.open(NAME)
    first.close()
    shutil.rmtree(tmp_path / lost)
    second = Indexes(store, tmp_path, "")
    assert is_complete(second, store)
    second.open(NAME)
    assert second.lexical_revision == store.revision
    assert is_complete(second, store)
    second.close()


@pytest.mark.parametrize("lost", ["lexical", "chroma"])
def test_an_index_deleted_under_a_running_process_does_no_harm(
    indexes: Indexes, store: ArticleStore, tmp_path: Path, lost: str
) -> None:
    assert is_complete(indexes, store)
    shutil.rmtree(tmp_path / lost)
    assert is_complete(indexes, store)
    store.put(new(50))
    indexes.catch_up()
    assert is_complete(indexes, store)


@pytest.mark.parametrize("lost", ["lexical", "chroma"])
def test_a_file_in_place_of_an_index_is_told(
    store: ArticleStore, tmp_path: Path, lost: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / lost).write_text("in the way")
    opened = Indexes(store, tmp_path, "")
    if lost == "lexical":
        with pytest.raises(IndexUnavailable, match="lexical index"):
            opened.open(NAME)
    else:
        opened.open(NAME)
        assert "Chroma at" in caplog.text
    assert is_complete(opened, store)
    opened.close()


def test_indexes_that_are_ahead_of_a_restored_store_are_made_anew(
    store: ArticleStore, tmp_path: Path
) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    store.close()
    shutil.copy(tmp_path / "articles.db", backup)
    for number in range(60, 70):
        store.put(new(number))
    ahead = Indexes(store, tmp_path, "")
    ahead.open(NAME)
    ahead.close()
    store.close()
    shutil.copy(backup / "articles.db", tmp_path)
    restored = ArticleStore(sqlite_url(tmp_path / "articles.db"))
    again = Indexes(restored, tmp_path, "")
    again.open(NAME)
    assert again.lexical_revision == restored.revision
    # These get the chunk ids of what was lost.
    for number in range(80, 90):
        restored.put(new(number))
    again.catch_up()
    assert is_complete(again, restored)
    again.close()
    restored.close()


def test_opened_afresh_they_hold_the_same(indexes: Indexes, store: ArticleStore) -> None:
    before = [found(indexes, store, number) for number in range(40)]
    indexes.open(NAME, afresh=True)
    assert [found(indexes, store, number) for number in range(40)] == before


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


def test_a_filter_knows_articles_that_come_and_go(indexes: Indexes, store: ArticleStore) -> None:
    assert found(indexes, store, 5, {"a5", "a50"}).keys() == {"a5"}
    store.put(new(50))
    store.remove("a5")
    assert found(indexes, store, 50, {"a5", "a50"}).keys() == {"a50"}


def test_a_small_store_is_searched_exactly(
    indexes: Indexes, store: ArticleStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense, "_FEW", 40)
    monkeypatch.setattr(indexes._dense, "_by_chroma", None)
    assert is_complete(indexes, store)
    store.put(new(50))
    with pytest.raises(TypeError):
        found(indexes, store, 50)
