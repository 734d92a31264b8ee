"""Late interaction: how the pieces of a question meet the pieces of each candidate, as features.

A candidate's pieces come heading first, then sentence by sentence, with `BREAK` between. For each
piece of the question the most alike piece is looked for, in the whole chunk, in each sentence and
in the heading (MaxSim, Khattab and Zaharia 2020, here over static vectors).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BREAK = 65535
"""Stands between the heading and the sentences in the pieces of a chunk."""

# Pieces of the question that are looked at: what is longer is a pasted text.
_MOST_PIECES = 64
_SAME = 0.98
_RELATED = 0.5
# Rows of the table that are compared at once: what stays in the processor's own memory.
_BLOCK = 512

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Pieces = NDArray[np.uint16]
Bytes = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where candidates and their segments (a heading, a sentence) begin among all pieces.

    Attributes:
        pieces: of all candidates, one after the other; shape (pieces,).
        candidates: index of each candidate's first piece; shape (candidates,).
        segments: index of each segment's first piece; shape (segments,).
        headings: index of each candidate's first segment, its heading; shape (candidates,).
        owners: the candidate of each segment; shape (segments,).
    """

    pieces: Pieces
    candidates: Ints
    segments: Ints
    headings: Ints
    owners: Ints

    @classmethod
    def of(cls, candidates: list[Pieces]) -> "Layout":
        """Lay the candidates' pieces side by side; one without any counts as an empty heading."""
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
        return cls(pieces, starts, segments, headings, owners)

    @property
    def lengths(self) -> Floats:
        """Number of pieces of each candidate, breaks included."""
        return np.diff(self.candidates, append=len(self.pieces)).astype(np.float32)


class Interaction:
    """Compares a question with candidates by a table of piece vectors.

    Args:
        table: shape (pieces, dimensions): rows of length 1, or what becomes such by `scales`.
        weights: how much each piece says, shape (pieces,), above 0.
        scales: what each row is multiplied by, shape (pieces,); none for a table as it is.
    """

    def __init__(
        self, table: Floats | Bytes, weights: Floats, scales: Floats | None = None
    ) -> None:
        self._table = table
        self._weights = weights
        self._scales = np.ones(len(table), dtype=np.float32) if scales is None else scales

    def features(self, question: Pieces, layout: Layout) -> dict[str, Floats]:
        """Features of each candidate by name, each of shape (candidates,), most from 0 to 1.

        Args:
            question: the question's pieces in order, at least one.
            layout: the candidates' pieces.
        """
        question = question[:_MOST_PIECES]
        weights = self._weights[question]
        weights = weights / weights.sum()
        alike, rows = self._similarities(question, layout)
        by_piece = alike.take(rows, axis=1, mode="clip")
        by_segment = np.maximum(np.maximum.reduceat(by_piece, layout.segments, axis=1), 0)
        best = alike.max(axis=0)
        return {
            **_by_part(by_segment, weights, layout),
            **_by_count(_Met.of(alike, best, rows, layout), weights, layout),
            **self._by_focus(best.take(rows), weights @ by_segment, layout),
        }

    def _similarities(self, question: Pieces, layout: Layout) -> tuple[Floats, Ints]:
        """Cosine of each piece of the question with each distinct piece, and the pieces' columns.

        The last column, of what is no piece, has -1 everywhere.
        """
        pieces = layout.pieces.astype(np.int64)
        present = np.zeros(BREAK + 1, dtype=bool)
        present[pieces] = True
        present[BREAK] = False
        distinct = np.flatnonzero(present)
        column = np.empty(BREAK + 1, dtype=np.int64)
        column[distinct] = np.arange(len(distinct))
        column[BREAK] = len(distinct)
        alike = np.full((len(question), len(distinct) + 1), -1, dtype=np.float32)
        asked = np.ascontiguousarray((self._vectors(question) * self._scales[question, None]).T)
        for start in range(0, len(distinct), _BLOCK):
            some = distinct[start : start + _BLOCK]
            cosines = self._vectors(some) @ asked * self._scales[some, None]
            alike[:, start : start + len(some)] = cosines.T
        return alike, column.take(pieces)

    def _vectors(self, pieces: Pieces | Ints) -> Floats:
        """Rows of the table, not yet scaled."""
        return self._table.take(pieces, axis=0, mode="clip").astype(np.float32, copy=False)

    def _by_focus(self, alike: Floats, scores: Floats, layout: Layout) -> dict[str, Floats]:
        """How much of the best sentence, and of the first, is about the question at all."""
        is_piece = layout.pieces != BREAK
        weights = self._weights.take(layout.pieces, mode="clip") * is_piece
        about = np.add.reduceat(np.maximum(alike, 0) * weights, layout.segments)
        about = about / (np.add.reduceat(weights, layout.segments) + 1e-6)
        scores = scores.copy()
        scores[layout.headings] = -1
        best = _best_segments(scores, layout)
        about[layout.headings] = 0
        return {
            "focus": about[best],
            "focus_most": np.maximum.reduceat(about, layout.headings),
            "focus_lead": about[_leads(layout)],
            "early": (1 / np.maximum(1, best - layout.headings)).astype(np.float32),
            "length": np.log1p(layout.lengths) / 6,
        }


def _by_part(by_segment: Floats, weights: Floats, layout: Layout) -> dict[str, Floats]:
    """Weighted MaxSim over the chunk, its heading, its best sentence and pair of sentences."""
    heads = by_segment[:, layout.headings]
    sentences = by_segment.copy()
    sentences[:, layout.headings] = 0
    body = np.maximum.reduceat(sentences, layout.headings, axis=1)
    whole = np.maximum(body, heads)
    scores = weights @ sentences
    pairs = scores.copy()
    joined = weights @ np.maximum(sentences[:, 1:], sentences[:, :-1])
    pairs[:-1] = np.where(layout.owners[1:] == layout.owners[:-1], joined, scores[:-1])
    headed = weights @ np.maximum(sentences, heads.take(layout.owners, axis=1))
    exact = (sentences > _SAME).astype(np.float32)
    strongest = np.argsort(-weights, kind="stable")[:3]
    return {
        "whole": weights @ whole,
        "body": weights @ body,
        "heading": weights @ heads,
        "lead": scores[_leads(layout)],
        "sentence": np.maximum.reduceat(scores, layout.headings),
        "pair": np.maximum.reduceat(pairs, layout.headings),
        "headed": np.maximum.reduceat(headed, layout.headings),
        "exact": weights @ (whole > _SAME).astype(np.float32),
        "exact_sentence": np.maximum.reduceat(weights @ exact, layout.headings),
        "rare": (weights**2 / (weights**2).sum()) @ whole,
        "strongest": whole[strongest[0]],
        "strong": whole[strongest].min(axis=0),
        "weakest": np.sort(whole, axis=0)[: max(1, len(weights) // 4)].mean(axis=0),
    }


@dataclass(frozen=True, slots=True)
class _Met:
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
    def of(cls, alike: Floats, best: Floats, rows: Ints, layout: Layout) -> "_Met":
        """Look them up by the greatest cosine of each distinct piece."""
        is_met = best > _RELATED
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


def _by_count(met: _Met, weights: Floats, layout: Layout) -> dict[str, Floats]:
    """How often the question's pieces, pieces related to them, and pairs of them occur."""
    counted = met.counted(len(layout.candidates))
    same = met.alike > _SAME
    often = same.astype(np.float32) @ counted
    related = (met.alike > _RELATED).astype(np.float32) @ counted
    saturated = often / (often + (0.5 + layout.lengths / 360))
    return {
        "often": weights @ np.log1p(often),
        "related": weights @ np.log1p(related),
        "saturated": weights @ saturated,
        "phrases": _phrases(met, same, len(layout.candidates)) @ (weights[:-1] + weights[1:]),
    }


def _phrases(met: _Met, same: NDArray[np.bool_], candidates: int) -> Floats:
    """Which neighbours of the question stand side by side, shape (candidates, pairs)."""
    phrases = np.zeros((candidates, len(same) - 1), dtype=np.float32)
    side = np.flatnonzero((np.diff(met.places) == 1) & (met.owners[1:] == met.owners[:-1]))
    first, second = same[:-1, met.columns[side]], same[1:, met.columns[side + 1]]
    pairs, found = np.nonzero(first & second)
    phrases[met.owners[side[found]], pairs] = 1
    return phrases


def _leads(layout: Layout) -> Ints:
    """The first sentence's segment of each candidate; the heading's where there is none."""
    after = np.minimum(layout.headings + 1, len(layout.segments) - 1)
    same = layout.owners[after] == np.arange(len(layout.headings))
    leads: Ints = np.where(same, after, layout.headings)
    return leads


def _best_segments(scores: Floats, layout: Layout) -> Ints:
    """The segment with the greatest score of each candidate."""
    greatest = np.maximum.reduceat(scores, layout.headings)
    is_best = scores == greatest[layout.owners]
    rows = np.flatnonzero(is_best)
    owners, first = np.unique(layout.owners[rows], return_index=True)
    assert len(owners) == len(layout.headings)
    best: Ints = rows[first]
    return best
