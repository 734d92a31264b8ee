"""The result file of the long runs, and the table made of it."""

import json
from pathlib import Path
from typing import Any

from benchmarks.command import made_by

_NAME = "soak"


def read(folder: Path) -> dict[str, Any]:
    """What earlier runs found, by the name of the part."""
    path = folder / f"{_NAME}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def put(found: dict[str, Any], part: str, figures: dict[str, Any], command: str) -> None:
    """Put one part's figures in, with the command, date, machine and code that made them."""
    import assistant
    import vectorstore
    import web

    found[part] = {
        "figures": figures,
        "made_by": made_by(command, assistant, vectorstore, web),
    }


def write(found: dict[str, Any], folder: Path) -> str:
    """Write the result file and its table; returns the table."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (folder / f"{_NAME}.json").write_text(text, "utf-8")
    shown = table(found)
    (folder / f"{_NAME}.md").write_text(shown, "utf-8")
    return shown


def table(found: dict[str, Any]) -> str:
    """All figures as Markdown, one table for each part."""
    blocks = ["# Long runs\n\nMade by `make soak`; what they do is told in docs/reliability.md."]
    for part, entry in sorted(found.items()):
        by = entry["made_by"]
        head = f"## {part}\n\n`{by['command']}` · {by['date']} · {by['machine']}"
        rows = ["| figure | |", "| --- | --- |"]
        rows += [f"| {name.replace('_', ' ')} | {value} |" for name, value in flat(entry)]
        blocks.append(head + "\n\n" + "\n".join(rows))
    return "\n\n".join(blocks) + "\n"


def flat(entry: dict[str, Any]) -> list[tuple[str, str]]:
    """The figures of a part that are a single value each."""
    return [
        (name, _shown(value))
        for name, value in entry["figures"].items()
        if not isinstance(value, list | dict)
    ]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
