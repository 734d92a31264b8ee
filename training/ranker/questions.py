"""The questions that the ranker learns from, with the texts among which it must find."""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.embedding import held_out, read_lines
from training.embedding.english import Dictionary
from training.embedding.passages import kept_for_ranker

# Articles beside the titled ones, of all news: more make hard cases harder and training longer;
# with 0.5 evening-news titles win 0.4 over 0.2.
_NEWS_SHARE = 0.5


@dataclass(frozen=True)
class Task:
    """Texts with titles to search, and questions with the indices of their right texts."""

    name: str
    texts: list[tuple[str, str]]
    questions: list[tuple[str, set[int]]]
    weight: float = 1.0


def paragraphs(name: str, files: Sequence[Path], keep: Callable[[str], bool]) -> Task:
    """Answerable questions about paragraphs to keep, over all paragraphs; half have titles."""
    texts: dict[str, int] = {}
    titles: list[str] = []
    right: dict[str, set[int]] = {}
    for record in (record for file in files for record in read_lines(file)):
        if record["answers"]:
            index = texts.setdefault(record["context"], len(texts))
            if index == len(titles):
                titles.append(record["title"] if index % 2 else "")
            if keep(record["context"]):
                right.setdefault(record["question"], set()).add(index)
    return Task(name, list(zip(titles, texts, strict=True)), list(right.items()))


def headlines(path: Path, chance: random.Random) -> Task:
    """Headlines of kept news articles, over these (without the headline) and a share of all."""
    texts: list[tuple[str, str]] = []
    questions: list[tuple[str, set[int]]] = []
    for record in _news(path):
        title, text = record["title"], record["text"]
        if not (title and kept_for_ranker(text)):
            if chance.random() < _NEWS_SHARE:
                texts.append(("", text))
            continue
        body = text.replace("原标题：", "").replace(title, "").strip()
        if len(title) > 5 and len(body) >= 60 and title[:12] not in body[:80]:
            questions.append((title, {len(texts)}))
            texts.append(("", body))
    return Task("news headlines", texts, questions, 0.3)


def _news(path: Path) -> Iterator[dict[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def tasks(data: Path, dictionary: Dictionary, seed: int) -> list[Task]:
    """All tasks; their texts with a question were kept from the embedder."""
    train, chance = data / "train", random.Random(seed)
    web = [train / "dureader_qg_noleak.jsonl", train / "dureader_checklist_dev.jsonl"]
    cmrc = paragraphs("CMRC 2018 train", [train / "cmrc2018_train.jsonl"], kept_for_ranker)
    drcd = paragraphs("DRCD dev", [train / "drcd_dev_simplified.jsonl"], kept_for_ranker)
    asked = paragraphs("DuReader", web, lambda text: kept_for_ranker(text) and not held_out(text))
    english = [
        (dictionary.in_english(question, chance), right)
        for question, right in [*cmrc.questions, *drcd.questions][::3]
    ]
    return [
        cmrc,
        drcd,
        Task(asked.name, asked.texts, asked.questions, 2.0),
        headlines(train / "news_articles.jsonl.xz", chance),
        Task("CMRC 2018 train in English words", cmrc.texts, english[: len(cmrc.questions) // 3]),
    ]
