"""What is counted on each set: figures, and the tables that say more than one figure can."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assistant.evaluation.scores import cmrc_exact, cmrc_f1
from benchmarks.reader import domain
from benchmarks.reader.cases import Case, CaseSet
from benchmarks.reader.curves import abstained_at, calibration_error, curve, reliability
from benchmarks.reader.latency import timed
from benchmarks.reader.naive import Overlap
from benchmarks.reader.ours import Given, Ours
from benchmarks.reader.scoring import expmrc_f1, holds, percent

READABLE = 130
"""Characters within which an answer among noise must be given."""
_THREADS = (1, 2)
# The kinds of which a single passage is read: abstention is switched off for these too.
_ALONE = ("alone", "near miss", "other year")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was counted.

    Args:
        figures: by name the value, and how many questions it is of.
        tables: by name the rows, each the same keys.
    """

    figures: dict[str, tuple[float, int]] = field(default_factory=dict)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


Measure = Callable[[Ours, CaseSet, Path], Outcome]
"""Counts on a set; the path is the data folder."""


def sentences(reader: Ours, asked: CaseSet, data: Path) -> Outcome:
    """Whether the best sentence, or one of the best two, holds the answer; and short answers."""
    naive = Overlap(dict.fromkeys(text for case in asked.cases for text in case.passages))
    figures = {}
    for name, ranked in (("", reader.ranked), ("naive ", naive.ranked)):
        best = [ranked(case.question, case.passages)[:2] for case in asked.cases]
        for number in (1, 2):
            held = [
                any(holds(sentence, case.answers) for sentence in two[:number])
                for case, two in zip(asked.cases, best, strict=True)
            ]
            figures[f"{name}top {number}"] = (percent(held), len(held))
    return Outcome(figures | short_answers(reader, asked, data).figures)


def short_answers(reader: Ours, asked: CaseSet, data: Path) -> Outcome:
    """Exact match and F1 of the short answer, or of the best sentence where there is none."""
    pairs = [(case, _predicted(_forced(reader, case))) for case in asked.cases]
    exact = [cmrc_exact(case.answers, predicted) for case, predicted in pairs]
    overlap = [cmrc_f1(case.answers, predicted) for case, predicted in pairs]
    return Outcome({"EM": (percent(exact), len(pairs)), "F1": (percent(overlap), len(pairs))})


def evidence(reader: Ours, asked: CaseSet, data: Path) -> Outcome:
    """F1 of answers, of evidence, and of both multiplied; the evidence is all that is quoted."""
    answers, found, joint = [], [], []
    for case in asked.cases:
        given = _forced(reader, case)
        answers.append(expmrc_f1(case.answers, _predicted(given)))
        found.append(expmrc_f1(case.evidence, "".join(given.quotes)))
        joint.append(answers[-1] * found[-1])
    named = {"answer F1": answers, "evidence F1": found, "joint F1": joint}
    return Outcome({name: (percent(each), len(each)) for name, each in named.items()})


def abstention(reader: Ours, asked: CaseSet, data: Path) -> Outcome:
    """What is lost and what is left open, by kind; the curve; how true the confidence is."""
    figures: dict[str, tuple[float, int]] = {}
    sure: dict[str, list[float]] = {}
    with_answer: list[float] = []
    without: list[float] = []
    for kind, cases in asked.kinds().items():
        given = [reader.answer(case.question, case.passages) for case in cases]
        has_answer = bool(cases[0].answers)
        verb = "lost" if has_answer else "abstained"
        figures[f"{verb}: {kind}"] = (percent([each.declines for each in given]), len(given))
        figures[f"corrected: {kind}"] = (percent([each.corrects for each in given]), len(given))
        sure[kind] = [each.confidence for each in given]
        (with_answer if has_answer else without).extend(sure[kind])
    bins = reliability(_judged(reader, asked))
    figures["abstained by confidence"] = (abstained_at(with_answer, without), len(without))
    figures["calibration error"] = (100 * calibration_error(bins), sum(row["n"] for row in bins))
    return Outcome(figures, {"curve": curve(sure), "reliability": bins})


def pages(reader: Ours, asked: CaseSet, data: Path) -> Outcome:
    """The public questions over the crawled pages, marked as `assistant evaluate` marks them."""
    root = data.parent
    rates = reader.over_pages(root / "articles", root / "qa/seeds_public.jsonl")
    named = {
        "right, right citation": "answerable_right_cites_article",
        "abstained": "unanswerable_abstained",
        "abstained or corrected": "unanswerable_right",
        "lost": "answerable_lost",
    }
    return Outcome(
        {name: (100 * rates[key][0] / rates[key][1], rates[key][1]) for name, key in named.items()}
    )


def noise(reader: Ours, asked: CaseSet, data: Path) -> Outcome:
    """What is answered within 130 characters at each share of noise, and left open at 100 %."""
    figures: dict[str, tuple[float, int]] = {}
    rows = []
    for kind, cases in asked.kinds().items():
        given = [reader.answer(case.question, case.passages) for case in cases]
        declined = percent([each.declines for each in given])
        right = percent(
            [
                not each.declines and holds(each.text[:READABLE], case.answers)
                for case, each in zip(cases, given, strict=True)
            ]
        )
        answerable = bool(cases[0].answers)
        name, value = ("right", right) if answerable else ("abstained", declined)
        figures[f"{name}: {kind}"] = (value, len(cases))
        lengths = [len(each.text) for each in given if not each.declines]
        mean = sum(lengths) / len(lengths) if lengths else 0.0
        rows.append(
            {"noise": kind, "n": len(cases), "right": right, "open": declined, "characters": mean}
        )
    return Outcome(figures, {"noise": rows})


def over_articles(reader: Ours, asked: CaseSet, data: Path) -> Outcome:
    """Questions over articles of the domain, asked the whole way; `reader` is not asked."""
    cases = domain.only_domain(asked)
    with tempfile.TemporaryDirectory(prefix="domain-") as work:
        by = domain.asked(cases, data, Path(work), wide=asked.key == domain.WIDE)
    return Outcome(domain.figures(by), domain.tables(by))


def latency(reader: Ours, asked: CaseSet, data: Path) -> Outcome:
    """Milliseconds of one question over five passages, in a process of its own."""
    figures: dict[str, tuple[float, int]] = {}
    rows: list[dict[str, Any]] = []
    for threads in _THREADS:
        taken = timed(asked.cases, threads)
        rows.append({"threads": threads, **taken})
        figures |= {
            f"{name}, {threads} threads": (value, len(asked.cases)) for name, value in taken.items()
        }
    return Outcome(figures, {"latency": rows})


MEASURES: Mapping[str, Measure] = {
    "trial": sentences,
    "dev": short_answers,
    "expmrc": evidence,
    "abstention": abstention,
    "pages": pages,
    "noise": noise,
    "news": noise,
    "domain": over_articles,
    "domain-wide": over_articles,
    "latency": latency,
}


def _judged(reader: Ours, asked: CaseSet) -> list[tuple[float, bool]]:
    """Confidence with abstention off, and whether what is quoted then is right."""
    judged = []
    for case in (case for case in asked.cases if case.kind in _ALONE):
        given = _forced(reader, case)
        judged.append((given.confidence, holds(given.text, case.answers)))
    return judged


def _forced(reader: Ours, case: Case) -> Given:
    return reader.forced(case.question, case.passages)


def _predicted(given: Given) -> str:
    """The short answer, else the first sentence quoted."""
    quotes: Sequence[str] = given.quotes or ("",)
    return given.short or quotes[0]
