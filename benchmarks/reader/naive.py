"""What needs no training: sentences by IDF-weighted overlap of bigrams with the question."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from vectorstore import sentences, terms


class Overlap:
    """Ranks the sentences of passages.

    Args:
        passages: of whose sentences it counts how rare a bigram is.
    """

    def __init__(self, passages: Iterable[str]) -> None:
        each = [_bigrams(sentence) for text in passages for sentence in split([text])]
        self._number = len(each)
        self._held = Counter(term for own in each for term in own)

    def ranked(self, question: str, passages: Sequence[str]) -> list[str]:
        """The sentences of the passages, best first."""
        asked = _bigrams(question)
        return sorted(split(passages), key=lambda each: -self._weight(asked & _bigrams(each)))

    def _weight(self, shared: Iterable[str]) -> float:
        return sum(math.log(self._number / self._held[term]) for term in sorted(shared))


def split(passages: Iterable[str]) -> list[str]:
    """The sentences of passages, in order."""
    return [text[start:end] for text in passages for start, end in sentences(text)]


def _bigrams(text: str) -> frozenset[str]:
    """Two characters of Chinese beside each other; Latin words and numbers whole."""
    return frozenset(term for term in terms(text) if len(term) > 1 or not "一" <= term <= "鿿")
