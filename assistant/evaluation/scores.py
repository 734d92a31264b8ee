"""Scores of an answer against accepted ones: exact match, F1 by characters, figures and dates."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from assistant.evaluation.marking import contains
from assistant.evaluation.qa_set import Question
from assistant.facts.figures import Day, Figure, read_days, read_figures, same_figure
from assistant.facts.overlap import squeeze

MARKS = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
"""What the scorer of CMRC 2018 takes for punctuation."""
TOKEN = re.compile(
    r"[一-龥]|(?:(?![一-龥])\w)+(?:[.,'](?:(?![一-龥])\w)+)*|[^\w\s]",
)
"""A Chinese character is a token; of other scripts a word or number is, and any other mark."""
_FIRST_YEAR = 1000
_Value = TypeVar("_Value")


def cmrc_tokens(text: str) -> list[str]:
    """Tokens as CMRC 2018's scorer sees them: marks fall away before words are told apart."""
    return TOKEN.findall(_without_marks(text))


def cmrc_exact(answers: Iterable[str], predicted: str) -> float:
    """1 where the prediction is one of the answers but for marks and case, else 0."""
    own = _without_marks(predicted)
    return float(any(_without_marks(answer) == own for answer in answers))


def cmrc_f1(answers: Iterable[str], predicted: str) -> float:
    """F1 by the longest run of tokens in common, best of the answers; 0 to 1.

    The scorer's `lcs` is a run without gaps, not a subsequence (cmrc2018_evaluate.py, version 5).
    """
    own = cmrc_tokens(predicted)
    return max((_run_f1(cmrc_tokens(answer), own) for answer in answers), default=0.0)


def longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest run of tokens that both have."""
    longest, before = 0, [0] * (len(other) + 1)
    for token in one:
        row = [0] * (len(other) + 1)
        for place, also in enumerate(other, 1):
            if token == also:
                row[place] = before[place - 1] + 1
                longest = max(longest, row[place])
        before = row
    return longest


def f1(common: int, gold: int, own: int) -> float:
    """Give the harmonic mean of precision and recall, from counts."""
    return 2 * common / (gold + own) if common else 0.0


def figures_right(question: Question, text: str) -> bool | None:
    """Whether `text` states the figures of an accepted answer, equal in value and unit.

    Dates are left out. Where no accepted answer has a figure, those that must stand in the answer
    count. None where the question asks for no figure.
    """
    said = _figures(text)
    return _all_of_one(question, text, _figures, lambda wanted: _in_figures(wanted, said))


def dates_right(question: Question, text: str) -> bool | None:
    """Whether `text` states the dates and years of an accepted answer; None where there are none.

    A date without a year is equal to one of any year. Where no accepted answer has a date, those
    that must stand in the answer count.
    """
    days = read_days(squeeze(text))
    years = [*_years(text), *(day.year for day in days)]
    return _all_of_one(question, text, _dates, lambda wanted: _in_dates(wanted, days, years))


def _all_of_one(
    question: Question,
    text: str,
    read: Callable[[str], list[_Value]],
    is_said: Callable[[_Value], bool],
) -> bool | None:
    accepted = [values for answer in question.answers if (values := read(answer))]
    if accepted and len(accepted) == len(question.answers):
        return any(all(map(is_said, values)) for values in accepted)
    required = [value for value in question.must_include if read(value)]
    return all(contains(text, value) for value in required) if required else None


def _figures(text: str) -> list[Figure]:
    return [each for each in read_figures(squeeze(text)) if not _is_year(each)]


def _dates(text: str) -> list[Day | int]:
    return [*read_days(squeeze(text)), *_years(text)]


def _years(text: str) -> list[int]:
    return [int(each.value) for each in read_figures(squeeze(text)) if _is_year(each)]


def _is_year(figure: Figure) -> bool:
    return figure.unit == "年" and figure.value >= _FIRST_YEAR


def _in_figures(wanted: Figure, said: Sequence[Figure]) -> bool:
    return any(same_figure(wanted, each) for each in said)


def _in_dates(wanted: Day | int, days: Sequence[Day], years: Sequence[int | None]) -> bool:
    if isinstance(wanted, int):
        return wanted in years
    return any(
        (wanted.month, wanted.day) == (each.month, each.day)
        and (wanted.year == each.year or None in (wanted.year, each.year))
        for each in days
    )


def _without_marks(text: str) -> str:
    return "".join(char for char in text.lower().strip() if char not in MARKS)


def _run_f1(gold: Sequence[str], own: Sequence[str]) -> float:
    return f1(longest_run(gold, own), len(gold), len(own))
