"""What is asked: questions, each with the passages that are read and what is right."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, replace
from typing import TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Case:
    """A question over passages.

    Args:
        question: as asked.
        passages: what is read, best first.
        answers: any of them is right; none where the passages do not answer.
        evidence: the sentences that people chose, each a whole choice.
        kind: what it is within its set: answerable or not, and why not.
    """

    question: str
    passages: tuple[str, ...]
    answers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class CaseSet:
    """The cases of a set.

    Args:
        key: the name by which it is chosen and stored.
        cases: all of them, those of a kind together.
        sources: the files it was made of, as named under the data folder.
    """

    key: str
    cases: Sequence[Case]
    sources: tuple[str, ...]

    def digest(self) -> str:
        """SHA-256 of all cases."""
        digest = hashlib.sha256()
        for case in self.cases:
            digest.update(json.dumps(astuple(case), ensure_ascii=False).encode("utf-8"))
        return digest.hexdigest()

    def kinds(self) -> dict[str, list[Case]]:
        """The cases by their kind, in their order."""
        found: dict[str, list[Case]] = {}
        for case in self.cases:
            found.setdefault(case.kind, []).append(case)
        return found

    def limited(self, most: int) -> "CaseSet":
        """At most so many cases of each kind, spread evenly; 0 for all."""
        kept = [case for each in self.kinds().values() for case in spread(each, most)]
        return replace(self, cases=kept)


def spread(items: Iterable[Item], most: int) -> list[Item]:
    """At most so many of the items, at even distances; 0 for all."""
    every = list(items)
    if not 0 < most < len(every):
        return every
    return [every[place * len(every) // most] for place in range(most)]
