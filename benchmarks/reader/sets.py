"""The sets: which cases are made of which data."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.embedding import read_lines
from benchmarks.reader.altered import other_year, without_answer
from benchmarks.reader.cases import Case, CaseSet, spread
from benchmarks.reader.neighbours import READ, Neighbours, noisy, pieces
from benchmarks.reader.scoring import holds
from benchmarks.reader.towns import pair_cases

TRIAL = "dev/cmrc2018_trial.jsonl"
_DEV = "report/cmrc2018_dev.jsonl"
_EXPMRC = "report/expmrc-cmrc2018-dev.json"
_NOISY = 300
_TIMED = 200
Maker = Callable[[Path], CaseSet]


def trial(data: Path) -> CaseSet:
    """The questions of the CMRC 2018 trial set, each over its paragraph."""
    return CaseSet("trial", _cases(data / TRIAL), (TRIAL,))


def dev(data: Path) -> CaseSet:
    """The questions of CMRC 2018 dev, each over its paragraph."""
    return CaseSet("dev", _cases(data / _DEV), (_DEV,))


def expmrc(data: Path) -> CaseSet:
    """The questions of ExpMRC's part of CMRC 2018 dev, with the sentences people chose."""
    tree = json.loads((data / _EXPMRC).read_text("utf-8"))
    cases = [
        Case(
            qa["question"],
            (paragraph["context"],),
            tuple(answer["text"] for answer in qa["answers"]),
            tuple(qa["evidences"]),
        )
        for document in tree["data"]
        for paragraph in document["paragraphs"]
        for qa in paragraph["qas"]
    ]
    return CaseSet("expmrc", cases, (_EXPMRC,))


def abstention(data: Path) -> CaseSet:
    """Questions with and without an answer: of the trial set, and on invented pairs of cities."""
    near = _paragraphs(data)
    cases = [case for record in near.records for case in _altered(record, near)]
    return CaseSet("abstention", [*cases, *pair_cases()], (TRIAL,))


def pages(data: Path) -> CaseSet:
    """The public questions over the five crawled pages, asked the whole way."""
    root = data.parent
    questions = "../qa/seeds_public.jsonl"
    cases = [
        Case(record["question"], (), tuple(record["answers"]), tuple(record["evidence"]))
        for record in read_lines(data / questions)
    ]
    found = sorted(path.name for path in (root / "articles").iterdir())
    return CaseSet("pages", cases, (questions, *(f"../articles/{name}" for name in found)))


def noise(data: Path) -> CaseSet:
    """Questions of the trial set over five passages, some of which are of something else."""
    near = _paragraphs(data)
    cases: list[Case] = []
    for record in spread(near.records, _NOISY):
        relevant = [pieces(record["context"], number) for number in range(1, READ)]
        others = near.others(record, READ)
        cases += noisy(record["question"], _answers(record), relevant, others)
    return CaseSet("noise", cases, (TRIAL,))


def latency(data: Path) -> CaseSet:
    """Questions of different paragraphs of the trial set, each over the five that fit best."""
    near = _paragraphs(data)
    of_paragraph = {record["context"]: record for record in reversed(near.records)}
    cases = [near.among_others(record) for record in of_paragraph.values()]
    return CaseSet("latency", spread(cases, _TIMED), (TRIAL,))


class _Paragraphs:
    """The trial set, and for each question the paragraphs that fit it."""

    def __init__(self, data: Path) -> None:
        # Two records of the set have an empty question, which the product refuses.
        self.records = [each for each in read_lines(data / TRIAL) if each["question"].strip()]
        self._titles = {record["context"]: record["title"] for record in self.records}
        self._texts = list(self._titles)
        self._near = Neighbours([record["question"] for record in self.records], self._texts)

    def others(self, record: Mapping[str, Any], number: int) -> list[str]:
        """The paragraphs that fit a question best, of another title and without its answer."""
        places = self._places(record, number)
        return [self._texts[place] for place in places]

    def among_others(self, record: Mapping[str, Any]) -> Case:
        """The question over its paragraph and the best others, as a search would order them."""
        own = self._texts.index(record["context"])
        places = [own, *self._places(record, READ - 1)]
        passages = self._near.ordered(record["question"], places)
        return Case(record["question"], tuple(passages), _answers(record), kind="among others")

    def _places(self, record: Mapping[str, Any], number: int) -> list[int]:
        answers = _answers(record)

        def is_other(place: int) -> bool:
            text = self._texts[place]
            return self._titles[text] != record["title"] and not holds(text, answers)

        return self._near.best(record["question"], number, is_other)


@lru_cache(maxsize=1)
def _paragraphs(data: Path) -> _Paragraphs:
    return _Paragraphs(data)


def _altered(record: Mapping[str, Any], near: _Paragraphs) -> list[Case]:
    question, context, answers = record["question"], record["context"], _answers(record)
    cases = [
        Case(question, (context,), answers, kind="alone"),
        near.among_others(record),
        Case(question, tuple(near.others(record, READ)), kind="other subject"),
    ]
    rest = without_answer(context, answers)
    if rest:
        cases.append(Case(question, (rest,), kind="near miss"))
    swapped = other_year(question, context, answers)
    if swapped:
        cases.append(Case(swapped, (context,), kind="other year"))
    return cases


def _cases(file: Path) -> Sequence[Case]:
    return [
        Case(record["question"], (record["context"],), _answers(record))
        for record in read_lines(file)
    ]


def _answers(record: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(text for text, _ in record["answers"])


SETS: Mapping[str, Maker] = {
    "trial": trial,
    "dev": dev,
    "expmrc": expmrc,
    "abstention": abstention,
    "pages": pages,
    "noise": noise,
    "latency": latency,
}
