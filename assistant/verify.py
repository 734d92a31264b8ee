"""Compare what a sentence claims with the words it cites: figures, dates, directions, names."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from assistant.figures import Day, Figure, read_days, read_figures, same_figure, squeeze
from assistant.places import places, short_forms
from vectorstore import fold, terms

_DISTRICT = re.compile(
    r"([一-鿿]{2})(?:自治县|自治州|县(?![域级区委城市])|市(?![场民级区县政值委州直属内外长容])|区(?![域位县划别块间分]))"
)
_NOT_DISTRICT = re.compile(
    r"[个城都全各本我该两多几首省区地州园湾社新山片景校厂库选自老牧林矿战灾辖街郊小特专]$|^[的与和及在向到由对从为]"
    r"|开发|示范|试验|合作|先行|集聚|保税|高新|自贸|重点|东部|西部|中部|南部|北部|部分|部地|级|引领|毗邻|边境|功能|经济"
)
_ORGANISATION = re.compile(
    r"([一-鿿]{2})(?:公司|集团|大学|学院|医院|银行|协会|商会|促进会|委员会|研究院|日报|机场|铁路|高速|高铁|口岸|大桥)"
)
_TITLE = re.compile(r"《([^》]+)》")
_QUOTED = re.compile(r"[“]([^”]{2,})[”]")
# Two characters that tell a place in a sentence; 和, 与 and 、 only list.
_NEIGHBOURS = re.compile(r"[一-鿿]{2}(?<![和与及同])(?<![和与及同].)")
_LATIN = re.compile(r"[a-z]+(?:[-.]?[a-z0-9]+)*|\d+[a-z]+")
_HAN = re.compile(r"[一-鿿]")

_ENGLISH_SCALE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_RELATIVE_YEAR = {"前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1}
_ABOUT_NOW = re.compile(
    r"目前|当前|近日|日前|本月|昨日|昨天|今天|今日|截至|年初|(?<!年)(?:1[0-2]|[1-9])月"
)

_UP = re.compile(r"增长(?!极)|增加|增至|上升|上涨|提高|提升|扩大|加快|延长|升至|增幅")
_DOWN = re.compile(r"下降|下滑|下跌|减少|减至|压减|降低|降至|缩小|缩短|收窄|回落|放缓|减慢|降幅")
_NOT = re.compile(
    r"(?:并未|没有|尚未|未能|不能|不会|不再|不是|无法|无须|无需|不得|不曾|并非|[不未没无])(?=([一-鿿]{2}))"
)
_NOT_NEGATION = re.compile(
    r"不断|不仅|不同|不少|不久|不只|不但|不过|不论|不管|不可分|不谋而合|不约而同|不锈|不动产|不等|不懈|不超过|不足|不到|未来|无论|无缝|无人机"
    r"|无疑|无锡|无障碍|无偿|没收|密不可|不遗余力|不得不|无不"
)
# Below this share of a sentence's bigrams in the cited words, they speak of something else.
# Measured on the perturbed sentences of tests/test_cite.py.
_LEAST_SHARE = 0.3
_LEAST_SHARE_OF_LONG_NAME = 0.7


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
    reasons = (_date_reason, _figure_reason, _name_reason, _clause_reason, _share_reason)
    return next((reason for test in reasons if (reason := test(claim, read))), "")


def unknown(sentence: str, quotes: Sequence[Quote]) -> str:
    """Name a date, figure or name of `sentence` that is nowhere in the quotes; empty: none."""
    claim, read = squeeze(sentence), [_read(quote) for quote in quotes]
    reasons = (_date_reason, _figure_reason, _name_reason)
    return next((reason for test in reasons if (reason := test(claim, read))), "")


def share(sentence: str, text: str) -> float:
    """Share of the bigrams, words and numbers of `sentence` that stand in `text`: 0 to 1."""
    wanted = _content(squeeze(sentence))
    return len(wanted & _content(squeeze(text))) / len(wanted) if wanted else 0.0


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
    named = {int(figure.value) for figure in figures if figure.unit in ("年", "")}
    years = named | {day.year for day in days if day.year}
    if quote.published:
        year = quote.published.year
        years |= {year + step for word, step in _RELATIVE_YEAR.items() if word in text}
        years |= {year} if _ABOUT_NOW.search(text) else set()
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
    for figure in read_figures(claim):
        if figure.unit == "年" and any(figure.value in quote.years for quote in read):
            continue
        known = [known for quote in read for known in quote.figures if same_figure(figure, known)]
        if not known:
            return f"所引文字中没有“{figure.text}”"
        if figure.bound and all(one.bound and one.bound != figure.bound for one in known):
            return f"所引文字说的是“{known[0].text}”"
    return ""


def _name_reason(claim: str, read: Sequence[_Read]) -> str:
    words = "".join(quote.text + quote.about for quote in read)
    for name in _names(claim):
        if name not in words and not _abbreviated(name, claim, words) and not _long(name, words):
            return f"所引文字没有提到“{name}”"
    for match in _ORGANISATION.finditer(claim):
        if match[1] not in words and not set(match[1]) <= set(words):
            return f"所引文字没有提到“{match.group()}”"
    closest = max(read, key=lambda quote: share(claim, quote.text))
    return _pair_reason(claim, closest) or _place_reason(claim, closest)


def _pair_reason(claim: str, quote: _Read) -> str:
    """Catch two places joined as a pair where the closest words pair one of them with another."""
    paired = _pairs(quote.text)
    for pair in _pairs(claim):
        others = [other for other in paired if other & pair]
        if others and pair not in others:
            return f"所引文字说的是“{'与'.join(sorted(others[0]))}”"
    return ""


def _pairs(text: str) -> list[frozenset[str]]:
    """The pairs of places that a text joins: 佛山与郴州, 广州市与龙岩市, 广州-龙岩."""
    found = places(text)
    joined = [(one, other) for one in found for other in found if one != other]
    return [frozenset(pair) for pair in joined if re.search(r"[市州省]?[与-]".join(pair), text)]


def _place_reason(claim: str, quote: _Read) -> str:
    """Catch a place exchanged for another that stands elsewhere in what is cited.

    A place that the closest words lack may come from other cited words or the title (两市 for two
    named cities), but not where these words name, in its stead, a place that the claim lacks; and
    no place may stand where these words have another between the same characters.
    """
    said = _about(claim, quote.text)
    instead = [place for place in places(said) if place not in claim]
    for name in places(claim):
        rivals = [place for place in instead if bool(short_forms(place)) == bool(short_forms(name))]
        if name in quote.text or _abbreviated(name, claim, quote.text):
            rivals = []
        rivals += _in_its_place(name, claim, quote.text)
        if rivals:
            return f"所引文字说的是“{rivals[0]}”，不是“{name}”"
    return ""


def _in_its_place(name: str, claim: str, text: str) -> list[str]:
    """The places that `text` has where `claim` has `name`: beside the same two characters."""
    found = []
    for match in re.finditer(name, claim):
        before, after = claim[: match.start()][-2:], claim[match.end() :].lstrip("市省")[:2]
        for pattern in (f"{before}()", f"()[市省]?{after}"):
            neighbours = pattern.replace("()", "").replace("[市省]?", "")
            if not _NEIGHBOURS.fullmatch(neighbours):
                continue
            there = {
                place for place in places(text) if re.search(pattern.replace("()", place), text)
            }
            found += [place for place in there if name not in there]
    return sorted(found)


def _long(name: str, words: str) -> bool:
    """Whether a long title or quotation stands there in nearly the same words."""
    return len(name) > 12 and share(name, words) >= _LEAST_SHARE_OF_LONG_NAME


def _names(claim: str) -> list[str]:
    named = _TITLE.findall(claim) + _QUOTED.findall(claim) + _LATIN.findall(claim)
    districts = [name for name in _DISTRICT.findall(claim) if not _NOT_DISTRICT.search(name)]
    return [*named, *places(claim), *(name for name in districts if not places(name))]


def _abbreviated(name: str, claim: str, words: str) -> bool:
    """Whether `words` name a place by one character: 粤 for 广东, 佛郴 for 佛山 and 郴州."""
    shorts = short_forms(name)
    if any(short in words for short in shorts):
        return True
    others = [other[0] for other in places(claim) if other != name]
    pairs = (pair for other in others for pair in (name[0] + other, other + name[0]))
    return not shorts and any(pair in words for pair in pairs)


def _clause_reason(claim: str, read: Sequence[_Read]) -> str:
    for clause in re.split(r"[,;:。]", claim):
        said = "|".join(_about(clause, quote.text) for quote in read)
        reason = said and (_direction_reason(clause, said) or _negation_reason(clause, said))
        if reason:
            return reason
    return ""


def _about(clause: str, text: str) -> str:
    """The parts of a quote that speak of what a clause speaks of."""
    wanted = _content(clause)
    parts = re.split(r"[,;:。!?]", text)
    return "|".join(part for part in parts if len(wanted & _content(part)) >= 2)


def _direction_reason(clause: str, said: str) -> str:
    up, down = bool(_UP.search(clause)), bool(_DOWN.search(clause))
    says_up, says_down = _UP.search(said), _DOWN.search(said)
    if up and not down and says_down and not says_up:
        return f"所引文字说的是“{says_down.group()}”"
    if down and not up and says_up and not says_down:
        return f"所引文字说的是“{says_up.group()}”"
    return ""


def _negation_reason(clause: str, said: str) -> str:
    clause, said = _NOT_NEGATION.sub("□", clause), _NOT_NEGATION.sub("□", said)
    for one, other in ((clause, said), (said, clause)):
        denied = {match.start(1) for match in _NOT.finditer(other)}
        for match in _NOT.finditer(one):
            occurrences = {found.start() for found in re.finditer(match[1], other)}
            if occurrences and not occurrences & denied:
                return f"所引文字的说法相反（“{match.group()}{match[1]}”）"
    return ""


def _share_reason(claim: str, read: Sequence[_Read]) -> str:
    words = "|".join(f"{quote.text}|{quote.about}" for quote in read)
    return "" if share(claim, words) >= _LEAST_SHARE else "所引文字与这句话无关"


@lru_cache(maxsize=4096)
def _content(text: str) -> frozenset[str]:
    return frozenset(term for term in terms(text) if len(term) > 1 or term.isdigit())


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
