"""The figure that a sentence binds to the noun or the way asked about: 客商265人, 到广州1小时."""

import re
from dataclasses import replace

from assistant.asking.question import Question
from vectorstore import digits, fold, places

_DIGITS = r"[\d零〇一二三四五六七八九十百千两]"
MEASURE = re.compile(
    rf"(?:约|近|超过?|逾|不足|至少|第)?{_DIGITS}(?:[\d.,]|{_DIGITS})*[多余几]*(?:[万亿千百]+[多余]?)?"
    r"(?:美元|港元|元|%|％|个百分点|公里|平方公里|平方米|立方米|小时|分钟|人次|"
    r"[人家个项位名次对种类年月日天吨亩条座岁倍件篇米届列辆架处只部本层度区县市国所])?"
    r"(?:以上|左右|以内)?"
)
TIME_SPAN = re.compile(r"\d+(?:个?多?(?:小时|分钟|天|个月|年))(?:左右|以内|内)?")
# Units of one sort: who asks 多少位 is answered by 265人, and never by 199家.
_SORTS = (
    frozenset("人位名个"),
    frozenset("家个户"),
    frozenset("座个处所条"),
    frozenset({"元", "万元", "亿元", "美元"}),
    frozenset("项个件条种类"),
)
# What stands between a counted noun and its figure, in a question and in a sentence.
_ASKS = (
    r"(?:一共|总共|共计|合计|共|大概|大约|约|分别|各自|各|预计|估计|预估|将|能|会)*"
    r"(?:有|是|为|达到?|来了|做到)?(?:大概|大约|约|近)?"
)
_JOINS = re.compile(
    r"(?:总数|总量|总额|人数|数量|数)?(?:已|就|共|共计|合计|总共|只|仅|也|都|预计|有望|将|可|今年|全年)*"
    r"(?:有|为|是|达到?|增至|升至)?:?$"
)
_UNITS = r"(?:万|亿|千|百)?(?:亿元|万元|美元|人次|[元人家个项位名次对种类座条处所户件篇款艘辆亩吨])"
_ASKED_FIRST = re.compile(rf"(?:多少|几)[多余]?(?:{_UNITS})?的?([一-鿿]{{2,}})")
_ASKED_LAST = re.compile(
    rf"([一-鿿]{{2,}}?){_ASKS}(?:(?:多少|几){_UNITS}?|(?:什么|多大的?|怎样的?)规模)(?:呢|啊|呀|了|来着)*[?。\s]*$"
)
_STATED = re.compile(rf"(?:超过?|逾|近|约)?\d+(?:\.\d+)?[多余]?({_UNITS})")
_AFFIRMS = re.compile(r"(?:了?[吗嘛么]|了?没有?)?[?？。\s]*$")
_ADJECTIVES = 8
_WAY = re.compile(r"多久|多长时间|多少(?:个?小时|分钟|时间)|几个?小时|how long")
# 两市 and 一个 say how many there are as little as an article does.
_COUNTS_NOTHING = re.compile(r"[一两二](?:[个家项条种次地市省区县国]|$)")
_SHARE = re.compile(r"占|比|率|%|百分|成")
_TO = r"(?:到达?|至|抵达?|去往?|往)"


def same_sort(unit: str) -> frozenset[str]:
    """The units that answer a question for `unit`, itself among them."""
    return frozenset({unit}).union(*(sort for sort in _SORTS if unit in sort))


def bound(question: Question, sentence: str) -> list[str]:
    """The figures of a simplified sentence that it binds to what the question asks about.

    客商265人 and 265名客商 for 多少位客商; 到广州1小时左右 for 从郴州到广州多久. Empty where the
    question counts no noun and asks for no way, or the sentence says it in another manner.
    """
    if question.kind == "yes_no":
        question = _how_many(question)
    if _WAY.search(question.text):
        return in_name(question, sentence) or _of_way(question, sentence)
    return _of_noun(question, sentence) if question.kind == "number" else []


def _how_many(question: Question) -> Question:
    """来了300位客商吗 → 来了多少位客商; itself where it states no figure, or several."""
    stated = list(_STATED.finditer(question.text))
    if len(stated) != 1:
        return question
    asked = _STATED.sub(r"多少\1", _AFFIRMS.sub("", question.text))
    return replace(question, text=asked, kind="number", unit=stated[0][1])


def in_name(question: Question, sentence: str) -> list[str]:
    """The duration that a quoted name begins with: “15分钟产业圈” for the “产业圈” asked about."""
    spans = [match.group() for match in TIME_SPAN.finditer(sentence)]
    return [span for span in spans if any(span + name in sentence for name in question.quoted)]


def _of_way(question: Question, sentence: str) -> list[str]:
    """Durations in the clause that names where the way leads, and whence or 从 here."""
    ends = places(question.text)
    if len(ends) != 2:
        return []
    found = []
    for clause in re.split(r"[,，;；。]", sentence):
        reached = re.search(rf"{_TO}({'|'.join(ends)})", clause) or all(
            end in clause for end in ends
        )
        # A way back is as long as the way there.
        if reached:
            found += [match.group() for match in TIME_SPAN.finditer(clause)]
    return found if len(set(found)) == 1 else _to_the_last(ends[-1], found, sentence)


def _to_the_last(end: str, found: list[str], sentence: str) -> list[str]:
    led = (
        re.search(rf"{_TO}{end}[^,，;；。]{{0,6}}?{re.escape(text)}", sentence) for text in found
    )
    return [match.group()[-len(text) :] for match, text in zip(led, found, strict=True) if match]


def _of_noun(question: Question, sentence: str) -> list[str]:
    asked = re.split(r"[,，]", question.text.rstrip("?。 "))[-1]
    first, last = _ASKED_FIRST.search(asked), _ASKED_LAST.search(asked)
    if first is None and last is None:
        return []
    folded = fold(sentence)
    found = []
    for match in MEASURE.finditer(folded):
        if not _fits(question, match.group()):
            continue
        before, after = folded[: match.start()], folded[match.end() :]
        if (first and _counts(first[1], before, after)) or (
            last and _counted_last(last[1], before, after)
        ):
            found.append(sentence[match.start() : match.end()])
    return found


def _fits(question: Question, figure: str) -> bool:
    """Whether a figure has the unit asked for, or one of its sort; a share only where asked for."""
    if not re.search(r"\d", digits(figure)) or _COUNTS_NOTHING.match(figure):
        return False
    if "%" in figure and not _SHARE.search(question.text):
        return False
    unit = question.unit
    return not unit or any(each in figure for each in same_sort(unit))


def _counts(noun: str, before: str, after: str) -> bool:
    """Whether a figure stands with a noun that follows 多少: some of it from its beginning."""
    said = _JOINS.sub("", before)
    heads = [noun[:size] for size in range(2, len(noun) + 1)]
    if any(said.endswith(head) for head in heads):
        return True
    return _starts(heads[0], after)


def _counted_last(noun: str, before: str, after: str) -> bool:
    """Whether a figure stands with a noun before 有多少: its last two characters."""
    return _JOINS.sub("", before).endswith(noun[-2:]) or _starts(noun[-2:], after)


def _starts(noun: str, after: str) -> bool:
    """Whether a noun follows a figure, with nothing but a few words that describe it between."""
    described = re.match(rf"[^\d,，。;；、:：]{{0,{_ADJECTIVES}}}?{noun}", after)
    return bool(described)
