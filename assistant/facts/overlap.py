"""How much of one Chinese text stands in another, whatever script, width or spacing it has."""

import re
from functools import lru_cache

from vectorstore import digits, fold, folded_terms

# Chinese numerals that are surely numbers: 十七个, 六月, 二〇二二年; not those of 三亚 or 统一.
_NUMERAL = re.compile(
    r"[一二两三四五六七八九]?[十百千][零一二三四五六七八九十百千]{0,8}"
    r"(?=[年月日号个项对家名位种类人户亩元万亿吨座所条辆架处届批件岁倍多余]|公[里斤顷])"
    r"|[一二三四五六七八九]?[十百千][零一二三四五六七八九十百千]{0,8}(?=[县市区国])"
    r"|(?<![零〇一二三四五六七八九])[零〇一二三四五六七八九]{1,4}(?=[年月日号])"
    r"|(?<![第零〇一二三四五六七八九十百千周])(?<!星期)[二三四五六七八九](?=[个项家名位户座条处所亩天])"
)
_PER_CENT = re.compile(r"百分之([零〇一二三四五六七八九十百点两\d.]+)")
# The one body of these articles whose short name shares little with its long one.
_REFORM = re.compile("发展(?:和|与)?改革(?:委员会|委|局)|发改局")
PART_ENDS = ",;:。!?|"
"""The (folded) signs between the parts of a sentence that each say something of their own."""


# 2023-05-08, 2023/5/8, 2023.5.8
_NUMERIC_DATE = re.compile(
    r"(?<![\d.])((?:19|20)\d\d)([-/.])(0?[1-9]|1[0-2])\2(\d{1,2})(?![\d.]\d|\d)"
)


def squeeze(text: str) -> str:
    """Fold `text`, write sure numerals and dates in one way, drop commas in figures and spaces."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", fold(text))
    text = _NUMERIC_DATE.sub(_date, text)
    text = _PER_CENT.sub(lambda match: digits(match[1]).replace("点", ".") + "%", text)
    text = _NUMERAL.sub(lambda match: digits(match.group()), text)
    text = _REFORM.sub("发改委", text)
    return re.sub(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])", "", text)


def _date(match: re.Match[str]) -> str:
    return f"{match[1]}年{int(match[3])}月{int(match[4])}日"


def around(text: str, start: int, end: int, ends: str = PART_ENDS) -> tuple[str, str]:
    """What stands before and after a span, as far as its part of a squeezed text goes."""
    first = max((text.rfind(sign, 0, start) for sign in ends), default=-1) + 1
    last = min((at for sign in ends if (at := text.find(sign, end)) >= 0), default=len(text))
    return text[first:start], text[end:last]


@lru_cache(maxsize=8192)
def content(text: str) -> frozenset[str]:
    """The bigrams, words and numbers of a text."""
    return squeezed_content(squeeze(text))


@lru_cache(maxsize=16384)
def squeezed_content(text: str) -> frozenset[str]:
    """The bigrams, words and numbers of a squeezed text."""
    return frozenset(folded_terms(text, single=False))


def share(text: str, other: str) -> float:
    """Share of the bigrams, words and numbers of `text` that stand in `other`: 0 to 1."""
    wanted = content(text)
    return len(wanted & content(other)) / len(wanted) if wanted else 0.0


def parts(text: str) -> list[str]:
    """The parts of a squeezed text between commas, colons and sentence ends."""
    return [part for part in re.split(f"[{PART_ENDS}]", text) if part]


def parts_about(part: str, text: str) -> list[str]:
    """The parts of `text` that share two or more bigrams with `part`."""
    wanted = content(part)
    return [other for other in parts(text) if len(wanted & content(other)) >= 2]
