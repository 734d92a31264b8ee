"""The quality gate: a sample that every change is measured on, and floors that only rise.

``python -m benchmarks.verification.gate --data ../shared`` prints what is reached beside the
floors; ``--raise`` lifts each floor to what is reached less the margin, and lowers none.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.floors import Figures, lines, raised, read_floors, write_floors
from benchmarks.pins import digests
from benchmarks.verification.cases import CaseSet, make
from benchmarks.verification.checkers import ours
from benchmarks.verification.measures import count, total

PART = "verification"
_ARTICLES, _OF_A_KIND = 16, 8
_SAMPLED = ("domain-reporting", "pages-reporting")
# No floor asks for more than the aim.
_AIM = 95.0


def gate_sets(data: Path) -> list[CaseSet]:
    """The sample: a few articles of each part, so many sentences of each kind."""
    made = (make(key, data, _ARTICLES).limited(_OF_A_KIND) for key in _SAMPLED)
    return [replace(each, key=f"{each.key}-gate") for each in made]


def reached(made: CaseSet) -> Figures:
    """Per cent of the false sentences flagged, and of the true ones kept."""
    rows = count(made.cases, {"ours": ours}).values()
    false, true = total(rows, False), total(rows, True)
    return {
        "false flagged": 100 * false.flagged["ours"] / false.n,
        "true kept": 100 - 100 * true.flagged["ours"] / true.n,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and raise the floors if told so."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verification.gate")
    parser.add_argument("--data", type=Path, required=True, help="holds data/ and articles/")
    parser.add_argument("--raise", dest="lift", action="store_true", help="lift the floors")
    options = parser.parse_args(arguments)
    stored, made = read_floors(PART), gate_sets(options.data)
    for each in made:
        found, floors = reached(each), stored["floors"].get(each.key, {})
        print(*lines(each.key, found, floors), sep="\n")
        capped = {name: min(value, _AIM) for name, value in found.items()}
        stored["floors"][each.key] = raised(floors, capped, len(each.cases))
    if options.lift:
        stored["digests"] = {each.key: digests(each, options.data) for each in made}
        write_floors(PART, stored)


if __name__ == "__main__":
    main()
