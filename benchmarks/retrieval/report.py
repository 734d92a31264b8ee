"""The tables, in Markdown, from the result file."""

from collections.abc import Iterable, Sequence
from typing import Any

from benchmarks.retrieval.results import Results
from benchmarks.retrieval.rows import ROWS

_FIGURES = ("ndcg@10", "hit@1", "hit@5", "hit@10", "mrr@10")
_HEAD = """# Finding the right passage

Made by `{command}`; measured {dates}. Figures are per cent. *Passages* are paragraphs or whole
articles; rankers that cut them into chunks are asked for 30 chunks, each counts as its passage.
An article that the store folded as a reprint of another counts as that one. Costs are seconds or
milliseconds of processor time; the wall time of a question (p50) stands beside. Our two sides
search the index of the whole product.
"""


def markdown(results: Results, command: str) -> str:
    """All tables."""
    plain = [key for key, task in results["tasks"].items() if not task["base"]]
    dates = sorted(
        {run["date"] for runs in results["runs"].values() for run in runs.values() if "date" in run}
    )
    span = " to ".join(dict.fromkeys([*dates[:1], *dates[-1:]]))
    parts = [_HEAD.format(command=command, dates=span), "## All rows side by side", ""]
    parts += _overview(results, plain)
    for key in plain:
        parts += ["", f"## {results['tasks'][key]['name']}", "", *_detail(results, key)]
    wordings = [key for key, task in results["tasks"].items() if task["base"]]
    if wordings:
        parts += ["", "## Other wordings", "", *_wordings(results, wordings)]
    return "\n".join(parts) + "\n"


def _overview(results: Results, tasks: Sequence[str]) -> list[str]:
    heads = [
        f"{results['tasks'][key]['name']}, {_measure(results['tasks'][key]['measure'])}"
        for key in tasks
    ]
    lines = _table_head(["row", *heads])
    for row in ROWS.values():
        lines.append(_line([row.name, *(_main(results, key, row.key) for key in tasks)]))
    names = {name for figures in results["published"].values() for name in figures}
    best = {
        name: {key: results["published"].get(key, {}).get(name) for key in tasks} for name in names
    }
    for name in sorted(names, key=lambda name: -max(filter(None, best[name].values()), default=0)):
        cells = ("" if value is None else f"{value:.2f}" for value in best[name].values())
        lines.append(_line([f"*{name}* (published)", *cells]))
    gaps = [results["differences"].get(key) for key in tasks]
    lines.append(_line(["**ours − best lexical peer**, 95 % interval", *map(_gap, gaps)]))
    return lines


def _detail(results: Results, key: str) -> list[str]:
    task, runs = results["tasks"][key], results["runs"].get(key, {})
    lines = [f"{task['queries']:,} questions · {task['passages']:,} passages", ""]
    heads = [*map(_measure, _FIGURES), "index, s", "a question, ms", "p50 wall, ms"]
    if task["whole"]:
        heads.append(f"index of all {task['whole']:,}, extrapolated, min")
    lines += _table_head(["row", *heads])
    for row in ROWS.values():
        run = runs.get(row.key)
        if run is not None and "absent" not in run:
            cells = [f"{run[name]:.2f}" for name in _FIGURES]
            cells += [f"{run[name]:.1f}" for name in ("build_seconds", "query_ms", "p50_ms")]
            if task["whole"]:
                cells.append(f"{run['build_seconds'] * task['whole'] / task['passages'] / 60:.1f}")
            lines.append(_line([row.name, *cells]))
    folded = runs.get("ours", {}).get("folded", 0)
    if folded:
        lines += ["", f"The store folded {folded:,} of these passages as reprints of others."]
    return lines


def _wordings(results: Results, tasks: Sequence[str]) -> list[str]:
    rows = [row for row in ROWS.values() if row.varied]
    lines = [
        "Only the questions that a rule changes; in brackets the difference from the same"
        " questions as they stand, in points, with its 95 % interval.",
        "",
        *_table_head(["questions", "n", *(row.name for row in rows)]),
    ]
    for key in tasks:
        task, runs = results["tasks"][key], results["runs"].get(key, {})
        cells = [_change(runs.get(row.key), task["measure"]) for row in rows]
        lines.append(_line([task["name"], f"{task['queries']:,}", *cells]))
    return lines


def _change(run: dict[str, Any] | None, measure: str) -> str:
    if run is None:
        return ""
    gap = run.get("change")
    return f"{run[measure]:.2f}" + (f" ({_gap(gap)})" if gap else "")


def _main(results: Results, task: str, row: str) -> str:
    run = results["runs"].get(task, {}).get(row)
    if run is None:
        return ""
    return run["absent"] if "absent" in run else f"{run[results['tasks'][task]['measure']]:.2f}"


def _gap(gap: dict[str, Any] | None) -> str:
    return f"{gap['mean']:+.2f}, {gap['low']:+.2f} … {gap['high']:+.2f}" if gap else ""


def _measure(name: str) -> str:
    return name.replace("ndcg", "nDCG").replace("mrr", "MRR")


def _table_head(cells: Sequence[str]) -> list[str]:
    return [_line(cells), _line(["---", *("---:" for _ in cells[1:])])]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
