"""Read from a question which articles it wants by their date: 最新, 截至2023年底, 近三年."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from vectorstore.chinese import digits

_LATEST = re.compile(r"最新|最近|目前|现在|眼下|如今|当前|迄今|至今|近期|近日|近来")
_PLAN = re.compile(r"十([一二三四五])五(?![十百千万亿\d])")
_FIRST_PLAN = 2006
_RECENT = re.compile(r"(?:最?近|过去)(\d{1,2}|[几两])个?([年月])")
_RELATIVE = re.compile(r"前年|去年|今年|本年度?|明年")
_YEARS_AWAY = {"前年": -2, "去年": -1, "明年": 1}
_HALF = re.compile(r"(上|下)半年")
_DATED = re.compile(
    r"(?<![\d.])((?:19|20)\d\d)(?:年(?:(1[0-2]|0?[1-9])月|(初)|(底|末))?|[-~](?=\d{4}年))"
)
_AS_OF = re.compile(r"截[至止]|到.{0,4}\d{4}年.{0,4}(?:底|末|为止|初)")
_SINCE = re.compile(r"\d年(?:\d+月)?(?:份|初|底)?(?:以来|之后|以后|起|至今)|自\d{4}年")
# An article about a year appears in it or in the year after.
_LAG = timedelta(days=366)
_WEAK = 0.5
# Of two articles that are both wanted as new as can be, the one two years older is worth half.
_HALF_LIFE_DAYS = 730


@dataclass(frozen=True, slots=True)
class DatePreference:
    """When the wanted articles were published: a preference, never a filter.

    Attributes:
        date_from: the first day, None for no bound.
        date_to: the last day, None for no bound.
        latest: whether of two articles the newer one is wanted.
        strength: 1.0 where the words are about the state of things (截至, 以来, 最新), 0.5 where
            the date may as well be that of what happened (2022年签署的协议).
    """

    date_from: date | None = None
    date_to: date | None = None
    latest: bool = False
    strength: float = 1.0


def read_preference(text: str, today: date) -> DatePreference | None:
    """What a folded question says about dates; None where it says nothing."""
    plan = _PLAN.search(text)
    if plan:
        first = _FIRST_PLAN + 5 * "一二三四五".index(plan.group(1))
        return DatePreference(date(first, 1, 1), date(first + 4, 12, 31) + _LAG, strength=_WEAK)
    text = digits(text)
    recent = _RECENT.search(text)
    if recent:
        number = {"几": 3, "两": 2}.get(recent.group(1)) or int(recent.group(1))
        days = number * (366 if recent.group(2) == "年" else 31)
        return DatePreference(today - timedelta(days=days), today, latest=True)
    return _dated(text, today) or _relative(text, today)


def date_fit(prefer: DatePreference | None, published: date | None) -> float:
    """How well an article's date fits, from -1.0 to 1.0; 0.0 where either is unknown."""
    if prefer is None or published is None:
        return 0.0
    first, last = prefer.date_from or published, prefer.date_to or published
    outside = max((first - published).days, (published - last).days, 0)
    if prefer.latest and prefer.date_from is None:
        age = max((last - published).days, 0)
        return prefer.strength * (2 * 2 ** (-age / _HALF_LIFE_DAYS) - 1)
    return prefer.strength * (1 - 2 * min(outside / 366, 1))


def _dated(text: str, today: date) -> DatePreference | None:
    """The preference of a question that states years: from the first to after the last of them."""
    spans = [_span(match) for match in _DATED.finditer(text)]
    if not spans:
        return None
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    if _SINCE.search(text):
        return DatePreference(first, max(today, first), latest=True)
    strength = 1.0 if _AS_OF.search(text) else _WEAK
    return DatePreference(first, last + _LAG, bool(_LATEST.search(text)), strength)


def _span(match: re.Match[str]) -> tuple[date, date]:
    """The days that 2022年, 2022年5月, 2022年初 or 2022年底 mean."""
    year, month = int(match.group(1)), match.group(2)
    if month:
        return date(year, int(month), 1), _last_day(year, int(month))
    first = 7 if match.group(4) else 1
    return date(year, first, 1), _last_day(year, 6 if match.group(3) else 12)


def _relative(text: str, today: date) -> DatePreference | None:
    """The preference of 去年, 今年上半年 or, with no year at all, 最新 and 目前."""
    said = _RELATIVE.search(text)
    if said is None:
        return DatePreference(date_to=today, latest=True) if _LATEST.search(text) else None
    year, half = today.year + _YEARS_AWAY.get(said.group(), 0), _HALF.search(text, said.end())
    first = 7 if half and half.group(1) == "下" else 1
    last = 6 if half and half.group(1) == "上" else 12
    return DatePreference(date(year, first, 1), _last_day(year, last) + _LAG, strength=_WEAK)


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
