"""The article store: what is put, changed, linked and removed, and what the indexes are told."""

import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from putting import chunk_ids, new

from vectorstore.storage.articles import ArticleStore, sqlite_url


@pytest.fixture
def store(article_store: ArticleStore) -> ArticleStore:
    return article_store


@pytest.mark.parametrize(
    "text",
    ["甲市。乙县。", "臺灣「體」😀👨‍👩‍👧\n\n“引号”", "一二\0三四", "𬭚𨱏" * 700],
    ids=["plain", "mixed", "nul", "long"],
)
def test_an_article_comes_back_as_it_was_put(store: ArticleStore, text: str) -> None:
    put = new("a", text)
    store.put(put)
    assert store.article("a") == put.article
    assert store.counts() == (1, 2)
    rows = [row for batch in store.chunks_since(0) for row in batch]
    assert [row.chunk for row in rows] == put.chunks
    assert np.array_equal(np.stack([row.vector for row in rows]), put.vectors)
    assert (rows[0].title, rows[0].published) == ("a的标题", date(2022, 1, 2))
    ids, matrix = store.vectors()
    assert ids.tolist() == chunk_ids(store)
    assert np.array_equal(matrix, put.vectors)


def test_an_empty_store_answers(store: ArticleStore) -> None:
    assert (store.revision, store.counts(), store.articles()) == (0, (0, 0), [])
    assert store.article("a") is None
    assert store.source("/a.txt") is None
    assert store.vectors()[1].shape == (0, 0)
    assert store.candidates([]) == {}
    assert store.places().articles == []
    assert not store.remove("a")


def test_a_changed_article_gets_new_chunks_and_the_old_ones_are_gone(store: ArticleStore) -> None:
    store.put(new("a"))
    store.put(new("b"))
    before, old = store.revision, chunk_ids(store)[:2]
    store.put(new("a", "丙镇。丁村。", digest="e"))
    assert store.source("/a.txt") == ("e", "a")
    assert store.gone_since(before) == old
    assert not set(chunk_ids(store)) & set(old)
    assert len(chunk_ids(store, since=before)) == 2
    assert store.vectors(since=before)[0].tolist() == chunk_ids(store, since=before)
    assert store.counts() == (2, 4)


def test_chunk_ids_are_never_used_again(store: ArticleStore) -> None:
    store.put(new("a"))
    last = max(chunk_ids(store))
    store.remove("a")
    store.put(new("a"))
    assert min(chunk_ids(store)) > last


def test_a_removed_article_leaves_nothing_behind(store: ArticleStore) -> None:
    store.put(new("a"))
    store.link("/copy.txt", "c", "a")
    old = chunk_ids(store)
    assert store.remove("a")
    assert not store.remove("a")
    assert (store.counts(), store.signatures(), chunk_ids(store)) == ((0, 0), {}, [])
    assert store.source("/a.txt") is store.source("/copy.txt") is None
    assert store.gone_since(1) == old


def test_a_reprint_is_named_and_loses_its_own_article(store: ArticleStore) -> None:
    store.put(new("a"))
    store.put(new("b"))
    assert store.link("/b.txt", "e", "a") == "b"
    assert store.link("/c.txt", "e", "a") is None
    found = store.article("a")
    assert found is not None
    assert found.also_in == ("/b.txt", "/c.txt")
    assert [article.id for article in store.articles()] == ["a"]
    assert store.counts() == (1, 2)


def test_an_article_whose_own_source_moves_on_stays_with_its_reprint(store: ArticleStore) -> None:
    store.put(new("a"))
    store.put(new("b"))
    store.link("/copy.txt", "c", "a")
    assert store.link("/a.txt", "e", "b") is None
    found = store.article("a")
    assert found is not None
    assert (found.source, found.also_in) == ("/copy.txt", ())
    assert store.link("/copy.txt", "e", "b") == "a"


def test_a_source_that_brings_another_article_takes_the_former_along(store: ArticleStore) -> None:
    store.put(new("a", source="/x.txt"))
    assert store.put(new("b", source="/x.txt")) == "a"
    assert [article.id for article in store.articles()] == ["b"]


def test_parting_leaves_the_text_to_the_reprint(store: ArticleStore) -> None:
    store.put(new("a"))
    assert not store.part("a", "heir")
    store.link("/copy.txt", "c", "a")
    before, ids = store.revision, chunk_ids(store)
    assert store.part("a", "heir")
    heir = store.article("heir")
    assert heir is not None
    assert (heir.source, heir.text, heir.also_in) == ("/copy.txt", "甲市。乙县。", ())
    assert store.article("a") is None
    assert store.source("/a.txt") is None
    assert store.source("/copy.txt") == ("", "heir")
    assert chunk_ids(store, since=before) == ids
    assert [place[0] for place in store.places().articles] == ["heir"]


def test_what_is_filed_under_an_article(store: ArticleStore) -> None:
    store.put(new("a", digest="d"))
    assert store.is_filed("a", "d")
    assert not store.is_filed("a", "e")
    assert not store.is_filed("b", "d")


def test_articles_are_listed_newest_first_undated_last(store: ArticleStore) -> None:
    for identifier, published in {"a": None, "b": date(2021, 1, 1), "c": date(2023, 1, 1)}.items():
        put = new(identifier)
        store.put(replace(put, article=replace(put.article, published=published)))
    assert [article.id for article in store.articles()] == ["c", "b", "a"]


def test_candidates_hold_all_that_a_second_stage_needs(store: ArticleStore) -> None:
    put = replace(new("a"), article=replace(new("a").article, url="https://example.org/a"))
    store.put(put)
    store.put(new("b", "丙镇\0丁😀村。末。"))
    ids = chunk_ids(store)
    found = store.candidates([*ids, 999])
    assert found.keys() == set(ids)
    first = found[ids[0]]
    assert (first.chunk_id, first.chunk) == (ids[0], put.chunks[0])
    assert (first.title, first.publisher, first.url) == (
        "a的标题",
        "某某日报",
        "https://example.org/a",
    )
    assert first.published == date(2022, 1, 2)
    assert first.pieces.dtype == np.uint16
    assert first.pieces.tolist() == [7, 65535, 300, 65534]
    assert found[ids[1]].pieces.tolist() == []
    assert [found[each].chunk for each in ids[2:]] == new("b", "丙镇\0丁😀村。末。").chunks
    store.remove("a")
    assert store.candidates(ids).keys() == set(ids[2:])


def test_articles_put_together_are_as_those_put_one_by_one(
    store: ArticleStore, tmp_path: Path
) -> None:
    some = [new("a"), new("b", "丙镇。丁村。"), new("c")]
    one_by_one = ArticleStore(sqlite_url(tmp_path / "other.db"))
    assert [one_by_one.put(each) for each in some] == [None] * 3
    assert store.put_all(some) == []
    for there in (store, one_by_one):
        # The second time nothing of them is new.
        assert there.put_all([some[0], new("d", source="/b.txt")]) == ["b"]
    assert store.revision == one_by_one.revision
    assert store.articles() == one_by_one.articles()
    assert [row.chunk for batch in store.chunks_since(1) for row in batch] == [
        row.chunk for batch in one_by_one.chunks_since(1) for row in batch
    ]
    assert store.gone_since(0) == one_by_one.gone_since(0)
    one_by_one.close()


def test_candidates_that_were_read_before_are_as_the_store_holds_them_now(
    store: ArticleStore, tmp_path: Path
) -> None:
    store.put(new("a"))
    store.put(new("b"))
    former = chunk_ids(store)
    assert store.candidates(former).keys() == set(former)
    other = ArticleStore(sqlite_url(tmp_path / "articles.db"))
    other.put(replace(new("a"), article=replace(new("a").article, title="另一个标题")))
    other.link("b2", "d", "b")
    other.part("b", "heir")
    found = store.candidates([*former, *chunk_ids(store)])
    other.close()
    owners = {each.chunk.article_id: each.title for each in found.values()}
    assert found.keys() == set(chunk_ids(store))
    assert owners == {"a": "另一个标题", "heir": "b的标题"}


def test_places_are_told_since_a_revision(store: ArticleStore) -> None:
    store.put(new("a"))
    before = store.revision
    put = new("b")
    store.put(replace(put, article=replace(put.article, published=None, publisher="乙报")))
    places = store.places()
    assert places.chunk_ids.tolist() == chunk_ids(store)
    told = [places.articles[owner] for owner in places.owners]
    assert told == [("a", "某某日报", "2022-01-02")] * 2 + [("b", "乙报", "")] * 2
    assert store.places(before).articles == [("b", "乙报", "")]


def test_forty_thousand_articles_can_be_listed(store: ArticleStore, tmp_path: Path) -> None:
    store.put(new("a"))
    with sqlite3.connect(tmp_path / "articles.db") as connection:
        columns = (
            "title, text, url, publisher, author, published, script, source, dropped, signature"
        )
        connection.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) "
            f"INSERT INTO article (id, {columns}) SELECT 'n' || i, {columns} FROM article, n"
        )
    assert len(store.articles()) == 40_001
