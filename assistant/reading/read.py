"""Extractive answers: the sentences of the hits that answer a question, or the sense to abstain."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.asking.question import Question, analyse
from assistant.reading.cut import narrowed
from assistant.reading.judge import Judge
from assistant.reading.premise import correction, false_premise
from assistant.reading.records import Evidence, Reading
from assistant.reading.several import differing
from assistant.reading.short import short_answer
from vectorstore import Hit, heading

# How many of the best sentences are looked at for one that the question's premises allow.
_TRIES = 4
# A further sentence is quoted beside the best where it belongs to the answer for so much, and
# scores so much of the best one's score; chosen on domain_dev.
_BELONGS, _SHARE = 0.2, 0.35
# The best sentence of a figure or date stands alone where it answers with so much probability.
_CERTAIN = 0.6
# Yes or no is said where the encoder is so sure; of domain_dev it is of none, and at 0.75 it is
# right as often as wrong (docs/log.md).
_YES, _NO = 0.95, 0.05
# Most sentences of an answer, and most characters of those after the first.
_MOST, _ROOM = 4, 200


def read(question: str, hits: Sequence[Hit], judge: Judge) -> Reading:
    """Read the hits for the sentences that answer the question.

    Args:
        question: as it stands alone, in any script, or in English.
        hits: best first.
        judge: gives each sentence the probability that it answers; the reader abstains where
            the best stays below its threshold.
    """
    asked = analyse(question)
    candidates = judge.candidates(question, hits)
    if not candidates:
        return Reading([], "", 0.0, "没有找到相关的文章")
    looked_at = [(each, _fault(asked, each, hits)) for each in candidates[:_TRIES]]
    fitting = [each for each, fault in looked_at if not fault and each.score >= judge.threshold]
    if not fitting:
        corrected = correction(asked, candidates)
        reason = looked_at[0][1] or "文章中没有找到足以回答这个问题的句子"
        return Reading(corrected, "", candidates[0].score / 2, "" if corrected else reason)
    best, *others = fitting
    short = short_answer(asked, best)
    # A figure or date that is sure needs no second sentence; one could only add another's words.
    is_sure = bool(short) and asked.kind in ("number", "date") and best.score >= _CERTAIN
    beside = [] if is_sure else candidates
    quoted = differing(asked, best, others) or _together(best, beside)
    if asked.kind == "yes_no":
        quoted[0] = replace(quoted[0], lead=_verdict(best))
    if asked.kind == "number" and quoted[0].lead:
        short = short_answer(asked, quoted[-1])
    return Reading(quoted, short, best.score)


def _fault(question: Question, each: Evidence, hits: Sequence[Hit]) -> str:
    """Why a sentence is no answer, whatever its score; empty where it may be."""
    article = each.hit.chunk.article_id
    own = [hit.chunk.text for hit in hits if hit.chunk.article_id == article]
    return false_premise(question, each, [heading(each.hit.title, each.hit.published), *own])


def _verdict(best: Evidence) -> str:
    if _NO < best.yes < _YES:
        return ""
    return "是。" if best.yes >= _YES else "否。"


def _together(best: Evidence, candidates: Sequence[Evidence]) -> list[Evidence]:
    """The best sentence and those that belong to the answer with it, in their order."""
    first = narrowed(best)
    found, room = [first], max(0, _ROOM - len(first.text))
    for each in candidates:
        if each is best or each.belongs < _BELONGS or each.score < _SHARE * best.score:
            continue
        text = narrowed(each)
        if len(found) < _MOST and len(text.text) <= room:
            found.append(text)
            room -= len(text.text)
    return found
