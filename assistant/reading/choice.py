"""Which sentences are quoted together: the best, and what belongs beside it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.asking.question import Kind, Question
from assistant.facts.overlap import content
from assistant.reading.cut import narrowed
from assistant.reading.records import Evidence

# Between a sentence and the next stand at most so many characters.
_GAP = 2


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
_LIST = _Limits(320, 360, 4, 0.4)
_ACCOUNT = _Limits(320, 320, 3, 0.3)
_NUMBER = _Limits(190, 190, 2, 0.85)
_LIMITS: dict[Kind, _Limits] = {
    "number": _NUMBER,
    "list": _LIST,
    "why_how": _ACCOUNT,
    "compare": _ACCOUNT,
}
ENUMERATION = re.compile(r"(?:[^、]{1,30}、){2}|(?:《[^》]+》[、，和]?){2}|一是.*二是")
"""What is listed stands between 、 or in several 《》."""
_GOES_ON = re.compile(r"此外|另外|还有|还包括|以及|其次|同时")


def chosen(question: Question, candidates: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence, and what belongs beside it."""
    limits = _LIMITS.get(question.kind, _FACT)
    found = [narrowed(question, candidates[0], limits.first)]
    room = limits.whole - len(found[0].text)
    for candidate in (*_continued(question, candidates), *_further(question, candidates)):
        if len(found) == limits.number:
            break
        follows = _goes_on(candidates[0], candidate)
        if candidate.score < limits.share * candidates[0].score and not follows:
            continue
        belongs = follows or _belongs(question, found[0], candidate)
        if question.kind == "list" and not belongs:
            continue
        if len(candidate.text) <= room and candidate not in found:
            found.append(candidate)
            room -= len(candidate.text)
    return found


def _continued(question: Question, candidates: Sequence[Evidence]) -> list[Evidence]:
    """The sentence after the best one of a list, where only it enumerates: 共四个。一是…，二是…."""
    if question.kind != "list" or ENUMERATION.search(candidates[0].text):
        return []
    return [each for each in candidates if _goes_on(candidates[0], each)][:1]


def _goes_on(best: Evidence, other: Evidence) -> bool:
    same = best.hit.chunk.article_id == other.hit.chunk.article_id
    return same and 0 <= other.start - best.end <= _GAP and bool(ENUMERATION.search(other.text))


def _belongs(question: Question, best: Evidence, candidate: Evidence) -> bool:
    """Whether a sentence goes on with a list: of the same, or with 还 or 此外."""
    asked = {term for term in question.focus if len(term) > 1}
    own, other = content(best.text) & asked, content(candidate.text) & asked
    goes_on = bool(_GOES_ON.search(candidate.text)) and bool(other)
    named = question.is_quoted_in(candidate.text)
    return goes_on or named or (bool(other) and len(other) >= 0.6 * len(own))


def _further(question: Question, candidates: Sequence[Evidence]) -> list[Evidence]:
    """The candidates after the best; for a comparison, other articles have their say first."""
    others = list(candidates[1:])
    if question.kind != "compare":
        return others
    own = candidates[0].hit.chunk.article_id
    return sorted(others, key=lambda each: each.hit.chunk.article_id == own)
