"""Figures of ranked lists: nDCG, hits, reciprocal rank, and how sure a difference is."""

import math
from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np

DEPTH = 10
"""How many results of a ranking count."""

_ROUNDS = 2000
_SEED = 20231101


@dataclass(frozen=True, slots=True)
class Scores:
    """What a ranker reached, question by question.

    Args:
        ndcg: nDCG@10 of each question, 0 to 1.
        first: rank (from 1) of the first right result of each question, 0 where none of ten is.
    """

    ndcg: tuple[float, ...]
    first: tuple[int, ...]

    def hit(self, depth: int) -> float:
        """Share of questions with a right result among the first `depth`, in per cent."""
        return 100 * sum(0 < rank <= depth for rank in self.first) / max(1, len(self.first))

    def figures(self) -> dict[str, float]:
        """All figures over the questions: nDCG@10, hits and MRR@10, in per cent."""
        count = max(1, len(self.first))
        return {
            "ndcg@10": 100 * sum(self.ndcg) / count,
            "hit@1": self.hit(1),
            "hit@5": self.hit(5),
            "hit@10": self.hit(10),
            "mrr@10": 100 * sum(1 / rank for rank in self.first if rank) / count,
        }

    def each(self, measure: str) -> list[float]:
        """The figure of each question by the measure's name: `ndcg@10` or `hit@k`, 0 to 1."""
        if measure == "ndcg@10":
            return list(self.ndcg)
        depth = int(measure.removeprefix("hit@"))
        return [float(0 < rank <= depth) for rank in self.first]

    def at(self, positions: Sequence[int]) -> "Scores":
        """The scores of some of the questions."""
        return Scores(
            tuple(self.ndcg[place] for place in positions),
            tuple(self.first[place] for place in positions),
        )


def score(rankings: Sequence[Sequence[int]], gold: Sequence[Set[int]]) -> Scores:
    """Score one ranking of passages for each question against its right passages."""
    pairs = list(zip(rankings, gold, strict=True))
    return Scores(
        tuple(ndcg(ranking, right) for ranking, right in pairs),
        tuple(first_right(ranking, right) for ranking, right in pairs),
    )


def ndcg(ranking: Sequence[int], right: Set[int], depth: int = DEPTH) -> float:
    """nDCG@depth with binary relevance, gain 1 / log2(rank + 1), as MTEB has it; 0 to 1."""
    gains = [1 / math.log2(rank + 1) for rank in range(1, depth + 1)]
    found = sum(gain for gain, item in zip(gains, ranking, strict=False) if item in right)
    ideal = sum(gains[: len(right)])
    return found / ideal if ideal else 0.0


def first_right(ranking: Sequence[int], right: Set[int], depth: int = DEPTH) -> int:
    """Rank (from 1) of the first right passage among `depth`, 0 where there is none."""
    for rank, item in enumerate(ranking[:depth], 1):
        if item in right:
            return rank
    return 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean difference between two rankers over the same questions, with its 95 % interval."""

    mean: float
    low: float
    high: float


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Difference:
    """How much `ours` lies above `theirs`, per question; times 100.

    The interval is the paired percentile bootstrap over questions (Efron and Tibshirani 1993):
    2,000 resamples from a fixed seed.
    """
    gaps = 100 * (np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64))
    if not len(gaps):
        return Difference(0.0, 0.0, 0.0)
    random = np.random.default_rng(_SEED)
    means = [gaps[random.integers(len(gaps), size=len(gaps))].mean() for _ in range(_ROUNDS)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Difference(float(gaps.mean()), float(low), float(high))
