"""How much of one Chinese text stands in another, whatever script, width or spacing it has."""

import re
from functools import lru_cache

from vectorstore import digits, fold, terms

# Chinese numerals that are surely numbers: 十七个, 六月, 二〇二二年; not those of 三亚 or 统一.
_NUMERAL = re.compile(
    r"[一二三四五六七八九]?[十百千][零一二三四五六七八九十百千]{0,8}"
    r"(?=[年月日号个项对家名位种类])"
    r"|[一二三四五六七八九]?[十百千][零一二三四五六七八九十百千]{0,8}(?=[县市区国])"
    r"|(?<![零〇一二三四五六七八九])[零〇一二三四五六七八九]{1,4}(?=[年月日号])"
)
PART_ENDS = ",;:。!?|"
"""The (folded) signs between the parts of a sentence that each say something of their own."""


def squeeze(text: str) -> str:
    """Fold `text`, write sure numerals as digits, drop thousands commas and idle white space."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", fold(text))
    text = _NUMERAL.sub(lambda match: digits(match.group()), text)
    return re.sub(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])", "", text)


@lru_cache(maxsize=8192)
def content(text: str) -> frozenset[str]:
    """The bigrams, words and numbers of a text."""
    return frozenset(term for term in terms(squeeze(text)) if len(term) > 1 or term.isdigit())


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
