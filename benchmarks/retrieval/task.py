"""What is measured: questions over passages."""

import hashlib
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

DIGESTS = Path(__file__).parent / "digests.json"
"""The pins of the sets."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What can be found: a paragraph or an article; the title is empty where there is none."""

    text: str
    title: str = ""
    published: str = ""

    @property
    def whole(self) -> str:
        """Title and text, for rankers that know of no titles."""
        return f"{self.title}\n{self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class Task:
    """Questions over a corpus of passages.

    Args:
        key: the name by which it is chosen and stored.
        name: how tables call it.
        corpus: name of the passages; tasks with the same one share an index.
        queries: the questions.
        passages: what is searched.
        gold: for each question the places of its right passages.
        sources: the files it was made of, as named under the data folder.
        measure: the figure that tables show first: `ndcg@10` or `hit@k`.
        base: key of the task whose questions these are in another wording, or empty.
        positions: for each question its place in the base task.
        whole: passages of the task that this is a sample of, or 0.
    """

    key: str
    name: str
    corpus: str
    queries: Sequence[str]
    passages: Sequence[Passage]
    gold: Sequence[frozenset[int]]
    sources: tuple[str, ...]
    measure: str = "ndcg@10"
    base: str = ""
    positions: tuple[int, ...] = ()
    whole: int = 0

    def digest(self) -> str:
        """SHA-256 of the questions, the passages and what is right for which."""
        digest = hashlib.sha256()
        for part in (
            self.queries,
            ([passage.title, passage.text, passage.published] for passage in self.passages),
            (sorted(right) for right in self.gold),
        ):
            for item in part:
                digest.update(json.dumps(item, ensure_ascii=False).encode("utf-8"))
            digest.update(b"\0")
        return digest.hexdigest()


def sampled(task: Task, queries: int, passages: int) -> Task:
    """A part of a large task: some questions, all that is right for them, and other passages.

    Args:
        task: the whole.
        queries: how many questions.
        passages: how many passages, unless more are right.
    """
    choose = random.Random(task.key)
    asked = sorted(choose.sample(range(len(task.queries)), min(queries, len(task.queries))))
    right = {place for query in asked for place in task.gold[query]}
    others = [place for place in range(len(task.passages)) if place not in right]
    more = min(len(others), max(0, passages - len(right)))
    kept = sorted(right | set(choose.sample(others, more)))
    new = {old: place for place, old in enumerate(kept)}
    return replace(
        task,
        key=f"{task.key}-sample",
        name=f"{task.name}, {len(kept):,} of them",
        corpus=f"{task.key}-sample",
        queries=[task.queries[place] for place in asked],
        passages=[task.passages[place] for place in kept],
        gold=[frozenset(new[place] for place in task.gold[query]) for query in asked],
        whole=len(task.passages),
    )
