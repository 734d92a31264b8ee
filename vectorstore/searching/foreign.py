"""An English question → Chinese terms for the lexical side, by the embedder's own neighbourhood.

The bundled model has English words and Chinese pieces in one space; the nearest pieces of a word
are its translations, so no dictionary is needed where the question is asked.
"""

import re
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vectorstore.chinese import folded_terms, has_chinese

_LATIN = re.compile(r"[a-z]{2,}")
_NEIGHBOURS = 3
# Training leaves words that say little, as the and what, short vectors.
_TELLING = 0.5
# Cosine from which a Chinese piece is taken for a translation, and the longest piece taken.
_NEAR = 0.35
_LONGEST = 4


class Neighbourhood:
    """The Chinese pieces near a piece.

    Args:
        vocabulary: id of each piece.
        table: vectors of the pieces, shape (pieces, dimensions).
    """

    def __init__(self, vocabulary: dict[str, int], table: NDArray[np.float32]) -> None:
        self._table = table
        self._lengths = np.maximum(np.linalg.norm(table, axis=1), 1e-9)
        least = _TELLING * float(np.median(self._lengths))
        self._ids = {piece: row for piece, row in vocabulary.items() if self._lengths[row] >= least}
        self._chinese = [
            piece for piece in self._ids if has_chinese(piece[:1]) and len(piece) <= _LONGEST
        ]
        self._rows = np.array([self._ids[piece] for piece in self._chinese])
        self._found: dict[str, dict[str, float]] = {}

    def translations(self, words: list[str]) -> dict[str, dict[str, float]]:
        """Chinese pieces that may stand for each word, with their cosine; unknown words have none.

        Each word that was not asked for before takes 3 ms, or 10 if it is the only one.
        """
        known = [word for word in dict.fromkeys(words) if word in self._ids]
        unmet = [word for word in known if word not in self._found]
        if unmet:
            ids = [self._ids[word] for word in unmet]
            # This way round the product takes half as long.
            cosines = np.ascontiguousarray((self._table @ self._table[ids].T).T)
            cosines /= self._lengths * self._lengths[ids][:, None]
            self._found |= zip(unmet, map(self._nearest, cosines), strict=True)
        return {word: self._found[word] for word in known}

    def _nearest(self, cosines: NDArray[np.float32]) -> dict[str, float]:
        """The nearest Chinese pieces, from the cosines of all pieces."""
        near = cosines[self._rows]
        rows = np.flatnonzero(near >= _NEAR)
        best = rows[np.argsort(-near[rows])][:_NEIGHBOURS]
        return {self._chinese[row]: float(near[row]) for row in best}


def chinese_terms(question: str, neighbourhood: Callable[[], Neighbourhood]) -> dict[str, float]:
    """Weighted Chinese terms for a question that holds no Chinese character; else none.

    Args:
        question: folded.
        neighbourhood: gives the neighbourhood; only called where it is needed.
    """
    words = _LATIN.findall(question)
    if not words or has_chinese(question):
        return {}
    found: dict[str, float] = {}
    for pieces in neighbourhood().translations(words).values():
        for piece, cosine in pieces.items():
            told = [term for term in folded_terms(piece) if len(term) > 1 or len(piece) == 1]
            for term in told:
                found[term] = max(found.get(term, 0.0), cosine / len(told))
    return found
