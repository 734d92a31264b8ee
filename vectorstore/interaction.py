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
        owners = np.repeat(np.arange(len(filled)), np.diff([*headings, len(segments)]))
        return cls(pieces, starts, segments, headings, owners)


class Interaction:
    """Compares a question with candidates by a table of piece vectors.

    Args:
        table: shape (pieces, dimensions), rows of length 1.
        weights: how much each piece says, shape (pieces,), above 0.
    """

    def __init__(self, table: Floats, weights: Floats) -> None:
        self._table = table
        self._weights = weights

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
        by_piece = alike[rows]
        by_segment = np.maximum(np.maximum.reduceat(by_piece, layout.segments, axis=0), 0)
        return {
            **_by_part(by_segment, weights, layout),
            **_by_count(alike, rows, weights, layout),
            **self._by_focus(alike.max(axis=1)[rows], by_segment @ weights, layout),
        }

    def _similarities(self, question: Pieces, layout: Layout) -> tuple[Floats, Ints]:
        """Cosine of each distinct piece with every piece of the question, and the pieces' rows.

        The last row, of what is no piece, has -1 everywhere.
        """
        present = np.zeros(BREAK + 1, dtype=bool)
        present[layout.pieces] = True
        present[BREAK] = False
        distinct = np.flatnonzero(present)
        row = np.full(BREAK + 1, len(distinct), dtype=np.int64)
        row[distinct] = np.arange(len(distinct))
        alike = np.full((len(distinct) + 1, len(question)), -1, dtype=np.float32)
        np.matmul(self._table[distinct], self._table[question].T, out=alike[:-1])
        return alike, row[layout.pieces]

    def _by_focus(self, alike: Floats, scores: Floats, layout: Layout) -> dict[str, Floats]:
        """How much of the best sentence, and of the first, is about the question at all."""
        pieces = np.where(layout.pieces == BREAK, 0, layout.pieces)
        weights = np.where(layout.pieces == BREAK, 0, self._weights[pieces])
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
            "length": np.log1p(np.diff([*layout.candidates, len(layout.pieces)])) / 6,
        }


def _by_part(by_segment: Floats, weights: Floats, layout: Layout) -> dict[str, Floats]:
    """Weighted MaxSim over the chunk, its heading, its best sentence and pair of sentences."""
    heads = by_segment[layout.headings]
    sentences = by_segment.copy()
    sentences[layout.headings] = 0
    body = np.maximum.reduceat(sentences, layout.headings, axis=0)
    whole = np.maximum(body, heads)
    scores = sentences @ weights
    pairs = scores.copy()
    joined = np.maximum(sentences[1:], sentences[:-1]) @ weights
    pairs[:-1] = np.where(layout.owners[1:] == layout.owners[:-1], joined, scores[:-1])
    headed = np.maximum(sentences, heads[layout.owners]) @ weights
    exact = (sentences > _SAME).astype(np.float32)
    strongest = np.argsort(-weights, kind="stable")[:3]
    return {
        "whole": whole @ weights,
        "body": body @ weights,
        "heading": heads @ weights,
        "lead": scores[_leads(layout)],
        "sentence": np.maximum.reduceat(scores, layout.headings),
        "pair": np.maximum.reduceat(pairs, layout.headings),
        "headed": np.maximum.reduceat(headed, layout.headings),
        "exact": (whole > _SAME).astype(np.float32) @ weights,
        "exact_sentence": np.maximum.reduceat(exact @ weights, layout.headings),
        "rare": whole @ (weights**2 / (weights**2).sum()),
        "strongest": whole[:, strongest[0]],
        "strong": whole[:, strongest].min(axis=1),
        "weakest": np.sort(whole, axis=1)[:, : max(1, len(weights) // 4)].mean(axis=1),
    }


def _by_count(alike: Floats, rows: Ints, weights: Floats, layout: Layout) -> dict[str, Floats]:
    """How often the question's pieces, pieces related to them, and pairs of them occur."""
    same = (alike > _SAME).astype(np.float32)[rows]
    often = np.add.reduceat(same, layout.candidates, axis=0)
    near = (alike > _RELATED).astype(np.float32)[rows]
    related = np.add.reduceat(near, layout.candidates, axis=0)
    lengths = np.diff([*layout.candidates, len(rows)]).astype(np.float32)[:, None]
    saturated = (often / (often + (0.5 + lengths / 360))).astype(np.float32)
    features: dict[str, Floats] = {
        "often": np.log1p(often) @ weights,
        "related": np.log1p(related) @ weights,
        "saturated": saturated @ weights,
    }
    # Two pieces that stand side by side in both; a text of one piece has none.
    following = np.zeros((len(rows), len(weights)), dtype=np.float32)
    following[:-1, :-1] = same[:-1, :-1] * same[1:, 1:]
    following[layout.candidates[1:] - 1] = 0
    phrases = np.maximum.reduceat(following, layout.candidates, axis=0)
    features["phrases"] = phrases[:, :-1] @ (weights[:-1] + weights[1:])
    return features


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
