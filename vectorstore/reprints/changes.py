"""Where two texts say the same, letter by letter, and where they part."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vectorstore.chinese import digits, fold

_Places = NDArray[np.intp]

# Enough to know a text by; comparing a whole book would take seconds.
_MOST_CHARACTERS = 50_000
# Runs of so many characters that stand once in each text tie the two together (as in patience
# diff): the shortest for which an article of 660 characters repeats but a few.
_ANCHOR = 6
# Longest name; phrase; line that chrome ends with (返回搜狐，查看更多); passage of one's own; and
# passage whose figures are still compared with those of the one that stands in its place.
_NAME = 6
_PHRASE = 20
_LINE = 15
_PASSAGE = 60
_COMPARED = 100

_WORD = re.compile(r"[^\W_]+")
_DATELINE = re.compile(r"(?:\d{1,2}月)?\d{1,2}日(?=电|讯|消息|报道)")
_FIGURE = re.compile(r"[0-9]+")
_PLACE = re.compile(r"市(?![场民值面售])|[县省州镇]")
# 我市 in the city's own paper is 西安市 elsewhere; 的, 地 and 得 are often taken for each other.
_PRONOUN = re.compile("[我本该其你您他她它的地得]")


@dataclass(frozen=True, slots=True)
class Change:
    """A place where two texts part, between words that both have."""

    old: str
    """What the one has there; empty where the other adds something."""
    new: str
    figures: tuple[frozenset[str], frozenset[str]]
    """The figures there, whole: with the digits that stand beside."""
    after: str
    """The two characters that follow in both."""
    is_start: bool
    """Whether it is at the start, where headlines and leads stand."""
    is_end: bool
    """Whether at most a line of chrome follows it, as it does after credits."""

    @property
    def length(self) -> int:
        """Number of characters of the longer side."""
        return max(len(self.old), len(self.new))

    @property
    def is_other(self) -> bool:
        """Whether another article says here what it has to say: a figure, a place, a passage."""
        return self.is_other_figure or self.is_other_place or self.is_other_passage

    @property
    def is_other_figure(self) -> bool:
        """Whether another figure stands in the place of one, not just a passage for another."""
        most = _LINE if self.is_start or self.is_end else _COMPARED
        shorter = min(len(self.old), len(self.new))
        one, two = self.figures
        return self.length <= min(most, 3 * shorter + 10) and bool(one - two and two - one)

    @property
    def is_other_place(self) -> bool:
        """Whether the name of another city, county, province or town stands there."""
        return self.is_rewording and _PLACE.match(self.after) is not None

    @property
    def is_other_passage(self) -> bool:
        """Whether a whole passage stands in the place of one: other news before old background."""
        return min(len(self.old), len(self.new)) > _PASSAGE and not self.is_end

    @property
    def is_rewording(self) -> bool:
        """Whether a phrase stands in the place of another, not a headline or credit."""
        named = self.old and self.new and not _PRONOUN.search(self.old + self.new)
        most = _NAME if self.is_start else 0 if self.is_end else _PHRASE
        return bool(named) and self.length <= most

    @property
    def phrases(self) -> list[tuple[str, str]]:
        """Each word there with the one in its place: 石桥 and 石桥 for 青岭 and 青岭."""
        steps = SequenceMatcher(None, self.old, self.new, autojunk=False).get_opcodes()
        return [
            (self.old[start:end], self.new[other_start:other_end])
            for step, start, end, other_start, other_end in steps
            if step == "replace"
        ]


@lru_cache(maxsize=4)
def letters(text: str) -> str:
    """What of a text is compared: letters and figures, folded, without the day of a dateline."""
    kept = "".join(_WORD.findall(fold(text[:_MOST_CHARACTERS])))
    return _DATELINE.sub("", digits(kept))


def hashes(text: str, length: int) -> NDArray[np.uint64]:
    """A hash of each run of `length` characters, in order."""
    codes = np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.uint64)
    count = max(0, len(codes) - length + 1)
    found = np.zeros(count, np.uint64)
    for start in range(length if count else 0):
        found *= np.uint64(0x9E3779B97F4A7C15)
        found += codes[start : start + count]
    # The last step of splitmix64 (Steele et al. 2014): near runs get hashes that are far apart.
    found ^= found >> np.uint64(30)
    found *= np.uint64(0xBF58476D1CE4E5B9)
    found ^= found >> np.uint64(27)
    found *= np.uint64(0x94D049BB133111EB)
    return found ^ (found >> np.uint64(31))


def between(one: str, two: str) -> Iterator[Change]:
    """Every place where two texts part, in order; both as `letters` gives them."""
    here, there = _anchors(one, two)
    here = np.concatenate([[-_ANCHOR], here, [len(one)]])
    there = np.concatenate([[-_ANCHOR], there, [len(two)]])
    steps, other_steps = np.diff(here), np.diff(there)
    for row in np.flatnonzero((steps != other_steps) | (steps > _ANCHOR)).tolist():
        # Anchors overlap where a run is said twice in one text only.
        overlap = max(0, _ANCHOR - int(min(steps[row], other_steps[row])))
        start, other_start = (int(ends[row]) + _ANCHOR - overlap for ends in (here, there))
        end, other_end = int(here[row + 1]), int(there[row + 1])
        head = _common(one[start:end], two[other_start:other_end])
        start, other_start = start + head, other_start + head
        tail = _common(one[start:end][::-1], two[other_start:other_end][::-1])
        end, other_end = end - tail, other_end - tail
        if start < end or other_start < other_end:
            old, new = one[start:end], two[other_start:other_end]
            rest = min(len(one) - end, len(two) - other_end)
            yield Change(
                old,
                new,
                (_figures(one, start, end), _figures(two, other_start, other_end)),
                one[end : end + 2],
                is_start=min(start, other_start) == 0,
                is_end=rest == 0 or rest <= _LINE < max(len(old), len(new)),
            )


def _anchors(one: str, two: str) -> tuple[_Places, _Places]:
    """Where runs that stand once in each text begin, in an order that holds in both."""
    (runs, starts), (other_runs, other_starts) = _once(one), _once(two)
    rows = np.searchsorted(other_runs, runs)
    shared = np.append(other_runs, np.uint64(0))[rows] == runs
    here, there = starts[shared], other_starts[rows[shared]]
    order = np.argsort(here)
    here, there = here[order], there[order]
    rising = _rising(there)
    return here[rising], there[rising]


def _once(text: str) -> tuple[NDArray[np.uint64], _Places]:
    """Hashes of the runs that stand once in a text, ascending, and where they begin."""
    runs = hashes(text, _ANCHOR)
    starts = np.argsort(runs)
    runs = runs[starts]
    parted = np.concatenate([[True], runs[1:] != runs[:-1], [True]])[: len(runs) + 1]
    once = parted[1:] & parted[:-1]
    return runs[once], starts[once]


def _rising(numbers: _Places) -> _Places:
    """Rows of a longest rising part of `numbers` (patience sorting)."""
    if len(numbers) < 2 or bool((np.diff(numbers) > 0).all()):
        return np.arange(len(numbers))
    tops: list[int] = []
    rows: list[int] = []
    before: list[int] = []
    for row, number in enumerate(numbers.tolist()):
        pile = bisect_left(tops, number)
        tops[pile : pile + 1] = [number]
        rows[pile : pile + 1] = [row]
        before.append(rows[pile - 1] if pile else -1)
    chain = [rows[-1]]
    while before[chain[-1]] >= 0:
        chain.append(before[chain[-1]])
    return np.array(chain[::-1])


def _common(one: str, two: str) -> int:
    """Number of characters with which both begin."""
    for count, (left, right) in enumerate(zip(one, two, strict=False)):
        if left != right:
            return count
    return min(len(one), len(two))


def _figures(text: str, start: int, end: int) -> frozenset[str]:
    while start > 0 and text[start - 1].isdecimal():
        start -= 1
    while end < len(text) and text[end].isdecimal():
        end += 1
    return frozenset(_FIGURE.findall(text[start:end]))
