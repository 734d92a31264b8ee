"""How much a term matters: its rarity in Chinese news, counted in hashed buckets."""

import math
import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.bundled import bundled

_NAME = "xieshou-weights-v1"
_BUCKETS = 1 << 18


class TermWeights:
    """How much a term matters: its rarity in Chinese news, less for a pair of unrelated characters.

    Args:
        frequency: uint8, shape (2**18,); for each bucket 8 · log2(1 + articles that hold it).
        articles: how many articles were counted.
    """

    def __init__(self, frequency: NDArray[np.uint8], articles: int) -> None:
        self._frequency = frequency
        self._articles = articles
        self._cache: dict[str, float] = {}

    def weight(self, term: str) -> float:
        """Weight of a term, from about 0 to 10."""
        known = self._cache.get(term)
        if known is None:
            known = self._cache[term] = self._weigh(term)
        return known

    def _weigh(self, term: str) -> float:
        rarity = math.log(self._articles / (self.count(term) + 0.5))
        if len(term) != 2 or term.isascii():
            return max(rarity, 0.0)
        # Pointwise mutual information: 龙岩 belongs together, 与龙 only met there.
        expected = self.count(term[0]) * self.count(term[1]) / self._articles
        bond = math.log((self.count(term) + 0.1) / (expected + 0.1))
        return max(rarity, 0.0) * min(max((bond + 1.0) / 3.0, 0.15), 1.0)

    def count(self, term: str) -> float:
        """In about how many of the articles a term stands."""
        return float(2.0 ** (float(self._frequency[bucket(term)]) / 8.0) - 1.0)


@lru_cache(maxsize=1)
def load_weights() -> TermWeights:
    """The bundled weights."""
    tensors, config = bundled(_NAME)
    return TermWeights(tensors["frequency"], int(config["articles"]))


def bucket(term: str, buckets: int = _BUCKETS) -> int:
    """The bucket, of so many, that a term is counted in."""
    return zlib.crc32(term.encode()) % buckets
