"""The short answer: the span that a how-many, when, where or who question asks for."""

import re
from collections.abc import Callable, Iterable

from assistant.asking.question import Kind, Question
from assistant.reading.binding import MEASURE, TIME_SPAN, bound, same_sort
from vectorstore import digits, fold, places, simplify

_OF_A_DATE = re.compile(r"[年月日号]$")
_DATE = re.compile(
    r"\d{4}年?[-—~至到]\d{4}年|(?:(?:\d{4}|二[〇零一二三四五六七八九]{3})年|今年|去年|前年)(?:\d{1,2}月(?:\d{1,2}[日号])?)?(?:初|底|上旬|中旬|下旬|上半年|下半年)?"
    r"(?:[-—至到](?:\d{1,2}月)?\d{1,2}[日号])?|\d{1,2}月\d{1,2}[日号](?:[-—至到](?:\d{1,2}月)?\d{1,2}[日号])?|\d{1,2}月"
)
_PERSON = re.compile(
    r"(?:书记|市长|县长|省长|主任|主席|局长|厅长|董事长|总经理|负责人|教授|院长|院士|专家|记者)([一-鿿]{2,3}?)(?=[，,、说在粗表介带]|$)"
)

_NUMERALS = re.compile(r"[零一二三四五六七八九十百千万亿两]+$")
_BARE = re.compile(r"[\d,.]+")
_NUMBER = r"[\d零〇一二三四五六七八九十百千万亿两,.]+"
_TO = r"[-－–—~～〜至到]"
_FIRST = re.compile(rf"((?:{_NUMBER}[年月]?){{0,2}}{_NUMBER})([一-鿿%℃a-zA-Z]{{0,4}}?){_TO}$")
_LAST = re.compile(rf"{_TO}((?:{_NUMBER}[年月]?){{0,2}}{_NUMBER})([多余]?[一-鿿%℃]?)")
_LEADS = re.compile(r"(?:每[一-鿿]{1,4}|大?约|公元前?|农历|[A-Z]{0,3}\$)$")
_NEXT = re.compile(r"[，,；;。、（(的和与及]")
_YEAR_ASKED = re.compile(r"哪[一1]?年")
_YEAR = re.compile(r"(?:\d{4}|二[〇零一二三四五六七八九]{3})年")
# Characters that the network may add behind a figure: a measure word that no list has, an occasion.
_LONGEST_REST = {"number": 6, "date": 10}
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
    start, end = _whole(question.kind, simple, best, marked)
    return sentence[start:end]


def _whole(kind: Kind, sentence: str, best: str, marked: str) -> tuple[int, int]:
    """Where the span stands with what belongs to it: the other end of a range, its measure word."""
    start = sentence.find(best)
    end = start + len(best)
    if kind not in _LONGEST_REST:
        return start, end
    if kind == "number" and (numerals := _NUMERALS.search(sentence[:start])):
        start = numerals.start()
    if (first := _FIRST.search(sentence[:start])) and first[2] in best:
        start = first.start()
    if (last := _LAST.match(sentence, end)) and (_BARE.fullmatch(best) or last[2] in best):
        end = last.end()
    at = sentence.find(marked)
    if marked and at <= start < at + len(marked):
        rest = _NEXT.split(sentence[end : at + len(marked)])[0]
        end += len(rest) if len(rest) <= _LONGEST_REST[kind] and not rest[:1].isdigit() else 0
        if lead := _LEADS.search(sentence[at:start]):
            start -= len(lead[0])
    return start, end


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
    form = _YEAR if _YEAR_ASKED.search(question.text) else _DATE
    return [match.group() for match in form.finditer(sentence)]


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
