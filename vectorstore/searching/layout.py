"""Candidates' pieces side by side, and those among them that a question's pieces meet."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BREAK = 65535
"""Stands between the heading and the sentences in the pieces of a chunk."""
RELATED = 0.5
"""Cosine of two pieces above which they are related."""

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Pieces = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where candidates and their segments (a heading, a sentence) begin among all pieces.

    Attributes:
        pieces: of all candidates, one after the other; shape (pieces,).
        candidates: index of each candidate's first piece; shape (candidates,).
        segments: index of each segment's first piece; shape (segments,).
        headings: index of each candidate's first segment, its heading; shape (candidates,).
        owners: the candidate of each segment; shape (segments,).
        articles: a number, from 0, for the article of each candidate; shape (candidates,).
        leads: the first sentence's segment of each candidate; its heading's if it has none.
        seconds: the second sentence's segment of each candidate; its first's if it has none.
    """

    pieces: Pieces
    candidates: Ints
    segments: Ints
    headings: Ints
    owners: Ints
    articles: Ints
    leads: Ints
    seconds: Ints

    @classmethod
    def of(cls, candidates: Sequence[Pieces], articles: Sequence[str] = ()) -> "Layout":
        """Lay the candidates' pieces side by side; one without any counts as an empty heading.

        Args:
            candidates: the pieces of each, heading first.
            articles: the article of each; each its own if there are none.
        """
        empty = np.array([BREAK], dtype=np.uint16)
        filled = [pieces if len(pieces) else empty for pieces in candidates]
        pieces = np.concatenate(filled)
        lengths = np.fromiter(map(len, filled), dtype=np.int64, count=len(filled))
        starts = np.cumsum(lengths) - lengths
        begins = np.zeros(len(pieces), dtype=bool)
        begins[1:] = pieces[:-1] == BREAK
        begins[starts] = True
        segments = np.flatnonzero(begins)
        headings = np.searchsorted(segments, starts)
        sizes = np.diff(headings, append=len(segments))
        owners = np.repeat(np.arange(len(filled)), sizes)
        number: dict[str | int, int] = {}
        of_each = articles or range(len(filled))
        numbers = np.array([number.setdefault(article, len(number)) for article in of_each])
        ends = np.append(headings[1:], len(segments)) - 1
        leads, seconds = np.minimum(headings + 1, ends), np.minimum(headings + 2, ends)
        return cls(pieces, starts, segments, headings, owners, numbers, leads, seconds)

    @property
    def lengths(self) -> Floats:
        """Number of pieces of each candidate, breaks included."""
        return np.diff(self.candidates, append=len(self.pieces)).astype(np.float32)

    def best(self, scores: Floats) -> Ints:
        """The segment with the greatest score of each candidate."""
        greatest = np.maximum.reduceat(scores, self.headings)
        rows = np.flatnonzero(scores == greatest[self.owners])
        owners, first = np.unique(self.owners[rows], return_index=True)
        assert len(owners) == len(self.headings)
        best: Ints = rows[first]
        return best

    def by_article(self, values: Floats) -> Floats:
        """The greatest of each article's candidates: from shape (rows, candidates) to articles."""
        order = np.argsort(self.articles, kind="stable")
        begins = np.flatnonzero(np.diff(self.articles[order], prepend=-1))
        greatest: Floats = np.maximum.reduceat(values[:, order], begins, axis=1)
        return greatest


@dataclass(frozen=True, slots=True)
class Met:
    """The few pieces of the candidates that are the same as, or related to, one of the question.

    Attributes:
        places: where they stand among all pieces, ascending; shape (met,).
        owners: the candidate of each.
        columns: which of the distinct ones each is.
        alike: cosine of each piece of the question with the distinct ones.
    """

    places: Ints
    owners: Ints
    columns: Ints
    alike: Floats

    @classmethod
    def of(cls, alike: Floats, best: Floats, rows: Ints, layout: Layout) -> "Met":
        """Look them up by the greatest cosine of each distinct piece."""
        is_met = best > RELATED
        distinct = np.flatnonzero(is_met)
        places = np.flatnonzero(is_met.take(rows))
        owners = np.searchsorted(layout.candidates, places, side="right") - 1
        columns = np.searchsorted(distinct, rows.take(places))
        return cls(places, owners, columns, alike.take(distinct, axis=1))

    def counted(self, candidates: int) -> Floats:
        """How often each candidate has each distinct one, shape (distinct, candidates)."""
        distinct = self.alike.shape[1]
        cells = self.columns * candidates + self.owners
        counts = np.bincount(cells, minlength=distinct * candidates)
        return counts.reshape(distinct, candidates).astype(np.float32)
