"""The result file: what was measured, merged part by part, each with its command and date."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.scale.report import markdown

Results = dict[str, Any]
"""What `scale.json` holds: `parts[part][key]` with the figures and `made_by`."""


def read(out: Path) -> Results:
    """The results so far; none where the file is missing."""
    file = out / "scale.json"
    stored: Results = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {"parts": {}} | stored


def put(
    found: Results, part: str, key: str, figures: dict[str, Any], made_by: Mapping[str, str]
) -> None:
    """Enter the figures of a part, for a number of articles or a name."""
    rounded = {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in figures.items()
    }
    found["parts"].setdefault(part, {})[key] = rounded | {"made_by": dict(made_by)}


def write(found: Results, out: Path) -> str:
    """Write both result files, in the same order each time; the tables are given back."""
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
    (out / "scale.json").write_text(text + "\n", encoding="utf-8")
    tables = markdown(found)
    (out / "scale.md").write_text(tables, encoding="utf-8")
    return tables


def short(figures: Mapping[str, Any]) -> str:
    """The single figures of a part in one line."""
    single = (f"{name} {value}" for name, value in figures.items() if not isinstance(value, dict))
    return ", ".join(single)
