"""How sure a figure is: intervals of shares, means and quantiles, and tests of paired figures."""

import math
from collections.abc import Sequence

import numpy as np

Interval = tuple[float, float]

_Z = 1.959963984540054
_RESAMPLES = 10_000
_SEED = 20_260_101


def wilson(total: float, n: int) -> Interval:
    """Give the Wilson 95 % interval of `total` out of `n`; (0, 1) where nothing was counted.

    For a mean of values between 0 and 1 (credit, reciprocal rank) it is on the wide side, since
    their variance is at most that of a count with the same mean.
    Source: E. B. Wilson, Probable Inference, JASA 22 (1927).
    """
    if n == 0:
        return 0.0, 1.0
    share, weight = total / n, 1 + _Z * _Z / n
    centre = (share + _Z * _Z / (2 * n)) / weight
    half = _Z * math.sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n)) / weight
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def percentile(values: Sequence[float], share: float) -> float:
    """Give the smallest value that `share` (0 to 1) of `values` do not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)] if ordered else 0.0


def percentile_interval(values: Sequence[float], share: float) -> Interval:
    """Give a 95 % interval of a percentile from the order statistics; (0, 0) for no values.

    Free of any assumption about the distribution: the number of values below the true percentile
    is binomial. Where there are too few values for a bound, it is the smallest or largest value.
    Source: W. J. Conover, Practical Nonparametric Statistics, section 3.2.
    """
    ordered, n = sorted(values), len(values)
    if not ordered:
        return 0.0, 0.0
    below = np.cumsum(_binomial(n, share))
    low = int(np.searchsorted(below, 0.025, side="left"))
    high = int(np.searchsorted(below, 0.975, side="left"))
    return ordered[max(low - 1, 0)], ordered[min(high, n - 1)]


def mcnemar(better: int, worse: int) -> float:
    """Give the two-sided p of McNemar's exact test: how likely so lopsided a change is by chance.

    Args:
        better: questions that only the second run has right.
        worse: questions that only the first run has right.

    Source: Q. McNemar, Psychometrika 12 (1947), in its exact binomial form.
    """
    changed = better + worse
    if changed == 0:
        return 1.0
    tail = float(np.sum(_binomial(changed, 0.5)[: min(better, worse) + 1]))
    return min(1.0, 2 * tail)


def paired_bootstrap(differences: Sequence[float]) -> tuple[Interval, float]:
    """Give the 95 % interval of the mean difference, and the two-sided p that it is zero.

    The questions are drawn anew 10,000 times with a fixed seed. The p is twice the smaller share of
    means on one side of zero, with one added to both counts so that it is never 0.
    Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), chapters 13, 16;
    for such comparisons P. Koehn, EMNLP 2004.
    """
    values = np.asarray(differences, dtype=float)
    if not values.any():
        return (0.0, 0.0), 1.0
    random = np.random.default_rng(_SEED)
    # Drawn row by row: all at once would take 80 kB a question.
    draws = (random.integers(0, len(values), len(values)) for _ in range(_RESAMPLES))
    means = np.array([values[drawn].mean() for drawn in draws])
    low, high = np.quantile(means, (0.025, 0.975))
    one_side = min(int((means <= 0).sum()), int((means >= 0).sum()))
    return (float(low), float(high)), min(1.0, 2 * (one_side + 1) / (_RESAMPLES + 1))


def _binomial(n: int, share: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The probabilities of 0 to n successes; by logarithms, so that a large n does not overflow."""
    successes = np.arange(n + 1)
    logs = np.array([math.lgamma(each + 1) for each in range(n + 1)])
    with np.errstate(divide="ignore"):
        chances = successes * np.log(share) + (n - successes) * np.log1p(-share)
    probabilities: np.ndarray[tuple[int], np.dtype[np.float64]]
    probabilities = np.exp(logs[n] - logs - logs[::-1] + chances)
    return probabilities
