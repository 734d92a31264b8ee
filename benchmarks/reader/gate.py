"""The quality gate: a sample that every change is measured on, and floors that only rise.

``python -m benchmarks.reader.gate --data ../shared/data`` prints what is reached beside the
floors; ``--raise`` lifts each floor to what is reached less the margin, and lowers none;
``--lower`` lets them fall as well, for a change that says why.
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.floors import Figures, lines, raised, read_floors, write_floors
from benchmarks.pins import digests
from benchmarks.reader import sets
from benchmarks.reader.cases import CaseSet
from benchmarks.reader.domain import domain
from benchmarks.reader.measures import MEASURES
from benchmarks.reader.ours import Ours

PART = "reader"
_KEPT = "kept"
# Each of these figures is a share that is lost.
_LOST = ("lost", "wrongly abstained")
_LEFT_OUT = (
    "naive",
    "one naive",
    "two naive",
    "corrected",
    "calibration",
    "characters",
    "seconds",
)
# What is kept is traded against what is left open: no floor asks for more than the aim.
_AIMS = {_KEPT: 95.0, "abstained": 90.0}
Counted = dict[str, tuple[float, int]]
_MAKERS = {**sets.SETS, "domain": domain}
_SAMPLES = {
    "domain": 8,
    "trial": 60,
    "expmrc": 30,
    "abstention": 20,
    "pages": 0,
    "noise": 8,
}


def gate_sets(data: Path) -> list[CaseSet]:
    """The sample: so many questions of each kind of each set, spread evenly."""
    made = ((key, _MAKERS[key](data), most) for key, most in _SAMPLES.items())
    return [replace(whole.limited(most), key=f"{key}-gate") for key, whole, most in made]


def reached(asked: CaseSet, data: Path, work: Path) -> Counted:
    """What the product reaches, all figures the higher the better, and of how many questions."""
    reader = Ours(work)
    try:
        return rising(MEASURES[asked.key.removesuffix("-gate")](reader, asked, data).figures)
    finally:
        reader.close()


def rising(figures: Counted) -> Counted:
    """Figures of which more is better: what is kept for what is lost.

    Left out are those of others, and those that have no better and worse by themselves.
    """
    found = {}
    for name, (value, number) in figures.items():
        lost = next((each for each in _LOST if name.startswith(each)), None)
        if lost is not None:
            found[_KEPT + name.removeprefix(lost)] = (100 - value, number)
        elif not name.startswith(_LEFT_OUT):
            found[name] = (value, number)
    return found


def lifted(floors: Mapping[str, float], found: Counted, *, lower: bool = False) -> Figures:
    """The floors raised to what was found, those of a trade no further than its aim.

    Args:
        floors: those of before.
        found: what is reached now.
        lower: whether a floor may fall, and one that is not measured any more go.
    """
    floors = {} if lower else floors
    new: Figures = {}
    for name, (value, number) in found.items():
        aim = next((most for word, most in _AIMS.items() if name.startswith(word)), 100.0)
        new |= raised(floors, {name: min(value, aim)}, number)
    return dict(floors) | new


def values(counted: Counted) -> Figures:
    """The figures alone."""
    return {name: value for name, (value, _) in counted.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and raise the floors if told so."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reader.gate")
    parser.add_argument("--data", type=Path, required=True, help="holds train/, dev/, report/")
    parser.add_argument("--raise", dest="lift", action="store_true", help="lift the floors")
    parser.add_argument("--lower", action="store_true", help="set them, also where they fall")
    options = parser.parse_args(arguments)
    stored, made = read_floors(PART), gate_sets(options.data)
    for asked in made:
        with tempfile.TemporaryDirectory() as work:
            found = reached(asked, options.data, Path(work))
        floors = stored["floors"].get(asked.key, {})
        print(*lines(asked.key, values(found), floors), sep="\n")
        stored["floors"][asked.key] = lifted(floors, found, lower=options.lower)
    if options.lift or options.lower:
        stored["digests"] = {asked.key: digests(asked, options.data) for asked in made}
        write_floors(PART, stored)


if __name__ == "__main__":
    main()
