"""True sentences made of true ones, by rule: each maker gives one, or none where it can't."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import opencc

from benchmarks.verification import swaps
from vectorstore import digits, places
from vectorstore.searching.numerals import to_words

_NUMBER = r"(?<![\d.A-Za-z-])\d+(?:\.\d+)?"
_COUNTED = r"(?=[多余]?(?:万|亿|个|项|家|名|位|户|所|座|人|条|种|年(?!代)))"
_CHINESE = re.compile(
    r"[二三四五六七八九十][一二三四五六七八九十百]*(?=(?:万|亿)?(?:个(?!五)|项|家|名|位|户|所|座|亩|人|元))"
)
_SMALL = re.compile(rf"(?<![\d.年A-Za-z-])\d{{1,4}}(?![\d.]){_COUNTED}(?!年)")
_SCALED = re.compile(rf"({_NUMBER})(万|亿)(?=[元人亩吨户名])")
_PLAIN = re.compile(r"(?<![\d.A-Za-z-])\d{5,}(?=[元人亩吨户名个])")
_PER_CENT = re.compile(rf"({_NUMBER})[%％]")
_DATE = re.compile(r"(?<![\d至到~～—-])(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日(?![至到~～—-])")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年(?![\d代来间])")
_STEPS = {"今年": 0, "去年": -1, "明年": 1, "前年": -2}
_SUBJECT = re.compile(
    r"^([^，。；：“”《》\d]{2,10}?)(?=(?:将|已|还|共|计划|先后|累计|积极|大力|全力))"
)
_PRONOUN = re.compile(r"^(?:该[市省县州]|全[市省县州]|我[市省县州])")
_ACTIVE = re.compile(
    r"(?:^|(?<=，))(?!由|被)([^，。；：“”《》的了\d]{3,12}?)(主办|承办|举办|投资|建设|承建|援建|捐赠|资助|组织)了?"
    r"([^，。；：“”]{4,20})(?=[，。])"
)
_BRACKETS = re.compile(r"（[^（）]{1,20}）")
_CHINESE_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Base:
    """A true sentence, with what its rewordings may draw on.

    Args:
        sentence: as the article has it.
        before: the factual sentence before it in the same chunk, or empty.
        published: the date of the article.
    """

    sentence: str
    before: str
    published: date | None


Maker = Callable[[Base], str | None]


def verbatim(base: Base) -> str | None:
    """The sentence as it is."""
    return base.sentence


def traditional(base: Base) -> str | None:
    """In traditional script."""
    return str(_converter().convert(base.sentence))


def wide(base: Base) -> str | None:
    """Digits, signs and Latin letters in full width, or in half width where they are wide."""
    text = base.sentence
    narrow = "".join(chr(ord(one) - 0xFEE0) if "０" <= one <= "ｚ" else one for one in text)
    full = "".join(
        chr(ord(one) + 0xFEE0) if re.match(r"[%0-9A-Za-z]", one) else one for one in text
    )
    return narrow if narrow != text else full


def in_words(base: Base) -> str | None:
    """Figures in Chinese numerals."""
    return _SMALL.sub(lambda match: to_words(int(match.group())), base.sentence)


def in_digits(base: Base) -> str | None:
    """Chinese numerals in digits."""
    return _CHINESE.sub(lambda match: digits(match.group()), base.sentence)


def written_out(base: Base) -> str | None:
    """3.2亿 as 320000000."""

    def plain(match: re.Match[str]) -> str:
        value = float(match[1]) * {"万": 10**4, "亿": 10**8}[match[2]]
        return str(round(value))

    return _SCALED.sub(plain, base.sentence)


def thousands(base: Base) -> str | None:
    """Large figures with commas, or in 万."""
    return _PLAIN.sub(lambda match: f"{int(match.group()):,}", base.sentence)


def scaled(base: Base) -> str | None:
    """亿 as 万, plain figures in 万."""

    def smaller(match: re.Match[str]) -> str:
        value = float(match[1]) * 10**4
        return f"{value:g}万" if match[2] == "亿" and value < 10**6 else match.group()

    text = _PLAIN.sub(lambda match: f"{int(match.group()) / 10**4:.10g}万", base.sentence)
    return _SCALED.sub(smaller, text)


def per_cent(base: Base) -> str | None:
    """12% as 百分之十二."""
    return _PER_CENT.sub(lambda match: "百分之" + _spoken(match[1]), base.sentence)


def absolute_year(base: Base) -> str | None:
    """去年 as the year it was."""
    if not base.published:
        return None
    now = base.published.year
    pattern = "|".join(_STEPS)
    return re.sub(
        rf"(?:{pattern})(?!年)", lambda match: f"{now + _STEPS[match.group()]}年", base.sentence
    )


def relative_year(base: Base) -> str | None:
    """A year as 去年, seen from the article."""
    if not base.published:
        return None
    words = {base.published.year + step: word for word, step in _STEPS.items()}
    return _YEAR.sub(lambda match: words.get(int(match[1]), match.group()), base.sentence)


def iso_date(base: Base) -> str | None:
    """5月8日 as 2023-05-08, where the year is said."""

    def written(match: re.Match[str]) -> str:
        return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}" if match[1] else match.group()

    return _DATE.sub(written, base.sentence)


def date_in_words(base: Base) -> str | None:
    """2023年5月8日 as 二〇二三年五月八日."""

    def written(match: re.Match[str]) -> str:
        year = "".join("〇一二三四五六七八九"[int(one)] for one in match[1] or "")
        month, day = to_words(int(match[2])), to_words(int(match[3]))
        return f"{year}{'年' if year else ''}{month}月{day}日"

    return _DATE.sub(written, base.sentence)


def clause_left_out(base: Base) -> str | None:
    """The last clause is left out."""
    clauses = base.sentence[:-1].split("，")
    return "，".join(clauses[:-1]) + "。" if len(clauses) > 2 else None


def first_clause_left_out(base: Base) -> str | None:
    """The first clause is left out."""
    first, comma, rest = base.sentence.partition("，")
    return rest if comma and len(rest) > 12 and len(first) < 20 else None


def reordered(base: Base) -> str | None:
    """The clauses in another order."""
    clauses = re.split("[，；]", base.sentence[:-1])
    return "，".join([*clauses[1:], clauses[0]]) + "。" if len(clauses) > 1 else None


def reworded(base: Base) -> str | None:
    """Words exchanged for others of the same meaning."""
    text = base.sentence
    for old, new in swaps.SYNONYMS:
        text = text.replace(old, new, 1)
    return text


def merged(base: Base) -> str | None:
    """Joined with the sentence before it."""
    return f"{base.before[:-1]}，{base.sentence}" if base.before else None


def led_in(base: Base) -> str | None:
    """With a lead-in before it."""
    return swaps.LEAD_INS[len(base.sentence) % len(swaps.LEAD_INS)] + base.sentence


def named(base: Base) -> str | None:
    """该市 as the city that the sentence before names."""
    near = [place for place in places(base.before) if len(place) == 2]
    return _PRONOUN.sub(near[0], base.sentence) if len(near) == 1 else None


def passive(base: Base) -> str | None:
    """甲举办乙 as 乙由甲举办."""
    return _ACTIVE.sub(lambda match: f"{match[3]}由{match[1]}{match[2]}", base.sentence, count=1)


def ranks_left_out(base: Base) -> str | None:
    """苏州市 as 苏州, and the other way."""
    found = re.search(f"({'|'.join(places(base.sentence)) or '□'})[市省]", base.sentence)
    return base.sentence.replace(found.group(), found[1]) if found else None


def other_signs(base: Base) -> str | None:
    """Semicolons for commas, no quotation marks, brackets left out."""
    text = _BRACKETS.sub("", base.sentence)
    return text.replace("“", "「").replace("”", "」").replace("，", "；", 1)


def other_units(base: Base) -> str | None:
    """公里 as 千米, 名 as 位, 元 as 人民币."""
    text = re.sub(r"(?<=\d)公里", "千米", base.sentence)
    text = re.sub(r"(?<=\d)公斤", "千克", text)
    text = re.sub(r"(?<=\d)名(?=[一-鿿])", "位", text)
    return re.sub(r"(?<=[\d万亿])元(?=[，。、])", "元人民币", text)


def other_bounds(base: Base) -> str | None:
    """超过 as 逾, 多 as 余, 近 as 将近."""
    text = re.sub(r"超过(?=\d)", "逾", base.sentence)
    text = re.sub(r"(?<=\d)多(?=[万亿名个家户人])", "余", text)
    return re.sub(r"(?<![最附邻])近(?=\d)", "将近", text)


TRUE: Mapping[str, Maker] = {
    "verbatim": verbatim,
    "traditional script": traditional,
    "full or half width": wide,
    "digits in words": in_words,
    "words in digits": in_digits,
    "万 and 亿 written out": written_out,
    "thousands commas": thousands,
    "another scale": scaled,
    "百分之 for %": per_cent,
    "year for 去年": absolute_year,
    "去年 for a year": relative_year,
    "ISO date": iso_date,
    "date in words": date_in_words,
    "last clause left out": clause_left_out,
    "first clause left out": first_clause_left_out,
    "clauses reordered": reordered,
    "synonyms": reworded,
    "two sentences merged": merged,
    "lead-in": led_in,
    "name for 该市": named,
    "passive": passive,
    "city without its rank": ranks_left_out,
    "other signs": other_signs,
    "other names of units": other_units,
    "other words for bounds": other_bounds,
}


def _spoken(number: str) -> str:
    whole, _, decimals = number.partition(".")
    point = "点" + "".join(_CHINESE_DIGITS[int(one)] for one in decimals) if decimals else ""
    return to_words(int(whole)) + point


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")
