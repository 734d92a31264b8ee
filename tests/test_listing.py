"""A page of the list of articles: which ones, in which order, and without their texts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from vectorstore.errors import FilterError
from vectorstore.schema import Article, Chunk
from vectorstore.storage.articles import ArticleStore, sqlite_url
from vectorstore.storage.filters import Filters
from vectorstore.storage.tables import NewArticle

ROWS = [
    ("a", "佛山與郴州結對", "攜手日報", date(2022, 6, 21), 30, 1),
    ("b", "８对城市名单公布", "携手日报", date(2023, 2, 5), 10, 3),
    ("c", "没有日期的一篇", "", None, 20, 2),
    ("d", "郴州的\n新园区 100%", "云川晚报", date(2023, 2, 5), 40, 1),
]


def row(identifier: str, title: str, publisher: str, published: date | None, *size: int) -> Any:
    length, parts = size
    article = Article(
        identifier,
        title,
        "字" * length,
        publisher=publisher,
        published=published,
        source=f"/{identifier}.txt",
    )
    chunks = [Chunk(identifier, "字", number, number + 1) for number in range(parts)]
    vectors = np.eye(parts, 4, dtype=np.float32)
    mark = b"mark" + identifier.encode()
    return NewArticle(article, identifier, mark, chunks, vectors, [np.array([], np.uint16)] * parts)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    opened = ArticleStore(sqlite_url(tmp_path / "articles.db"))
    opened.put_all([row(*values) for values in ROWS])
    yield opened
    opened.close()


def ids(store: ArticleStore, words: str = "", order: str = "newest", **filters: Any) -> str:
    listing = store.listing(words, Filters.read(filters), order, (0, 50))
    assert listing.total == len(listing.articles)
    return "".join(each.id for each in listing.articles)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        pytest.param("newest", "bdac", id="newest-undated-last"),
        pytest.param("oldest", "abdc", id="oldest-undated-last"),
        pytest.param("longest", "dacb", id="longest"),
        pytest.param("chunks", "bcda", id="chunks-then-newest"),
        pytest.param("publisher", "cdba", id="publisher-then-newest"),
        pytest.param("title", "acdb", id="title"),
    ],
)
def test_orders(store: ArticleStore, order: str, expected: str) -> None:
    assert ids(store, order=order) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(" 结对 ", "a", id="other-script"),
        pytest.param("8对", "b", id="width"),
        pytest.param("携手日报", "ba", id="publisher"),
        pytest.param("郴州", "da", id="several"),
        pytest.param("100%", "d", id="no-wildcard"),
        pytest.param("_", "", id="no-wildcard-either"),
        pytest.param("' OR 1=1 --", "", id="no-statement"),
        pytest.param("公布 佛山", "", id="not-across-articles"),
    ],
)
def test_words(store: ArticleStore, words: str, expected: str) -> None:
    assert ids(store, words) == expected


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({"publisher": "携手日报"}, "b", id="publisher"),
        pytest.param({"publisher": ["携手日报", "云川晚报"]}, "bd", id="publishers"),
        pytest.param({"date_from": "2023-01-01"}, "bd", id="from"),
        pytest.param({"date_to": "2022-12-31"}, "a", id="to-leaves-the-undated-out"),
        pytest.param({"date_from": "2022-06-21", "date_to": "2022-06-21"}, "a", id="one-day"),
        pytest.param({"article_ids": ["c", "x"]}, "c", id="ids"),
    ],
)
def test_filters(store: ArticleStore, filters: dict[str, Any], expected: str) -> None:
    assert ids(store, **filters) == expected


def test_both_together(store: ArticleStore) -> None:
    assert ids(store, "郴州", date_from="2023-01-01") == "d"


def test_pages_follow_each_other(store: ArticleStore) -> None:
    for words in ("", "报"):
        pages = [store.listing(words, Filters(), "newest", (at, 2)) for at in (0, 2, 4)]
        assert [page.total for page in pages] == [4 if not words else 3] * 3
        shown = "".join(each.id for page in pages for each in page.articles)
        assert shown == ("bdac" if not words else "bda")


def test_a_row_has_all_but_the_text(store: ArticleStore) -> None:
    store.link("https://example.org/b", "other", "b")
    [first, *_] = store.listing("", Filters(), "newest", (0, 1)).articles
    assert (first.characters, first.chunks) == (10, 3)
    assert (first.source, first.also_in) == ("/b.txt", ("https://example.org/b",))
    assert first.published == date(2023, 2, 5)
    assert not hasattr(first, "text")


def test_publishers_are_counted_over_the_whole_store(store: ArticleStore) -> None:
    store.put(replace(row("e", "又一篇", "云川晚报", None, 5, 1)))
    listing = store.listing("没有这样的", Filters(), "newest", (0, 1))
    assert (listing.total, listing.articles) == (0, [])
    assert next(iter(listing.publishers.items())) == ("云川晚报", 2)
    assert sum(listing.publishers.values()) == 5


def test_an_unknown_order_is_refused(store: ArticleStore) -> None:
    with pytest.raises(FilterError, match="newest"):
        store.listing("", Filters(), "id; DROP TABLE article", (0, 1))


def test_no_text_is_read(store: ArticleStore, tmp_path: Path) -> None:
    asked: list[str] = []
    engine = store._database._engine
    sa.event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    store.listing("郴州", Filters(), "newest", (0, 50))
    assert len(asked) == 4
    columns = " ".join(statement.split("FROM")[0] for statement in asked)
    assert "article.text" not in columns.replace("length(article.text)", "")
