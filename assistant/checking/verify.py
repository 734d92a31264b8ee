"""Compare what a sentence claims with the words it cites: figures, dates, directions, names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from assistant.checking.contrast import Contrast, Said, Value, in_common
from assistant.checking.coverage import is_about, unsaid_part
from assistant.checking.denial import contradiction
from assistant.facts.figures import (
    Day,
    Figure,
    difference,
    listed,
    read_days,
    read_figures,
    rounded,
    same_figure,
)
from assistant.facts.names import missing_name
from assistant.facts.overlap import parts, squeeze
from assistant.facts.pairs import crossed_pair
from assistant.facts.slots import Slot, read_slots, same_slot
from assistant.facts.years import meant_years, read_years
from vectorstore import fold, has_chinese

_ENGLISH_SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_LEAD_IN = re.compile(
    r"^(?:据[^,]{0,12}(?:报道|介绍|了解|悉)|(?:根据|按照|从)?(?:资料|报道|文章|文中|材料|来源)[^,]{0,6}"
    r"|具体来说|具体而言|总的来看|总体来看|也就是说|换句话说|与此同时|除此之外|在此基础上),"
)
_MEASURED_ALIKE = (
    {"年", "个月", "天", "日", "小时", "分钟", "秒"},
    {"元", "美元", "港元", "欧元", "日元", "英镑", "澳元"},
    {"平方米", "亩"},
    {"%", "个百分点"},
)
_COUNTERS = ("个", "家", "项", "类", "种")
_ONE_SIDED = ("+", "-")
# Whether a name is there at all is asked elsewhere.
_NAMED = ("city", "province", "title")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that are cited, with the title (and publisher) and the date of their article."""

    text: str
    about: str = ""
    published: date | None = None


def verify(sentence: str, quotes: Sequence[str], published: date | None) -> str:
    """Say why the cited words do not carry a sentence; empty where they do.

    Compared after folding script and width: figures with their units (thousands, 万/亿, Chinese
    numerals, percentages), dates (去年 and 今年 against `published`), 增/减, negation, places,
    organisations, 《》 and Latin names, and whether the words are about the same thing at all.
    What it can't see: names of one quote exchanged, a wrong verb, a wrong person.

    Args:
        sentence: without its marks.
        quotes: the cited words, and the titles of their articles.
        published: the date of the article.
    """
    return check(sentence, [Quote(quote, "", published) for quote in quotes])


def check(sentence: str, quotes: Sequence[Quote]) -> str:
    """Say why the cited words do not carry a sentence, as `verify`; each quote has its own date."""
    claim = squeeze(sentence)
    if not claim or not quotes:
        return "" if not claim else "没有引用资料"
    read = [read_quote(quote) for quote in quotes]
    if not has_chinese(claim):
        return _english_reason(fold(sentence), read)
    reasons = (
        _date_reason,
        _slot_reason,
        _figure_reason,
        _name_reason,
        _pair_reason,
        _denial_reason,
        _coverage_reason,
    )
    return next((reason for test in reasons if (reason := test(claim, read))), "")


def unknown(sentence: str, quotes: Sequence[Quote]) -> str:
    """Name a date, figure or name of `sentence` that is nowhere in the quotes; empty: none."""
    claim, read = squeeze(sentence), [read_quote(quote) for quote in quotes]
    reasons = (_date_reason, _figure_reason, _name_reason)
    return next((reason for test in reasons if (reason := test(claim, read))), "")


@dataclass(frozen=True, slots=True)
class _Read:
    text: str
    about: str
    published: date | None
    figures: tuple[Figure, ...]
    days: tuple[Day, ...]
    years: tuple[Slot, ...]
    """The years that the words name or mean."""
    slots: tuple[Slot, ...]


@lru_cache(maxsize=4096)
def read_quote(quote: Quote) -> _Read:
    """Read the values of a quote, once."""
    text, about = squeeze(quote.text), squeeze(quote.about)
    day = quote.published
    days = (*read_days(text), *read_days(about))
    years = (*read_years(text, day), *meant_years(text, day), *read_years(about, day))
    return _Read(
        text,
        about,
        day,
        figures=(*read_figures(text), *read_figures(about)),
        days=(*days, Day(day.year, day.month, day.day, "published")) if day else days,
        years=years,
        slots=read_slots(text),
    )


def _date_reason(claim: str, read: Sequence[_Read]) -> str:
    days = read_days(claim)
    said_days = _said(claim, [(quote.text, quote.days) for quote in read])
    for day in days:
        if not any(_same_day(day, known.value) for known in said_days):
            return f"所引文字中没有“{day.text}”"
    closest = max(read, key=lambda quote: in_common(claim, quote.text))
    years = read_years(claim, closest.published)
    said = _said(claim, [(quote.text, quote.years) for quote in read])
    for year in years:
        until_now = "截至" in claim and year.value in _published(read)
        if not until_now and not any(same_slot(year, known.value) for known in said):
            return f"所引文字中没有“{year.text}”"
    found = (
        Contrast(days, said_days, _same_day, _of_one_length).exchanged()
        or Contrast(years, said, same_slot, _of_one_family).exchanged()
    )
    return f"所引文字说的是“{found[1].text}”，不是“{found[0].text}”" if found else ""


def _published(read: Sequence[_Read]) -> set[str]:
    return {str(quote.published.year) for quote in read if quote.published}


def _same_day(day: Day, known: Day) -> bool:
    months = day.month == known.month and (day.day is None or day.day == known.day)
    return months and (not (day.year and known.year) or day.year == known.year)


def _of_one_length(day: Day, known: Day) -> bool:
    """Whether two dates are both days or both months; a range is no other date."""
    return bool(day.day) == bool(known.day) and not re.search(r"[-~至到]|^p", known.text)


def _figure_reason(claim: str, read: Sequence[_Read]) -> str:
    said = _said(claim, [(quote.text, quote.figures) for quote in read])
    figures = [one for one in read_figures(claim) if not _is_year(one)]
    for figure in figures:
        known = [each.value for each in said if same_figure(figure, each.value)]
        if not known:
            if _worked_out(figure, claim, read) or _counts_itself(figure):
                continue
            return f"所引文字中没有“{figure.text}”"
        if figure.bound in _ONE_SIDED and all(
            one.bound and one.bound != figure.bound for one in known
        ):
            return f"所引文字说的是“{known[0].text}”"
    stated = [one for one in figures if any(same_figure(one, each.value) for each in said)]
    counts = [one for one in figures if one not in stated and _counts_itself(one)]
    found = (
        Contrast(stated, said, same_figure, _of_one_unit).exchanged()
        or Contrast(counts, said, same_figure, _both_count).exchanged()
    )
    return f"所引文字说的是“{found[1].text}”" if found else ""


def _worked_out(figure: Figure, claim: str, read: Sequence[_Read]) -> bool:
    """Whether a figure rounds one of the cited words, counts a list, or is a difference."""
    known = [one for quote in read for one in quote.figures]
    years = [int(slot.value) for quote in read for slot in quote.years if slot.value.isdigit()]
    spans = {later - year + more for year in years for later in years for more in (0, 1)}
    return (
        any(rounded(figure, one) for one in known)
        or difference(figure, known)
        or (figure.unit == "年" and figure.value in spans)
        or any(listed(part) == figure.value for part in parts(claim))
    )


def _counts_itself(figure: Figure) -> bool:
    """Whether a figure is a small count that who writes may have made: 三家企业, 两个项目."""
    return figure.unit in _COUNTERS and figure.value < 10 and not figure.bound


def _both_count(figure: Figure, other: Figure) -> bool:
    return {figure.unit, other.unit} <= {*_COUNTERS, "大"}


def _of_one_unit(figure: Figure, other: Figure) -> bool:
    """Whether two figures measure the same, so that one may stand for the other."""
    return figure.unit == other.unit or any(
        figure.unit in units and other.unit in units for units in _MEASURED_ALIKE
    )


def _is_year(figure: Figure) -> bool:
    return figure.unit in ("", "年") and 1900 <= figure.value < 2100 and figure.value % 1 == 0


def _slot_reason(claim: str, read: Sequence[_Read]) -> str:
    """Names, programmes and opposites in the place of others."""
    said = _said(claim, [(quote.text, quote.slots) for quote in read])
    present = "".join(quote.text + quote.about for quote in read)
    claimed = [one for one in read_slots(claim) if one.family not in _NAMED or one.value in present]
    found = Contrast(claimed, said, same_slot, _of_one_family).exchanged()
    if found:
        return f"所引文字说的是“{found[1].text}”，不是“{found[0].text}”"
    return ""


def _of_one_family(slot: Slot, other: Slot) -> bool:
    return slot.family == other.family


def _said(claim: str, found: Sequence[tuple[str, Sequence[Value]]]) -> list[Said[Value]]:
    shared = [(in_common(claim, text), values) for text, values in found]
    return [Said(value, number) for number, values in shared for value in values]


def _name_reason(claim: str, read: Sequence[_Read]) -> str:
    name = missing_name(claim, "".join(quote.text + quote.about for quote in read))
    return f"所引文字没有提到“{name}”" if name else ""


def _pair_reason(claim: str, read: Sequence[_Read]) -> str:
    pair = crossed_pair(claim, [quote.text for quote in read])
    return f"所引文字说的是“{pair}”" if pair else ""


def _denial_reason(claim: str, read: Sequence[_Read]) -> str:
    return contradiction(claim, [quote.text for quote in read])


def _coverage_reason(claim: str, read: Sequence[_Read]) -> str:
    texts = [f"{quote.text}|{quote.about}" for quote in read]
    if not is_about(claim, "|".join(texts)):
        return "所引文字与这句话无关"
    part = unsaid_part(_LEAD_IN.sub("", claim), texts)
    return f"所引文字没有写到“{part}”" if part else ""


def _english_reason(sentence: str, read: Sequence[_Read]) -> str:
    known = {figure.value for quote in read for figure in quote.figures}
    known |= {Decimal(s.value) for quote in read for s in quote.years if s.value.isdigit()}
    known |= {Decimal(day.day) for quote in read for day in quote.days if day.day}
    scales = "|".join(_ENGLISH_SCALE)
    for match in re.finditer(rf"(\d[\d,]*(?:\.\d+)?)\s*({scales})?", sentence):
        value = Decimal(match[1].replace(",", "")) * _ENGLISH_SCALE.get(match[2] or "", 1)
        if value not in known:
            return f"所引文字中没有“{match.group().strip()}”"
    return ""
