"""Chinese question sets, and a search over the articles that they ask about."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.embedding import held_out, read_lines
from vectorstore import Chunk, sentences
from vectorstore.indexing.engine import Entry
from vectorstore.indexing.lexical import LexicalIndex
from vectorstore.preparing.chunk import chunk_text


def read_questions(
    path: Path, most: int | None, seed: int, *, answered: bool = False
) -> list[dict[str, Any]]:
    """Up to `most` questions of a set, in a random order.

    The third of the web questions that retrieval is measured on is left out; if `answered`, so is
    what has no span as answer.
    """
    items = read_lines(path)
    if answered:
        items = [item for item in items if any(start >= 0 for _, start in item["answers"])]
    if path.name.startswith("dureader"):
        items = [item for item in items if not held_out(item["context"])]
    random.Random(seed).shuffle(items)
    return items[:most]


class Articles:
    """The articles of a question set, cut as in use; an article's id is its place.

    Args:
        items: the questions.
    """

    def __init__(self, items: Sequence[dict[str, Any]]) -> None:
        self.texts = list(dict.fromkeys(item["context"] for item in items))
        self.place = {text: place for place, text in enumerate(self.texts)}
        self._chunks = [
            chunk
            for place, text in enumerate(self.texts)
            for chunk in chunk_text(str(place), text, max_tokens=256, overlap=1)
        ]
        self._index = LexicalIndex(None, "training")
        self._index.rebuild(self._entries(), 1)

    def search(self, question: str, most: int) -> list[Chunk]:
        """The best chunks for a question by the lexical side, best first."""
        return [self._chunks[row] for row, _ in self._index.search(question, most)]

    def _entries(self) -> Iterator[Entry]:
        for row, chunk in enumerate(self._chunks):
            yield Entry(row, chunk.article_id, "", "", chunk.text)


@dataclass(frozen=True, slots=True)
class Parts:
    """The sentences of a chunk, and which of them hold an answer."""

    texts: list[str]
    holding: list[bool]

    @classmethod
    def of(cls, chunk: Chunk, spans: Sequence[tuple[int, int]]) -> "Parts":
        """Those of a chunk; `spans` are the answers' places in its article."""
        bounds = sentences(chunk.text)
        return cls(
            [chunk.text[a:b] for a, b in bounds],
            [
                any(chunk.start + a <= s and e <= chunk.start + b for s, e in spans)
                for a, b in bounds
            ],
        )

    @property
    def held(self) -> set[str]:
        """The sentences that hold an answer."""
        return {text for text, holds in zip(self.texts, self.holding, strict=True) if holds}

    @property
    def without(self) -> str:
        """The text of the others."""
        pairs = zip(self.texts, self.holding, strict=True)
        return "".join(text for text, holds in pairs if not holds)
