"""Two reports on the same questions: what got better, what got worse, and whether by chance."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.evaluation.intervals import mcnemar, paired_bootstrap
from assistant.evaluation.measures import MEASURES, Measure
from assistant.evaluation.report import Report
from assistant.evaluation.rows import Row
from assistant.evaluation.tables import align, printable

Pair = tuple[Row, Row]
_SURE = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """One measure in both reports, over the questions that it applies to in both."""

    name: str
    n: int
    before: float
    after: float
    better: int
    """How many questions score better in the second report."""
    worse: int
    p: float
    """How likely so great a change is where there is none: McNemar's exact test of a count, a
    paired bootstrap of a mean."""

    @property
    def is_sure(self) -> bool:
        """Whether chance alone makes such a change in fewer than one of twenty comparisons."""
        return self.p < _SURE


@dataclass(frozen=True, slots=True)
class Comparison:
    """The second report against the first."""

    changes: list[Change]
    better: list[Pair]
    """Questions that only the second has right."""
    worse: list[Pair]
    other: list[Pair]
    """Questions that both have right or wrong, answered in other words."""
    only_before: list[str]
    """Questions that the second report lacks, by their ids."""
    only_after: list[str]
    differs: list[str]
    """What else differs between the runs: settings, models, prompts, code, articles."""

    def to_dict(self) -> dict[str, Any]:
        """Give the plain JSON form."""
        return {
            "changes": [
                {name: getattr(each, name) for name in Change.__slots__} for each in self.changes
            ],
            **{name: [_told(pair) for pair in getattr(self, name)] for name in _LISTS},
            "only_before": self.only_before,
            "only_after": self.only_after,
            "differs": self.differs,
        }

    def text(self) -> str:
        """Give it as plain text: what differs, each measure, then question by question."""
        head = ["measure", "n", "before", "after", "change", "better", "worse", "p", ""]
        parts = [align([head, *map(_line, self.changes)])]
        if self.differs:
            parts.insert(0, "\n".join(map(printable, ["differs:", *self.differs])))
        for name in _LISTS:
            if pairs := getattr(self, name):
                parts.append("\n\n".join([f"{name} ({len(pairs)})", *map(_told_plainly, pairs)]))
        for name, ids in (("before", self.only_before), ("after", self.only_after)):
            if ids:
                parts.append(printable(f"only in the report {name}: {', '.join(ids)}"))
        return "\n\n".join(parts)


_LISTS = ("worse", "better", "other")


def compare(before: Report, after: Report) -> Comparison:
    """Compare two reports, question by question; questions are known by id, wording and turns."""
    first, second = _by_key(before), _by_key(after)
    pairs = [(row, second[key]) for key, row in first.items() if key in second]
    return Comparison(
        changes=[change for each in MEASURES if (change := _change(each, pairs)).n],
        better=[pair for pair in pairs if pair[1].mark.right and not pair[0].mark.right],
        worse=[pair for pair in pairs if pair[0].mark.right and not pair[1].mark.right],
        other=[pair for pair in pairs if _is_other(*pair)],
        only_before=[row.question.id for key, row in first.items() if key not in second],
        only_after=[row.question.id for key, row in second.items() if key not in first],
        differs=differences(before.made_by, after.made_by),
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any], name: str = "") -> list[str]:
    """Name what differs between two descriptions of a run, down to the single setting."""
    found = []
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        whole = f"{name}{key}"
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            found += differences(one, other, f"{whole}.")
        elif one != other and whole != "date":
            found.append(f"{whole}: {one} → {other}")
    return found


def _by_key(report: Report) -> dict[tuple[str, str, str], Row]:
    return {
        (row.question.id, row.question.question, str(row.question.history)): row
        for row in report.rows
    }


def _change(measure: Measure, pairs: Sequence[Pair]) -> Change:
    name = measure.name
    both = [
        (one.scores[name], other.scores[name])
        for one, other in pairs
        if name in one.scores and name in other.scores
    ]
    sign = -1 if measure.is_loss else 1
    gains = [sign * (after - before) for before, after in both]
    better, worse = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
    p = mcnemar(better, worse) if measure.is_binary else paired_bootstrap(gains)[1]
    n = len(both)
    means = [math.fsum(column) / n for column in zip(*both, strict=True)] or [0.0, 0.0]
    return Change(name, n, means[0], means[1], better, worse, p)


def _is_other(one: Row, other: Row) -> bool:
    return one.mark.right == other.mark.right and one.answered != other.answered


def _line(change: Change) -> list[str]:
    difference = change.after - change.before
    return [
        change.name.replace("_", " "),
        str(change.n),
        f"{change.before:.3f}",
        f"{change.after:.3f}",
        f"{difference:+.3f}",
        str(change.better),
        str(change.worse),
        f"{change.p:.3f}",
        "sure" if change.is_sure else "",
    ]


def _told(pair: Pair) -> dict[str, Any]:
    before, after = pair
    asked = after.question
    return {
        "id": asked.id,
        "type": asked.type,
        "question": asked.question,
        "expected": list(asked.answers),
        "before": {"answered": before.answered, "fault": before.fault},
        "after": {"answered": after.answered, "fault": after.fault},
    }


def _told_plainly(pair: Pair) -> str:
    asked = pair[1].question
    lines = [printable(f"{asked.id} ({asked.type}) {asked.question}")]
    for name, row in zip(("before", "after"), pair, strict=True):
        told = (row.answered or "–") + (f" ← {row.fault}" if row.fault else "")
        lines.append(f"  {name:<8}{printable(told)}")
    return "\n".join(lines)
