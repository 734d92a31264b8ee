"""Questions over news of the summer of 2023, read among chunks of other reports."""

import json
import lzma
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.embedding import read_lines
from benchmarks.reader.cases import Case, CaseSet
from benchmarks.reader.neighbours import READ, Neighbours, noisy
from benchmarks.reader.scoring import holds
from vectorstore import sentences

_QUESTIONS = "dev/news_questions.jsonl"
_ARTICLES = "train/news_articles.jsonl.xz"
# Every so many of the 68,217 articles lie beside those that answer.
_STEP = 25
_CHUNK = 250
Chunked = Sequence[tuple[str, str]]
"""Chunks, each with the id of its article."""


def news(data: Path) -> CaseSet:
    """News questions over five chunks; relevant are those of the articles that answer.

    The first of them holds the answer; questions none of whose chunks does are left out.
    """
    records = read_lines(data / _QUESTIONS)
    chunks = [*_chunks(data, {each for record in records for each in record["article_ids"]})]
    near = Neighbours([record["question"] for record in records], [text for _, text in chunks])
    cases = [case for record in records for case in _cases(record, chunks, near)]
    return CaseSet("news", cases, (_QUESTIONS, _ARTICLES))


def _cases(record: Mapping[str, Any], chunks: Chunked, near: Neighbours) -> list[Case]:
    question, answers = record["question"], tuple(record["answers"])
    gold = {place for place, (owner, _) in enumerate(chunks) if owner in record["article_ids"]}
    holding = {place for place in gold if holds(chunks[place][1], answers)}
    best = near.best(question, READ, gold.__contains__)
    first = near.best(question, 1, holding.__contains__)
    if not first:
        return []
    relevant = _texts(chunks, [*first, *(place for place in best if place not in first)])
    others = near.best(
        question,
        READ,
        lambda place: place not in gold and not holds(chunks[place][1], answers),
    )
    return noisy(question, answers, [relevant] * (READ - 1), _texts(chunks, others))


def _texts(chunks: Chunked, places: Sequence[int]) -> list[str]:
    return list(dict.fromkeys(chunks[place][1] for place in places))


def _chunks(data: Path, wanted: set[str]) -> Iterator[tuple[str, str]]:
    """The chunks of the articles that are wanted and of every n-th other, with the article's id."""
    with lzma.open(data / _ARTICLES, "rt", encoding="utf-8") as lines:
        for number, record in enumerate(map(json.loads, lines)):
            if record["id"] in wanted or number % _STEP == 0:
                yield from ((record["id"], text) for text in chunked(record["text"]))


def chunked(text: str) -> list[str]:
    """Whole sentences, as many as fit into 250 characters; a longer one stands alone."""
    found: list[tuple[int, int]] = []
    for start, end in sentences(text):
        if found and end - found[-1][0] <= _CHUNK:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return [text[start:end] for start, end in found]
