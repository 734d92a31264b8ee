"""Extractive answers: the sentences of the hits that answer a question, or the sense to abstain."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.evidence import Passage, Scorer
from assistant.places import places
from assistant.question import Kind, Question, analyse
from assistant.span import short_answer
from vectorstore import Hit, heading, sentences, simplify

# A sentence longer than this is narrowed to the clauses that match; an answer of a few facts
# should be short enough to read at a glance.
_LONG_SENTENCE = 160
_CLAUSE_ENDS = "，,；;。：:"
# By kind of question: most characters and most sentences of an answer, and the share of the best
# sentence's score that a further sentence must reach.
_SHORT_LIMITS = (190, 2, 0.5)
_LONG_LIMITS = (420, 4, 0.3)
_LONG_KINDS: frozenset[Kind] = frozenset({"list", "why_how", "compare"})


_Place = tuple[Hit, int, int]
"""A hit, and start and end of a sentence within its chunk's text."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A run of an article that answers: `article.text[start:end] == text`."""

    hit: Hit
    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the evidence in reading order, and how sure the reader is.

    `evidence` is empty where the reader abstains; `reason` then says why, in Chinese.
    """

    evidence: list[Evidence]
    short: str
    confidence: float
    reason: str = ""


def read(question: str, hits: Sequence[Hit], scorer: Scorer) -> Reading:
    """Read the hits for the sentences that answer the question.

    Args:
        question: as it stands alone, in any script.
        hits: best first.
        scorer: gives each sentence the probability that it answers; the reader abstains where
            the best stays below its threshold.
    """
    asked = analyse(question)
    candidates = _score(asked, hits, scorer)
    if not candidates:
        return Reading([], "", 0.0, "没有找到相关的文章")
    best = candidates[0]
    missing = _missing_places(question, best)
    if missing:
        return Reading([], "", best.score / 2, f"文章没有在所问的事情上提到{'、'.join(missing)}")
    if best.score < scorer.threshold:
        return Reading([], "", best.score, "文章中没有找到足以回答这个问题的句子")
    chosen = _choose(asked, candidates)
    return Reading(chosen, short_answer(asked, chosen[0].text), best.score)


def _score(question: Question, hits: Sequence[Hit], scorer: Scorer) -> list[Evidence]:
    """Every sentence of the hits, once, best first."""
    found: dict[tuple[str, int], _Place] = {}
    for hit in hits:
        for start, end in sentences(hit.chunk.text):
            place = (hit.chunk.article_id, hit.chunk.start + start)
            found.setdefault(place, (hit, start, end))
    spans = list(found.values())
    passages = [
        Passage(hit.chunk.text[start:end], hit.chunk.text, heading(hit.title, hit.published))
        for hit, start, end in spans
    ]
    scores: NDArray[np.float32] = scorer.score(question, passages)
    order = np.argsort(-scores, kind="stable")
    return [_evidence(spans[row], float(scores[row])) for row in order]


def _evidence(place: _Place, score: float) -> Evidence:
    hit, start, end = place
    text = hit.chunk.text[start:end]
    return Evidence(hit, text, hit.chunk.start + start, hit.chunk.start + end, score)


def _missing_places(question: str, best: Evidence) -> list[str]:
    """Places that the question names and the best sentence's chunk and title do not."""
    hit = best.hit
    around = simplify(f"{hit.title}{hit.chunk.text}")
    return [place for place in places(simplify(question)) if place not in around]


def _choose(question: Question, candidates: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence, and what belongs beside it, in the order of the articles."""
    most_characters, most_sentences, share = (
        _LONG_LIMITS if question.kind in _LONG_KINDS else _SHORT_LIMITS
    )
    chosen: list[Evidence] = []
    room = most_characters
    for candidate in candidates:
        piece = _narrowed(question, candidate, room if chosen else most_characters)
        if chosen and (candidate.score < share * candidates[0].score or len(piece.text) > room):
            continue
        chosen.append(piece)
        room -= len(piece.text)
        if len(chosen) == most_sentences:
            break
    return chosen


def _narrowed(question: Question, evidence: Evidence, most: int) -> Evidence:
    """A long sentence cut down to the run of its clauses that matches the question best."""
    if len(evidence.text) <= min(most, _LONG_SENTENCE):
        return evidence
    wanted = {term for term in question.content if len(term) > 1}
    clauses = list(_clauses(evidence.text))
    best, best_value = (0, len(evidence.text)), -1.0
    for first in range(len(clauses)):
        for last in range(first, len(clauses)):
            start, end = clauses[first][0], clauses[last][1]
            if end - start > min(most, _LONG_SENTENCE):
                break
            text = simplify(evidence.text[start:end]).lower()
            value = sum(term in text for term in wanted) + (end - start) / 1000
            if value > best_value:
                best, best_value = (start, end), value
    start, end = best
    return Evidence(
        evidence.hit,
        evidence.text[start:end],
        evidence.start + start,
        evidence.start + end,
        evidence.score,
    )


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for position, character in enumerate(text):
        if character in _CLAUSE_ENDS:
            yield start, position + 1
            start = position + 1
    if start < len(text):
        yield start, len(text)
