"""The same questions in other wordings: slips of the pen, colloquial, other script and numerals.

Made by rule, each question from a seed of its own; the confusions are this benchmark's alone.
"""

import hashlib
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import opencc

from benchmarks.retrieval.task import Task

CONFUSIONS = Path(__file__).parent / "confusions.json"
COLLOQUIAL = Path(__file__).parent / "colloquial.jsonl"
Rewrite = Callable[[str, random.Random], str]

_CHINESE = re.compile(r"[㐀-鿿]")
_FILLERS = "的了是啊吧呢个就"
_SHORTEST = 4
_MOST = 1200


# -- slips ----------------------------------------------------------------------------------


def homophone(query: str, choose: random.Random) -> str:
    """One word or character typed as another that sounds the same, as input methods offer it."""
    words, sounds, _ = _confusions()
    first, second = choose.choice(((words, sounds), (sounds, words)))
    return _swap(query, first, choose) or _swap(query, second, choose) or query


def similar_shape(query: str, choose: random.Random) -> str:
    """One character taken for another that looks like it."""
    return _swap(query, _confusions()[2], choose) or query


def dropped(query: str, choose: random.Random) -> str:
    """One Chinese character left out."""
    places = _chinese(query)
    if len(places) < _SHORTEST:
        return query
    place = choose.choice(places)
    return query[:place] + query[place + 1 :]


def swapped(query: str, choose: random.Random) -> str:
    """Two neighbouring Chinese characters the wrong way round."""
    places = _chinese(query)
    pairs = [place for place in places if place + 1 in places and query[place] != query[place + 1]]
    if not pairs:
        return query
    place = choose.choice(pairs)
    return query[:place] + query[place + 1] + query[place] + query[place + 2 :]


def extra(query: str, choose: random.Random) -> str:
    """One character too many: typed twice, or a particle that does not belong there."""
    places = _chinese(query)
    if not places:
        return query
    place = choose.choice(places) + 1
    return (
        query[:place] + choose.choice((query[place - 1], choose.choice(_FILLERS))) + query[place:]
    )


def _chinese(query: str) -> list[int]:
    return [match.start() for match in _CHINESE.finditer(query)]


def _swap(query: str, table: Mapping[str, list[str]], choose: random.Random) -> str:
    """The query with one part that the table knows exchanged; empty where it knows none."""
    places = [(query.find(part), part) for part in table if part in query]
    if not places:
        return ""
    place, part = choose.choice(sorted(places))
    return query[:place] + choose.choice(table[part]) + query[place + len(part) :]


@lru_cache(maxsize=1)
def _confusions() -> tuple[Mapping[str, list[str]], ...]:
    """Word, sound and shape tables: for each part what it may be taken for."""
    stored = json.loads(CONFUSIONS.read_text("utf-8"))
    # Of a line of words the first is the right one; a group of characters goes every way.
    words = {first: rest for first, *rest in map(str.split, stored["words"])}
    groups = [
        {
            character: [other for other in group if other != character]
            for group in stored[kind]
            for character in group
        }
        for kind in ("same_sound", "same_shape")
    ]
    return words, *groups


# -- wordings -------------------------------------------------------------------------------

_SPOKEN = (
    ("为什么", "为啥"),
    ("什么时候", "啥时候"),
    ("何时", "啥时候"),
    ("哪一年", "哪年"),
    ("什么", "啥"),
    ("怎么样", "咋样"),
    ("怎么", "咋"),
    ("怎样", "咋"),
    ("如何", "咋"),
    ("何地", "哪儿"),
    ("哪里", "哪儿"),
    ("是否", "是不是"),
    ("能否", "能不能"),
    ("何种", "哪种"),
    ("何人", "谁"),
    ("多长时间", "多久"),
    ("请问", ""),
    ("？", ""),
)
_OPENINGS = ("想问下", "请教一下，", "那个，", "有人知道", "我想了解下", "帮我看看", "哎，", "")
_ENDINGS = ("呀", "啊", "呢", "来着", "嘛", "")
_REQUESTS = (
    "帮我找找{}的报道",
    "有没有讲{}的新闻啊",
    "之前好像看过{}，想再找一下",
    "我想看看{}那条",
    "{}这个事儿是咋说的",
)
_ASKING = re.compile("[什谁哪何几怎吗？?]|多少|是否|能否|为啥")


def colloquial(query: str, choose: random.Random) -> str:
    """Spoken: question words and particles of talk; a headline becomes a request."""
    if not _ASKING.search(query):
        return choose.choice(_REQUESTS).format(query)
    for written, spoken in _SPOKEN:
        query = query.replace(written, spoken)
    return choose.choice(_OPENINGS) + query + choose.choice(_ENDINGS)


def traditional(query: str, choose: random.Random) -> str:
    """Traditional script, by OpenCC's standard."""
    converted: str = _converter("s2t").convert(query)
    return converted


def taiwan(query: str, choose: random.Random) -> str:
    """Traditional script with Taiwan's characters and words, by OpenCC."""
    converted: str = _converter("s2twp").convert(query)
    return converted


@lru_cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


# -- numerals -------------------------------------------------------------------------------

_UNIT = "年月日号世届次个名位家项条座岁倍天周米公里亩元万亿人枚架只吨分小时"
_NUMBER = re.compile(rf"(?<![A-Za-z\d.\-])(\d{{1,8}})(?:\.(\d+))?(?=([{_UNIT}])|%)(%?)")
_NUMERAL = re.compile(
    rf"(?:(?<=第)|(?<![第〇零一二三四五六七八九十百千万])(?!一[{_UNIT}]))"
    rf"([〇零一二三四五六七八九十百千]+)(?=[{_UNIT}])"
)
_DIGITS = "零一二三四五六七八九"
_UNITS = ("", "十", "百", "千")


def full_width(query: str, choose: random.Random) -> str:
    """Digits in their full-width form."""
    return re.sub("[0-9]", lambda match: chr(ord(match.group()) + 0xFEE0), query)


def in_numerals(query: str, choose: random.Random) -> str:
    """Digits before a unit written as Chinese numerals; years digit by digit."""
    return _NUMBER.sub(_spelled, query)


def in_digits(query: str, choose: random.Random) -> str:
    """Chinese numerals before a unit written as digits; 一 alone stays, as in 哪一年."""
    return _NUMERAL.sub(lambda match: _counted(match.group()), query)


def _spelled(match: re.Match[str]) -> str:
    whole, decimals, unit, percent = match.groups()
    if len(whole) == 4 and unit == "年":
        return "".join("〇" if digit == "0" else _DIGITS[int(digit)] for digit in whole)
    text = _numeral(int(whole))
    if decimals:
        text += "点" + "".join(_DIGITS[int(digit)] for digit in decimals)
    return f"百分之{text}" if percent else text


def _numeral(number: int) -> str:
    """A whole number below 10⁸ in Chinese numerals: 10 → 十, 203 → 二百零三."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = "零" if 0 < low < 1000 else ""
        return _numeral(high) + "万" + (gap + _numeral(low) if low else "")
    text = ""
    for place, digit in enumerate(map(int, reversed(str(number)))):
        text = (_DIGITS[digit] + _UNITS[place] if digit else "零") + text
    text = re.sub("零+", "零", text).rstrip("零") or "零"
    return text.removeprefix("一") if text.startswith("一十") else text


def _counted(numeral: str) -> str:
    if not any(unit in numeral for unit in _UNITS[1:]):
        return "".join(str(_DIGITS.index(digit.replace("〇", "零"))) for digit in numeral)
    total, digit = 0, 0
    for character in numeral:
        if character in _UNITS:
            total += (digit or 1) * 10 ** _UNITS.index(character)
            digit = 0
        else:
            digit = _DIGITS.index(character.replace("〇", "零"))
    return str(total + digit)


# -- tasks ----------------------------------------------------------------------------------

VARIANTS: Mapping[str, tuple[str, Rewrite]] = {
    "homophone": ("typo: same sound", homophone),
    "shape": ("typo: similar shape", similar_shape),
    "dropped": ("typo: character dropped", dropped),
    "swapped": ("typo: neighbours swapped", swapped),
    "extra": ("typo: character too many", extra),
    "colloquial": ("colloquial", colloquial),
    "traditional": ("traditional script", traditional),
    "taiwan": ("traditional script, Taiwan's words", taiwan),
    "fullwidth": ("full-width digits", full_width),
    "numerals": ("digits → Chinese numerals", in_numerals),
    "digits": ("Chinese numerals → digits", in_digits),
}


def varied(task: Task, key: str) -> Task:
    """The questions of a task that a variant changes, in that wording; of many, every n-th."""
    name, rewrite = VARIANTS[key]
    rewritten = {
        place: rewrite(query, random.Random(f"{key} {query}"))
        for place, query in enumerate(task.queries)
    }
    return _reworded(task, key, name, rewritten)


def by_hand(task: Task) -> Task:
    """The sample questions as people would say them, written by hand."""
    spoken = {
        record["written"]: record["spoken"]
        for record in map(json.loads, COLLOQUIAL.read_text("utf-8").splitlines())
    }
    texts = {
        place: spoken[digest]
        for place, query in enumerate(task.queries)
        if (digest := _short_digest(query)) in spoken
    }
    return _reworded(task, "byhand", "colloquial, by hand", texts)


def _short_digest(query: str) -> str:
    """By what the list names a question, which is not ours to print."""
    return hashlib.sha256(query.encode()).hexdigest()[:12]


def _reworded(task: Task, key: str, name: str, texts: Mapping[int, str]) -> Task:
    changed = [place for place, text in texts.items() if text != task.queries[place]]
    changed = changed[:: max(1, -(-len(changed) // _MOST))]
    return replace(
        task,
        key=f"{task.key}~{key}",
        name=f"{task.name}: {name}",
        queries=[texts[place] for place in changed],
        gold=[task.gold[place] for place in changed],
        base=task.key,
        positions=tuple(changed),
    )
