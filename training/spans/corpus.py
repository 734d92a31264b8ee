"""Plain text that the span network first learns Chinese from, as letters in one long row."""

import json
import lzma
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.reading.letters import spelled
from benchmarks.embedding import read_lines
from vectorstore import fold

_ENCYCLOPAEDIA = ("cmrc2018_train.jsonl", "drcd_dev_simplified.jsonl")
# Characters of each law, and the share of laws beside news.
_OF_A_LAW = 3000
_LAWS = 1 / 12
_MOST_CHARACTERS = 6400
_LEAST_COUNT = 5
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Row:
    """Letters one after another, a space between texts; arrays of shape (characters,)."""

    characters: NDArray[np.uint16]
    words: NDArray[np.uint16]
    begins: NDArray[np.bool_]


def corpus(data: Path, characters: int) -> Iterator[str]:
    """Paragraphs of an encyclopaedia, then about so many characters of news, then laws."""
    train = data / "train"
    contexts = (item["context"] for name in _ENCYCLOPAEDIA for item in read_lines(train / name))
    yield from dict.fromkeys(contexts)
    yield from _up_to(characters, _news(train))
    yield from _up_to(int(characters * _LAWS), _laws(train))


def alphabet_of(texts: list[str]) -> str:
    """The characters that are common enough to be learned, the most frequent first."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(fold(text))
    common = counts.most_common(_MOST_CHARACTERS)
    return "".join(each for each, n in common if n >= _LEAST_COUNT and not each.isspace())


def row_of(texts: list[str], ids: Mapping[str, int]) -> Row:
    """All texts as one row."""
    characters, words, begins = [], [], []
    for start in range(0, len(texts), _AT_ONCE):
        for each in spelled([text + " " for text in texts[start : start + _AT_ONCE]], ids):
            characters.append(each.characters.astype(np.uint16))
            words.append(each.words.astype(np.uint16))
            begins.append(each.begins.astype(bool))
    return Row(np.concatenate(characters), np.concatenate(words), np.concatenate(begins))


def _up_to(characters: int, texts: Iterator[str]) -> Iterator[str]:
    for text in texts:
        characters -= len(text)
        if characters < 0:
            return
        yield text


def _news(train: Path) -> Iterator[str]:
    for item in _opened(train / "news_articles.jsonl.xz"):
        yield f"{item.get('title') or ''}\n{item['text']}"


def _laws(train: Path) -> Iterator[str]:
    for item in _opened(train / "laws.jsonl.xz"):
        yield item["text"][:_OF_A_LAW]


def _opened(path: Path) -> Iterator[dict[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)
