"""Filters: what is read and refused, and which chunks meet them while articles come and go."""

from datetime import date, datetime

import numpy as np
import pytest

from vectorstore.errors import FilterError
from vectorstore.storage.filters import Catalogue, Filters, Places


@pytest.mark.parametrize(
    ("given", "read"),
    [
        pytest.param(None, Filters(), id="none"),
        pytest.param({}, Filters(), id="empty"),
        pytest.param(
            {"date_from": "", "publisher": [], "article_ids": None}, Filters(), id="blank"
        ),
        pytest.param({"date_from": "2022-01-02"}, Filters(date_from="2022-01-02"), id="date"),
        pytest.param(
            {"date_to": date(2022, 1, 2)}, Filters(date_to="2022-01-02"), id="date-object"
        ),
        pytest.param({"publisher": "日报"}, Filters(publishers=("日报",)), id="publisher"),
        pytest.param(
            {"publisher": ["甲", "乙"]}, Filters(publishers=("甲", "乙")), id="publishers"
        ),
        pytest.param({"article_ids": ("a",)}, Filters(article_ids=("a",)), id="ids"),
    ],
)
def test_filters_are_read(given: dict[str, object] | None, read: Filters) -> None:
    assert Filters.read(given) == read


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"author": "甲"}, r"unknown filter \['author'\]", id="unknown"),
        pytest.param({1: "甲", "author": "乙"}, "unknown filter", id="unknown-of-two-types"),
        pytest.param({"date_from": "去年"}, "date_from must be a date", id="words"),
        pytest.param({"date_to": "2022-13-01"}, "date_to must be a date", id="month-13"),
        pytest.param({"date_to": 20220101.5}, "date_to must be a date", id="number"),
        pytest.param({"date_from": datetime(2022, 1, 1, 8)}, "must be a date", id="moment"),
        pytest.param({"publisher": 5}, "publisher must be a string", id="publisher-number"),
        pytest.param({"publisher": ["甲", 5]}, "publisher must be a string", id="mixed-list"),
        pytest.param({"publisher": {"甲": 1}}, "publisher must be a string", id="mapping"),
        pytest.param({"article_ids": b"abc"}, "article_ids must be a string", id="bytes"),
        pytest.param({"publisher": "甲\ud800"}, "characters that nothing stored", id="surrogate"),
        pytest.param({"article_ids": ["a\0"]}, "characters that nothing stored", id="nul"),
        pytest.param(["publisher"], "must be a mapping", id="a-list"),
    ],
)
def test_bad_filters_are_refused(given: object, message: str) -> None:
    with pytest.raises(FilterError, match=message):
        Filters.read(given)  # type: ignore[arg-type]


# Article, publisher, date and number of chunks.
ARTICLES = [
    ("a", "甲报", "2021-05-01", 2),
    ("b", "乙报", "2022-05-01", 3),
    ("c", "甲报", "", 1),
    ("d", "", "2022-05-02", 2),
]


def places(articles: list[tuple[str, str, str, int]], first: int = 1) -> Places:
    owners = [row for row, article in enumerate(articles) for _ in range(article[3])]
    return Places(
        np.arange(first, first + len(owners)),
        np.array(owners, dtype=np.int32),
        [article[:3] for article in articles],
    )


def found(catalogue: Catalogue, **given: object) -> list[int]:
    return catalogue.chunks(Filters.read(given)).tolist()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, [1, 2, 3, 4, 5, 6, 7, 8], id="none"),
        pytest.param({"date_from": "2022-01-01"}, [3, 4, 5, 7, 8], id="from"),
        pytest.param({"date_to": "2021-12-31"}, [1, 2], id="to"),
        pytest.param({"date_from": "2022-05-01", "date_to": "2022-05-01"}, [3, 4, 5], id="one-day"),
        pytest.param({"publisher": "甲报"}, [1, 2, 6], id="publisher"),
        pytest.param({"publisher": ["乙报", "丙报"]}, [3, 4, 5], id="one-unknown"),
        pytest.param({"publisher": "甲报", "date_from": "2000-01-01"}, [1, 2], id="both"),
        pytest.param({"publisher": "丙报"}, [], id="unknown"),
        pytest.param({"article_ids": ["b", "nowhere"]}, [3, 4, 5], id="ids"),
        pytest.param({"article_ids": "a", "publisher": "乙报"}, [], id="contradiction"),
    ],
)
def test_the_chunks_that_meet_a_filter(given: dict[str, object], expected: list[int]) -> None:
    assert found(Catalogue(places(ARTICLES), 1), **given) == expected


def test_an_updated_catalogue_knows_what_came_and_went() -> None:
    first = Catalogue(places(ARTICLES), 1)
    # Two chunks of b go, one of a passes to a new article with another date.
    came = Places(
        np.array([2, 9], dtype=np.int64),
        np.array([0, 1], dtype=np.int32),
        [("heir", "甲报", "2023-01-01"), ("e", "丙报", "2022-05-01")],
    )
    later = first.updated([3, 4], came, 5)
    assert (later.revision, later.size) == (5, 7)
    assert found(later, publisher="甲报") == [1, 2, 6]
    assert found(later, date_from="2022-05-01") == [2, 5, 7, 8, 9]
    assert found(later, article_ids=["heir", "a"]) == [1, 2]
    assert found(later, publisher="丙报") == [9]
    # One that still searches by the former is not disturbed.
    assert found(first, date_from="2022-05-01") == [3, 4, 5, 7, 8]


def test_an_empty_catalogue_fills() -> None:
    empty = Catalogue(places([]), 0)
    assert found(empty, publisher="甲报") == []
    assert found(empty.updated([], places(ARTICLES), 1), publisher="甲报") == [1, 2, 6]
