"""Tell a reprint, the same article in another place, from an article that only resembles it."""

import hashlib
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.chinese import digits, fold

_PERMUTATIONS = 128
_SHINGLE = 4
_FIGURES_BYTES = 8
# Share of common 4-character runs (estimated, ±0.04). Reprints differ by a headline, an editor's
# line or a cut last paragraph; yearly reports from one template differ in figures instead.
_SAME = 0.85
_WORD = re.compile(r"[\w]+")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")


def signature(text: str) -> bytes:
    """Bytes that are close for two printings of one article: a MinHash (Broder 1997), figures.

    Args:
        text: the article's cleaned text, in any script.

    Returns:
        8 bytes that stand for all figures of the text, then 128 hash values of 4 bytes each.
    """
    from datasketch import MinHash

    folded = digits("".join(_WORD.findall(fold(text))))
    shingles = {folded[i : i + _SHINGLE] for i in range(max(1, len(folded) - _SHINGLE + 1))}
    minhash: Any = MinHash(num_perm=_PERMUTATIONS)
    minhash.update_batch([shingle.encode() for shingle in shingles])
    numbers = " ".join(sorted(set(_FIGURE.findall(folded))))
    figures = hashlib.sha256(numbers.encode()).digest()[:_FIGURES_BYTES]
    return figures + bytes(minhash.hashvalues.astype("<u4").tobytes())


class Signatures:
    """The signatures of all stored articles, to find the one that a text is a reprint of.

    Args:
        known: signature of each article, by its id.
    """

    def __init__(self, known: dict[str, bytes]) -> None:
        self._by_figures: dict[bytes, dict[str, NDArray[np.uint32]]] = {}
        for article_id, value in known.items():
            self.add(article_id, value)

    def add(self, article_id: str, value: bytes) -> None:
        """Know one more article."""
        figures, hashes = _split(value)
        self._by_figures.setdefault(figures, {})[article_id] = hashes

    def discard(self, article_id: str) -> None:
        """Forget an article, known or not."""
        for group in self._by_figures.values():
            group.pop(article_id, None)

    def find(self, value: bytes) -> str | None:
        """Id of the stored article that a text with this signature is a reprint of."""
        figures, hashes = _split(value)
        likeness = {
            article_id: float((known == hashes).mean())
            for article_id, known in self._by_figures.get(figures, {}).items()
        }
        best = max(likeness, key=lambda article_id: likeness[article_id], default=None)
        return best if best is not None and likeness[best] >= _SAME else None


def _split(value: bytes) -> tuple[bytes, NDArray[np.uint32]]:
    return value[:_FIGURES_BYTES], np.frombuffer(value[_FIGURES_BYTES:], dtype="<u4")
