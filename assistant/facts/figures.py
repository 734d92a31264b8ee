"""The figures and dates of a Chinese text, as values that can be compared."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.facts.overlap import PART_ENDS, around
from vectorstore import digits

_SCALE = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "亿": 10**8, "万亿": 10**12}
_UNIT = (
    r"美元|港元|港币|欧元|日元|英镑|澳元|元|%|个百分点|个基点|个月|年|月|日|号(?!线|院|楼|机)|个?小时|分钟|秒|天"
    r"|平方公里|平方千米|平方米|立方米|公里|千米|海里|英里|厘米|毫米|米|千瓦时|兆瓦时|千瓦|兆瓦|瓦|伏"
    r"|公斤|千克|毫克|克|吨|升|倍|亩|公顷|人次|人|名|位|岁|度|成(?![立为员功果效本长熟交都])"
)
_COUNTER = (
    r"[轮个项对家次种类条座所处届批辆架大县市区省镇村国篇户例件场台套期组层级字方点班间只头株艘趟]"
)
# Any thing may be counted with these; 8对 is never 8类.
_ANY_COUNTER = set("个项家种")
# Units of one measure, in the smallest of them.
_MEASURES = {
    "平方公里": ("平方米", 10**6),
    "平方千米": ("平方米", 10**6),
    "公顷": ("平方米", 10**4),
    "公里": ("米", 10**3),
    "千米": ("米", 10**3),
    "吨": ("公斤", 10**3),
    "千克": ("公斤", 1),
    "千瓦时": ("度", 1),
    "兆瓦时": ("度", 10**3),
    "兆瓦": ("瓦", 10**6),
    "千瓦": ("瓦", 10**3),
}
_PART_ENDS = PART_ENDS + "、"
# So few characters before a figure say no more than 总投资 or 面积达: the part before is taken too.
_SHORT = 6
_MARK_UP = r"不超过|不足|不到|少于|低于|将近|接近|近|超过|超|逾|突破|不少于|至少|高于"
_CHINESE = r"[零〇一二三四五六七八九十百千两]+(?:点[零一二三四五六七八九]+)?"
_NUMBER = re.compile(
    rf"(?!第[一1][次批])(?<!第)(?P<before>第|{_MARK_UP})?(?P<about>大?约)?"
    rf"(?P<digits>(?<![a-z\d.])\d+(?:\.\d+)?(?![a-z])|{_CHINESE}|半(?=年|天|小时|个月)|(?=万?亿[元吨人]))"
    r"(?P<more>[多余几])?(?P<scale>万亿|百万|[百万亿]|千(?![瓦米克]))?(?P<more2>[多余])?"
    rf"(?P<unit>{_UNIT}|{_COUNTER})?(?:人民币)?(?P<after>以上|以下|以?内|左右)?"
)
_SAME_UNIT = {"名": "人", "位": "人", "号": "日", "个小时": "小时", "港币": "港元"}
_MORE = {"超过", "超", "逾", "突破", "不少于", "至少", "高于", "以上"}
_LESS = {"不超过", "不足", "不到", "少于", "低于", "将近", "接近", "近", "以下", "以内", "内"}
_DATE = re.compile(
    r"(?<![\d.])(?:(?P<year>\d{4})年)?(?:(?P<month0>1[0-2]|0?[1-9])[-~至到])?(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>[12]\d|3[01]|0?[1-9])[日号]?(?!\d))?"
    r"(?:[至到~-](?:(?P<month2>1[0-2]|[1-9])月)?(?P<day2>[12]\d|3[01]|[1-9])[日号])?"
)
_MIXED = re.compile(
    r"([一二三四五六七八九十百千]{1,8}|\d{1,8})亿([零一二三四五六七八九十百千]{1,8}|\d{1,8})万"
)
# What a rounded figure may be of the exact one: more than it says, less, or about.
_ROUNDED: Mapping[str, tuple[Decimal | int, Decimal | int]] = {
    "+": (Decimal("0.85"), 1),
    "-": (1, Decimal("1.15")),
    "~": (Decimal("0.93"), Decimal("1.07")),
}
_CHANGE = re.compile("增|减|升|降|缩短|延长|节省|多|少|相差|差距|高|低|快|慢|扩大|早|晚")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a text, comparable whatever way it is written."""

    value: Decimal
    unit: str
    """元, %, 人, 个 …; 第 for an ordinal; empty for a bare number."""
    bound: str
    """+ for 超, 多, 以上; - for 近, 不足, 以下; ~ for 约, 左右; else empty."""
    text: str
    """As written."""
    before: str
    """What stands before it in its part of the sentence, between commas."""
    after: str
    """What stands after it in its part of the sentence."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date of a text, or a month of it; the end of a range is a date of its own."""

    year: int | None
    month: int
    day: int | None
    text: str
    """As written."""
    before: str = ""
    """What stands before it in its part of the sentence."""
    after: str = ""
    """What stands after it in its part."""


def read_days(text: str) -> list[Day]:
    """Find the dates of a squeezed text: 2023年1月11日, 五月二十四日, 7月29日至31日, 11月."""
    found = []
    text = digits(text)
    for match in _DATE.finditer(text):
        year = int(match["year"]) if match["year"] else None
        month, day = int(match["month"]), match["day"]
        beside = (match.group(), *around(text, *match.span()))
        found.append(Day(year, month, int(day) if day else None, *beside))
        if match["month0"]:
            found.append(Day(year, int(match["month0"]), None, *beside))
        if match["day2"]:
            found.append(Day(year, int(match["month2"] or month), int(match["day2"]), *beside))
    return found


def read_figures(text: str) -> list[Figure]:
    """Find the figures of a squeezed text, its dates left out: 900多万人, 百分之三十, 八大, 第6."""
    text = _MIXED.sub(_in_wan, text)
    text = _DATE.sub(" ", text)
    found = [figure for match in _NUMBER.finditer(text) if (figure := _figure(match))]
    return [_parted(figure, found) for figure in found]


def _parted(figure: Figure, others: Sequence[Figure]) -> Figure:
    """A figure beside one of its unit keeps its own side of 和: 8名教师和3名医生."""
    before, after = figure.before, figure.after
    for other in others:
        if other is not figure and other.unit == figure.unit:
            if other.text in before:
                before = re.split("[和与及]", before.split(other.text)[-1])[-1]
            if other.text in after:
                after = re.split("[和与及]", after)[0]
    return replace(figure, before=before, after=after)


def _in_wan(match: re.Match[str]) -> str:
    """三亿二千万 → 32000万."""
    return f"{int(digits(match[1])) * 10**4 + int(digits(match[2]))}万"


def _figure(match: re.Match[str]) -> Figure | None:
    written, unit = match["digits"], match["unit"] or ""
    chinese = not written[:1].isdigit()
    if chinese and written and not (unit or match["scale"] or match["before"] == "第"):
        return None
    # 一个, 一批 and 两市, 两地 count nothing that an article would have to state.
    if (
        written in ("一", "两", "二")
        and not (match["scale"] or match["before"])
        and re.fullmatch(_COUNTER, unit or "个")
    ):
        return None
    number = "0.5" if written == "半" else digits(written).replace("点", ".")
    value = Decimal(number or 1) * _SCALE[match["scale"] or ""]
    if unit.startswith("成"):
        value, unit = value * 10, "%"
    unit, factor = _MEASURES.get(unit, (unit, 1))
    value *= factor
    unit = "第" if match["before"] == "第" else unit
    unit = _SAME_UNIT.get(unit, unit)
    more = match["before"] in _MORE or match["more"] or match["more2"] or match["after"] == "以上"
    less = match["before"] in _LESS or match["after"] in _LESS
    before, after = around(match.string, *match.span(), ends=_PART_ENDS)
    start = match.start() - len(before) - 1
    if len(before) < _SHORT and match.string[max(start, 0)] == ",":
        before = around(match.string, start, start, ends=_PART_ENDS)[0] + "," + before
    about = match["about"] or match["after"] == "左右"
    bound = "+" if more else "-" if less else "~" if about else ""
    return Figure(value, unit, bound, match.group(), before, after)


def same_figure(figure: Figure, known: Figure) -> bool:
    """Whether two figures are equal in value, and in unit where both have one."""
    if figure.value != known.value:
        return False
    units = {figure.unit, known.unit}
    if units == {"个", "人"}:
        return True
    counters = all(re.fullmatch(_COUNTER, unit) for unit in units)
    return len(units) == 1 or "" in units or (counters and bool(units & _ANY_COUNTER))


def rounded(figure: Figure, known: Figure) -> bool:
    """Whether a figure of one or two digits rounds a known one: 超过70家 for 73家, 近9000 for 8900.

    Only with a word that says so, and within a sixth of the known value on the right side.
    """
    least, most = _ROUNDED.get(figure.bound, (1, 1))
    digits_of = len(figure.value.normalize().as_tuple().digits)
    finer = digits_of < len(known.value.normalize().as_tuple().digits)
    exact = replace(known, value=figure.value)
    if known.bound not in ("", figure.bound) or not same_figure(figure, exact):
        return False
    return finer and digits_of <= 2 and least * known.value <= figure.value <= most * known.value


def difference(figure: Figure, known: Sequence[Figure]) -> bool:
    """Whether a figure is the difference of two known ones of its unit: 5天 and 2天 for 3天."""
    if not _CHANGE.search(figure.before + figure.after):
        return False
    values = {one.value for one in known if one.unit == figure.unit}
    return any(one - figure.value in values for one in values if one > figure.value)


def listed(part: str) -> int:
    """How many things a part of a sentence lists, with 、 and a last 和; 0 where it lists none."""
    marks = part.count("、")
    last = bool(re.search(r"、[^、]+(?:和|以及|及|与)[^、]+$", part))
    return marks + 1 + last if marks else 0
