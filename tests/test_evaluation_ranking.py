"""Retrieval measures: by hand, and as scikit-learn computes them."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluation.ranking import (
    article_ranks,
    evidence_ranks,
    first,
    hit_at,
    ndcg,
    reciprocal_rank,
)

QUOTE = "两市还建立了联席会议制度，每年轮流召开一次"
# Each rank is that of one thing, and no two stand in the same place.
RANKINGS = st.integers(1, 5).flatmap(
    lambda n: st.lists(
        st.one_of(st.none(), st.integers(1, 10)),
        min_size=n,
        max_size=n,
        unique_by=lambda rank: rank if rank else object(),
    )
)


def test_ranks() -> None:
    assert evidence_ranks(["别的文字", QUOTE, QUOTE], ["无", "联席会议"]) == [None, 2]
    assert evidence_ranks([], ["联席会议"]) == [None]
    assert article_ranks([["甲", "1"], ["甲", "1"], ["乙", "2"]], ["2", "丙", "甲"]) == [2, None, 1]
    assert [hit_at([rank], 5) for rank in (1, 5, 6, None)] == [True, True, False, False]
    assert [reciprocal_rank([rank]) for rank in (1, 4, None)] == [1.0, 0.25, 0.0]
    assert (first([None, 7, 3]), first([None]), first([])) == (3, None, None)


@pytest.mark.parametrize(
    ("ranks", "k", "expected"),
    [
        pytest.param([1], 10, 1.0, id="first"),
        pytest.param([3], 10, 0.5, id="third"),
        pytest.param([3], 2, 0.0, id="too-deep"),
        pytest.param([None], 10, 0.0, id="absent"),
        pytest.param([1, 3], 10, 1.5 / (1 + 1 / math.log2(3)), id="two"),
        pytest.param([1, None], 10, 1 / (1 + 1 / math.log2(3)), id="one-of-two"),
        pytest.param([2, 2], 10, 1 / math.log2(3), id="two-in-one-hit"),
        pytest.param([1, 1], 10, 1.0, id="both-in-the-first"),
        pytest.param([], 10, 0.0, id="nothing-wanted"),
    ],
)
def test_ndcg_by_hand(ranks: list[int | None], k: int, expected: float) -> None:
    assert ndcg(ranks, k) == pytest.approx(expected)


@settings(deadline=None)  # the first import takes seconds
@given(RANKINGS, st.integers(1, 12))
def test_ndcg_is_that_of_scikit_learn(ranks: list[int | None], k: int) -> None:
    """Ten hits, then what was not found: relevant, and ranked behind everything."""
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    relevant = [float(rank in ranks) for rank in range(1, 11)] + [1.0] * ranks.count(None)
    # What was not found must have no rank within k: it is pushed past it by things of no use.
    padded = relevant[:10] + [0.0] * k + relevant[10:]
    scores = [float(-place) for place in range(len(padded))]
    expected = metrics.ndcg_score([padded], [scores], k=k)
    assert ndcg(ranks, k) == pytest.approx(expected)


@settings(deadline=None)  # the first import takes seconds
@given(st.lists(st.integers(1, 10), min_size=1, max_size=20), st.integers(1, 9))
def test_hits_and_reciprocal_ranks_are_those_of_scikit_learn(ranks: list[int], k: int) -> None:
    metrics = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    truth = [[float(place == rank) for place in range(1, 11)] for rank in ranks]
    scores = [[float(-place) for place in range(1, 11)]] * len(ranks)
    expected = metrics.label_ranking_average_precision_score(truth, scores)
    assert sum(reciprocal_rank([rank]) for rank in ranks) / len(ranks) == pytest.approx(expected)
    hits = metrics.top_k_accuracy_score(
        [rank - 1 for rank in ranks], scores, k=k, labels=list(range(10))
    )
    assert sum(hit_at([rank], k) for rank in ranks) / len(ranks) == pytest.approx(hits)
