"""The years that a text names or means, seen from the date of its article."""

import re
from collections.abc import Iterator
from datetime import date

from assistant.facts.figures import read_days
from assistant.facts.overlap import around
from assistant.facts.slots import Slot
from vectorstore import digits

RELATIVE = {
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "上年": -1,
    "今年": 0,
    "本年": 0,
    "明年": 1,
    "后年": 2,
}
_RELATIVE = re.compile("|".join(RELATIVE) + "(?!年)")
_YEAR = re.compile(r"(?<![\d.])((?:19|20)\d\d)(?:年(?!代)|(?=[-~至到—](?:(?:19|20)\d\d)?\d*年))")
_ABOUT_NOW = re.compile(
    r"目前|当前|近日|日前|本月|昨日|昨天|今天|今日|截至|年初|(?<!年)(?:1[0-2]|[1-9])月"
)
FAMILY = "year"


def read_years(text: str, published: date | None) -> list[Slot]:
    """The years that a squeezed text names; 去年 and the like too, where the date is known."""
    text = digits(text)
    found = [_slot(text, match, match[1]) for match in _YEAR.finditer(text)]
    for match in _RELATIVE.finditer(text):
        year = str(published.year + RELATIVE[match.group()]) if published else match.group()
        found.append(_slot(text, match, year))
    return found


def meant_years(text: str, published: date | None) -> Iterator[Slot]:
    """The years of dates that name none: that of the words before them, or of the article.

    A month later than the article's is one of the year before, unless a year stands before it.
    """
    named = sorted(read_years(text, published), key=lambda slot: text.find(slot.text))
    for day in read_days(text):
        before = [slot for slot in named if 0 <= text.find(slot.text) < text.find(day.text)]
        if day.year is None and before:
            yield Slot(FAMILY, before[-1].value, day.text, day.before, day.after)
        elif day.year is None and published:
            year = published.year - (day.month > published.month)
            yield Slot(FAMILY, str(year), day.text, day.before, day.after)
    if published and not named and _ABOUT_NOW.search(text):
        yield Slot(FAMILY, str(published.year), "", "", "")


def _slot(text: str, match: re.Match[str], year: str) -> Slot:
    return Slot(FAMILY, year, match.group(), *around(text, *match.span()))
