"""Draws the curves of `scale.json`, and renews the tables of docs/scale.md by it."""

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.scale.page import PAGE, renewed

OUT = Path("docs/images/scale.svg")
_WIDTH, _HEIGHT, _LEFT, _TOP = 460, 340, 62, 66
_PLOT = (_WIDTH - _LEFT - 30, _HEIGHT - _TOP - 44)
_COLOURS = ("#1a5fb4", "#c64600", "#26a269", "#813d9c")
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
    'font-family="system-ui, sans-serif" font-size="12" fill="#222">'
    '<rect width="{w}" height="{h}" fill="#fff"/>'
)

Points = Sequence[tuple[float, float]]


def panels(parts: Mapping[str, Any]) -> dict[str, dict[str, list[tuple[float, float]]]]:
    """What is drawn: title of each panel, and its lines by name as `(articles, value)`."""
    ingest, search, filtered = (parts.get(part, {}) for part in ("ingest", "search", "filters"))

    def line(
        figures: Mapping[str, Any], *path: str, unit: float = 1.0
    ) -> list[tuple[float, float]]:
        points = []
        for size, value in figures.items():
            for name in path:
                value = value[name]
            if value > 0:
                points.append((float(size), value * unit))
        return sorted(points)

    worst = {
        size: {"p50_ms": max(of["p50_ms"] for of in found.values() if "p50_ms" in of)}
        for size, found in (
            (size, {key: of for key, of in found.items() if isinstance(of, dict)})
            for size, found in filtered.items()
        )
    }
    return {
        "Ingest, seconds": {
            "everything": line(ingest, "wall_s"),
            "floor: copying its files with a sync": line(ingest, "floor", "copy_s"),
        },
        "Disk, MB": {
            "data directory": line(ingest, "disk_bytes", "total", unit=1e-6),
            "floor: vectors and text": [
                (x, y + z)
                for (x, y), (_, z) in zip(
                    line(search, "vector_bytes", unit=1e-6),
                    line(ingest, "input_bytes", unit=1e-6),
                    strict=False,
                )
            ],
        },
        "Memory, MB resident at most": {
            "ingest, all processes": line(ingest, "peak_rss_mb"),
            "search": line(search, "peak_rss_mb"),
            "floor: vectors": line(search, "vector_bytes", unit=1e-6),
        },
        "Query, ms": {
            "p50": line(search, "p50_ms"),
            "p95": line(search, "p95_ms"),
            "p50, slowest filter": line(worst, "p50_ms"),
            "floor: all vectors compared": line(search, "matmul_ms"),
        },
    }


def svg(parts: Mapping[str, Any]) -> str:
    """All panels, two in a row, both axes logarithmic."""
    drawn = [
        f'<g transform="translate({_WIDTH * (number % 2)},{_HEIGHT * (number // 2)})">'
        f"{panel(title, lines)}</g>"
        for number, (title, lines) in enumerate(panels(parts).items())
    ]
    return "\n".join([_HEAD.format(w=2 * _WIDTH, h=2 * _HEIGHT), *drawn, "</svg>"]) + "\n"


def panel(title: str, lines: Mapping[str, Points]) -> str:
    """One panel: grid, axes, lines with their points, and a legend."""
    points = [point for line in lines.values() for point in line]
    text = f'<text x="{_LEFT}" y="18" font-size="14" font-weight="600">{title}</text>'
    if not points:
        return text
    columns, rows = _decades([x for x, _ in points]), _decades([y for _, y in points])
    drawn = [text, *_grid(columns, rows)]
    for number, (name, line) in enumerate(lines.items()):
        floor = name.startswith("floor")
        colour = "#888" if floor else _COLOURS[number]
        places = [(_at(x, columns, _PLOT[0]), _at(y, rows, _PLOT[1])) for x, y in line]
        spots = [(_LEFT + x, _TOP + _PLOT[1] - y) for x, y in places]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        dashes = ' stroke-dasharray="5 4"' if floor else ""
        drawn.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
        )
        for (x, y), (_, value) in zip(spots, line, strict=True):
            drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
            drawn.append(_label(x, y, value, colour, below=floor))
        drawn.append(_legend(name, number, colour))
    return "".join(drawn)


def _grid(columns: tuple[int, int], rows: tuple[int, int]) -> list[str]:
    right, bottom = _LEFT + _PLOT[0], _TOP + _PLOT[1]
    drawn = []
    for power in range(columns[0], columns[1] + 1):
        x = _LEFT + _at(10.0**power, columns, _PLOT[0])
        drawn.append(f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="#ddd"/>')
        drawn.append(
            f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{10**power:,}</text>'
        )
    for power in range(rows[0], rows[1] + 1):
        y = bottom - _at(10.0**power, rows, _PLOT[1])
        drawn.append(f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="#ddd"/>')
        drawn.append(
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_short(10.0**power)}</text>'
        )
    middle = _LEFT + _PLOT[0] / 2
    drawn.append(f'<text x="{middle}" y="{bottom + 34}" text-anchor="middle">articles</text>')
    return drawn


def _legend(name: str, number: int, colour: str) -> str:
    x, y = _LEFT + 150 * (number % 2), 36 + 15 * (number // 2)
    return f'<text x="{x}" y="{y}" font-size="11" fill="{colour}">— {name}</text>'


def _label(x: float, y: float, value: float, colour: str, *, below: bool) -> str:
    where = y + 15 if below else y - 7
    anchor = "start" if x < _LEFT + 10 else "middle"
    return (
        f'<text x="{x:.1f}" y="{where:.1f}" font-size="10" text-anchor="{anchor}" fill="{colour}">'
        f"{_short(value)}</text>"
    )


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten that the values lie between."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _at(value: float, decades: tuple[int, int], length: float) -> float:
    return length * (math.log10(value) - decades[0]) / (decades[1] - decades[0])


def _short(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}".removesuffix(".0") if value >= 1 else f"{value:.2g}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Draw."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale.plot", description=__doc__)
    parser.add_argument("--results", type=Path, default=Path("benchmarks/results/scale.json"))
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--page", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    found = json.loads(options.results.read_text("utf-8"))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(svg(found["parts"]), encoding="utf-8")
    if options.page.is_file():
        page = renewed(options.page.read_text("utf-8"), found["parts"])
        options.page.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
