"""The gate of whole answers: the project's own Q&A sets, the whole way, against floors.

``python -m benchmarks.answers`` prints what is reached beside the floors; ``--raise`` lifts each
floor to what is reached less the margin and lowers none; ``--lower`` lets them fall as well, for a
loss that was decided on (docs/log.md says why).
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Assistant, Report, Settings, evaluate, load_questions
from assistant.evaluation.provenance import set_digest
from benchmarks.floors import Figures, lines, raised, read_floors, write_floors
from benchmarks.pins import digests

PART = "answers"
ROOT = Path(__file__).parent.parent
# What a user would miss first; of all these more is better.
GATED = (
    "answerable_right",
    "answerable_right_cites_article",
    "short_answer_right",
    "citation_recall",
    "ndcg_at_10",
    "unanswerable_right",
)
Counted = dict[str, tuple[float, int]]
"""Figures in per cent, each with the number of questions that it is of."""


@dataclass(frozen=True, slots=True)
class AnswerSet:
    """A Q&A set with its articles; paths are relative to the repository."""

    key: str
    questions: str
    articles: str

    @property
    def is_here(self) -> bool:
        """Whether its files are on this machine."""
        return all((ROOT / name).exists() for name in (self.questions, self.articles))

    @property
    def sources(self) -> tuple[str, ...]:
        """The files that it is made of, in order."""
        place = ROOT / self.articles
        files = sorted(place.iterdir()) if place.is_dir() else [place]
        names = [
            f"{self.articles}/{each.name}" if place.is_dir() else self.articles for each in files
        ]
        return (self.questions, *names)

    def digest(self) -> str:
        """SHA-256 of the questions as they are read."""
        return set_digest(load_questions(ROOT / self.questions)[0])


SETS = (
    AnswerSet("samples", "tests/data/reader_samples.jsonl", "articles"),
    AnswerSet("invented", "tests/data/reader_questions.jsonl", "tests/data/reader_articles.jsonl"),
    AnswerSet("public", "../shared/qa/seeds_public.jsonl", "../shared/articles"),
)


def measured(asked: AnswerSet, work: Path) -> Report:
    """Evaluate a set over its articles alone, without an LLM."""
    with Assistant(Settings(data_dir=work, mode="extractive")) as assistant:
        assistant.add(ROOT / asked.articles)
        return evaluate(assistant, ROOT / asked.questions)


def reached(report: Report) -> Counted:
    """The gated figures that the questions of a report bear on."""
    totals = report.totals()
    return {name: (100 * (rate.value or 0.0), rate.n) for name in GATED if (rate := totals[name]).n}


def values(counted: Counted) -> Figures:
    """The figures alone."""
    return {name: value for name, (value, _) in counted.items()}


def moved(floors: Mapping[str, float], found: Counted, *, lower: bool = False) -> Figures:
    """The floors lifted to what was found less the margin of its number of questions.

    Args:
        floors: as they stand.
        found: what is reached now.
        lower: whether a floor may fall.
    """
    kept = {} if lower else dict(floors)
    for name, (value, number) in found.items():
        kept |= raised(kept, {name: value}, number)
    return kept


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and move the floors if told so."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.answers", description=__doc__)
    parser.add_argument("--raise", dest="lift", action="store_true", help="lift the floors")
    parser.add_argument("--lower", action="store_true", help="set them, also where they fall")
    options = parser.parse_args(arguments)
    stored = read_floors(PART)
    for asked in (each for each in SETS if each.is_here):
        with tempfile.TemporaryDirectory() as work:
            found = reached(measured(asked, Path(work)))
        floors = stored["floors"].get(asked.key, {})
        print(*lines(asked.key, values(found), floors), sep="\n")
        stored["floors"][asked.key] = moved(floors, found, lower=options.lower)
        stored["digests"][asked.key] = digests(asked, ROOT)
    if options.lift or options.lower:
        write_floors(PART, stored)


if __name__ == "__main__":
    main()
