"""Reasons to abstain that no score outweighs: other places, no answer of the kind asked for."""

import re
from collections.abc import Sequence

from assistant.question import Question
from vectorstore import digits, fold, places, short_forms, simplify

# Units of one sort: who asks 多少位 is answered by 265人.
_SORTS = (
    frozenset("人位名个家户"),
    frozenset({"元", "万元", "亿元", "美元"}),
    frozenset("项个件条种类"),
)
# An answer to one of these holds a number or a time, or it is no answer.
_TIME = re.compile(
    r"\d+(?:个?多?[年月日号天周]|世纪|小时|分钟|点)|[今去前当次同]年|年[初底末]|[上中下]旬|春|夏|秋|冬|"
    r"[早晚]上|[上下]午|时期|朝|高[一二三]|近日|日前|\d{4}|january|february|march|april|may|june|july"
)
# 一 alone counts nothing: 一流, 一个.
_NUMBER = re.compile(
    r"\d|[二两三四五六七八九十百千][一二两三四五六七八九十百千]*[多余]?"
    r"[万亿个家项位名人次对种类天吨亩条座岁倍件篇米届成元]|半|数[十百千万亿]"
)
_LASTING = re.compile(r"多久|多长时间")
_DURATION = re.compile(
    r"(?<!\d)\d{1,3}(?:\.\d+)?[多余几]?(?:个?半?(?:小时|月)|分钟|天|周|年)(?<![^个半]月)|半[天年]"
)
_YEARS = re.compile(r"\d{4}年?(?:[-~至到]|、|和)\d{4}年")
_UNITS_OF_TIME = ("年", "月", "日", "号", "天")
_OF_A_DATE = re.compile(r"\d+[年月日号]")
_JOINED = r"(?:市|省|州|县)?(?:[与和同及]|—+|-+|–)?"
_DIVISION = re.compile(r"哪[一个]?(省|市|县|区|镇|乡|村|州)")


def other_subject(question: Question, article: Sequence[str]) -> str:
    """Why an article is about something else, in Chinese; empty where it is not.

    Args:
        question: taken apart.
        article: the texts of the article that were found, title first.
    """
    around = simplify("\n".join(article))
    wanted = places(question.text)
    missing = [place for place in wanted if place not in around]
    if missing and question.kind != "compare":
        return f"文章没有在所问的事情上提到{'、'.join(missing)}"
    return _wrong_pair([place for place in wanted if not short_forms(place)], around)


def _wrong_pair(wanted: Sequence[str], around: str) -> str:
    """Two places that the question joins and the article never does, though it joins others."""
    if len(wanted) != 2:
        return ""
    pairs = [pair for pair in _pairs(around) if not any(map(short_forms, pair))]
    first, second = wanted
    if frozenset(wanted) in pairs:
        return ""
    others = [pair for pair in pairs if first in pair or second in pair]
    if not all(any(place in pair for pair in others) for place in wanted):
        return ""
    known = "、".join(sorted("与".join(sorted(pair, key=around.index)) for pair in others))
    return f"文章没有说{first}与{second}，说到的是{known}"


def _pairs(text: str) -> set[frozenset[str]]:
    """Pairs of places that stand side by side, or joined by 与, 和 or a dash; 、 only lists."""
    names = places(text)
    if len(names) < 2:
        return set()
    either = "|".join(sorted(names, key=len, reverse=True))
    joined = re.finditer(rf"(?=({either}){_JOINED}({either}))", text)
    return {frozenset(match.groups()) for match in joined if match[1] != match[2]}


def other_kind(question: Question, sentence: str) -> str:
    """Why a sentence holds no answer of the kind asked for, in Chinese; empty where it may.

    No number for 多少, or in another unit; no date for 何时; no duration for 多久; no county for
    哪个县.
    """
    text = fold(sentence)
    if question.kind == "date" and not _TIME.search(digits(text)):
        return "文章在这里没有给出所问的时间"
    if _LASTING.search(question.text) and not _DURATION.search(digits(text)):
        return "文章在这里没有给出所问的时长"
    if "哪几年" in question.text and not _YEARS.search(text):
        return "文章在这里没有给出所问的起止年份"
    asks_for_time = question.unit in _UNITS_OF_TIME
    counted = text if asks_for_time else _OF_A_DATE.sub("", text)
    if question.kind == "number" and not _NUMBER.search(counted):
        return "文章在这里没有给出所问的数字"
    if question.kind == "number" and question.unit and not _has_unit(question.unit, sentence):
        return f"文章在这里没有给出以“{question.unit}”计的数字"
    division = _DIVISION.search(question.text)
    if division:
        named = re.findall(rf"(?<!个)[一-鿿]{{2,4}}{division[1]}", simplify(sentence))
        known = places(simplify(sentence)) if division[1] in "省市州" else []
        if not any(name not in question.text for name in [*named, *known]):
            return f"文章在这里没有说是哪个{division[1]}"
    return ""


def _has_unit(unit: str, sentence: str) -> bool:
    units = {unit}.union(*(sort for sort in _SORTS if unit in sort))
    return any(_counts(each, sentence) for each in units)


def _counts(unit: str, sentence: str) -> bool:
    return bool(re.search(rf"\d[多余万亿千百几]*{unit}", digits(fold(sentence))))
