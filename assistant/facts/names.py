"""Check the names of a sentence against cited words: places, organisations, titles, offices."""

import re
from collections.abc import Sequence

from assistant.facts.overlap import parts, parts_about, share
from vectorstore import digits, places, short_forms

_DISTRICT = re.compile(
    r"([一-鿿]{2})(?:自治县|自治州|县(?![域级区委城市])|市(?![场民级区县政值委州直属内外长容])"
    r"|区(?![域位县划别块间分内外里]))"
)
_NOT_DISTRICT = re.compile(
    r"[个城都全各本我该两多几首省区地州园湾社新山片景校厂库选自老牧林矿战灾辖街郊小特专]$"
    r"|开发|示范|试验|合作|先行|集聚|保税|高新|自贸|重点|[东西中南北]部|部[分地]"
    r"|级|引领|毗邻|边境|功能|经济"
)
_ORGANISATION = re.compile(
    r"([一-鿿]{2})(?:公司|集团|大学|学院|医院|银行|协会|商会|促进会|委员会|研究院|日报|机场|铁路|高速|高铁"
    r"|口岸|大桥)"
)
# Characters that join or ask: two characters with one of them are no name.
NO_NAME = re.compile(r"[的与和及在向到由对从为等将被把使是有无需各该个]")
_BODY = re.compile(
    r"政协|人大常委会|国务院|党中央|中共中央|商务[厅局部]|财政[厅局部]|统计局|海关|纪委"
    r"|(?:副|常务副)?(?:市长|省长|县长|州长|书记|主席|秘书长|院长|董事长|总经理|会长|校长)"
)
# The plans 十三五 and 十四五 are no numerals.
_PLAN = re.compile("十[一二三四五]五")
_LIST = re.compile(r"[一-鿿]{2,5}(?:、[一-鿿]{2,5})+[和与及][一-鿿]{2,4}")
_TITLE = re.compile(r"《([^》]+)》")
_QUOTED = re.compile(r"“([^”]{2,})”")
_LATIN = re.compile(r"[a-z]+(?:[-.]?[a-z0-9]+)*|\d+[a-z]+")
# Two characters that tell a place in a sentence; 和, 与 and 、 only list.
_NEIGHBOURS = re.compile(r"[一-鿿\d]{2}(?<![和与及同])(?<![和与及同].)")
# A long title or quotation may differ in a word or two; measured on synonyms put into real ones.
_LONG_NAME = 12
_LEAST_SHARE_OF_LONG_NAME = 0.7
# With less in common than this, the closest words may not be about the clause at all.
_LEAST_SHARE_TO_COMPARE = 0.3


def missing_name(claim: str, words: str) -> str:
    """Name a name of a squeezed `claim` that `words` lack; empty: none.

    Names are 《titles》, “quoted words”, Latin words, provinces and cities, counties and districts
    by their last character, organisations by the two characters before 公司, 机场 …, and offices.
    """
    in_digits = digits(words)
    for name in _names(claim):
        if name in words or (not _PLAN.search(name) and digits(name) in in_digits):
            continue
        if not _abbreviated(name, claim, words) and not _long(name, words):
            return name
    if unlisted := _beside_known(claim, words):
        return unlisted
    for match in _ORGANISATION.finditer(claim):
        if (
            not NO_NAME.search(match[1])
            and match[1] not in words
            and not set(match[1]) <= set(words)
        ):
            return match.group()
    return next(
        (match.group() for match in _BODY.finditer(claim) if match.group() not in words), ""
    )


def _beside_known(claim: str, words: str) -> str:
    """A thing that a claim lists beside others, of which the words have those but not this."""
    for listed in _LIST.finditer(claim):
        items = [item for item in re.split("[、和与及]", listed.group()) if len(item) > 1]
        known = [item for item in items if item[-2:] in words]
        missing = [item for item in items if not any(one in words for one in item)]
        if known and missing:
            return missing[0]
    return ""


def exchanged_place(claim: str, texts: Sequence[str]) -> tuple[str, str]:
    """Find a place that stands where the cited words have another: (theirs, the claim's) or empty.

    Each clause is compared with the text closest to it. A place that text lacks may come from
    other cited words or a title (两市 for two named cities), but not where the text names, in its
    stead, a place that the claim lacks; and no place may stand where the text has another one
    beside the same two characters.
    """
    for clause in parts(claim):
        closest = max(texts, key=lambda text: share(clause, text), default="")
        if share(clause, closest) < _LEAST_SHARE_TO_COMPARE:
            continue
        instead = [place for place in _places_about(clause, closest) if place not in claim]
        for name in places(clause):
            rivals = [other for other in instead if _same_rank(other, name)]
            if name in closest or _abbreviated(name, claim, closest):
                rivals = []
            # Two places that the claim names both are judged together, elsewhere.
            beside = _beside_same_words(name, clause, closest)
            rivals += [other for other in beside if other not in claim]
            if rivals:
                return rivals[0], name
    return "", ""


def exchanged_pair(claim: str, texts: Sequence[str]) -> str:
    """Find a pair of places (佛山与郴州) one of which the cited words pair with another only."""
    paired = [pair for text in texts for pair in _pairs(text)]
    for pair in _pairs(claim):
        others = [other for other in paired if other & pair]
        if others and pair not in others:
            return "与".join(sorted(others[0]))
    return ""


def joined_places(names: Sequence[str], joint: str, text: str) -> set[frozenset[str]]:
    """The pairs of these places that stand in a text with nothing but `joint`, a regex, between."""
    if len(names) < 2:
        return set()
    either = "|".join(sorted(names, key=len, reverse=True))
    joined = re.finditer(rf"(?=({either}){joint}({either}))", text)
    return {frozenset(match.groups()) for match in joined if match[1] != match[2]}


def _names(claim: str) -> list[str]:
    named = _TITLE.findall(claim) + _QUOTED.findall(claim) + _LATIN.findall(claim)
    districts = [
        name
        for name in _DISTRICT.findall(claim)
        if not (_NOT_DISTRICT.search(name) or NO_NAME.search(name))
    ]
    return [*named, *places(claim), *(name for name in districts if not places(name))]


def _abbreviated(name: str, claim: str, words: str) -> bool:
    """Whether `words` name a place by one character: 粤 for 广东, 佛郴 for 佛山 and 郴州."""
    shorts = short_forms(name)
    if any(short in words for short in shorts):
        return True
    others = [other[0] for other in places(claim) if other != name]
    pairs = (pair for other in others for pair in (name[0] + other, other + name[0]))
    return name in places(name) and not shorts and any(pair in words for pair in pairs)


def _long(name: str, words: str) -> bool:
    return len(name) > _LONG_NAME and share(name, words) >= _LEAST_SHARE_OF_LONG_NAME


def _same_rank(place: str, other: str) -> bool:
    return bool(short_forms(place)) == bool(short_forms(other))


def _places_about(clause: str, text: str) -> list[str]:
    """The places of the parts of `text` about `clause`, or of the part before that names any."""
    found: list[str] = []
    before: list[str] = []
    about = set(parts_about(clause, text))
    for part in parts(text):
        named = places(part)
        if part in about:
            found += named or before
        before = named or before
    return found


def _beside_same_words(name: str, clause: str, text: str) -> list[str]:
    """The places that `text` has where `clause` has `name`: beside the same two characters."""
    found: list[str] = []
    known = places(text)
    for match in re.finditer(name, clause):
        before, after = clause[: match.start()][-2:], clause[match.end() :].lstrip("市省")[:2]
        for beside, left, right in ((before, before, ""), (after, "", f"[市省]?{after}")):
            if _NEIGHBOURS.fullmatch(beside):
                there = [place for place in known if re.search(left + place + right, text)]
                found += [] if name in there else there
    return [place for place in found if not _listed_together(name, place, text)]


def _listed_together(place: str, other: str, text: str) -> bool:
    """Whether two places stand in one list, whose order says nothing: 韶关市、肇庆市."""
    between = re.search(f"{place}(.*?){other}|{other}(.*?){place}", text)
    words = (between[1] or between[2] or "") if between else ""
    for name in places(words):
        words = words.replace(name, "")
    return bool(between) and not words.strip("市省州县、,和与及")


def _pairs(text: str) -> list[frozenset[str]]:
    """The pairs of places that a text joins: 佛山与郴州, 广州市与龙岩市, 广州-龙岩."""
    found = places(text)
    joined = [(one, other) for one in found for other in found if one != other]
    return [frozenset(pair) for pair in joined if re.search(r"[市州省]?[与-]".join(pair), text)]
