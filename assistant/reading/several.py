"""Several figures side by side: of one thing in several articles, and of two things compared."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.asking.question import Question
from assistant.facts.figures import read_figures
from assistant.facts.overlap import content, squeeze
from assistant.reading.cut import narrowed
from assistant.reading.records import Evidence
from assistant.reading.span import short_answer
from vectorstore import digits, fold, simplify

# A sentence of another article speaks of the same thing where it scores so much of the best one's
# score and holds so much of what the best one shares with the question.
_LEAST_SCORE, _LEAST_SAME = 0.5, 0.75
_MOST = 3
_MORE = re.compile(r"更([多高大长重远少低小短轻近])")
_LESS = "少低小短轻近"


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
    figure = _figure(question, best)
    if not figure:
        return []
    common = _asked(question, best)
    found = {best.hit.chunk.article_id: best}
    figures = {figure}
    for other in others:
        article = other.hit.chunk.article_id
        if (
            article in found
            or other.hit.published is None
            or other.score < _LEAST_SCORE * best.score
            or len(_asked(question, other) & common) < _LEAST_SAME * len(common)
        ):
            continue
        said = _figure(question, other)
        if said and said not in figures and len(figures) < _MOST:
            found[article] = other
            figures.add(said)
    if len(found) == 1:
        return []
    return in_order([narrowed(question, each, 90) for each in found.values()])


def ranked(question: str, shorts: Mapping[str, str], chosen: list[Evidence]) -> list[Evidence]:
    """What is more (更多, 更短) named and first, where the figures beside both names tell."""
    more = _MORE.search(question)
    figures = {name: read_figures(squeeze(short)) for name, short in shorts.items()}
    if more is None or not all(len(each) == 1 for each in figures.values()):
        return chosen
    values = {name: each[0].value for name, each in figures.items()}
    units = {each[0].unit for each in figures.values()}
    holders = {name: [each for each in chosen if name in simplify(each.text)] for name in shorts}
    if len(units) > 1 or len(set(values.values())) == 1 or not all(holders.values()):
        return chosen
    pick = min if more[1] in _LESS else max
    first = pick(values, key=lambda name: values[name])
    best = holders[first][0]
    led = replace(best, lead=f"{first}{more[0]}：")
    return [led, *(each for each in chosen if each is not best)]


def in_order(found: Sequence[Evidence]) -> list[Evidence]:
    """Sentences of dated articles, the earlier first, each led in by its source and date."""
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
    return digits(fold(short_answer(question, each.text))).strip("约近超达过")


def _asked(question: Question, each: Evidence) -> frozenset[str]:
    wanted = {term for term in question.content if len(term) > 1}
    return frozenset(content(each.text) & wanted)
