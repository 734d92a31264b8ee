"""Extractive answers: the sentences of the hits that answer a question, or the sense to abstain."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.evidence import Passage, Scorer, passages
from assistant.guard import other_kind, other_subject
from assistant.question import Kind, Question, analyse
from assistant.span import short_answer
from vectorstore import Hit, fold, heading


@dataclass(frozen=True, slots=True)
class _Limits:
    """How much one answer quotes.

    Attributes:
        first: most characters of the best sentence.
        whole: most characters of all sentences, for a further one to be added.
        number: most sentences.
        share: the share of the best sentence's score that a further one must reach.
    """

    first: int
    whole: int
    number: int
    share: float


# A fact should be readable at a glance; a list is one sentence, however long; what asks for
# reasons, or for two sides, takes several.
_FACT = _Limits(190, 190, 2, 0.6)
_LIST = _Limits(320, 190, 3, 0.4)
_ACCOUNT = _Limits(320, 320, 3, 0.3)
_LIMITS: dict[Kind, _Limits] = {"list": _LIST, "why_how": _ACCOUNT, "compare": _ACCOUNT}
# A fact in a sentence longer than this is quoted with the clauses around it only; a list never is,
# since its items need not share a word with the question.
_LONG_SENTENCE = 120
_WHOLE: frozenset[Kind] = frozenset({"list", "why_how", "compare", "yes_no"})
_CLAUSE_ENDS = "，,；;。"
# A clause must bring a term of the question for so many characters; what a semicolon parts are
# two things, so crossing one must bring so many.
_CHARACTERS_A_TERM = 25
_TERMS_A_SEMICOLON = 3
# How many of the best sentences are looked at for an answer of the kind asked for.
_TRIES = 3
# A short line without an end is a heading; it answers only where there is nothing else.
_HEADING = re.compile(r".{1,30}(?<![。！？!?；;…”」』）)])")
_PARTS = re.compile(r"(?<=[？?；;])\s*")
_LEAST_PART = 5


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
    """What was read: the evidence, best first, and how sure the reader is (0 to 1).

    `evidence` is empty where the reader abstains; `reason` then says why, in Chinese.
    """

    evidence: list[Evidence]
    short: str
    confidence: float
    reason: str = ""


def read(question: str, hits: Sequence[Hit], scorer: Scorer) -> Reading:
    """Read the hits for the sentences that answer the question.

    A question of several questions is read part by part; it is answered if its first part is.

    Args:
        question: as it stands alone, in any script.
        hits: best first.
        scorer: gives each sentence the probability that it answers; the reader abstains where
            the best stays below its threshold.
    """
    parts = [part for part in _PARTS.split(question) if len(part.strip()) >= _LEAST_PART]
    first, *others = parts or [question]
    reading = _read(analyse(first), hits, scorer)
    for other in others:
        further = _read(analyse(other), hits, scorer)
        if reading.evidence:
            reading = replace(reading, evidence=_joined(reading.evidence, further.evidence))
    return reading


def _read(question: Question, hits: Sequence[Hit], scorer: Scorer) -> Reading:
    candidates = _score(question, hits, scorer)
    if not candidates:
        return Reading([], "", 0.0, "没有找到相关的文章")
    best = candidates[0]
    reason = other_subject(question, _found_of_article(best.hit, hits))
    if reason:
        return Reading([], "", best.score / 2, reason)
    if best.score < scorer.threshold:
        return Reading([], "", best.score, "文章中没有找到足以回答这个问题的句子")
    likely = [each for each in candidates[:_TRIES] if each.score >= scorer.threshold]
    fitting = [each for each in likely if not other_kind(question, each.text)]
    if not fitting:
        return Reading([], "", best.score / 2, other_kind(question, best.text))
    best = fitting[0]
    chosen = _choose(question, [best, *(each for each in candidates if each is not best)])
    return Reading(chosen, short_answer(question, chosen[0].text), best.score)


def _joined(first: list[Evidence], further: list[Evidence]) -> list[Evidence]:
    """Evidence of one part, then the best of the next that it does not hold already."""
    places = {(each.hit.chunk.article_id, each.start) for each in first}
    new = [each for each in further if (each.hit.chunk.article_id, each.start) not in places]
    return [*first, *new[:1]]


def _score(question: Question, hits: Sequence[Hit], scorer: Scorer) -> list[Evidence]:
    """Every sentence of the hits, once, best first."""
    found: dict[tuple[str, int], tuple[_Place, Passage]] = {}
    for rank, hit in enumerate(hits, 1):
        title = heading(hit.title, hit.published)
        for start, end, passage in passages(hit.chunk.text, title, rank):
            key = (hit.chunk.article_id, hit.chunk.start + start)
            found.setdefault(key, ((hit, start, end), passage))
    whole = {
        key: value for key, value in found.items() if not _HEADING.fullmatch(value[1].sentence)
    }
    found = whole or found
    scores = scorer.score(question, [passage for _, passage in found.values()])
    places = [place for place, _ in found.values()]
    order = np.argsort(-scores, kind="stable")
    return [_evidence(places[row], float(scores[row])) for row in order]


def _evidence(place: _Place, score: float) -> Evidence:
    hit, start, end = place
    text = hit.chunk.text[start:end]
    return Evidence(hit, text, hit.chunk.start + start, hit.chunk.start + end, score)


def _found_of_article(best: Hit, hits: Sequence[Hit]) -> list[str]:
    """The title of an article, and all that was found of it."""
    own = [hit for hit in hits if hit.chunk.article_id == best.chunk.article_id]
    return [heading(best.title, best.published), *(hit.chunk.text for hit in own)]


def _choose(question: Question, candidates: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence, and what belongs beside it."""
    limits = _LIMITS.get(question.kind, _FACT)
    chosen = [_narrowed(question, candidates[0], limits.first)]
    room = limits.whole - len(chosen[0].text)
    for candidate in _further(question, candidates):
        if len(chosen) == limits.number:
            break
        if candidate.score < limits.share * candidates[0].score:
            continue
        if len(candidate.text) <= room:
            chosen.append(candidate)
            room -= len(candidate.text)
    return chosen


def _further(question: Question, candidates: Sequence[Evidence]) -> list[Evidence]:
    """The candidates after the best; for a comparison, other articles have their say first."""
    others = list(candidates[1:])
    if question.kind != "compare":
        return others
    own = candidates[0].hit.chunk.article_id
    return sorted(others, key=lambda each: each.hit.chunk.article_id == own)


def _narrowed(question: Question, evidence: Evidence, most: int) -> Evidence:
    """A long sentence cut down to the run of clauses that has what the question names."""
    if len(evidence.text) <= (most if question.kind in _WHOLE else _LONG_SENTENCE):
        return evidence
    folded = fold(evidence.text)
    wanted = [term for term in (*question.content, *question.focus) if len(term) > 1]
    best, best_value = (0, min(most, len(folded))), float("-inf")
    for start, end in _runs(evidence.text, most):
        run = folded[start:end]
        held = sum(term in run for term in wanted)
        crossed = run.rstrip(";").count(";") * _TERMS_A_SEMICOLON
        value = held - crossed - (end - start) / _CHARACTERS_A_TERM
        if value > best_value and not _loses_measure(question, folded, (start, end)):
            best, best_value = (start, end), value
    start, end = best
    return replace(
        evidence,
        text=evidence.text[start:end],
        start=evidence.start + start,
        end=evidence.start + end,
    )


def _loses_measure(question: Question, folded: str, span: tuple[int, int]) -> bool:
    """Whether a run of clauses has no figure though the question asks for one."""
    asks_for_figure = question.kind in ("number", "date")
    return asks_for_figure and not re.search(r"[\d一二三四五六七八九十]", folded[slice(*span)])


def _runs(text: str, most: int) -> Iterator[tuple[int, int]]:
    """All runs of consecutive clauses of at most `most` characters."""
    cuts = [0, *(at + 1 for at, character in enumerate(text) if character in _CLAUSE_ENDS)]
    if cuts[-1] < len(text):
        cuts.append(len(text))
    for first, start in enumerate(cuts):
        for end in cuts[first + 1 :]:
            if end - start > most:
                break
            yield start, end
