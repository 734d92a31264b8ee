"""The indexes together: they catch up, stand in for one another, and are never wrong."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from indexed import NAME, filled, found, is_complete, new, opened, search, vector

from vectorstore.errors import IndexUnavailable
from vectorstore.indexing.indexes import Indexes
from vectorstore.storage.articles import ArticleStore, sqlite_url


@pytest.fixture
def store(article_store: ArticleStore) -> ArticleStore:
    return filled(article_store)


@pytest.fixture
def indexes(
    store: ArticleStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Indexes]:
    with opened(store, tmp_path, monkeypatch) as made:
        yield made


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


def test_a_filter_knows_articles_that_come_and_go(indexes: Indexes, store: ArticleStore) -> None:
    assert found(indexes, store, 5, {"a5", "a50"}).keys() == {"a5"}
    store.put(new(50))
    store.remove("a5")
    assert found(indexes, store, 50, {"a5", "a50"}).keys() == {"a50"}
