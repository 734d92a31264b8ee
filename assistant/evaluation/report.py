"""What an evaluation found: a row for each question, figures with intervals, a table of both."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assistant.evaluation.intervals import Interval, percentile, percentile_interval, wilson
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.rows import Row
from assistant.evaluation.tables import align, printable

_QUANTILES = {"p50": 0.5, "p95": 0.95}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share or a mean: `total` out of `n`, with its Wilson 95 % interval."""

    label: str
    total: float
    n: int

    @property
    def value(self) -> float | None:
        """`total / n`, None where nothing was counted."""
        return self.total / self.n if self.n else None

    @property
    def interval(self) -> Interval:
        """The bounds of the 95 % interval."""
        return wilson(self.total, self.n)

    def to_dict(self) -> dict[str, Any]:
        """Give the plain JSON form."""
        low, high = self.interval
        return {"value": self.value, "total": self.total, "n": self.n, "low": low, "high": high}


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found: one row for each question, in their order."""

    rows: list[Row] = field(default_factory=list)
    made_by: dict[str, Any] = field(default_factory=dict)
    """What was measured: settings without secrets, prompt, models, set, articles, date."""

    def totals(self) -> dict[str, Rate]:
        """Give the rate of every measure by its name; `n` is 0 where it applies to no question."""
        return rates(self.rows)

    def by_type(self) -> dict[str, list[Row]]:
        """Give the rows of each question type, in the order in which the types first come."""
        groups: dict[str, list[Row]] = {}
        for row in self.rows:
            groups.setdefault(row.question.type or "(none)", []).append(row)
        return groups

    def by_article(self) -> dict[str, list[Row]]:
        """Give the rows of each article that a question names; one of two articles is in both."""
        groups: dict[str, list[Row]] = {}
        for row in self.rows:
            for source in dict.fromkeys(row.question.source):
                groups.setdefault(source, []).append(row)
        return dict(sorted(groups.items()))

    def seconds(self) -> dict[str, float]:
        """Give the seconds within which half and 95 % of the questions were answered."""
        taken = [row.seconds for row in self.rows]
        return {name: percentile(taken, share) for name, share in _QUANTILES.items()}

    def seconds_intervals(self) -> dict[str, Interval]:
        """Give the 95 % intervals of `seconds`."""
        taken = [row.seconds for row in self.rows]
        return {name: percentile_interval(taken, share) for name, share in _QUANTILES.items()}

    def to_dict(self) -> dict[str, Any]:
        """Give the stable JSON form: who made it, totals, figures by type and article, the rows."""
        intervals = self.seconds_intervals()
        return {
            "made_by": self.made_by,
            "questions": len(self.rows),
            "totals": _plain(self.rows),
            "seconds": {name: round(value, 4) for name, value in self.seconds().items()},
            "seconds_intervals": {
                name: [round(x, 4) for x in intervals[name]] for name in intervals
            },
            "by_type": {name: _plain(rows) for name, rows in self.by_type().items()},
            "by_article": {name: _plain(rows) for name, rows in self.by_article().items()},
            "rows": [row.to_dict() for row in self.rows],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Report":
        """Read a JSON report back; the figures are counted anew from its rows.

        Raises:
            KeyError, TypeError, ValueError: if it is no such report.
        """
        return cls([Row.from_dict(row) for row in plain["rows"]], dict(plain["made_by"]))

    def table(self) -> str:
        """Give the figures as plain text: by type, by article, then every measure."""
        totals = [["over all questions", "value", "n", "95 % interval"]]
        totals += [_total_line(rate) for rate in self.totals().values() if rate.n]
        intervals = self.seconds_intervals()
        for name, taken in self.seconds().items():
            low, high = intervals[name]
            bounds = f"{low:.3f}–{high:.3f}"
            totals.append([f"seconds: {name}", f"{taken:.3f}", str(len(self.rows)), bounds])
        tables = [_by("type", self.by_type(), self.rows), align(totals)]
        if articles := self.by_article():
            tables.insert(1, _by("article", articles, None))
        return "\n\n".join(tables)

    def failures(self) -> str:
        """Give each failing question with what was expected, answered and cited."""
        return "\n\n".join(_failure(row) for row in self.rows if row.fault)


def rates(rows: Sequence[Row]) -> dict[str, Rate]:
    """Give the rate of each measure over these rows, in the order of `MEASURES`."""
    return {measure.name: _rate(measure.name, rows) for measure in MEASURES}


def _rate(name: str, rows: Sequence[Row]) -> Rate:
    values = [row.scores[name] for row in rows if name in row.scores]
    return Rate(name, math.fsum(values), len(values))


def _plain(rows: Sequence[Row]) -> dict[str, Any]:
    return {name: rate.to_dict() for name, rate in rates(rows).items()}


def _by(what: str, groups: Mapping[str, Sequence[Row]], whole: Sequence[Row] | None) -> str:
    """Lay out a line for each group, and one for all where `whole` is given."""
    head = [what, "n", *(rate.label for rate in _columns([]))]
    lines = [*groups.items(), *([("all", whole)] if whole is not None else [])]
    return align(
        [head, *([name, str(len(rows)), *map(_cell, _columns(rows))] for name, rows in lines)]
    )


def _columns(rows: Sequence[Row]) -> list[Rate]:
    """Give the rates of one line of the table, labelled by its columns."""
    evidence = [row for row in rows if "answerable_right_cites_evidence" in row.scores]
    article = [row for row in rows if "answerable_right_cites_article" in row.scores]
    return [
        _rate("right", rows),
        Rate("credit", math.fsum(row.mark.credit for row in rows), len(rows)),
        Rate("cited (evidence)", sum(row.cited_evidence for row in evidence), len(evidence)),
        Rate("cited (article)", sum(row.cited_article for row in article), len(article)),
        Rate("abstained", sum(row.abstained for row in rows), len(rows)),
    ]


def _cell(rate: Rate) -> str:
    if rate.value is None:
        return "–"
    return f"{rate.value:.2f}" if rate.label == "credit" else f"{rate.total:.0f}/{rate.n}"


def _total_line(rate: Rate) -> list[str]:
    low, high = rate.interval
    label = rate.label.replace("_", " ")
    return [label, f"{rate.value:.3f}", str(rate.n), f"{low:.3f}–{high:.3f}"]


def _failure(row: Row) -> str:
    asked = row.question
    expected = [" / ".join(asked.answers) or "–"]
    expected += [f"with {' + '.join(asked.must_include)}"] if asked.must_include else []
    expected += [f"without {' + '.join(asked.must_not_include)}"] if asked.must_not_include else []
    cited = [f"[{each.number}] {each.article} “{each.quote}”" for each in row.citations]
    fields = {
        "expected": "; ".join(expected),
        "answered": row.answered or "–",
        "short": row.short,
        "cited": " ".join(cited) or "–",
        "reason": row.fault,
    }
    lines = [f"  {name:<10}{printable(text)}" for name, text in fields.items() if text]
    return "\n".join([printable(f"{asked.id} ({asked.type}) {asked.question}"), *lines])
