"""Tell a reprint, the same article in another place, from an article that only resembles it."""

import hashlib
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.chinese import digits, fold, sentences

_PERMUTATIONS = 128
_SHINGLE = 4
_FIGURES_BYTES = 8
# Share of common 4-character runs (estimated, ±0.04). Reprints differ by a headline, an editor's
# line or a cut last paragraph; yearly reports from one template differ in figures instead.
_SAME = 0.85
# Reprints keep their sentences, or drop them; articles from one template change a name or a word
# in most. Above this share of reworded sentences, a text is an article of its own.
_REWORDED = 0.2
_LIKE = 0.5
# Enough to know a text by; hashing every run of a book would take minutes and gigabytes.
_MOST_CHARACTERS = 50_000
_SLICE = 5_000
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
    numbers = " ".join(sorted(set(_FIGURE.findall(folded))))
    figures = hashlib.sha256(numbers.encode()).digest()[:_FIGURES_BYTES]
    head = folded[:_MOST_CHARACTERS]
    shingles = sorted({head[i : i + _SHINGLE] for i in range(max(1, len(head) - _SHINGLE + 1))})
    minhash: Any = MinHash(num_perm=_PERMUTATIONS)
    for start in range(0, len(shingles), _SLICE):
        minhash.update_batch([shingle.encode() for shingle in shingles[start : start + _SLICE]])
    return figures + bytes(minhash.hashvalues.astype("<u4").tobytes())


def is_reprint(text: str, other: str) -> bool:
    """Whether two texts with like signatures are printings of one article.

    They are not where many sentences of the shorter one stand reworded in the other: then one
    template was filled in twice, for another place or year.
    """
    shorter, longer = sorted((_sentences(text), _sentences(other)), key=len)
    new, old = shorter - longer, longer - shorter
    pairs = [_pairs(sentence) for sentence in old]
    limit = int(len(shorter) * _REWORDED)
    reworded = 0
    for sentence in new:
        own = _pairs(sentence)
        reworded += any(len(own & each) >= _LIKE * len(own | each) for each in pairs)
        if reworded > limit:
            return False
    return True


def _sentences(text: str) -> set[str]:
    folded = fold(text[:_MOST_CHARACTERS])
    pieces = ("".join(_WORD.findall(folded[start:end])) for start, end in sentences(folded))
    return {piece for piece in pieces if piece}


def _pairs(sentence: str) -> set[str]:
    return {sentence[i : i + 2] for i in range(max(1, len(sentence) - 1))}


class Signatures:
    """The signatures of all stored articles, to find the one that a text is a reprint of.

    Args:
        known: signature of each article, by its id.
    """

    def __init__(self, known: dict[str, bytes]) -> None:
        self._figures: dict[str, bytes] = {}
        self._hashes: dict[bytes, dict[str, bytes]] = {}
        for article_id, value in known.items():
            self.add(article_id, value)

    def add(self, article_id: str, value: bytes) -> None:
        """Know one more article, or another text of one."""
        self.discard(article_id)
        figures, hashes = value[:_FIGURES_BYTES], value[_FIGURES_BYTES:]
        self._figures[article_id] = figures
        self._hashes.setdefault(figures, {})[article_id] = hashes

    def discard(self, article_id: str) -> None:
        """Forget an article, known or not."""
        figures = self._figures.pop(article_id, None)
        if figures is not None:
            del self._hashes[figures][article_id]

    def find(self, value: bytes) -> str | None:
        """Id of the stored article that a text with this signature is most like, if like enough."""
        group = self._hashes.get(value[:_FIGURES_BYTES])
        if not group:
            return None
        known: NDArray[np.uint32] = np.frombuffer(b"".join(group.values()), dtype="<u4")
        hashes = np.frombuffer(value[_FIGURES_BYTES:], dtype="<u4")
        likeness = (known.reshape(-1, _PERMUTATIONS) == hashes).mean(axis=1)
        best = int(likeness.argmax())
        return list(group)[best] if likeness[best] >= _SAME else None
