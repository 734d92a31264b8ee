"""The short answer: the span that a how-many, when, where or who question asks for."""

import re
from collections.abc import Callable, Iterable

from assistant.binding import MEASURE, TIME_SPAN, bound, same_sort
from assistant.question import Kind, Question
from vectorstore import digits, fold, places, simplify

_OF_A_DATE = re.compile(r"[年月日号]$")
_DATE = re.compile(
    r"\d{4}年?[-—~至到]\d{4}年|(?:(?:\d{4}|二[〇零一二三四五六七八九]{3})年|今年|去年|前年)(?:\d{1,2}月(?:\d{1,2}[日号])?)?(?:初|底|上旬|中旬|下旬|上半年|下半年)?"
    r"(?:[-—至到](?:\d{1,2}月)?\d{1,2}[日号])?|\d{1,2}月\d{1,2}[日号](?:[-—至到](?:\d{1,2}月)?\d{1,2}[日号])?|\d{1,2}月"
)
_PERSON = re.compile(
    r"(?:书记|市长|县长|省长|主任|主席|局长|厅长|董事长|总经理|负责人|教授|院长|院士|专家|记者)([一-鿿]{2,3}?)(?=[，,、说在粗表介带]|$)"
)

# Of these no form tells what answers.
_OPEN: frozenset[Kind] = frozenset({"who", "where", "what"})
_CLAUSE_END = re.compile(r"[，,；;。]")


def short_answer(question: Question, sentence: str, said: str = "") -> str:
    """The shortest span of `sentence` that answers, empty where the kind of question has none.

    Candidates of the asked kind that the question itself states are left out. Of the others the one
    in the words that the span network marks is taken, or else the one nearest to the question's.

    Args:
        question: taken apart.
        sentence: the evidence.
        said: the words of it that the span network marks.
    """
    whole = said if question.kind in _OPEN and _is_new(question, said) else ""
    # The network marks what a person said along with the name.
    if whole and not (question.kind == "who" and _CLAUSE_END.search(whole)):
        return whole
    find = _FINDERS.get(question.kind)
    if find is None:
        return whole
    simple = simplify(sentence)
    found = bound(question, simple) or find(question, simple)
    found = [text for text in found if _is_new(question, text)]
    if not found:
        return whole
    marked = simplify(said)
    inside = [text for text in found if text in marked or (marked and marked in text)]
    best = max(inside or found, key=lambda text: _nearness(question, simple, text))
    start = simple.find(best)
    return sentence[start : start + len(best)]


def _numbers(question: Question, sentence: str) -> list[str]:
    found = [match.group() for match in MEASURE.finditer(sentence)]
    if question.unit:
        for units in ({question.unit}, same_sort(question.unit)):
            fitting = [text for text in found if any(unit in fold(text) for unit in units)]
            if fitting:
                return fitting
    return [text for text in found if re.search(r"\d", text) and not _OF_A_DATE.search(text)]


def _dates(question: Question, sentence: str) -> list[str]:
    if re.search(r"多久|多长时间|how long", question.text):
        return [match.group() for match in TIME_SPAN.finditer(sentence)]
    return [match.group() for match in _DATE.finditer(sentence)]


def _people(_: Question, sentence: str) -> list[str]:
    return [match.group(1) for match in _PERSON.finditer(sentence)]


def _places(_: Question, sentence: str) -> list[str]:
    return places(sentence)


_FINDERS: dict[Kind, Callable[[Question, str], Iterable[str]]] = {
    "number": _numbers,
    "date": _dates,
    "who": _people,
    "where": _places,
}


def _is_new(question: Question, text: str) -> bool:
    return digits(fold(text)) not in question.text


def _nearness(question: Question, sentence: str, text: str) -> float:
    """How close the question's terms stand to the span, what is asked for above all.

    Less where a comma lies between, hardly at all across a semicolon.
    """
    folded, start = fold(sentence), sentence.find(text)
    end = start + len(text)
    total = 0.0
    for term in question.content:
        for match in re.finditer(re.escape(term), folded):
            between = folded[match.end() : start] or folded[end : match.start()]
            closeness = len(term) / (4 + len(between)) * (3 if term in question.focus else 1)
            total += closeness * (0.1 if ";" in between else 0.4 if "," in between else 1.0)
    return total
