"""The result file: what was counted on each set, with the command that counted it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.verification.cases import CaseSet, keys
from benchmarks.verification.measures import Row
from benchmarks.verification.report import markdown

Results = dict[str, Any]
"""What `verification.json` holds: `sets[key]` with rows, times, digest and who made them."""

_FILE = "verification.json"


def read(out: Path) -> Results:
    """The results so far; none where the file is missing."""
    file = out / _FILE
    stored: Results = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {"sets": {}} | stored


def put(
    results: Results,
    made: CaseSet,
    rows: Mapping[str, Row],
    times: Mapping[str, float],
    made_by: Mapping[str, str],
) -> None:
    """Enter what was counted on a set, in place of what was there."""
    results["sets"][made.key] = {
        "rows": {kind: asdict(row) for kind, row in rows.items()},
        "milliseconds": {name: round(value, 2) for name, value in times.items()},
        "digest": made.digest(),
        "made_by": dict(made_by),
    }


def write(results: Results, out: Path) -> str:
    """Write both result files, in the same order each time; the tables are given back."""
    out.mkdir(parents=True, exist_ok=True)
    sets = {key: results["sets"][key] for key in keys() if key in results["sets"]}
    text = json.dumps({"sets": sets}, ensure_ascii=False, indent=1)
    (out / _FILE).write_text(text + "\n", encoding="utf-8")
    tables = markdown(sets)
    (out / "verification.md").write_text(tables, encoding="utf-8")
    return tables
