"""The article store: what is put, changed, linked and removed, and what the indexes are told."""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from vectorstore.errors import StoreDamaged
from vectorstore.schema import Article, Chunk, Dropped
from vectorstore.storage.articles import ArticleStore, sqlite_url
from vectorstore.storage.tables import NewArticle


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    opened = ArticleStore(sqlite_url(tmp_path / "articles.db"))
    yield opened
    opened.close()


def new(
    identifier: str, text: str = "甲市。乙县。", source: str = "", digest: str = "d"
) -> NewArticle:
    article = Article(
        id=identifier,
        title=f"{identifier}的标题",
        text=text,
        publisher="某某日报",
        published=date(2022, 1, 2),
        source=source or f"/{identifier}.txt",
        dropped=(Dropped("spam", 3, "\0坏\ud800"),),
    )
    half = len(text) // 2
    chunks = [
        Chunk(identifier, text[:half], 0, half),
        Chunk(identifier, text[half:], half, len(text)),
    ]
    vectors = np.eye(2, 4, dtype=np.float32)
    pieces = [np.array(ids, dtype=np.uint16) for ids in ([7, 65535, 300, 65534], [])]
    mark = b"mark" + identifier.encode()
    return NewArticle(article, digest, mark, chunks, vectors, pieces)


def chunk_ids(store: ArticleStore, since: int = 0) -> list[int]:
    return [row.id for batch in store.chunks_since(since) for row in batch]


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


def test_candidates_of_a_transaction_that_failed_are_not_kept(store: ArticleStore) -> None:
    with suppress(KeyError), store.together():
        store.put(new("a"))
        ids = chunk_ids(store)
        assert store.candidates(ids)
        raise KeyError
    store.put(new("b", "另一篇。也是。"))
    assert {each.chunk.article_id for each in store.candidates(ids).values()} <= {"b"}


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


def test_together_all_is_kept_or_nothing(store: ArticleStore) -> None:
    with store.together():
        store.put(new("a"))
        store.put(new("b"))
        assert store.source("/b.txt") == ("d", "b")
    assert (store.counts(), store.revision) == ((2, 4), 2)

    def stop() -> None:
        with store.together():
            store.put(new("c"))
            store.link("/copy.txt", "d", "a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert (store.counts(), store.revision) == ((2, 4), 2)
    assert store.source("/copy.txt") is None
    store.put(new("c"))
    assert store.counts() == (3, 6)


def test_other_threads_see_nothing_of_what_is_not_whole_yet(store: ArticleStore) -> None:
    with store.together(), ThreadPoolExecutor(1) as other:
        store.put(new("a"))
        assert store.article("a") is not None
        assert other.submit(store.article, "a").result(10) is None
        assert other.submit(lambda: store.revision).result(10) == 0
    assert store.revision == 1


def test_a_database_of_the_first_format_gets_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "articles.db"
    store = ArticleStore(sqlite_url(path))
    store.put(new("a"))
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE chunk DROP COLUMN pieces")
        connection.execute("DELETE FROM fact WHERE key = 'revision'")
    again = ArticleStore(sqlite_url(path))
    assert again.revision == 1
    assert [each.pieces.size for each in again.candidates(chunk_ids(again)).values()] == [0, 0]
    put = new("a")
    again.replace_chunks("a", put.chunks, put.vectors, put.pieces)
    assert [each.pieces.size for each in again.candidates(chunk_ids(again)).values()] == [4, 0]
    again.close()


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


def test_a_failed_put_changes_nothing(store: ArticleStore) -> None:
    store.put(new("a"))
    before = (store.revision, store.counts(), store.articles(), chunk_ids(store))
    broken = new("a", "另一篇。文字。")
    broken = replace(broken, article=replace(broken.article, author="\ud800"))
    with pytest.raises(StoreDamaged):
        store.put(broken)
    assert (store.revision, store.counts(), store.articles(), chunk_ids(store)) == before


def test_many_threads_may_read_while_one_writes(store: ArticleStore) -> None:
    done = threading.Event()

    def read() -> int:
        rounds = 0
        while not done.is_set():
            assert all(article.text for article in store.articles())
            assert all(row.chunk.text for batch in store.chunks_since(0) for row in batch)
            rounds += 1
        return rounds

    with ThreadPoolExecutor(24) as threads:
        readers = [threads.submit(read) for _ in range(24)]
        try:
            for number in range(30):
                store.put(new(f"a{number % 10}", f"第{number}版。正文。"))
        finally:
            done.set()
        assert all(reader.result(30) for reader in readers)
    assert store.counts() == (10, 20)


@pytest.mark.parametrize("name", ["a?b=1&c", "a%20 #b", "携手 @:x"], ids=ascii)
def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    store = ArticleStore(sqlite_url(tmp_path / name / "articles.db"))
    store.put(new("a"))
    store.close()
    assert (tmp_path / name / "articles.db").stat().st_size > 0


def test_two_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    url, identities, start = sqlite_url(tmp_path / "articles.db"), set(), threading.Barrier(6)

    def open_it() -> None:
        start.wait(10)
        store = ArticleStore(url)
        identities.add(store.identity)
        store.close()

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(identities) == 1
    assert identities != {""}


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("nonsense", "can't be used", id="no-url"),
        pytest.param("mysql+nobody://x", "can't be used", id="unknown-database"),
        pytest.param("mysql+pymysql://x", "needs pymysql", id="missing-driver"),
        pytest.param("sqlite:////nowhere/at/all.db", "unable to open", id="no-folder"),
    ],
)
def test_a_url_that_leads_nowhere(url: str, message: str) -> None:
    with pytest.raises(StoreDamaged, match=message):
        ArticleStore(url)


def test_a_password_is_not_shown() -> None:
    with pytest.raises(StoreDamaged) as caught:
        ArticleStore("postgresql+psycopg://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("damage", ["garbage", "cut", "flipped"])
def test_a_damaged_database_is_told(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "articles.db"
    store = ArticleStore(sqlite_url(path))
    for number in range(50):
        store.put(new(f"a{number}", f"第{number}篇。" * 50))
    store.close()
    data = path.read_bytes()
    if damage == "garbage":
        path.write_bytes(b"no database" * 1000)
    elif damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    else:
        path.write_bytes(data[:4096] + b"\xff" * 8192 + data[12288:])

    def use() -> None:
        opened = ArticleStore(sqlite_url(path))
        opened.articles()
        list(opened.chunks_since(0))

    with pytest.raises(StoreDamaged, match="can't be used"):
        use()
