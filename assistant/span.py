"""The short answer: the span of a sentence that a how-many, when, where or who question asks for."""

import re
from collections.abc import Callable, Iterable

from assistant.places import places
from assistant.question import Kind, Question
from vectorstore import digits, fold, simplify, terms

_MEASURE = re.compile(
    r"(?:约|近|超过?|逾|达到?|不足|至少)?(?:第)?[\d零〇一二三四五六七八九十百千两](?:[\d.,零〇一二三四五六七八九十百千]*)"
    r"(?:多|余|几)?(?:万|亿|千|百)*(?:多|余)?"
    r"(?:亿元|万元|美元|港元|元|%|％|个百分点|公里|平方公里|平方米|立方米|小时|分钟|人次|[一-鿿])?"
    r"(?:以上|左右|以内)?"
)
_DATE = re.compile(
    r"(?:(?:\d{4}|二[〇零一二三四五六七八九]{3})年|今年|去年|前年)(?:\d{1,2}月(?:\d{1,2}[日号])?)?(?:初|底|上旬|中旬|下旬|上半年|下半年)?"
    r"(?:[-—至到](?:\d{1,2}月)?\d{1,2}[日号])?|\d{1,2}月\d{1,2}[日号](?:[-—至到](?:\d{1,2}月)?\d{1,2}[日号])?|\d{1,2}月"
)
_PERSON = re.compile(
    r"(?:书记|市长|县长|省长|主任|主席|局长|厅长|董事长|总经理|负责人|教授|院长|院士|专家|记者)([一-鿿]{2,3})(?=[，,、说在粗表介带]|$)"
)
_TIME_SPAN = re.compile(r"\d+(?:个?多?(?:小时|分钟|天|个月|年))(?:左右|以内|内)?")


def short_answer(question: Question, sentence: str) -> str:
    """The shortest span of `sentence` that answers, empty where the kind of question has none.

    Candidates of the asked kind that the question itself states are left out; of the others the
    one nearest to the question's words is taken.
    """
    find = _FINDERS.get(question.kind)
    if find is None:
        return ""
    found = [text for text in find(question, sentence) if _is_new(question, text)]
    if not found:
        return ""
    return max(found, key=lambda text: _nearness(question, sentence, text))


def _numbers(question: Question, sentence: str) -> list[str]:
    found = [
        match.group()
        for match in _MEASURE.finditer(sentence)
        if re.search(r"\d", digits(match.group()))
    ]
    unit = question.unit
    fitting = [text for text in found if unit and unit in fold(text)]
    return fitting or [text for text in found if re.search(r"\d", text)]


def _dates(question: Question, sentence: str) -> list[str]:
    if re.search(r"多久|多长时间|how long", question.text):
        return [match.group() for match in _TIME_SPAN.finditer(sentence)]
    return [match.group() for match in _DATE.finditer(sentence)]


def _people(_: Question, sentence: str) -> list[str]:
    return [match.group(1) for match in _PERSON.finditer(sentence)]


def _places(_: Question, sentence: str) -> list[str]:
    return places(sentence) or places(simplify(sentence))


_FINDERS: dict[Kind, Callable[[Question, str], Iterable[str]]] = {
    "number": _numbers,
    "date": _dates,
    "who": _people,
    "where": _places,
}


def _is_new(question: Question, text: str) -> bool:
    return digits(fold(text)) not in question.text


def _nearness(question: Question, sentence: str, text: str) -> float:
    """How many of the question's terms stand close before or after the span, nearer ones more."""
    position = sentence.find(text)
    around = sentence[max(0, position - 20) : position], sentence[position + len(text) :][:12]
    wanted = set(question.content)
    before = sum(term in wanted for term in terms(around[0]))
    after = sum(term in wanted for term in terms(around[1]))
    return before + 0.7 * after - position / 1000
