"""Intervals and tests, against published values and against SciPy where it has the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluation.intervals import (
    mcnemar,
    paired_bootstrap,
    percentile,
    percentile_interval,
    wilson,
)


def test_wilson_against_published_values() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


@settings(deadline=None)  # the first import takes seconds
@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_that_of_scipy(counts: tuple[int, int]) -> None:
    stats = pytest.importorskip("scipy.stats", reason="SciPy is not installed")
    low, high = wilson(*counts)
    theirs = stats.binomtest(*counts).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert low <= counts[0] / counts[1] <= high


def test_percentile() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([float(second) for second in range(1, 101)], 0.95) == 95.0
    assert percentile([7.0], 0.95) == 7.0
    assert percentile([], 0.5) == 0.0


def test_percentile_interval_by_hand() -> None:
    """Conover's example of order statistics: of 16 values the 4th and the 13th hold the median."""
    values = [float(value) for value in range(1, 17)]
    assert percentile_interval(values, 0.5) == (4.0, 13.0)
    assert percentile_interval(values, 0.95) == (13.0, 16.0)
    assert percentile_interval([2.0], 0.5) == (2.0, 2.0)
    assert percentile_interval([], 0.5) == (0.0, 0.0)


@given(st.lists(st.floats(0, 9), min_size=1, max_size=200), st.sampled_from([0.5, 0.95]))
def test_percentile_interval_holds_the_percentile(values: list[float], share: float) -> None:
    low, high = percentile_interval(values, share)
    assert low <= percentile(values, share) <= high


@pytest.mark.parametrize(
    ("better", "worse", "p"),
    [
        pytest.param(0, 0, 1.0, id="nothing"),
        pytest.param(1, 0, 1.0, id="one"),
        pytest.param(5, 0, 2 / 32, id="five-to-none"),
        pytest.param(6, 0, 2 / 64, id="six-to-none"),
        pytest.param(3, 3, 1.0, id="as-many"),
        pytest.param(1, 9, 2 * 11 / 1024, id="nine-to-one"),
    ],
)
def test_mcnemar_by_hand(better: int, worse: int, p: float) -> None:
    assert mcnemar(better, worse) == pytest.approx(p)
    assert mcnemar(worse, better) == pytest.approx(p)


@settings(deadline=None)  # the first import takes seconds
@given(st.integers(0, 2000), st.integers(0, 2000))
def test_mcnemar_is_scipys_binomial_test(better: int, worse: int) -> None:
    stats = pytest.importorskip("scipy.stats", reason="SciPy is not installed")
    expected = stats.binomtest(better, better + worse).pvalue if better + worse else 1.0
    assert mcnemar(better, worse) == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_paired_bootstrap() -> None:
    gains = [0.3] * 12 + [-0.1] * 8
    (low, high), p = paired_bootstrap(gains)
    stats = pytest.importorskip("scipy.stats", reason="SciPy is not installed")
    theirs = stats.bootstrap(
        (gains,), lambda x, axis: x.mean(axis=axis), method="percentile"
    ).confidence_interval
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=0.011)
    assert p < 0.01
    assert paired_bootstrap(gains) == ((low, high), p)
    (low, high), p = paired_bootstrap([0.2, -0.2] * 10)
    assert low < 0 < high
    assert p > 0.5
    assert paired_bootstrap([0.0, 0.0]) == ((0.0, 0.0), 1.0)
    assert paired_bootstrap([]) == ((0.0, 0.0), 1.0)
