"""What is counted on a set: the share that each checker flags, by kind, and the time it takes."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.checking.verify import read_quote
from assistant.evaluation.intervals import percentile
from assistant.facts.overlap import content, squeezed_content
from assistant.facts.slots import read_slots
from benchmarks.reader.cases import spread
from benchmarks.verification.cases import Case
from benchmarks.verification.checkers import CHECKERS, Checker, ours

_TIMED = 300


@dataclass(slots=True)
class Row:
    """A kind of sentence: whether it is true, how many, and of those how many each flags."""

    is_true: bool
    n: int = 0
    flagged: dict[str, int] = field(default_factory=dict)


def count(cases: Sequence[Case], checkers: Mapping[str, Checker] = CHECKERS) -> dict[str, Row]:
    """The rows of a set, by kind."""
    rows: dict[str, Row] = {}
    for case in cases:
        row = rows.setdefault(case.kind, Row(case.is_true))
        row.n += 1
        for name, checker in checkers.items():
            row.flagged[name] = row.flagged.get(name, 0) + checker(case)
    return rows


def total(rows: Iterable[Row], is_true: bool) -> Row:
    """The sum of the rows that are true, or of those that are not."""
    whole = Row(is_true)
    for row in rows:
        if row.is_true == is_true:
            whole.n += row.n
            for name, flagged in row.flagged.items():
                whole.flagged[name] = whole.flagged.get(name, 0) + flagged
    return whole


def timed(cases: Sequence[Case], check: Callable[[Case], object] = ours) -> dict[str, float]:
    """Wall and processor milliseconds of a sentence, p50 and p95, nothing remembered of others.

    In an answer only its first sentence is read so: for the next the sources are known.
    """
    wall, spent = [], []
    for case in spread(cases, _TIMED):
        for remembered in (content, squeezed_content, read_slots, read_quote):
            remembered.cache_clear()
        before, spent_before = time.perf_counter(), time.process_time()
        check(case)
        wall.append(1000 * (time.perf_counter() - before))
        spent.append(1000 * (time.process_time() - spent_before))
    return {
        f"{name} p{share}": percentile(taken, share / 100)
        for name, taken in (("wall", wall), ("cpu", spent))
        for share in (50, 95)
    }
