"""English queries for Chinese text, made word by word with a dictionary."""

from __future__ import annotations

import gzip
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from training.embedding.passages import Passage
from training.embedding.recipe import SENTENCE, Recipe

_ENTRY = re.compile(r"^(\S+) (\S+) \[([^\]]*)\] /(.*)/$")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|[\u4e00-\u9fff|]+")
_NO_MEANING = re.compile(
    r"^(?:CL:|variant|old variant|surname|abbr|see |also |used |same as|particle|classifier|"
    r"\(?(?:bound form|onom|interj|Tw|idiom|old|archaic|dialect))"
)
_PLACE = re.compile(
    r"^([A-Z][\w']+(?: [A-Z][\w']+)?)(?:,| (?:prefecture|county|city|district|province|municipal))"
)
_WORD = re.compile(r"[a-z0-9]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+|[0-9]+(?:\.[0-9]+)?|[a-zA-Z]+")
# About as often as running English has them, so that they learn to weigh nothing.
_SMALL = [
    "the",
    "the",
    "the",
    "the",
    "the",
    "the",
    "of",
    "of",
    "of",
    "of",
    "in",
    "in",
    "in",
    "to",
    "to",
    "to",
    "and",
    "and",
    "a",
    "a",
    "a",
    "is",
    "is",
    "was",
    "was",
    "were",
    "are",
    "did",
    "does",
    "do",
    "has",
    "have",
    "had",
    "been",
    "be",
    "by",
    "for",
    "with",
    "on",
    "at",
    "from",
    "as",
    "that",
    "this",
    "it",
    "its",
    "what",
    "what",
    "what",
    "which",
    "who",
    "when",
    "where",
    "why",
    "how",
    "many",
    "much",
    "or",
    "not",
    "an",
    "their",
    "his",
    "her",
    "during",
    "after",
    "between",
    "about",
    "into",
    "under",
    "than",
    "will",
    "would",
    "can",
    "could",
    "there",
    "some",
    "most",
    "more",
    "other",
    "also",
    "name",
    "kind",
    "type",
    "out",
    "up",
]
_UNIT = {"年": "year", "月": "month", "日": "day", "亿": "billion", "万": "thousand"}


class Dictionary:
    """CC-CEDICT: simplified word → short English meanings; character → readings without tones."""

    def __init__(self, path: Path) -> None:
        self.meanings: dict[str, list[str]] = {}
        self.names: set[str] = set()
        self.readings: dict[str, str] = {}
        self.homophones: dict[str, list[str]] = {}
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                if found := _ENTRY.match(line.strip()):
                    self._take(*found.groups()[1:])
        self.longest = max(map(len, self.meanings))
        for character, reading in self.readings.items():
            self.homophones.setdefault(reading, []).append(character)

    def _take(self, word: str, reading: str, glosses: str) -> None:
        if len(word) == 1 and _is_common(word):
            self.readings.setdefault(word, reading.lower().rstrip("12345"))
        kept = [m for gloss in re.split("[/;]", glosses) if (m := _short(gloss.strip()))]
        is_name = reading[:1].isupper()
        known = self.meanings.setdefault(word, [])
        # A family name seldom is what a character means in running text.
        known[len(known) if is_name and len(word) == 1 else 0 : 0] = kept
        if is_name:
            self.names.add(word)

    def words(self, text: str) -> Iterator[str]:
        """The dictionary's longest words of ``text``, and the numbers and Latin words."""
        for run in _HAN.findall(text):
            if run[0] < "\u4e00":
                yield run
                continue
            at = 0
            while at < len(run):
                sizes = range(min(self.longest, len(run) - at), 0, -1)
                size = next((n for n in sizes if run[at : at + n] in self.meanings), 1)
                yield run[at : at + size]
                at += size

    def in_english(self, text: str, chance: random.Random) -> str:
        """A rough English wording of ``text``, another one each time."""
        found: list[str] = []
        for word in self.words(text):
            meanings = self.meanings.get(word, [])
            if word[0].isascii():
                found.append(word.lower())
            elif meanings and (len(word) > 1 or chance.random() < 0.3):
                meaning = meanings[min(int(chance.expovariate(1.2)), len(meanings) - 1)]
                found.append(meaning if word in self.names else _inflected(meaning, chance))
            elif len(word) == 1 and word in _UNIT:
                found.append(_UNIT[word])
        if chance.random() < 0.5:
            chance.shuffle(found)
        kept = [word for word in found if chance.random() < 0.85] or found
        spread = [(w, chance.choice(_SMALL)) for w in kept]
        return " ".join(s + " " + w if chance.random() < 0.7 else w for w, s in spread)


def _short(gloss: str) -> str:
    """A gloss as it may stand in a sentence; empty where it explains instead."""
    if _NO_MEANING.match(gloss):
        return ""
    if place := _PLACE.match(gloss):
        return place.group(1).lower()
    words = _ASIDE.sub(" ", gloss).split(",")[0].split()
    words = words[1:] if words[:1] in (["to"], ["a"], ["the"], ["an"]) else words
    return " ".join(words).lower() if 0 < len(words) <= 4 else ""


def _inflected(meaning: str, chance: random.Random) -> str:
    """The last word with an ending, every third time."""
    if chance.random() > 0.35 or not meaning[-1:].isalpha():
        return meaning
    if meaning.endswith("e"):
        return chance.choice([meaning + "s", meaning + "d", meaning[:-1] + "ing"])
    if meaning.endswith("y") and meaning[-2:-1] not in "aeiou":
        return meaning[:-1] + chance.choice(["ies", "ied"])
    return meaning + chance.choice(["s", "ed", "ing"])


def english_queries(
    passages: Sequence[Passage], dictionary: Dictionary, recipe: Recipe
) -> list[list[str]]:
    """By passage, English wordings of its questions, its title or a sentence of it."""
    chance = random.Random(recipe.seed)
    out: list[list[str]] = []
    for passage in passages:
        asked = [question for question, _ in passage.questions]
        if not asked and chance.random() > recipe.english_texts:
            out.append([])
            continue
        sentences = [s for s in SENTENCE.findall(passage.text)[:30] if 8 <= len(s) <= 80]
        wanted = [*asked, *chance.sample(sentences, min(2, len(sentences)))]
        wanted += [passage.title] * (len(passage.title) > 4)
        out.append([dictionary.in_english(text, chance) for text in wanted])
    return out


def english_words(queries: Sequence[Sequence[str]], dictionary: Dictionary) -> Counter[str]:
    """English words by how often the queries have them, with every word of the dictionary once."""
    counts = Counter(word for texts in queries for text in texts for word in _WORD.findall(text))
    meanings = (m for listed in dictionary.meanings.values() for m in listed[:2])
    counts.update(word for meaning in meanings for word in _WORD.findall(meaning))
    return counts


def _is_common(character: str) -> bool:
    """Whether it is one of GB 2312's 3,755 frequent characters."""
    try:
        return "b0a1" <= character.encode("gb2312").hex() <= "d7f9"
    except UnicodeEncodeError:
        return False
