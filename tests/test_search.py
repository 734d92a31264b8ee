"""Filters, exact search and fusion."""

from datetime import date, datetime

import numpy as np
import pytest

from vectorstore.errors import FilterError
from vectorstore.search import ExactIndex, Filters, fuse


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


@pytest.fixture
def vectors() -> np.ndarray:
    random = np.random.default_rng(1).normal(size=(50, 8)).astype(np.float32)
    return random / np.linalg.norm(random, axis=1, keepdims=True)


def make(vectors: np.ndarray, revision: int = 1) -> ExactIndex:
    count = len(vectors)
    return ExactIndex(list(range(count)), [f"a{n % 5}" for n in range(count)], vectors, revision)


def test_each_vector_finds_itself_first(vectors: np.ndarray) -> None:
    index = make(vectors)
    for row, vector in enumerate(vectors):
        (found, score), *_ = index.search(vector, 3)
        assert (found, score) == (row, pytest.approx(1, abs=1e-5))


def test_only_the_articles_asked_for_are_found(vectors: np.ndarray) -> None:
    found = make(vectors).search(vectors[0], 50, {"a1", "a2"})
    assert len(found) == 20
    assert {chunk_id % 5 for chunk_id, _ in found} == {1, 2}
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("articles", [set(), {"nowhere"}], ids=["none", "unknown"])
def test_no_article_no_hit(vectors: np.ndarray, articles: set[str]) -> None:
    assert make(vectors).search(vectors[0], 5, articles) == []


def test_an_empty_index_and_an_empty_question_find_nothing(vectors: np.ndarray) -> None:
    nothing = np.zeros((0, 0), dtype=np.float32)
    assert ExactIndex([], [], nothing, 0).search(vectors[0], 5) == []
    assert make(vectors).search(np.zeros(8, dtype=np.float32), 5) == []


def test_an_updated_index_is_the_one_built_anew(vectors: np.ndarray) -> None:
    changed = vectors[10:20][::-1]
    updated = make(vectors[:20]).updated(
        range(5), (list(range(10, 20)), ["b"] * 10, changed), revision=2
    )
    anew = ExactIndex(
        list(range(5, 20)),
        [f"a{n % 5}" for n in range(5, 10)] + ["b"] * 10,
        np.concatenate([vectors[5:10], changed]),
        2,
    )
    assert updated.revision == 2
    assert updated.search(vectors[3], 20) == anew.search(vectors[3], 20)
    assert updated.search(vectors[3], 20, {"b"}) == anew.search(vectors[3], 20, {"b"})


@pytest.mark.parametrize("kept", [0, 3], ids=["all-gone", "some-left"])
def test_an_index_may_lose_chunks_and_win_none(vectors: np.ndarray, kept: int) -> None:
    none = ([], [], np.zeros((0, 0), dtype=np.float32))
    updated = make(vectors[:5]).updated(range(5 - kept), none, revision=2)
    assert len(updated.search(vectors[0], 10)) == kept


def test_an_empty_index_can_be_updated(vectors: np.ndarray) -> None:
    empty = ExactIndex([], [], np.zeros((0, 0), dtype=np.float32), 0)
    assert empty.updated([], ([7], ["a"], vectors[:1]), 1).search(vectors[0], 5)[0][0] == 7


def test_what_both_rankings_have_first_is_first() -> None:
    fused = fuse([(1, 9.0), (2, 8.0)], [(1, 0.9), (3, 0.8)])
    assert [item.chunk_id for item in fused] == [1, 2, 3]
    assert [(item.lexical_rank, item.dense_rank) for item in fused] == [
        (1, 1),
        (2, None),
        (None, 2),
    ]
    assert fused[0].score > fused[1].score > fused[2].score >= 0


def test_nothing_is_lost_or_doubled_in_fusion() -> None:
    lexical, dense = [(n, 1.0) for n in range(20)], [(n, 1.0) for n in range(10, 30)]
    assert sorted(item.chunk_id for item in fuse(lexical, dense)) == list(range(30))
    assert fuse([], []) == []
