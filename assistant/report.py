"""What an evaluation found: a row for each question, rates with intervals, a report of both."""

import math
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from assistant.metrics import (
    LONG_TYPES,
    Mark,
    hit_at,
    is_short_right,
    percentile,
    reciprocal_rank,
    wilson,
)
from assistant.qa_set import OFF_TOPIC, UNANSWERABLE, Question

SEARCHED = 10
"""How many hits retrieval is judged by."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of an answer as it is judged."""

    number: int
    article: str
    """The file name of the article's source, or its id where the article is not stored."""
    quote: str
    is_evidence: bool
    """Whether the quote overlaps a quote of the question's evidence."""
    is_source: bool
    """Whether the article is one that the question names as its source."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question with what was answered, and the verdict."""

    question: Question
    mark: Mark
    seconds: float
    answered: str = ""
    short: str = ""
    citations: list[Cited] = field(default_factory=list)
    abstained: bool = False
    evidence_rank: int | None = None
    """Rank of the first hit that holds evidence; None where none of the first ten does."""

    @property
    def cited_evidence(self) -> bool:
        """Whether a citation quotes the evidence."""
        return any(citation.is_evidence for citation in self.citations)

    @property
    def cited_article(self) -> bool:
        """Whether a citation stands in an article that the question names as its source."""
        return any(citation.is_source for citation in self.citations)

    @property
    def fault(self) -> str:
        """What is wrong: the mark's reason, or what the mark does not see; empty for nothing."""
        if not self.mark.right:
            return self.mark.reason
        if _has_source(self) and not self.cited_article:
            return "right, but cites no article of its source"
        is_misled = _has_short(self) and not is_short_right(self.question, self.short)
        return "right, but its short answer is not" if is_misled else ""

    def to_dict(self) -> dict[str, Any]:
        """Give the row of the JSON report: the question's fields, what came back, the verdict."""
        plain = asdict(self)
        asked, verdict = plain.pop("question"), plain.pop("mark")
        asked["expected"] = asked.pop("answers")
        cited = {"cited_evidence": self.cited_evidence, "cited_article": self.cited_article}
        return {**asked, **plain, **cited, **verdict, "seconds": round(self.seconds, 4)}


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

    def to_dict(self) -> dict[str, Any]:
        """Give the plain JSON form."""
        low, high = wilson(self.total, self.n)
        return {"value": self.value, "total": self.total, "n": self.n, "low": low, "high": high}


@dataclass(frozen=True, slots=True)
class Report:
    """What an evaluation found: one row for each question, in their order."""

    rows: list[Row] = field(default_factory=list)

    def totals(self) -> dict[str, Rate]:
        """Give the figures over all questions, by a stable name."""
        return {name: _rate(name, self.rows, measure) for name, measure in _totals().items()}

    def by_type(self) -> dict[str, list[Row]]:
        """Give the rows of each question type, in the order in which the types first come."""
        groups: dict[str, list[Row]] = {}
        for row in self.rows:
            groups.setdefault(row.question.type or "(none)", []).append(row)
        return groups

    def seconds(self) -> dict[str, float]:
        """Give the seconds within which half and 95 % of the questions were answered."""
        taken = [row.seconds for row in self.rows]
        return {"p50": percentile(taken, 0.5), "p95": percentile(taken, 0.95)}

    def to_dict(self) -> dict[str, Any]:
        """Give the stable JSON form: totals, seconds, figures by type, and the rows."""
        return {
            "questions": len(self.rows),
            "totals": {name: rate.to_dict() for name, rate in self.totals().items()},
            "seconds": {name: round(value, 4) for name, value in self.seconds().items()},
            "by_type": {
                name: {rate.label: rate.to_dict() for rate in _columns(rows)}
                for name, rows in self.by_type().items()
            },
            "rows": [row.to_dict() for row in self.rows],
        }

    def table(self) -> str:
        """Give the figures as plain text: a table by type, then the totals."""
        head = ["type", "n", *(rate.label for rate in _columns([]))]
        groups = [*self.by_type().items(), ("all", self.rows)]
        lines = [[name, str(len(rows)), *map(_cell, _columns(rows))] for name, rows in groups]
        totals = [["over all questions", "value", "n", "95 % interval"]]
        totals += [_total_line(rate) for rate in self.totals().values()]
        for name, taken in self.seconds().items():
            totals.append([f"seconds: {name}", f"{taken:.3f}", str(len(self.rows)), ""])
        return f"{_align([head, *lines])}\n\n{_align(totals)}"

    def failures(self) -> str:
        """Give each failing question with what was expected, answered and cited."""
        return "\n\n".join(_failure(row) for row in self.rows if row.fault)


_Measure = tuple[Callable[[Row], bool], Callable[[Row], float]]
"""Which rows count, and what each of them counts for (0 to 1)."""


def _rate(label: str, rows: list[Row], measure: _Measure) -> Rate:
    counts, value = measure
    values = [float(value(row)) for row in rows if counts(row)]
    return Rate(label, math.fsum(values), len(values))


def _columns(rows: list[Row]) -> list[Rate]:
    """Give the rates of one line of the table, labelled by its columns."""
    measures: dict[str, _Measure] = {
        "right": (_is_any, _right),
        "credit": (_is_any, lambda row: row.mark.credit),
        "cited (evidence)": (_has_evidence, lambda row: row.cited_evidence),
        "cited (article)": (_has_source, lambda row: row.cited_article),
        "abstained": (_is_any, _abstained),
    }
    return [_rate(label, rows, measure) for label, measure in measures.items()]


def _totals() -> dict[str, _Measure]:
    """Give the measures over all questions, by the names that the JSON report uses."""
    totals: dict[str, _Measure] = {
        "answerable_right": (_is_answerable, _right),
        "answerable_right_cites_article": (_has_source, _right_citing_article),
        "answerable_right_cites_evidence": (_has_evidence, _right_citing_evidence),
        "answerable_credit": (_is_answerable, lambda row: row.mark.credit),
        "answerable_wrongly_abstained": (_is_answerable, _abstained),
        "short_answer_right": (_has_short, lambda row: is_short_right(row.question, row.short)),
        "unanswerable_right": (_is_of(UNANSWERABLE), _right),
        "unanswerable_abstained": (_is_of(UNANSWERABLE), _abstained),
        "off_topic_declined": (_is_of(OFF_TOPIC), _right),
        "citations_in_a_right_article": (_has_citations, _precision),
    }
    for k in (1, 5, SEARCHED):
        totals[f"hit_at_{k}"] = (_has_evidence, partial(_hit_at, k=k))
    return totals | {"mrr": (_has_evidence, lambda row: reciprocal_rank(row.evidence_rank))}


def _is_any(_: Row) -> bool:
    return True


def _is_answerable(row: Row) -> bool:
    return row.question.is_answerable


def _has_source(row: Row) -> bool:
    return row.question.is_answerable and bool(row.question.source)


def _has_evidence(row: Row) -> bool:
    return row.question.is_answerable and bool(row.question.evidence)


def _has_short(row: Row) -> bool:
    is_marked = row.question.is_answerable and row.question.type not in LONG_TYPES | {"yes_no"}
    return is_marked and bool(row.short)


def _has_citations(row: Row) -> bool:
    return _has_source(row) and bool(row.citations)


def _is_of(kind: str) -> Callable[[Row], bool]:
    return lambda row: row.question.type == kind


def _right(row: Row) -> bool:
    return row.mark.right


def _right_citing_article(row: Row) -> bool:
    return row.mark.right and row.cited_article


def _right_citing_evidence(row: Row) -> bool:
    return row.mark.right and row.cited_evidence


def _abstained(row: Row) -> bool:
    return row.abstained


def _hit_at(row: Row, k: int) -> bool:
    return hit_at(row.evidence_rank, k)


def _precision(row: Row) -> float:
    return sum(citation.is_source for citation in row.citations) / len(row.citations)


def _cell(rate: Rate) -> str:
    if rate.value is None:
        return "–"
    return f"{rate.value:.2f}" if rate.label == "credit" else f"{rate.total:.0f}/{rate.n}"


def _total_line(rate: Rate) -> list[str]:
    low, high = wilson(rate.total, rate.n)
    value = "–" if rate.value is None else f"{rate.value:.3f}"
    interval = f"{low:.3f}–{high:.3f}" if rate.n else ""
    return [rate.label.replace("_", " "), value, str(rate.n), interval]


def _align(lines: list[list[str]]) -> str:
    """Lay out columns under each other, the first to the left, the others to the right."""
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    laid_out = []
    for first, *others in lines:
        padded = [first + " " * (widths[0] - _width(first))]
        for cell, width in zip(others, widths[1:], strict=True):
            padded.append(" " * (width - _width(cell)) + cell)
        laid_out.append("  ".join(padded).rstrip())
    return "\n".join(laid_out)


def _width(text: str) -> int:
    """Count the columns that a terminal gives to `text`: two for a Chinese character."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


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
    lines = [f"  {name:<10}{_printable(text)}" for name, text in fields.items() if text]
    return "\n".join([_printable(f"{asked.id} ({asked.type}) {asked.question}"), *lines])


def _printable(text: str) -> str:
    """Put `text` on one line, without characters that steer a terminal."""
    return "".join(
        character if character.isprintable() else " " for character in " ".join(text.split())
    )
