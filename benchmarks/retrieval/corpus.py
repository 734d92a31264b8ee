"""The passages of a task, and the folder where what is made of them is kept."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from benchmarks.retrieval.task import Passage

RESULTS = 30
"""Chunks asked for: several may be of one article, and ten articles are wanted."""

NONE: Mapping[int, int] = MappingProxyType({})


class Ranker(Protocol):
    """Something that ranks the passages it was made from."""

    folded: Mapping[int, int]
    """For a passage that counts as another one (a reprint), the place of that one."""
    build_seconds: float
    """Processor seconds that its index took, in this run or an earlier one."""

    def rank(self, query: str) -> list[int]:
        """Places of the passages that fit best, best first, each once."""


class Closing(Protocol):
    """Something that holds files and processes until it is closed."""

    def close(self) -> None:
        """Give them back."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The passages of a task.

    Args:
        name: tells corpora apart.
        passages: what is searched.
        work: folder for indexes, which outlive the run.
    """

    name: str
    passages: Sequence[Passage]
    work: Path
    opened: dict[str, Closing] = field(default_factory=dict)
    """What several rankers share, by its kind."""

    def close(self) -> None:
        """Give back what was opened."""
        while self.opened:
            self.opened.popitem()[1].close()


def spent_seconds() -> float:
    """Processor seconds of this process and of those it started and that ended."""
    return sum(os.times()[:4])


def unique(places: Sequence[int]) -> list[int]:
    """Each place once, in order: chunks collapsed to their articles."""
    return list(dict.fromkeys(places))
