"""Chinese queries not worded as their text: misspelt ones, and sentences turned questions."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from training.embedding.english import Dictionary
from training.embedding.passages import Passage
from training.embedding.recipe import SENTENCE, Recipe

_ASKED = (
    (re.compile(r"\d+年(?:\d+月)?(?:\d+日)?"), ("什么时候", "哪一年", "何时", "哪天")),
    (re.compile(r"\d+(?:[.,]\d+)*"), ("多少", "几", "多大")),
    (
        re.compile(r"[\u4e00-\u9fff]{2,8}(?:公司|大学|集团|部|局|委员会)"),
        ("哪个单位", "谁", "哪家"),
    ),
    (re.compile(r"[\u4e00-\u9fff]{2,3}(?:省|市|县|区)"), ("哪里", "什么地方", "哪个城市")),
)
_CLAUSE = re.compile(r"[，,；;：:]")


def misspelt(text: str, dictionary: Dictionary, chance: random.Random) -> str:
    """`text` with one character exchanged for another of the same reading, or dropped."""
    places = [i for i, character in enumerate(text) if character in dictionary.readings]
    if not places:
        return text
    at = chance.choice(places)
    alike = dictionary.homophones[dictionary.readings[text[at]]]
    other = "" if chance.random() < 0.2 else chance.choice(alike)
    return text[:at] + other + text[at + 1 :]


def asked_of(sentence: str, chance: random.Random) -> str:
    """A question that the sentence answers: what it names gives way to what asks; or empty."""
    for pattern, words in chance.sample(_ASKED, len(_ASKED)):
        if found := list(pattern.finditer(sentence)):
            gap = chance.choice(found)
            clauses = [*_CLAUSE.finditer(sentence[: gap.start()])]
            start = clauses[-1].end() if clauses and chance.random() < 0.4 else 0
            end = _CLAUSE.search(sentence, gap.end())
            stop = end.start() if end and chance.random() < 0.6 else len(sentence)
            return sentence[start : gap.start()] + chance.choice(words) + sentence[gap.end() : stop]
    return ""


def rewordings(
    passages: Sequence[Passage], dictionary: Dictionary, recipe: Recipe
) -> list[list[str]]:
    """By passage: its title and questions misspelt, and up to two sentences as questions."""
    chance = random.Random(recipe.seed + 1)
    out = []
    for passage in passages:
        own = [passage.title, *(question for question, _ in passage.questions)]
        found = [misspelt(text, dictionary, chance) for text in own if len(text) > 4]
        sentences = [s for s in SENTENCE.findall(passage.text)[:30] if 8 <= len(s) <= 80]
        for sentence in chance.sample(sentences, min(2, len(sentences))):
            if question := asked_of(sentence, chance):
                found.append(question)
        out.append(found)
    return out
