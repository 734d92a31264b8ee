"""Retrieval measures over one ranked list: hit at k, reciprocal rank, nDCG. Pure functions."""

import math
from collections.abc import Collection, Sequence

from assistant.evaluation.marking import overlaps


def evidence_ranks(texts: Sequence[str], evidence: Sequence[str]) -> list[int | None]:
    """Give for each evidence quote the rank from 1 of the first text that holds it, else None."""
    return [
        next((rank for rank, text in enumerate(texts, 1) if overlaps(text, quote)), None)
        for quote in evidence
    ]


def article_ranks(found: Sequence[Collection[str]], wanted: Sequence[str]) -> list[int | None]:
    """Give for each wanted article its rank among the distinct articles found, else None.

    Args:
        found: for each hit, best first, the names of its article.
        wanted: names of articles.
    """
    distinct: list[Collection[str]] = []
    for names in found:
        if names not in distinct:
            distinct.append(names)
    return [
        next((rank for rank, names in enumerate(distinct, 1) if name in names), None)
        for name in wanted
    ]


def first(ranks: Sequence[int | None]) -> int | None:
    """Give the best of the ranks, None where nothing was found."""
    return min((rank for rank in ranks if rank is not None), default=None)


def hit_at(ranks: Sequence[int | None], k: int) -> bool:
    """Whether anything relevant stands among the first `k`."""
    best = first(ranks)
    return best is not None and best <= k


def reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """1 / the best rank, and 0 where nothing was found (Voorhees, TREC-8, 1999)."""
    best = first(ranks)
    return 1 / best if best else 0.0


def ndcg(ranks: Sequence[int | None], k: int) -> float:
    """Normalised discounted cumulative gain of the first `k`, with gains of 0 and 1.

    A hit gains 1 where it is the first to hold something relevant, also where it holds two such
    things at once; the ideal list has these hits, and one for each thing that was not found, at its
    top. (Järvelin and Kekäläinen, ACM TOIS 20, 2002; the logarithm is to base 2.)
    """
    gaining = {rank for rank in ranks if rank is not None}
    ideal = len(gaining) + sum(rank is None for rank in ranks)
    gained = sum(1 / math.log2(rank + 1) for rank in gaining if rank <= k)
    best = sum(1 / math.log2(rank + 1) for rank in range(1, min(ideal, k) + 1))
    return gained / best if best else 0.0
