"""The retrieval benchmark: figures and intervals worked out by hand, and their floors."""

import pytest

from benchmarks.floors import below, raised
from benchmarks.retrieval.metrics import difference, first_right, ndcg, score


@pytest.mark.parametrize(
    ("ranking", "right", "expected"),
    [
        pytest.param([7, 1, 2], {7}, 1.0, id="first"),
        pytest.param([1, 7, 2], {7}, 0.6309, id="second: 1/log2(3)"),
        pytest.param([7, 1, 8], {7, 8}, 0.9197, id="first and third: 1.5/1.6309"),
        pytest.param([1, 2, 3], {7}, 0.0, id="none"),
        pytest.param([], {7}, 0.0, id="nothing found"),
        pytest.param([*range(10), 77], {77}, 0.0, id="eleventh"),
        pytest.param([*range(10)], set(range(20)), 1.0, id="more right than ten"),
    ],
)
def test_ndcg(ranking: list[int], right: set[int], expected: float) -> None:
    assert ndcg(ranking, right) == pytest.approx(expected, abs=1e-4)


def test_first_right() -> None:
    assert first_right([5, 6, 7], {7, 6}) == 2
    assert first_right([5, 6, 7], {9}) == 0
    assert first_right([*range(20)], {10}) == 0


def test_scores_over_questions() -> None:
    scores = score([[1], [2, 1], [2, 3]], [{1}, {1}, {1}])
    assert scores.first == (1, 2, 0)
    figures = scores.figures()
    assert figures["hit@1"] == pytest.approx(100 / 3)
    assert figures["hit@5"] == pytest.approx(200 / 3)
    assert figures["mrr@10"] == pytest.approx(50)
    assert figures["ndcg@10"] == pytest.approx(100 * (1 + 0.63093) / 3, abs=1e-3)
    assert scores.each("hit@1") == [1.0, 0.0, 0.0]
    assert scores.each("ndcg@10") == list(scores.ndcg)
    assert scores.at([1]).first == (2,)


def test_difference_of_the_same_is_nothing() -> None:
    gap = difference([1.0, 0.0, 1.0], [1.0, 0.0, 1.0])
    assert (gap.mean, gap.low, gap.high) == (0, 0, 0)
    assert difference([], []).mean == 0


def test_difference_that_is_the_same_everywhere_is_sure() -> None:
    gap = difference([0.5] * 40, [0.25] * 40)
    assert (gap.mean, gap.low, gap.high) == (25, 25, 25)


def test_interval_is_that_of_the_mean() -> None:
    # Half the questions gain a point of 1: the standard error of the mean is 0.5/√400 = 2.5 %.
    gap = difference([1.0, 0.0] * 200, [0.0, 0.0] * 200)
    assert gap.mean == 50
    assert gap.low == pytest.approx(50 - 1.96 * 2.5, abs=0.6)
    assert gap.high == pytest.approx(50 + 1.96 * 2.5, abs=0.6)
    assert gap == difference([1.0, 0.0] * 200, [0.0, 0.0] * 200)


# -- the gate -------------------------------------------------------------------------------


def test_floors_only_rise() -> None:
    floors, reached = {"hit@1": 90.0}, {"hit@1": 80.0, "hit@3": 95.0}
    assert raised(floors, reached, questions=110) == {"hit@1": 90.0, "hit@3": 94.0}
    assert raised({}, reached, questions=5000) == {"hit@1": 79.7, "hit@3": 94.7}


def test_what_lies_below_its_floor_is_told() -> None:
    assert below({"hit@1": 89.9, "hit@3": 95.0}, {"hit@1": 90.0, "hit@3": 95.0}) == [
        "hit@1 is 89.90, its floor is 90.00"
    ]
