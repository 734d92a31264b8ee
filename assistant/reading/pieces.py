"""How the encoder sees a text: pieces of words, each with its place in the text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from vectorstore import simplify

Ids = NDArray[np.int64]

LONGEST = 384
"""Most pieces of question, heading and passage together; what is beyond is not read."""
_ASKED = 160
_PAD = 1
# A longer title is cut.
_TITLE = 60


@dataclass(frozen=True, slots=True)
class Pair:
    """A question (or a claim) and a passage as pieces.

    Attributes:
        ids: `<s> asked </s></s> heading passage </s>`, shape (length,).
        starts: where each piece starts in the passage, −1 where it is no piece of the passage.
        ends: where it ends there.
    """

    ids: Ids
    starts: Ids
    ends: Ids


class Pieces:
    """Cuts texts into the encoder's pieces.

    Args:
        tokenizer: the model of `tokenizers` that was written with the encoder.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def pairs(self, asked: Sequence[str], passages: Sequence[tuple[str, str]]) -> list[Pair]:
        """Pairs for the encoder, one for each place of the two sequences.

        Args:
            asked: questions or claims, in any script.
            passages: for each its heading (title and date, see `vectorstore.heading`) and text.
        """
        first = self._cut([simplify(text) for text in asked])
        second = self._cut([simplify(_short(head) + text) for head, text in passages])
        return [
            _pair(one.ids[:_ASKED], other, len(_short(head)))
            for one, other, (head, _) in zip(first, second, passages, strict=True)
        ]

    def _cut(self, texts: list[str]) -> list["_Cut"]:
        once = {text: self._cut_one(text) for text in dict.fromkeys(texts)}
        return [once[text] for text in texts]

    def _cut_one(self, text: str) -> "_Cut":
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        places = np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        return _Cut(list(encoding.ids), places)


@dataclass(frozen=True, slots=True)
class _Cut:
    ids: list[int]
    places: Ids


def _short(heading: str) -> str:
    title, *rest = heading.split("\n", 1)
    return "\n".join([title[:_TITLE], *rest])


def _pair(asked: list[int], passage: _Cut, before: int) -> Pair:
    room = LONGEST - len(asked) - 4
    ids = [0, *asked, 2, 2, *passage.ids[:room], 2]
    places = np.full((len(ids), 2), -1, dtype=np.int64)
    own = passage.places[:room] - before
    own = np.where(own[:, 1:] > 0, np.maximum(own, 0), -1)
    places[len(asked) + 3 : -1] = own
    return Pair(np.asarray(ids, dtype=np.int64), places[:, 0], places[:, 1])


def batch(pairs: Sequence[Pair]) -> tuple[Ids, Ids]:
    """Ids and mask (1 where a piece stands) of pairs, shape (pairs, longest)."""
    ids = np.full((len(pairs), max(len(pair.ids) for pair in pairs)), _PAD, dtype=np.int64)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = pair.ids
    return ids, (ids != _PAD).astype(np.int64)
