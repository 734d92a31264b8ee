"""Figures that articles give differently for one thing, side by side with their dates."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.asking.question import Question
from assistant.reading.cut import narrowed
from assistant.reading.records import Evidence
from assistant.reading.short import short_answer
from vectorstore import digits, fold

# A sentence of another article speaks of the same thing where it scores so much of the best one's.
_LEAST_SCORE = 0.8
_MOST = 3


def differing(question: Question, best: Evidence, others: Sequence[Evidence]) -> list[Evidence]:
    """The sentences of several articles that give different figures for what is asked.

    The earlier first, each led in by its source and date, the last named as the later; empty
    where the articles agree, or only one speaks of it.

    Args:
        question: taken apart; only one that asks for a number may differ.
        best: the best evidence.
        others: what else may answer, best first, at most one of each article is taken.
    """
    if question.kind != "number" or best.hit.published is None:
        return []
    figures = {_figure(question, best)}
    if figures == {""}:
        return []
    found = {best.hit.chunk.article_id: best}
    for other in others:
        article = other.hit.chunk.article_id
        if article in found or other.hit.published is None or len(found) == _MOST:
            continue
        said = _figure(question, other)
        if other.score >= _LEAST_SCORE * best.score and said and said not in figures:
            found[article] = other
            figures.add(said)
    return _in_order([narrowed(each) for each in found.values()]) if len(found) > 1 else []


def _in_order(found: Sequence[Evidence]) -> list[Evidence]:
    dated = sorted(found, key=lambda each: each.hit.published or date.min)
    last = len(dated) - 1
    return [
        replace(each, lead=_lead(each, later=number == last)) for number, each in enumerate(dated)
    ]


def _lead(each: Evidence, *, later: bool) -> str:
    day = each.hit.published or date.min
    source = each.hit.publisher or f"《{each.hit.title}》"
    words = f"{source}（{day.year}年{day.month}月{day.day}日）"
    return f"较晚的{words}：" if later else f"{words}："


def _figure(question: Question, each: Evidence) -> str:
    return digits(fold(short_answer(question, each))).strip("约近超达过")
