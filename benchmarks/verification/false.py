"""False sentences made of true ones, by rule: each maker gives one, or none where it can't."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.verification import swaps
from vectorstore import cities, fold, places

_NUMBER = r"(?<![\d.A-Za-z-])\d+(?:\.\d+)?"
_FIGURE = re.compile(rf"{_NUMBER}(?![\d.%％年月日号时点A-Za-z:：-]|个百分点)")
_CHINESE_FIGURE = re.compile(
    r"(?<![一-鿿零〇])[二三四五六七八九十][一二三四五六七八九十百]*(?=[万余多]*[个项家名位户所座亩户条])"
    r"|[二三四五六七八九]十[一二三四五六七八九]?(?=[万余多]*[个项家名位户所座亩户条元人])"
)
_PER_CENT = re.compile(rf"{_NUMBER}(?=[%％]|个百分点)|(?<=百分之)[一二三四五六七八九]十[一-九]?")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")
_RELATIVE = {"去年": "前年", "今年": "去年", "明年": "今年", "前年": "去年"}
_DAY = re.compile(r"(?<!\d)\d{1,2}(?=[月日](?!本))")
_TITLE = re.compile(r"《[^《》]{2,30}》|“[^“”]{2,14}”")
_CLAUSES = re.compile(r"[，；]")
_CHINESE = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Base:
    """A true sentence, with what its perturbations may draw on.

    Args:
        sentence: as the article has it.
        article: the text of its article.
        others: factual sentences of other articles on like subjects.
        same: other factual sentences of the same chunk.
    """

    sentence: str
    article: str
    others: Sequence[str]
    same: Sequence[str]


Maker = Callable[[Base, Random], str | None]


def figure(base: Base, dice: Random) -> str | None:
    """A figure, in digits or Chinese numerals, becomes another."""
    found = [*_FIGURE.finditer(base.sentence), *_CHINESE_FIGURE.finditer(base.sentence)]
    return _put(base.sentence, found, _other_number, dice)


def per_cent(base: Base, dice: Random) -> str | None:
    """A percentage becomes another."""
    return _put(base.sentence, [*_PER_CENT.finditer(base.sentence)], _other_number, dice)


def year(base: Base, dice: Random) -> str | None:
    """A year moves by one to three; 去年 becomes 前年."""
    found = [*_YEAR.finditer(base.sentence), *_any(_RELATIVE).finditer(base.sentence)]
    return _put(base.sentence, found, _other_year, dice)


def day(base: Base, dice: Random) -> str | None:
    """A month or a day becomes another."""
    return _put(base.sentence, [*_DAY.finditer(base.sentence)], _other_day, dice)


def unit(base: Base, dice: Random) -> str | None:
    """The unit of a figure becomes another: 万 for 亿, 美元 for 元, 公顷 for 亩."""
    units = swaps.UNITS
    number = r"(?:(?<=\d)|(?<=\d[多余])|(?<=\d[万亿])|(?<=\d[多余][万亿]))"
    pattern = re.compile(rf"{number}(?:{_either(units)})(?![月底初度终级前代轻长])")
    found = [each for each in pattern.finditer(base.sentence) if not _is_year(each)]
    return _put(base.sentence, found, lambda old, dice: dice.choice(units[old]), dice)


def city_near(base: Base, dice: Random) -> str | None:
    """A city or province becomes another that the article names."""
    inside = places(base.sentence)
    nearby = [place for place in places(fold(base.article)) if place not in inside]
    return _swapped(base.sentence, inside, nearby, dice)


def city_far(base: Base, dice: Random) -> str | None:
    """A city becomes one that the article never names."""
    named = places(fold(base.article))
    elsewhere = [each for other in base.others for each in cities(other) if each not in named]
    return _swapped(base.sentence, cities(base.sentence), elsewhere, dice)


def body(base: Base, dice: Random) -> str | None:
    """An organisation becomes another of its sort."""
    rows = {name: [other for other in row if other != name] for row in swaps.BODIES for name in row}
    found = [*_any(rows).finditer(base.sentence)]
    return _put(base.sentence, found, lambda old, dice: dice.choice(rows[old]), dice)


def programme(base: Base, dice: Random) -> str | None:
    """A programme, title or name in quotation marks becomes another."""
    others = [title for other in base.others for title in _TITLE.findall(other)]
    found = [*_TITLE.finditer(base.sentence), *_any(swaps.PROGRAMMES).finditer(base.sentence)]

    def other(old: str, dice: Random) -> str:
        same = [title for title in others if title[0] == old[0] and title not in base.article]
        known = [name for name in swaps.PROGRAMMES if name not in old and old not in name]
        quoted = f"{old[0]}{dice.choice(known)}{old[-1]}" if old[0] in "《“" else dice.choice(known)
        return dice.choice(same) if same else quoted

    return _put(base.sentence, found, other, dice)


def direction(base: Base, dice: Random) -> str | None:
    """A word becomes its opposite: 增长 and 下降, 高于 and 低于, 首次 and 再次."""
    turned = {one: other for pair in swaps.TURNED for one, other in (pair, pair[::-1])}
    pattern = re.compile(rf"(?<![进地中])(?:{_either(turned)})(?!极)")
    found = [*pattern.finditer(base.sentence)]
    return _put(base.sentence, found, lambda old, dice: turned[old], dice)


def denied(base: Base, dice: Random) -> str | None:
    """What is said is denied."""
    table = swaps.DENIED
    pattern = re.compile(rf"(?<![未没不有])(?:{_either(table)})(?![军领来要士近])")
    return _put(base.sentence, [*pattern.finditer(base.sentence)], lambda old, _: table[old], dice)


def affirmed(base: Base, dice: Random) -> str | None:
    """A denial falls away."""
    table = swaps.AFFIRMED
    found = [*_any(table).finditer(base.sentence)]
    return _put(base.sentence, found, lambda old, _: table[old], dice)


def figure_of_the_same(base: Base, dice: Random) -> str | None:
    """A figure becomes one of the same unit that the same chunk has elsewhere."""
    return _mixed(base.sentence, base.same, dice)


def figure_of_another(base: Base, dice: Random) -> str | None:
    """A figure becomes one of the same unit that another article has, which is cited too."""
    return _mixed(base.sentence, base.others, dice)


def clause_with_facts(base: Base, dice: Random) -> str | None:
    """An invented clause with a figure or a name follows."""
    return base.sentence[:-1] + dice.choice(swaps.INVENTED_FACTS) + "。"


def clause_without_facts(base: Base, dice: Random) -> str | None:
    """An invented clause without a figure or a name follows."""
    return base.sentence[:-1] + dice.choice(swaps.INVENTED_WORDS) + "。"


def clause_of_another(base: Base, dice: Random) -> str | None:
    """A clause of an article that is not among the sources follows."""
    clauses = [clause for other in base.others for clause in _CLAUSES.split(other[:-1])]
    fitting = [each for each in clauses if 8 <= len(each) <= 24 and each not in base.article]
    return f"{base.sentence[:-1]}，{dice.choice(fitting)}。" if fitting else None


def kept(base: Base, dice: Random) -> str | None:
    """The sentence as it is: what is false is the source it is cited to."""
    return base.sentence


FALSE: Mapping[str, Maker] = {
    "figure changed": figure,
    "percentage changed": per_cent,
    "year shifted": year,
    "month or day shifted": day,
    "unit changed": unit,
    "place of the article": city_near,
    "city of the country": city_far,
    "organisation swapped": body,
    "programme or title swapped": programme,
    "direction flipped": direction,
    "negation inserted": denied,
    "negation removed": affirmed,
    "figure of the same chunk": figure_of_the_same,
    "figure of another article": figure_of_another,
    "clause with facts added": clause_with_facts,
    "clause without facts added": clause_without_facts,
    "clause of another article added": clause_of_another,
    "wrong source, the right one absent": kept,
    "wrong source, the right one given": kept,
}


def numbers_with_units(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """The figures of a text, percentages too, each with the two characters that follow."""
    for match in re.finditer(rf"{_NUMBER}(?![\d.年月日号时点A-Za-z:：-])", text):
        yield match, text[match.end() : match.end() + 2]


def _mixed(sentence: str, others: Sequence[str], dice: Random) -> str | None:
    own = [*numbers_with_units(sentence)]
    held = {match.group() for match, _ in own}
    pairs = [
        (match, other.group())
        for text in others
        for other, unit in numbers_with_units(text)
        for match, own_unit in own
        if unit == own_unit and other.group() not in held
    ]
    if not pairs:
        return None
    match, other = dice.choice(pairs)
    return sentence[: match.start()] + other + sentence[match.end() :]


def _put(
    sentence: str,
    found: Sequence[re.Match[str]],
    other: Callable[[str, Random], str],
    dice: Random,
) -> str | None:
    """One of the matches, exchanged."""
    if not found:
        return None
    match = dice.choice(found)
    new = other(match.group(), dice)
    return sentence[: match.start()] + new + sentence[match.end() :]


def _swapped(text: str, old: Sequence[str], new: Sequence[str], dice: Random) -> str | None:
    """A place in the text becomes another, wherever it stands."""
    if not (old and new):
        return None
    return text.replace(dice.choice(old), dice.choice(new))


def _other_number(old: str, dice: Random) -> str:
    at = dice.randrange(len(old))
    while not (old[at].isdigit() or old[at] in _CHINESE[1:10]):
        at = dice.randrange(len(old))
        if not any(each.isdigit() or each in _CHINESE[1:10] for each in old):
            return "三" + old
    digits = "0123456789" if old[at].isdigit() else _CHINESE[:10]
    least = 1 if at == 0 or not old[at].isdigit() else 0
    new = dice.choice([each for each in digits[least:] if each != old[at]])
    return old[:at] + new + old[at + 1 :]


def _other_year(old: str, dice: Random) -> str:
    if old in _RELATIVE:
        return _RELATIVE[old]
    return str(int(old) + dice.choice((-3, -2, -1, 1, 2, 3)))


def _other_day(old: str, dice: Random) -> str:
    return str(dice.choice([each for each in range(1, 13) if each != int(old)]))


def _is_year(match: re.Match[str]) -> bool:
    """Whether 年 ends a date rather than a duration."""
    before = match.string[: match.start()]
    return match.group() == "年" and bool(re.search(r"\d{4}$|[~～—-]\d+$", before))


def _any(words: Mapping[str, object] | Sequence[str]) -> re.Pattern[str]:
    return re.compile(_either(words))


def _either(words: Mapping[str, object] | Sequence[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))
