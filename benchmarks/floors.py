"""The floors that every change must keep: one file, a part for each benchmark; they only rise."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FLOORS = Path(__file__).parent / "floors.json"
Figures = dict[str, float]
"""Figures by name, in per cent; the higher the better."""


def below(figures: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """What lies below its floor, in words."""
    return [
        f"{name} is {figures[name]:.2f}, its floor is {floor:.2f}"
        for name, floor in floors.items()
        if figures[name] < floor
    ]


def raised(floors: Mapping[str, float], figures: Figures, questions: int) -> Figures:
    """The floors lifted to what is reached less a margin, none of them lowered.

    The margin is one question, or three of a thousand: so many may turn with the rounding of
    another library or machine.
    """
    margin = max(0.3, 110 / questions)
    return {
        name: max(floors.get(name, 0.0), round(value - margin, 2))
        for name, value in figures.items()
    }


def read_floors(part: str, file: Path = FLOORS) -> dict[str, Any]:
    """What the file holds for a benchmark: `floors` and `digests`, by key."""
    return {"floors": {}, "digests": {}} | _stored(file).get(part, {})


def write_floors(part: str, floors: Mapping[str, Any], file: Path = FLOORS) -> None:
    """Write the part of a benchmark; the other parts stay."""
    text = json.dumps(_stored(file) | {part: dict(floors)}, indent=1, sort_keys=True)
    file.write_text(text + "\n", encoding="utf-8")


def _stored(file: Path) -> dict[str, dict[str, Any]]:
    stored: dict[str, dict[str, Any]] = {}
    if file.is_file():
        stored = json.loads(file.read_text("utf-8"))
    return stored


def lines(key: str, figures: Mapping[str, float], floors: Mapping[str, float]) -> list[str]:
    """What was reached beside its floors, a line for each figure."""
    return [
        f"{key:16} {name:28} {value:6.2f}  floor {floors.get(name, 0.0):6.2f}"
        for name, value in figures.items()
    ]
