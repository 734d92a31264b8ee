"""Compare what a sentence claims with the words it cites: figures, dates, directions, names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from assistant.figures import Day, Figure, read_days, read_figures, same_figure
from assistant.names import exchanged_pair, exchanged_place, missing_name
from assistant.overlap import content, parts, parts_about, share, squeeze
from vectorstore import fold

_HAN = re.compile(r"[一-鿿]")

_ENGLISH_SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_RELATIVE_YEAR = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1}
_ABOUT_NOW = re.compile(
    r"目前|当前|近日|日前|本月|昨日|昨天|今天|今日|截至|年初|(?<!年)(?:1[0-2]|[1-9])月"
)

_UP = re.compile(r"增长(?!极)|增加|增至|上升|上涨|提高|提升|扩大|加快|延长|升至|增幅")
_DOWN = re.compile(
    r"下降|节省|节约|下滑|下跌|减少|减至|压减|降低|降至|缩小|缩短|收窄|回落|放缓|减慢|降幅"
)
_DIRECTION = re.compile(f"{_UP.pattern}|{_DOWN.pattern}")
_NOT = re.compile(
    r"(?:并未|没有|尚未|未能|不能|不会|不再|不是|无法|无须|无需|不得|不曾|并非|[不未没无])(?=([一-鿿]{2}))"
)
_NOT_NEGATION = re.compile(
    r"不断|不仅|不同|不少|不久|不只|不但|不过|不论|不管|不可分|不谋而合|不约而同|不锈|不动产|不等|不懈|不超过|不足|不到|未来|无论|无缝|无人机"
    r"|无疑|无锡|无障碍|无偿|没收|密不可|不遗余力|不得不|无不"
)
# What may be said with a negation instead.
_NEGATIVE = re.compile(r"[不未没无非免停禁防止缺少减]|取消|拆|破|脱|离|仅|只")
# Below this share of a sentence's bigrams in the cited words, they speak of something else.
# Measured on the perturbed sentences of tests/test_cite.py.
_LEAST_SHARE = 0.3
# A figure is taken from the wrong place where another of the same unit shares so many more bigrams
# of its part of the sentence (90%以上的招商项目 against 80%以上的外省游客).
_MARGIN = 1
_ONE_SIDED = ("+", "-")


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
    What it can't see: two names of one quote exchanged, a wrong verb, a wrong person.

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
    read = [_read(quote) for quote in quotes]
    if not _HAN.search(claim):
        return _english_reason(fold(sentence), read)
    reasons = (
        _date_reason,
        _figure_reason,
        _name_reason,
        _place_reason,
        _clause_reason,
        _share_reason,
    )
    return next((reason for test in reasons if (reason := test(claim, read))), "")


def unknown(sentence: str, quotes: Sequence[Quote]) -> str:
    """Name a date, figure or name of `sentence` that is nowhere in the quotes; empty: none."""
    claim, read = squeeze(sentence), [_read(quote) for quote in quotes]
    reasons = (_date_reason, _figure_reason, _name_reason)
    return next((reason for test in reasons if (reason := test(claim, read))), "")


@dataclass(frozen=True, slots=True)
class _Read:
    text: str
    about: str
    figures: tuple[Figure, ...]
    days: tuple[Day, ...]
    years: frozenset[int]
    """The years that the words name or imply."""


@lru_cache(maxsize=4096)
def _read(quote: Quote) -> _Read:
    text, about = squeeze(quote.text), squeeze(quote.about)
    days = (*read_days(text), *read_days(about))
    figures = (*read_figures(text), *read_figures(about))
    named = {int(figure.value) for figure in figures if figure.unit == "年" and figure.value > 1000}
    years = named | {day.year for day in days if day.year}
    if quote.published:
        year = quote.published.year
        implied = {year + step for word, step in _RELATIVE_YEAR.items() if word in text}
        # A month without a year is one of this year, unless the words name another.
        years |= implied or ({year} if _ABOUT_NOW.search(text) and not years else set())
        days = (*days, Day(year, quote.published.month, quote.published.day, "published"))
    return _Read(text, about, figures, days, frozenset(years))


def _date_reason(claim: str, read: Sequence[_Read]) -> str:
    for day in read_days(claim):
        if not any(_same_day(day, known, quote.years) for quote in read for known in quote.days):
            return f"所引文字中没有“{day.text}”"
    for word in _RELATIVE_YEAR:
        if word in claim and not any(word in quote.text for quote in read):
            return f"所引文字中没有“{word}”"
    return ""


def _same_day(day: Day, known: Day, years: Iterable[int]) -> bool:
    if day.month != known.month or (day.day and day.day != known.day):
        return False
    return day.year is None or day.year == known.year or (known.year is None and day.year in years)


def _figure_reason(claim: str, read: Sequence[_Read]) -> str:
    everything = [known for quote in read for known in quote.figures]
    for figure in read_figures(claim):
        if figure.unit == "年" and _has_year(claim, int(figure.value), read):
            continue
        known = [known for known in everything if same_figure(figure, known)]
        if not known:
            return f"所引文字中没有“{figure.text}”"
        if figure.bound in _ONE_SIDED and all(
            one.bound and one.bound != figure.bound for one in known
        ):
            return f"所引文字说的是“{known[0].text}”"
        rivals = [one for one in everything if one.unit == figure.unit and one not in known]
        closest = max((_closeness(figure, one) for one in known), default=0)
        for rival in rivals:
            if _closeness(figure, rival) > closest + _MARGIN:
                return f"所引文字说的是“{rival.text}”"
    return ""


def _has_year(claim: str, year: int, read: Sequence[_Read]) -> bool:
    """Whether a year is named or implied; 截至 a year means the year of the article."""
    until_now = {day.year for quote in read for day in quote.days if "截至" in claim}
    return year in until_now or any(year in quote.years for quote in read)


def _closeness(figure: Figure, known: Figure) -> int:
    """How much alike two figures stand: bigrams that both have around, and on the same side."""
    whole = _shared(figure.before + "|" + figure.after, known.before + "|" + known.after)
    sides = _shared(figure.before, known.before) + _shared(figure.after, known.after)
    return whole + sides


def _shared(one: str, other: str) -> int:
    return sum(1 for term in content(one) & content(other) if not term[0].isdigit())


def _name_reason(claim: str, read: Sequence[_Read]) -> str:
    name = missing_name(claim, "".join(quote.text + quote.about for quote in read))
    return f"所引文字没有提到“{name}”" if name else ""


def _place_reason(claim: str, read: Sequence[_Read]) -> str:
    texts = [quote.text for quote in read]
    pair = exchanged_pair(claim, texts)
    said, name = exchanged_place(claim, texts)
    if pair or said:
        return f"所引文字说的是“{pair}”" if pair else f"所引文字说的是“{said}”，不是“{name}”"
    return ""


def _clause_reason(claim: str, read: Sequence[_Read]) -> str:
    for clause in parts(claim):
        said = [part for quote in read for part in parts_about(clause, quote.text)]
        reason = _direction_reason(clause, said) or _negation_reason(clause, said)
        if reason:
            return reason
    return ""


def _direction_reason(clause: str, said: Sequence[str]) -> str:
    wanted = content(_DIRECTION.sub("□", clause))
    directed = [part for part in said if _DIRECTION.search(part)]
    shared = [len(wanted & content(part)) for part in directed]
    closest = "|".join(
        part for part, number in zip(directed, shared, strict=True) if number == max(shared)
    )
    up, down = bool(_UP.search(clause)), bool(_DOWN.search(clause))
    says_up, says_down = _UP.search(closest), _DOWN.search(closest)
    if up and not down and says_down and not says_up:
        return f"所引文字说的是“{says_down.group()}”"
    if down and not up and says_up and not says_down:
        return f"所引文字说的是“{says_up.group()}”"
    return ""


def _negation_reason(clause: str, said: Sequence[str]) -> str:
    one, others = _NOT_NEGATION.sub("□", clause), [_NOT_NEGATION.sub("□", part) for part in said]
    for denier, deniers in ((one, others), *((other, [one]) for other in others)):
        for match in _NOT.finditer(denier):
            holding = [text for text in deniers if match[1] in text]
            if holding and not any(_denied(match[1], text) for text in holding):
                return f"所引文字的说法相反（“{match.group()}{match[1]}”）"
    if others and _NOT.search(one) and not any(_NEGATIVE.search(text) for text in others):
        return "所引文字没有这样的否定"
    return ""


def _denied(word: str, text: str) -> bool:
    """Whether a negation stands before a word of a part."""
    return any(match.start() < text.rfind(word) for match in _NOT.finditer(text))


def _share_reason(claim: str, read: Sequence[_Read]) -> str:
    words = "|".join(f"{quote.text}|{quote.about}" for quote in read)
    return "" if share(claim, words) >= _LEAST_SHARE else "所引文字与这句话无关"


def _english_reason(sentence: str, read: Sequence[_Read]) -> str:
    known = {figure.value for quote in read for figure in quote.figures}
    known |= {Decimal(year) for quote in read for year in quote.years}
    known |= {Decimal(day.day) for quote in read for day in quote.days if day.day}
    scales = "|".join(_ENGLISH_SCALE)
    for match in re.finditer(rf"(\d[\d,]*(?:\.\d+)?)\s*({scales})?", sentence):
        value = Decimal(match[1].replace(",", "")) * _ENGLISH_SCALE.get(match[2] or "", 1)
        if value not in known:
            return f"所引文字中没有“{match.group().strip()}”"
    return ""
