"""The other way to write each figure of a text: 二十亿 for 20亿, 2022 for 二〇二二."""

import re
from collections.abc import Iterator

from vectorstore.chinese import digits

_CHINESE = "零〇一二三四五六七八九十百千两"
_PERCENT_WORDS = re.compile(rf"百分之([{_CHINESE}\d]+(?:[点.][{_CHINESE}\d]+)?)")
# 十四五 is a plan, no figure. A figure of one character counts before a unit only: 三个, 三月; not
# 三明, 一直.
_UNIT = "[万亿个家项年月日号位名人次对条座辆列届天岁倍成元亩吨期篇国省市县区]"
_PLAN = re.compile("十[一二三四五]五(?![百千万亿])")
_WORDS = re.compile(rf"[{_CHINESE}]{{2,}}|[{_CHINESE[2:]}](?={_UNIT})")
_FIGURE = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d{1,5})(?![\d,])(?:\.(\d+))?(%|年(?![多来内])|(?=[-~]\d{4}年)|)"
)
_NUMBERS = "零一二三四五六七八九"
_LONGEST = 5


def other_numerals(text: str) -> Iterator[str]:
    """Each figure of a folded text in the other writing, with the character that follows it."""
    for match in _PERCENT_WORDS.finditer(text):
        yield digits(match.group(1)).replace("点", ".")
    for match in _WORDS.finditer(_PLAN.sub(" ", _PERCENT_WORDS.sub(" ", text))):
        # The 一 of 一个 and the 千百 of 千百年 are not worth finding as figures.
        if match.group() not in "一一十千千百百":
            yield digits(match.group())
    for match in _FIGURE.finditer(text):
        whole, decimals, mark = match.groups()
        plain = whole.replace(",", "")
        if _is_year(text, match):
            yield from (_one_by_one(plain).replace("零", zero) + "年" for zero in "零〇")
        elif len(plain) <= _LONGEST and not plain.startswith("0"):
            if len(plain) > 3:
                yield plain if "," in whole else f"{int(plain):,}"
            spoken = to_words(int(plain)) + (f"点{_one_by_one(decimals)}" if decimals else "")
            after = text[match.end() : match.end() + 1]
            yield "百分之" + spoken if mark == "%" else spoken + (mark or after)


def _is_year(text: str, match: re.Match[str]) -> bool:
    before_a_year = re.match(r"[-~]\d{4}年", text[match.end() :])
    return len(match.group(1)) == 4 and bool(match.group(3) == "年" or before_a_year)


def to_words(number: int) -> str:
    """A whole number from 0 to 99,999 in Chinese numerals: 209 → 二百零九, 12 → 十二."""
    if number < 10:
        return _NUMBERS[number]
    words, pending = "", False
    for unit, name in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            words += "零" * pending + _NUMBERS[digit] + name
        pending = bool(words) and not digit
    return words.removeprefix("一") if words.startswith("一十") else words


def _one_by_one(figures: str) -> str:
    return "".join(_NUMBERS[int(figure)] for figure in figures)
