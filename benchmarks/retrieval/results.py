"""The result file: what was measured, merged run by run, each with its command and date."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.retrieval.metrics import difference
from benchmarks.retrieval.rows import PUBLISHED, ROWS
from benchmarks.retrieval.run import Run, Runs
from benchmarks.retrieval.task import Task

Results = dict[str, Any]
"""What `retrieval.json` holds: `tasks`, `runs[task][row]`, `differences[task]`, `published`."""


def read(file: Path) -> Results:
    """The results so far, without any where the file is missing."""
    stored: Results = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {"tasks": {}, "runs": {}, "differences": {}} | stored | {"published": PUBLISHED}


def write(results: Results, file: Path) -> None:
    """Write the result file, in the same order each time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=1, sort_keys=True)
    file.write_text(text + "\n", encoding="utf-8")


def put(results: Results, task: Task, row: str, run: Run, made_by: Mapping[str, str]) -> None:
    """Enter a run; runs of the task on other data, which are no longer comparable, go.

    Args:
        results: changed in place.
        task: what was asked.
        row: key of the row.
        run: what it reached.
        made_by: command, date, machine and code of the run.
    """
    _enter(results, task, run.digest)
    results["differences"].pop(task.key, None)
    figures = {name: round(value, 2) for name, value in run.scores.figures().items()}
    costs = {
        "build_seconds": round(run.build_seconds, 1),
        "query_ms": round(run.query_ms, 2),
        "p50_ms": round(run.p50_ms, 2),
        "folded": run.folded,
    }
    results["runs"].setdefault(task.key, {})[row] = figures | costs | dict(made_by)


def put_absent(results: Results, task: Task, row: str, why: str) -> None:
    """Enter why a row was not measured, where it has not been before."""
    _enter(results, task, task.digest())
    results["runs"].setdefault(task.key, {}).setdefault(row, {"absent": why})


def _enter(results: Results, task: Task, digest: str) -> None:
    if results["tasks"].get(task.key, {}).get("digest") != digest:
        results["runs"].pop(task.key, None)
        results["differences"].pop(task.key, None)
    results["tasks"][task.key] = {
        "name": task.name,
        "measure": task.measure,
        "queries": len(task.queries),
        "passages": len(task.passages),
        "whole": task.whole,
        "base": task.base,
        "digest": digest,
    }


def compare(results: Results, task: Task, runs: Runs) -> None:
    """Enter how far the product lies above the best lexical peer, or a wording from its base.

    Only where both runs are in the work folder and of the same data.
    """
    if task.base:
        _compare_wording(results, task, runs)
        return
    digest = task.digest()
    ours = runs.find(task.key, "ours", digest)
    peers = {row.key: runs.find(task.key, row.key, digest) for row in ROWS.values() if row.lexical}
    each = {key: run.scores.each(task.measure) for key, run in peers.items() if run is not None}
    if ours is not None and each:
        best = max(each, key=lambda key: sum(each[key]))
        gap = difference(ours.scores.each(task.measure), each[best])
        results["differences"][task.key] = {"to": best} | _rounded(asdict(gap))


def _compare_wording(results: Results, task: Task, runs: Runs) -> None:
    of_base = results["tasks"].get(task.base, {}).get("digest", "unknown")
    for key in results["runs"].get(task.key, {}):
        worded = runs.find(task.key, key, task.digest())
        clean = runs.find(task.base, key, of_base)
        if worded is not None and clean is not None:
            same = clean.scores.at(task.positions)
            gap = difference(worded.scores.each(task.measure), same.each(task.measure))
            results["runs"][task.key][key]["change"] = _rounded(asdict(gap))


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in values.items()}
