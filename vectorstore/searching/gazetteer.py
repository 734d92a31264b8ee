"""Find the places, programmes and bodies that a text names, in any of their forms."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise

Forms = frozenset[str]
"""One place, as everything that it may be called; forms of one character included."""

# What follows a row of forms of one character; without it 广 or 深 is part of another word.
_FOLLOWS = (
    "合作|对口|协作|共建|产业|园|两[地市省]|三[地市省]|携手|联[手动合]|一体|结对|帮扶|扶贫|边|同城|经济[圈带]"
    "|双方|各方|特别合作|飞地|手拉手"
)
_LONGEST_ROW = 4


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    forms: dict[str, Forms]
    """Each form of two characters or more → all forms of its place."""
    shorts: dict[str, str]
    """Name of a province → the characters that stand for it."""
    readings: dict[str, tuple[tuple[str, Forms], ...]]
    """Each form of one character → section and forms of what it may stand for."""
    alone: frozenset[str]
    """Forms of one character that stand for a place also outside a row."""
    others: dict[str, tuple[str, ...]]
    """Each form of a body or programme word → what else it may be called."""
    names: re.Pattern[str]
    named: re.Pattern[str]
    called: re.Pattern[str]
    row: re.Pattern[str]


def places(text: str) -> list[str]:
    """Name the provinces and the cities of prefecture rank in `text` (simplified), each once."""
    return list(dict.fromkeys(_gazetteer().names.findall(text)))


def cities(text: str) -> list[str]:
    """Name the cities of prefecture rank in `text` (simplified), each once."""
    return [place for place in places(text) if not short_forms(place)]


def short_forms(place: str) -> str:
    """Return the characters that stand for a province, as 粤 for 广东; empty for a city."""
    return _gazetteer().shorts.get(place, "")


def named_places(text: str) -> tuple[Forms, ...]:
    """The places and regions that a folded text names, each once, as sets of their forms.

    Forms of one character are read in a row only: 佛郴合作, 深-赣, 湘鄂赣三省.
    """
    known = _gazetteer()
    found = [known.forms[form] for form in known.named.findall(text)]
    rest = known.named.sub("·", text)
    for match in known.row.finditer(rest):
        found += _read_row([one for one in match.group() if one in known.readings])
    return tuple(dict.fromkeys(found))


def coverage(asked: Sequence[Forms], text: str) -> float:
    """The share of the places that `text` (folded) names in any form, 1.0 if none is asked for."""
    if not asked:
        return 1.0
    known = _gazetteer()
    missing = [
        forms
        for forms in asked
        if not any((len(form) > 1 or form in known.alone) and form in text for form in forms)
    ]
    if missing:
        rows = {one for match in known.row.finditer(text) for one in match.group()}
        missing = [forms for forms in missing if not forms & rows]
    return 1 - len(missing) / len(asked)


def other_places(text: str, named: Sequence[Forms]) -> list[str]:
    """What else the places of a folded text are called: 佛山 for 佛郴, 广东 for 粤, and back."""
    known = _gazetteer()
    lone = [one for one in known.named.sub("", text) if one in known.alone]
    asked = [*named, *(forms for one in lone for _, forms in known.readings[one])]
    found = [
        form for forms in asked for form in sorted(forms) if len(form) > 1 or form in known.alone
    ]
    for pair in pairwise(named):
        shorts = [[form for form in forms if len(form) == 1] for forms in pair]
        found += [first + second for first in shorts[0] for second in shorts[1]]
    return [form for form in dict.fromkeys(found) if form not in text]


def other_names(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The bodies and programme words in a folded text, each with its other names."""
    known = _gazetteer()
    return [(form, known.others[form]) for form in dict.fromkeys(known.called.findall(text))]


def _read_row(row: Sequence[str]) -> list[Forms]:
    """What each character of a row stands for: things of one rank where all can be."""
    readings = [_gazetteer().readings[one] for one in row]
    ranks = [{rank for rank, _ in each} for each in readings]
    common = set.intersection(*ranks)
    rank = next((rank for rank in ("province", "city") if rank in common), "")
    return [
        frozenset().union(*(forms for of, forms in each if not rank or of == rank))
        for each in readings
    ]


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    text = resources.files("vectorstore.searching").joinpath("gazetteer.txt").read_text("utf-8")
    entries, section = [], ""
    for line in text.splitlines():
        if line.startswith("@"):
            section = line[1:]
        elif line and not line.startswith("#"):
            entries.append((section, line.split()))
    return _built(entries)


def _built(entries: Sequence[tuple[str, list[str]]]) -> _Gazetteer:
    forms: dict[str, Forms] = {}
    readings: dict[str, tuple[tuple[str, Forms], ...]] = {}
    others: dict[str, tuple[str, ...]] = {}
    for section, words in entries:
        plain = [word.strip("()") for word in words]
        whole = [word for word in plain if len(word) > 1]
        if section in ("province", "city", "region"):
            forms |= dict.fromkeys(whole, frozenset(plain))
            for one in (word for word in plain if len(word) == 1):
                readings[one] = (*readings.get(one, ()), (section, frozenset(plain)))
        else:
            for word in whole:
                found = (*others.get(word, ()), *(other for other in whole if other != word))
                others[word] = tuple(dict.fromkeys(found))
    ranked = {words[0]: section for section, words in entries if section in ("province", "city")}
    one = f"[{''.join(readings)}]"
    return _Gazetteer(
        forms=forms,
        shorts={
            words[0]: "".join(
                form for form in (word.strip("()") for word in words[1:]) if len(form) == 1
            )
            for section, words in entries
            if section == "province"
        },
        readings=readings,
        alone=frozenset(word for _, words in entries for word in words if len(word) == 1),
        others=others,
        names=_any_of(ranked),
        named=_any_of(forms),
        called=_any_of(others),
        row=re.compile(
            rf"{one}{{2,{_LONGEST_ROW}}}(?={_FOLLOWS})|(?<![一-鿿]){one}(?:-{one}){{1,3}}(?![一-鿿])"
        ),
    )


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(words, key=len, reverse=True)))
