"""Late interaction: how the pieces of a question meet the pieces of each candidate, as features.

A candidate's pieces come heading first, then sentence by sentence, with `BREAK` between. For each
piece of the question the most alike piece is looked for, in the whole chunk, in each sentence and
in the heading (MaxSim, Khattab and Zaharia 2020, here over static vectors).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vectorstore.searching.layout import BREAK, RELATED, Floats, Ints, Layout, Met, Pieces

# Pieces of the question that are looked at: what is longer is a pasted text.
_MOST_PIECES = 64
_SAME = 0.98
# Rows of the table that are compared at once: what stays in the processor's own memory.
_BLOCK = 512

Bytes = NDArray[np.int8]


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

    def features(
        self, question: Pieces, layout: Layout, is_main: NDArray[np.bool_] | None = None
    ) -> dict[str, Floats]:
        """Features of each candidate by name, each of shape (candidates,), most from 0 to 1.

        Args:
            question: the question's pieces in order, at least one.
            layout: the candidates' pieces.
            is_main: which of the question's pieces are not in a label such as 【…】; all if None.
        """
        question = question[:_MOST_PIECES]
        weights = self._weights[question]
        weights = weights / weights.sum()
        main = weights if is_main is None else weights * is_main[:_MOST_PIECES]
        alike, rows = self._similarities(question, layout)
        by_piece = alike.take(rows, axis=1, mode="clip")
        by_segment = np.maximum(np.maximum.reduceat(by_piece, layout.segments, axis=1), 0)
        best = alike.max(axis=0)
        parts = _Parts.of(by_segment, layout)
        return {
            **_by_part(parts, weights, layout),
            **_by_main(parts, main if main.any() else weights, layout),
            **_by_rarity(parts, weights, layout),
            **_by_count(Met.of(alike, best, rows, layout), weights, layout),
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
        met = np.add.reduceat(np.maximum(alike, 0) * weights, layout.segments)
        said = np.add.reduceat(weights, layout.segments)
        about = met / (said + 1e-6)
        met, said = (np.add.reduceat(sums, layout.headings) for sums in (met, said))
        scores = scores.copy()
        scores[layout.headings] = -1
        best = layout.best(scores)
        about[layout.headings] = 0
        return {
            "focus": about[best],
            "focus_whole": met / (said + 1e-6),
            "focus_most": np.maximum.reduceat(about, layout.headings),
            "focus_lead": about[layout.leads],
            "early": (1 / np.maximum(1, best - layout.headings)).astype(np.float32),
            "length": np.log1p(layout.lengths) / 6,
        }


@dataclass(frozen=True, slots=True)
class _Parts:
    """The greatest cosine of each piece of the question with the pieces of a part, from 0 to 1.

    Attributes:
        heads: with the heading of each candidate, shape (question pieces, candidates).
        sentences: with each segment, 0 for headings; shape (question pieces, segments).
        whole: with the whole candidate, shape (question pieces, candidates).
        body: with the whole candidate but the heading.
        opening: with its first two sentences.
    """

    heads: Floats
    sentences: Floats
    whole: Floats
    body: Floats
    opening: Floats

    @classmethod
    def of(cls, by_segment: Floats, layout: Layout) -> "_Parts":
        """Join the segments of each candidate."""
        heads = by_segment[:, layout.headings]
        sentences = by_segment.copy()
        sentences[:, layout.headings] = 0
        body = np.maximum.reduceat(sentences, layout.headings, axis=1)
        opening = np.maximum(sentences[:, layout.leads], sentences[:, layout.seconds])
        return cls(heads, sentences, np.maximum(body, heads), body, opening)


def _by_part(parts: _Parts, weights: Floats, layout: Layout) -> dict[str, Floats]:
    """Weighted MaxSim over the chunk, its heading, its best sentence and pair of sentences."""
    heads, sentences, whole = parts.heads, parts.sentences, parts.whole
    scores = weights @ sentences
    pairs = scores.copy()
    joined = weights @ np.maximum(sentences[:, 1:], sentences[:, :-1])
    pairs[:-1] = np.where(layout.owners[1:] == layout.owners[:-1], joined, scores[:-1])
    headed = weights @ np.maximum(sentences, heads.take(layout.owners, axis=1))
    exact = (sentences > _SAME).astype(np.float32)
    strongest = np.argsort(-weights, kind="stable")[:3]
    return {
        "whole": weights @ whole,
        "body": weights @ parts.body,
        "heading": weights @ heads,
        "lead": scores[layout.leads],
        "opening": weights @ parts.opening,
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


def _by_main(parts: _Parts, main: Floats, layout: Layout) -> dict[str, Floats]:
    """The same for what the question says beside its labels."""
    main = main / main.sum()
    scores = main @ parts.sentences
    return {
        "main": main @ parts.whole,
        "main sentence": np.maximum.reduceat(scores, layout.headings),
        "main lead": scores[layout.leads],
    }


def _by_rarity(parts: _Parts, weights: Floats, layout: Layout) -> dict[str, Floats]:
    """The same with pieces that few of the candidates' articles have counting most.

    What all candidates say does not tell which of them is asked for.
    """
    of_articles = layout.by_article(parts.whole)
    share = (of_articles > _SAME).mean(axis=1)
    telling = weights * np.log(1.02 / (share + 0.02))
    telling = (telling / (telling.sum() + 1e-6)).astype(np.float32)
    return {
        "telling": telling @ parts.whole,
        "telling sentence": np.maximum.reduceat(telling @ parts.sentences, layout.headings),
        "telling opening": telling @ parts.opening,
        "telling exact": telling @ (parts.whole > _SAME).astype(np.float32),
        "telling article": (telling @ of_articles)[layout.articles],
        "article covers": (weights @ of_articles)[layout.articles],
    }


def _by_count(met: Met, weights: Floats, layout: Layout) -> dict[str, Floats]:
    """How often the question's pieces, pieces related to them, and pairs of them occur."""
    counted = met.counted(len(layout.candidates))
    same = met.alike > _SAME
    often = same.astype(np.float32) @ counted
    related = (met.alike > RELATED).astype(np.float32) @ counted
    saturated = often / (often + (0.5 + layout.lengths / 360))
    return {
        "often": weights @ np.log1p(often),
        "related": weights @ np.log1p(related),
        "saturated": weights @ saturated,
        "phrases": _phrases(met, same, len(layout.candidates)) @ (weights[:-1] + weights[1:]),
    }


def _phrases(met: Met, same: NDArray[np.bool_], candidates: int) -> Floats:
    """Which neighbours of the question stand side by side, shape (candidates, pairs)."""
    phrases = np.zeros((candidates, len(same) - 1), dtype=np.float32)
    side = np.flatnonzero((np.diff(met.places) == 1) & (met.owners[1:] == met.owners[:-1]))
    first, second = same[:-1, met.columns[side]], same[1:, met.columns[side + 1]]
    pairs, found = np.nonzero(first & second)
    phrases[met.owners[side[found]], pairs] = 1
    return phrases
