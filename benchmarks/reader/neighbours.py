"""What lies beside a passage: the paragraphs that fit a question best but are of something else."""

import random
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.embedding import Floats, bm25_scores
from benchmarks.reader.cases import Case
from vectorstore import sentences

READ = 5
"""How many passages are read for a question."""
SHARES = (20, 40, 60, 80, 100)
"""Per cent of the passages that are noise."""


class Neighbours:
    """Paragraphs ranked for questions by BM25 over characters and bigrams, not by the product.

    Args:
        questions: all that will be asked.
        paragraphs: among which others are looked for.
    """

    def __init__(self, questions: Sequence[str], paragraphs: Sequence[str]) -> None:
        self._place = {question: row for row, question in enumerate(dict.fromkeys(questions))}
        self._paragraphs = paragraphs
        self._scores: Floats = bm25_scores(list(self._place), paragraphs)

    def best(self, question: str, wanted: int, allowed: Callable[[int], bool]) -> list[int]:
        """Places of the paragraphs that fit best among those allowed, best first."""
        found: list[int] = []
        for place in np.argsort(-self._scores[self._place[question]], kind="stable"):
            if len(found) == wanted:
                break
            if allowed(int(place)):
                found.append(int(place))
        return found

    def ordered(self, question: str, places: Sequence[int]) -> list[str]:
        """Paragraphs as a search would give them, best first."""
        row = self._scores[self._place[question]]
        return [self._paragraphs[place] for place in sorted(places, key=lambda at: -row[at])]


def pieces(paragraph: str, number: int) -> list[str]:
    """A paragraph cut at sentences into so many parts of like length, fewer if it has fewer."""
    spans = sentences(paragraph)
    number = max(1, min(number, len(spans)))
    found, first = [], 0
    for left in range(number, 0, -1):
        size = (spans[-1][1] - spans[first][0]) / left
        last = first
        while last + 1 <= len(spans) - left and _middle(spans[last + 1]) - spans[first][0] < size:
            last += 1
        found.append(paragraph[spans[first][0] : spans[last][1]])
        first = last + 1
    return found


def noisy(
    question: str, answers: tuple[str, ...], relevant: Sequence[Sequence[str]], noise: Sequence[str]
) -> list[Case]:
    """A question over five passages in any order, at each share of noise; at 100 % unanswerable.

    Args:
        question: as asked.
        answers: any of them is right.
        relevant: for one to four relevant passages, those.
        noise: at least five of something else, best first.
    """
    cases = []
    for share in SHARES:
        number = READ - READ * share // 100
        own = list(relevant[number - 1])[:number] if number else []
        shown = [*own, *noise[: READ - len(own)]]
        random.Random(f"{share} {question}").shuffle(shown)
        cases.append(Case(question, tuple(shown), answers if own else (), kind=f"{share} %"))
    return cases


def _middle(span: tuple[int, int]) -> float:
    return (span[0] + span[1]) / 2
