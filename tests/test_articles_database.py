"""The article store as a database: whole for every thread, and told where it can't be used."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from putting import chunk_ids, new

from vectorstore.errors import StoreDamaged
from vectorstore.storage.articles import ArticleStore, sqlite_url


@pytest.fixture
def store(article_store: ArticleStore) -> ArticleStore:
    return article_store


def test_candidates_of_a_transaction_that_failed_are_not_kept(store: ArticleStore) -> None:
    with suppress(KeyError), store.together():
        store.put(new("a"))
        ids = chunk_ids(store)
        assert store.candidates(ids)
        raise KeyError
    store.put(new("b", "另一篇。也是。"))
    assert {each.chunk.article_id for each in store.candidates(ids).values()} <= {"b"}


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
