"""The names of a sentence that cited words lack: places, organisations, titles, offices."""

import re

from assistant.facts.overlap import share
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
_NO_NAME = re.compile(r"[的与和及在向到由对从为等将被把使是有无需各该个]")
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
# A long title or quotation may differ in a word or two; measured on synonyms put into real ones.
_LONG_NAME = 12
_LEAST_SHARE_OF_LONG_NAME = 0.7


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
            not _NO_NAME.search(match[1])
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


def _names(claim: str) -> list[str]:
    named = _TITLE.findall(claim) + _QUOTED.findall(claim) + _LATIN.findall(claim)
    districts = [
        name
        for name in _DISTRICT.findall(claim)
        if not (_NOT_DISTRICT.search(name) or _NO_NAME.search(name))
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
