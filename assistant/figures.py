"""The figures and dates of a Chinese text, as values that can be compared."""

import re
from dataclasses import dataclass
from decimal import Decimal

from vectorstore import digits

_SCALE = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "亿": 10**8, "万亿": 10**12}
_UNIT = (
    r"美元|港元|欧元|元|%|个百分点|个月|年|月|日|号(?!线|院|楼)|个?小时|分钟|天|平方公里|平方米|立方米|公里|千米|米|万?吨|公斤|倍|亩"
    r"|公顷|人|名|位|岁|度|成(?![立为员功果效本长熟交都])"
)
_COUNTER = r"[轮个项对家次种类条座所处届批辆架大县市区省镇村国篇户例件场台套期组层级字方点]"
# Any thing may be counted with these; 8对 is never 8类.
_ANY_COUNTER = set("个项家种")
_PART_ENDS = ",;:、。|"
_MARK_UP = r"不超过|不足|不到|少于|低于|近|超过|超|逾|突破|不少于|至少|高于"
_CHINESE = r"[零〇一二三四五六七八九十百千两]+(?:点[零一二三四五六七八九]+)?"
_NUMBER = re.compile(
    rf"(?P<before>第|{_MARK_UP})?(?P<about>大?约)?"
    rf"(?P<digits>(?<![a-z\d.])\d+(?:\.\d+)?(?![a-z])|{_CHINESE}|半(?=年|天|小时|个月)|(?=万?亿[元吨人]))"
    r"(?P<more>[多余几])?(?P<scale>万亿|百万|[百千万亿])?(?P<more2>[多余])?"
    rf"(?P<unit>{_UNIT}|{_COUNTER})?(?P<after>以上|以下|以?内|左右)?"
)
_SAME_UNIT = {"名": "人", "位": "人", "号": "日", "个小时": "小时"}
_MORE = {"超过", "超", "逾", "突破", "不少于", "至少", "高于", "以上"}
_LESS = {"不超过", "不足", "不到", "少于", "低于", "近", "以下", "以内", "内"}
_DATE = re.compile(
    r"(?<![\d.])(?:(?P<year>\d{4})年)?(?:(?P<month0>1[0-2]|0?[1-9])[-~至到])?(?P<month>1[0-2]|0?[1-9])月(?:(?P<day>[12]\d|3[01]|0?[1-9])[日号]?(?!\d))?"
    r"(?:[至到~-](?:(?P<month2>1[0-2]|[1-9])月)?(?P<day2>[12]\d|3[01]|[1-9])[日号])?"
)
_MIXED = re.compile(
    r"([一二三四五六七八九十百千]{1,8}|\d{1,8})亿([零一二三四五六七八九十百千]{1,8}|\d{1,8})万"
)
_PER_CENT = re.compile(r"百分之([零〇一二三四五六七八九十百点两\d.]+)")


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


def read_days(text: str) -> list[Day]:
    """Find the dates of a squeezed text: 2023年1月11日, 五月二十四日, 7月29日至31日, 11月."""
    found = []
    for match in _DATE.finditer(digits(text)):
        year = int(match["year"]) if match["year"] else None
        month, day = int(match["month"]), match["day"]
        found.append(Day(year, month, int(day) if day else None, match.group()))
        if match["month0"]:
            found.append(Day(year, int(match["month0"]), None, match.group()))
        if match["day2"]:
            found.append(
                Day(year, int(match["month2"] or month), int(match["day2"]), match.group())
            )
    return found


def read_figures(text: str) -> list[Figure]:
    """Find the figures of a squeezed text, its dates left out: 900多万人, 百分之三十, 八大, 第6."""
    text = _MIXED.sub(_in_wan, text)
    text = _PER_CENT.sub(lambda match: digits(match[1]).replace("点", ".") + "%", text)
    text = _DATE.sub(" ", text)
    return [figure for match in _NUMBER.finditer(text) if (figure := _figure(match))]


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
    elif unit == "万吨":
        value, unit = value * 10**4, "吨"
    unit = "第" if match["before"] == "第" else unit
    unit = _SAME_UNIT.get(unit, unit)
    more = match["before"] in _MORE or match["more"] or match["more2"] or match["after"] == "以上"
    less = match["before"] in _LESS or match["after"] in _LESS
    before = re.split(f"[{_PART_ENDS}]", match.string[: match.start()])[-1]
    after = re.split(f"[{_PART_ENDS}]", match.string[match.end() :])[0]
    about = match["about"] or match["after"] == "左右"
    bound = "+" if more else "-" if less else "~" if about else ""
    return Figure(value, unit, bound, match.group(), before, after)


def same_figure(figure: Figure, known: Figure) -> bool:
    """Whether two figures are equal in value, and in unit where both have one."""
    if figure.value != known.value:
        return False
    units = {figure.unit, known.unit}
    counters = all(re.fullmatch(_COUNTER, unit) for unit in units)
    return len(units) == 1 or "" in units or (counters and bool(units & _ANY_COUNTER))
