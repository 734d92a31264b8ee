"""Find what a mistyped question meant: characters of like sound or shape that the articles know.

A noisy channel over the corpus's own words (Kernighan, Church and Gale 1990): where two characters
stand side by side in a question and hardly ever in the articles, another character of the same or
nearly the same sound, or of like shape, may fit better on both sides; or the two are swapped.
"""

import math
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import resources

Frequency = Callable[[str], int]

_RUN = re.compile(r"[〇㐀-䶿一-鿿]{2,}")
# What a found term counts beside one of the question. nDCG@10 against the right spelling, one
# homophone in each web question (BM25 alone): -4.1 without, -1.2 with 0.7, -1.3 with 0.5 or 1.
_WEIGHT = 0.7
# Two characters are looked at if at most so many of the texts with the rarer one have them so.
_RARE = 0.02
# How much of what two characters would meet by chance a pair never met gets; with 0.4 half as
# many questions were mended, below 0.02 no more.
_BY_CHANCE = 0.02
# Least gain in log likelihood; at 0 half of all rightly spelt questions get needless terms.
_GAIN, _GAIN_OF_SWAP = 1.0, 2.0
# In log likelihood, how much rarer a near homophone or like shape is mistyped than a homophone.
_NEAR = 1.5
_MOST_HOMOPHONES, _MOST_NEAR = 60, 25
_BEST = 3
_TINY = 1e-3

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("f", "h"), ("r", "l"))


def suggest(text: str, frequency: Frequency) -> dict[str, float]:
    """Terms that the writer of a question may have meant, each with its weight beside 1.0.

    Args:
        text: the question, folded.
        frequency: in how many texts a term of one or two characters stands; asked often.

    Returns:
        Only terms that stand in some text; empty for most questions that are spelt right.
    """
    asked = lru_cache(maxsize=None)(frequency)
    found: dict[str, float] = {}
    for match in _RUN.finditer(text):
        run = _Run(match.group(), asked)
        for term in (*run.replaced(), *run.swapped()):
            if asked(term):
                found[term] = _WEIGHT
    return found


class _Run:
    """Characters without a break, and how well each fits beside the next."""

    def __init__(self, text: str, frequency: Frequency) -> None:
        self.text = text
        self._frequency = frequency
        counts = [frequency(character) for character in text]
        self._texts = max(*counts, frequency("的"), 1)
        pairs = [text[at : at + 2] for at in range(len(text) - 1)]
        self._fit = [self._likelihood(pair) for pair in pairs]
        self._is_rare = [
            frequency(pair) <= _RARE * min(counts[at : at + 2]) for at, pair in enumerate(pairs)
        ]

    def _likelihood(self, pair: str) -> float:
        """Log of how often a pair stands in the texts, with a share of what chance would give."""
        by_chance = self._frequency(pair[0]) * self._frequency(pair[1]) / self._texts
        return math.log(self._frequency(pair) + _BY_CHANCE * by_chance + _TINY)

    def replaced(self) -> Iterator[str]:
        """Terms of the characters that fit better than one that fits on no side.

        To look also at one that fits on one side (温室集团 for 温氏集团) took three times as long
        and mended no more questions.
        """
        last = len(self.text) - 1
        for at, character in enumerate(self.text):
            sides = range(max(at - 1, 0), min(at + 1, last))
            if not all(self._is_rare[side] for side in sides):
                continue
            before, after = self.text[max(at - 1, 0) : at], self.text[at + 1 : at + 2]
            present = sum(self._fit[side] for side in sides)
            if len(sides) == 2:
                present -= self._log(character)
            for other in self._better(before, after, character, present):
                yield from {other, before + other, other + after}

    def _better(self, before: str, after: str, character: str, present: float) -> list[str]:
        gains = []
        for other, penalty in alike(character):
            left = before and self._frequency(before + other)
            right = after and self._frequency(other + after)
            if not left and not right:
                continue
            fit = sum(
                self._likelihood(pair) for pair in (before + other, other + after) if pair[1:]
            )
            if before and after:
                fit -= self._log(other)
            gains.append((fit - present - penalty, other))
        return [other for gain, other in sorted(gains, reverse=True)[:_BEST] if gain > _GAIN]

    def swapped(self) -> Iterator[str]:
        """Terms of two neighbours in the other order, where that fits better."""
        for at, is_rare in enumerate(self._is_rare):
            first, second = self.text[at], self.text[at + 1]
            if not is_rare or not self._frequency(second + first):
                continue
            before, after = self.text[max(at - 1, 0) : at], self.text[at + 2 : at + 3]
            pairs = [pair for pair in (before + second, second + first, first + after) if pair[1:]]
            present = sum(self._fit[max(at - 1, 0) : at + 2])
            if sum(map(self._likelihood, pairs)) - present > _GAIN_OF_SWAP:
                yield from pairs

    def _log(self, character: str) -> float:
        return math.log(self._frequency(character) + 1)


@lru_cache(maxsize=10_000)
def alike(character: str) -> tuple[tuple[str, float], ...]:
    """Characters that one is mistyped for, each with a penalty: homophones 0, near ones more."""
    of_syllable, syllables, shapes = _table()
    near = dict.fromkeys(shapes.get(character, ""), _NEAR)
    for syllable in syllables.get(character, ()):
        for other in near_syllables(syllable) & of_syllable.keys():
            near |= dict.fromkeys(of_syllable[other][:_MOST_NEAR], _NEAR)
    same = (of_syllable[syllable][:_MOST_HOMOPHONES] for syllable in syllables.get(character, ()))
    found = near | dict.fromkeys("".join(same), 0.0)
    found.pop(character, None)
    return tuple(found.items())


def near_syllables(syllable: str) -> set[str]:
    """Syllables that speakers of many dialects mix up with one: zh/z, n/l, f/h, en/eng."""
    initials = {syllable}
    for one, other in _INITIALS:
        for written, meant in ((one, other), (other, one)):
            # The s of shan is not the s of san.
            if syllable.startswith(written) and not syllable[len(written) :].startswith("h"):
                initials.add(meant + syllable[len(written) :])
    short = {each[:-1] for each in initials if each.endswith("ng")}
    long = {each + "g" for each in initials if each.endswith("n")}
    return (initials | short | long) - {syllable}


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], dict[str, list[str]], dict[str, str]]:
    """Syllable → characters, character → syllables, character → characters of like shape."""
    of_syllable = dict(line.split(" ", 1) for line in _lines("pinyin.txt"))
    syllables: dict[str, list[str]] = {}
    for syllable, characters in of_syllable.items():
        for character in characters:
            syllables.setdefault(character, []).append(syllable)
    shapes: dict[str, str] = {}
    for group in " ".join(_lines("shapes.txt")).split():
        for character in group:
            shapes[character] = shapes.get(character, "") + group
    return of_syllable, syllables, shapes


def _lines(name: str) -> list[str]:
    text = resources.files("vectorstore.searching").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]
