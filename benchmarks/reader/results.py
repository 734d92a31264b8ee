"""The result file: what was counted on each set, with the command that counted it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.reader.cases import CaseSet
from benchmarks.reader.measures import MEASURES, Outcome
from benchmarks.reader.report import markdown

Results = dict[str, Any]
"""What `reader.json` holds: `sets[key]` with figures, tables, digest and who made them."""

_FILE = "reader.json"


def read(out: Path) -> Results:
    """The results so far; none where the file is missing."""
    file = out / _FILE
    stored: Results = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {"sets": {}} | stored


def put(results: Results, asked: CaseSet, outcome: Outcome, made_by: Mapping[str, str]) -> None:
    """Enter what was counted on a set, in place of what was there."""
    results["sets"][asked.key] = {
        "figures": {
            name: {"value": round(value, 2), "n": number}
            for name, (value, number) in outcome.figures.items()
        },
        "tables": {
            name: [{key: _rounded(value) for key, value in row.items()} for row in rows]
            for name, rows in outcome.tables.items()
        },
        "digest": asked.digest(),
        "made_by": dict(made_by),
    }


def write(results: Results, out: Path) -> str:
    """Write both result files, in the same order each time; the tables are given back."""
    out.mkdir(parents=True, exist_ok=True)
    sets = {key: results["sets"][key] for key in MEASURES if key in results["sets"]}
    text = json.dumps({"sets": sets}, ensure_ascii=False, indent=1)
    (out / _FILE).write_text(text + "\n", encoding="utf-8")
    tables = markdown(sets)
    (out / "reader.md").write_text(tables, encoding="utf-8")
    return tables


def _rounded(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
