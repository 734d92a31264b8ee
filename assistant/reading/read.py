"""Extractive answers: the sentences of the hits that answer a question, or the sense to abstain."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.asking.question import Kind, Question, analyse
from assistant.asking.sides import sides
from assistant.facts.overlap import share
from assistant.reading.binding import bound, in_name
from assistant.reading.bodies import asks_for_bodies, named_bodies
from assistant.reading.choice import ENUMERATION, chosen
from assistant.reading.guard import other_cities, other_kind, other_name, other_subject
from assistant.reading.judge import Judge
from assistant.reading.offices import office_told
from assistant.reading.overview import overview
from assistant.reading.partner import paired
from assistant.reading.premise import correction, false_premise
from assistant.reading.records import Evidence, Reading
from assistant.reading.several import differing, ranked
from assistant.reading.span import short_answer
from assistant.reading.verdict import NO, verdict
from vectorstore import Hit, fold, heading, places, simplify

# The judge is less sure of a sentence that lists or affirms than of one that states a fact: at one
# threshold for all kinds, a quarter of the answerable lists of the CMRC 2018 trial set are lost,
# against six in a hundred of the numbers. A list must then enumerate, a yes or no be said.
_EASE: dict[Kind, float] = {"list": 0.3, "yes_no": 0.3}
_EASE_OF_A_SIDE = 0.2
# One sentence that tells of two sides, where none was found that tells of each.
_EASE_OF_BOTH = 0.6
# What a list asks for stands between 、 or in several 《》; worth so much on the logit.
_LIST_BONUS = 1.2
_WHY = re.compile(r"为什么|为何|为啥|原因|\bwhy\b")
_CAUSE = re.compile(r"由于|因为|因(?![此而])|得益于|源于|原因|为了|旨在|在于|导致|使得|以便")
# How many of the best sentences are looked at for an answer of the kind asked for.
_TRIES = 4
# A sentence that binds a figure to the noun asked about (客商265人) needs only this share of
# the score.
_TRIES_OF_BOUND = 2
_BINDING: frozenset[Kind] = frozenset({"number", "date", "yes_no"})
_EASE_OF_BOUND: dict[Kind, float] = {"date": 0.06, "yes_no": 0.06}
_EASE_OF_A_COUNT = 0.18
# “15分钟产业圈” tells how long the “产业圈” asked about is, whatever else the sentence says.
_EASE_OF_A_NAME = 0.012
_PARTS = re.compile(r"(?<=[？?；;])\s*")
_LEAST_PART = 5
# Characters on either side of a sentence in which what it speaks of is named.
_BESIDE = 120


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence that is looked at closely.

    Attributes:
        evidence: the sentence.
        found: the title of its article, and all that was found of it.
        verdict: what it says to a yes-no question, see `verdict`; empty for any other.
        binds: whether it has just what is asked for, see `_binds`.
    """

    evidence: Evidence
    found: list[str]
    verdict: str
    binds: bool


def read(question: str, hits: Sequence[Hit], judge: Judge) -> Reading:
    """Read the hits for the sentences that answer the question.

    A question of several questions is read part by part; it is answered if its first part is.

    Args:
        question: as it stands alone, in any script.
        hits: best first.
        judge: gives each sentence the probability that it answers; the reader abstains where
            the best stays below its threshold.
    """
    parts = [part for part in _PARTS.split(question) if len(part.strip()) >= _LEAST_PART]
    first, *others = parts or [question]
    ease = _EASE_OF_BOTH if sides(first) else 1.0
    reading = _read_sides(first, hits, judge) or _read(analyse(first), hits, judge, ease)
    for other in others:
        further = _read(analyse(other), hits, judge)
        if reading.evidence:
            reading = replace(reading, evidence=_joined(reading.evidence, further.evidence))
    return reading


def _read_sides(question: str, hits: Sequence[Hit], judge: Judge) -> Reading | None:
    """What is said of each of two things, where a question asks about both and both are found."""
    asked = sides(question)
    readings = [_read(analyse(each), hits, judge, _EASE_OF_A_SIDE) for _, each in asked]
    if not readings or not all(reading.evidence for reading in readings):
        return None
    both: list[Evidence] = []
    for reading in readings:
        both = _joined(both, reading.evidence[:1])
    shorts = {name: each.short for (name, _), each in zip(asked, readings, strict=True)}
    found = ranked(question, shorts, both)
    if len(both) < len(readings) and found == both:
        return None
    return Reading(found, "", min(reading.confidence for reading in readings))


def _read(question: Question, hits: Sequence[Hit], judge: Judge, ease: float = 1.0) -> Reading:
    candidates = _candidates(question, hits, judge)
    if not candidates:
        return Reading([], "", 0.0, "没有找到相关的文章")
    sure = max(candidates[0].score, judge.threshold)
    if partner := paired(question, candidates):
        return Reading(partner.evidence, partner.short, sure)
    if office := office_told(question, candidates):
        if not office.evidence:
            return Reading([], "", 0.0, "文章中没有说到谁担任所问的职务")
        return Reading(office.evidence, office.short, sure)
    if told := overview(question, candidates):
        return Reading(told, "", sure)
    closely = [_looked_at(question, each, hits) for each in _first(question, candidates)]
    likely = [
        each
        for each in closely
        if each.evidence.score >= judge.threshold * ease * _eased(question, each)
    ]
    fitting = [each for each in likely if not _fault(question, each)]
    if not fitting:
        corrected = correction(question, candidates)
        reason = _fault(question, closely[0]) or "文章中没有找到足以回答这个问题的句子"
        return Reading(corrected, "", candidates[0].score / 2, "" if corrected else reason)
    decisive = _decisive(question, fitting)
    best = decisive.evidence
    others = [each for each in candidates if each is not best]
    fits = [each.evidence for each in fitting if each is not decisive]
    # The sentence that says so stands alone.
    alone = decisive.verdict or decisive.binds
    quoted = differing(question, best, fits) or chosen(
        question, [best] if alone else [best, *others]
    )
    if decisive.verdict:
        quoted = [replace(quoted[0], lead=f"{decisive.verdict}。")]
    latest = quoted[-1 if question.kind == "number" and quoted[0].lead else 0]
    return Reading(quoted, short_answer(question, latest.text, latest.said), best.score)


def _decisive(question: Question, fitting: Sequence[_Candidate]) -> _Candidate:
    """The best that binds a figure, or that says yes or no in most of the question's words."""
    if question.kind != "yes_no":
        return next((each for each in fitting if each.binds), fitting[0])
    said = [each for each in fitting if each.verdict]
    return max(said, key=lambda each: _about(question, each), default=fitting[0])


def _about(question: Question, each: _Candidate) -> tuple[int, float]:
    """How much of a question its sentence speaks of: the places, then all else."""
    text = simplify(each.evidence.text)
    named = sum(place in text for place in places(question.text))
    return named, share(question.text, text)


def _first(question: Question, candidates: Sequence[Evidence]) -> list[Evidence]:
    """The best sentences, and the best that bind a figure to what is asked about."""
    first = list(candidates[:_TRIES])
    binding = [each for each in candidates[_TRIES:] if _binds(question, each)]
    return [*first, *binding[:_TRIES_OF_BOUND]]


def _looked_at(question: Question, each: Evidence, hits: Sequence[Hit]) -> _Candidate:
    found = _found_of_article(each.hit, hits)
    said = ""
    if question.kind == "yes_no":
        said = verdict(question.text, each.text, found, each.hit.published)
    return _Candidate(each, found, said, _binds(question, each))


def _binds(question: Question, each: Evidence) -> bool:
    """Whether a sentence has the figure of what is counted, or several of the bodies asked for."""
    if asks_for_bodies(question):
        return len(named_bodies(question, each.text)) > 1
    return question.kind in _BINDING and bool(bound(question, fold(each.text)))


def _eased(question: Question, each: _Candidate) -> float:
    """The share of the threshold that is enough: less for a figure bound, a yes or no, a list."""
    enough = _EASE_OF_BOUND.get(question.kind, _EASE_OF_A_COUNT) if each.binds else 1.0
    if each.binds and question.kind == "date" and in_name(question, fold(each.evidence.text)):
        enough = _EASE_OF_A_NAME
    says = each.verdict or (question.kind == "list" and _lists(question, each.evidence.text))
    return enough * _EASE[question.kind] if says else enough


def _fault(question: Question, each: _Candidate) -> str:
    """Why a sentence is no answer, whatever its score; empty where it may be."""
    cities = other_cities(question, each.found[0], each.evidence.text)
    if each.verdict == NO:
        return cities or (other_subject(question, each.found) if each.binds else "")
    return (
        other_subject(question, each.found)
        or cities
        or other_name(question, _around(each.evidence))
        or false_premise(question, each.evidence, each.found)
        or other_kind(question, each.evidence.text)
    )


def _around(each: Evidence) -> str:
    """A sentence with what stands by it in its chunk."""
    start, end = each.start - each.hit.chunk.start, each.end - each.hit.chunk.start
    return each.hit.chunk.text[max(0, start - _BESIDE) : end + _BESIDE]


def _joined(first: list[Evidence], further: list[Evidence]) -> list[Evidence]:
    """Evidence of one part, then the best of the next that it does not hold already."""
    places = {(each.hit.chunk.article_id, each.start) for each in first}
    new = [each for each in further if (each.hit.chunk.article_id, each.start) not in places]
    return [*first, *new[:1]]


def _candidates(question: Question, hits: Sequence[Hit], judge: Judge) -> list[Evidence]:
    """Every sentence of the hits, once, best first; what has the form asked for before others."""
    found = judge.candidates(question, hits)
    if question.kind not in ("list", "why_how"):
        return found
    raised = [
        replace(each, score=_raised(each.score)) if _fits(question, each.text) else each
        for each in found
    ]
    return sorted(raised, key=lambda each: -each.score)


def _fits(question: Question, sentence: str) -> bool:
    """Whether a sentence has the form of what is asked for: a list, or a cause."""
    if question.kind == "why_how":
        return bool(_WHY.search(question.text) and _CAUSE.search(simplify(sentence)))
    return _lists(question, sentence)


def _lists(question: Question, sentence: str) -> bool:
    """Whether a sentence enumerates, or speaks of the quoted name that is asked about."""
    return question.is_quoted_in(sentence) or bool(ENUMERATION.search(sentence))


def _raised(score: float) -> float:
    """A score with `_LIST_BONUS` added on its logit."""
    odds = score / max(1.0 - score, 1e-6) * math.exp(_LIST_BONUS)
    return odds / (1.0 + odds)


def _found_of_article(best: Hit, hits: Sequence[Hit]) -> list[str]:
    """The title of an article, and all that was found of it."""
    own = [hit for hit in hits if hit.chunk.article_id == best.chunk.article_id]
    return [heading(best.title, best.published), *(hit.chunk.text for hit in own)]
