"""Texts as the span network sees them: characters, words, and what another text shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore import fold, words_at

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

FEATURES = (
    "its character is in the other",
    "its pair of characters is in the other",
    "its three characters are in the other",
    "its word is in the other",
    "is a digit",
    "is a mark",
    "coverage of its sentence",
    "coverage of its sentence beside the best",
)
UNKNOWN, MASK, SPACE = 1, 2, 3
FIRST = 4
"""The ids of what is no character of the alphabet, and of the alphabet's first; 0 is padding."""


@dataclass(frozen=True, slots=True)
class Letters:
    """A folded text.

    Attributes:
        text: the text.
        characters: the id of each character.
        words: the id of the word that each stands in, 0 for none.
        begins: 1 where a word begins, else 0.
    """

    text: str
    characters: Ints
    words: Ints
    begins: Ints

    def at(self, places: slice | Ints) -> "Letters":
        """Those of some places."""
        chosen = (
            self.text[places]
            if isinstance(places, slice)
            else "".join([self.text[place] for place in places])
        )
        return Letters(chosen, self.characters[places], self.words[places], self.begins[places])


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts padded at their ends with zeros; arrays of shape (length, texts).

    Attributes:
        characters, words, begins: as in `Letters`.
        features: `FEATURES` of each character, shape (length, texts, len(FEATURES)).
    """

    characters: Ints
    words: Ints
    begins: Ints
    features: Floats


def ids_of(alphabet: str) -> dict[str, int]:
    """The id of each character of an alphabet."""
    return {character: place for place, character in enumerate(alphabet, FIRST)}


def spelled(texts: Sequence[str], ids: Mapping[str, int]) -> list[Letters]:
    """The letters of texts of any script."""
    found = []
    folded = [fold(text) for text in texts]
    for text, (words, begins) in zip(folded, words_at(folded), strict=True):
        own = [SPACE if each.isspace() else ids.get(each, UNKNOWN) for each in text]
        found.append(Letters(text, np.asarray(own, dtype=np.int64), words, begins))
    return found


def batch(pairs: Sequence[tuple[Letters, Floats]]) -> Batch:
    """Put texts with their features together."""
    longest = max(len(letters.text) for letters, _ in pairs)
    ids = np.zeros((3, longest, len(pairs)), dtype=np.int64)
    table = np.zeros((longest, len(pairs), len(FEATURES)), dtype=np.float32)
    for column, (letters, features) in enumerate(pairs):
        own = slice(0, len(letters.text))
        ids[0, own, column] = letters.characters
        ids[1, own, column] = letters.words
        ids[2, own, column] = letters.begins
        table[own, column] = features
    return Batch(ids[0], ids[1], ids[2], table)


def shared(letters: Letters, other: Letters, sentences: Sequence[tuple[int, int]] = ()) -> Floats:
    """`FEATURES` of each character beside another text, shape (characters, len(FEATURES)).

    Args:
        letters: the text.
        other: the question to a passage, or the passage to a question.
        sentences: where the text's sentences begin and end; none for a question.
    """
    rows = np.zeros((len(letters.text), len(FEATURES)), dtype=np.float32)
    _mark(rows, letters.text, other.text)
    rows[:, 3] = np.isin(letters.words, other.words[other.words > 0])
    pairs = _runs(other.text, 2)
    covered = [len(_runs(letters.text[a:b], 2) & pairs) / max(len(pairs), 1) for a, b in sentences]
    for (start, end), share in zip(sentences, covered, strict=True):
        rows[start:end, 6] = share
        rows[start:end, 7] = share / (max(covered) or 1.0)
    return rows


def _mark(rows: Floats, text: str, other: str) -> None:
    one, two, three = (_runs(other, length) for length in (1, 2, 3))
    for place, character in enumerate(text):
        if character in one:
            rows[place, 0] = 1
            if text[place : place + 2] in two:
                rows[place : place + 2, 1] = 1
            if text[place : place + 3] in three:
                rows[place : place + 3, 2] = 1
        if character.isdigit():
            rows[place, 4] = 1
        elif not character.isalnum():
            rows[place, 5] = 1


def _runs(text: str, length: int) -> set[str]:
    return {text[at : at + length] for at in range(len(text) - length + 1)}
