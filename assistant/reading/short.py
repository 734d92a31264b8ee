"""The short answer: the words that the encoder marks, where they are of the kind asked for."""

import re

from assistant.asking.question import Question
from assistant.facts.figures import Figure, read_figures
from assistant.facts.overlap import squeeze
from assistant.reading.records import Evidence
from vectorstore import digits, fold, places

# Below this probability the words that are marked are no headline.
_SURE = 0.5
_LONGEST = 40
_EDGES = "，,；;。、：: \n"
_TIME = re.compile(
    r"\d+(?:个?多?半?[年月日号天周]|世纪|个?小时|分钟|点|时|秒)|[今去前当次同明后]年|年[初底末]|[上中下]旬|[上下]半年|"
    r"[早晚]上|[上下]午|[近日昨今明]日|[每半]年|\d{4}|季度|january|february|march|april|may|june|july"
)
_NUMERAL = re.compile(r"\d|[一二两三四五六七八九十百千万亿半几]")
# The figure that a question leaves open, put in to read its unit: 多少亿元 → 9亿元.
_OPEN = re.compile(r"多少|几(?=[^乎率])")
_ANY_UNIT = frozenset({"", "个"})


def short_answer(question: Question, best: Evidence) -> str:
    """The shortest span that answers who, when, where or how many; empty where none is sure.

    Args:
        question: taken apart; one for reasons, or for yes or no, has no short answer.
        best: the evidence.
    """
    said = best.said.strip(_EDGES)
    if question.kind in ("yes_no", "account") or not said or best.sure < _SURE:
        return ""
    if len(said) > _LONGEST or digits(fold(said)) in question.text:
        return ""
    return said if _is_of_kind(question, said) else ""


def _is_of_kind(question: Question, said: str) -> bool:
    text = digits(fold(said))
    if question.kind == "date":
        return bool(_TIME.search(text))
    if question.kind != "number":
        return len(said) > 1 and not _is_whole_clause(question, fold(said))
    return bool(_NUMERAL.search(text)) and _is_of_unit(question, said)


def _is_whole_clause(question: Question, text: str) -> bool:
    """Whether it names what was asked about beside another: 赣州市、百色市 for 百色和谁结对."""
    named, asked = set(places(text)), set(question.places)
    return bool(named & asked and named - asked)


def _is_of_unit(question: Question, said: str) -> bool:
    """Whether a figure is measured as it is asked for: no 亿元 for 多少美元."""
    wanted = {figure.unit for figure in _asked_for(question)} - _ANY_UNIT
    found = {figure.unit for figure in read_figures(squeeze(said))}
    return not wanted or not found - _ANY_UNIT or bool(wanted & found)


def _asked_for(question: Question) -> list[Figure]:
    filled = _OPEN.sub("9", question.text)
    return [figure for figure in read_figures(squeeze(filled)) if figure.text.startswith("9")]
