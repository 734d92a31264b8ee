"""The tables, in Markdown, from the result file."""

from collections.abc import Iterable, Mapping
from typing import Any

from assistant.evaluation.intervals import wilson
from benchmarks.verification.articles import HALVES
from benchmarks.verification.checkers import CHECKERS
from benchmarks.verification.false import FALSE
from benchmarks.verification.measures import Row, total
from benchmarks.verification.true import TRUE

_HEAD = """# Written sentences, checked

Made by `make bench-verify`; measured {dates}. Per cent flagged, with the 95 % interval; of false
sentences all should be, of true ones none. Each sentence cites one of eight sources (the mixed ones
two). `35 % of characters` accepts where so many stand in the cited source, `every number occurs`
where all number strings do.
"""
_TIMES = """
## Milliseconds of a sentence

Checking it over its eight sources, with nothing remembered of other sentences.
"""


def markdown(sets: Mapping[str, Any]) -> str:
    """The page: the reporting half by kind, both halves by part, the time."""
    dates = ", ".join(sorted({one["made_by"]["date"] for one in sets.values()}))
    reporting = [one for key, one in sets.items() if key.endswith(HALVES[1])]
    rows = _summed(rows_of(one) for one in reporting)
    lines = [_HEAD.format(dates=dates)]
    if rows:
        lines += ["## By kind: the reporting half\n", *_by_kind(rows)]
    lines += ["\n## By part\n", *_by_part(sets), _TIMES, *_times(sets)]
    return "\n".join(lines) + "\n"


def rows_of(one: Mapping[str, Any]) -> dict[str, Row]:
    """The rows of a set as stored."""
    return {kind: Row(**row) for kind, row in one["rows"].items()}


def share(row: Row, name: str) -> str:
    """What a checker flags of a row, in per cent, with its interval."""
    flagged = row.flagged[name]
    low, high = wilson(flagged, row.n)
    return f"{100 * flagged / max(row.n, 1):.1f} ({100 * low:.1f}–{100 * high:.1f})"


def _summed(sets: Iterable[Mapping[str, Row]]) -> dict[str, Row]:
    found: dict[str, list[Row]] = {}
    for rows in sets:
        for kind, row in rows.items():
            found.setdefault(kind, []).append(row)
    return {kind: total(found[kind], kind in TRUE) for kind in (*FALSE, *TRUE) if kind in found}


def _by_kind(rows: Mapping[str, Row]) -> list[str]:
    lines = [f"| kind | n | {' | '.join(CHECKERS)} |", "| --- | ---: |" + " ---: |" * len(CHECKERS)]
    for title, is_true in (("false", False), ("true", True)):
        of_it = {kind: row for kind, row in rows.items() if row.is_true == is_true}
        named = {f"{title}: {kind}": row for kind, row in of_it.items()}
        named[f"**all {title}**"] = total(of_it.values(), is_true)
        lines += [_line(kind, row) for kind, row in named.items() if row.n]
    return lines


def _by_part(sets: Mapping[str, Any]) -> list[str]:
    lines = [
        f"| part, half | | n | {' | '.join(CHECKERS)} |",
        "| --- | --- | ---: |" + " ---: |" * len(CHECKERS),
    ]
    for key, one in sets.items():
        for title, is_true in (("false", False), ("true", True)):
            row = total(rows_of(one).values(), is_true)
            if row.n:
                lines.append(_line(f"{key.replace('-', ', ')} | {title}", row))
    return lines


def _line(name: str, row: Row) -> str:
    return f"| {name} | {row.n:,} | " + " | ".join(share(row, one) for one in CHECKERS) + " |"


def _times(sets: Mapping[str, Any]) -> list[str]:
    names = ["wall p50", "wall p95", "cpu p50", "cpu p95"]
    lines = [f"| part, half | {' | '.join(names)} |", "| --- |" + " ---: |" * len(names)]
    for key, one in sets.items():
        cells = " | ".join(f"{one['milliseconds'][name]:.1f}" for name in names)
        lines.append(f"| {key.replace('-', ', ')} | {cells} |")
    return lines
