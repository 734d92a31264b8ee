"""Measure parts, merge the result file, and print the tables."""

import argparse
import datetime
import os
import platform
import shlex
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.retrieval.ours import product_digest
from benchmarks.scale import results
from benchmarks.scale.parts import PARTS, Setting

SIZES = [1_000, 10_000, 68_217]
OUT = Path("benchmarks/results")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was asked for; the result files are written after each figure."""
    options = _options(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    setting = Setting(options.data, options.work.absolute(), tuple(options.sizes))
    found = results.read(options.out)
    made_by = {
        "command": _command(options),
        "date": datetime.date.today().isoformat(),
        "machine": _machine(),
        "code": product_digest(),
    }
    for part in options.parts:
        _tell(f"{part} …")
        before = time.perf_counter()
        for key, figures in PARTS[part](setting):
            results.put(found, part, key, figures, made_by)
            results.write(found, options.out)
            _tell(f"{part} {key}: {results.short(figures)}")
        _tell(f"{part} took {time.perf_counter() - before:.0f} s")
    print(results.write(found, options.out))


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB"


def _command(options: argparse.Namespace) -> str:
    """The command that measures the same again, wherever it is run."""
    parts = ["python", "-m", "benchmarks.scale", "--data", "../shared/data", "--work", "DIR"]
    if options.sizes != SIZES:
        parts += ["--sizes", ",".join(map(str, options.sizes))]
    if options.parts != list(PARTS):
        parts += ["--parts", ",".join(options.parts)]
    return shlex.join(parts)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="holds train/ and dev/")
    parser.add_argument("--work", type=Path, required=True, help="keeps the stores; some gigabytes")
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the result files")
    parser.add_argument("--sizes", type=_numbers, default=SIZES, metavar="N,M")
    parser.add_argument("--parts", type=_among(PARTS), default=list(PARTS), metavar="A,B")
    return parser.parse_args(arguments)


def _numbers(text: str) -> list[int]:
    return sorted(int(number) for number in text.split(","))


def _among(known: Iterable[str]) -> Callable[[str], list[str]]:
    """A reader of names of a table, divided by commas."""
    names = list(known)

    def read(text: str) -> list[str]:
        chosen = text.split(",")
        if not set(chosen) <= set(names):
            raise argparse.ArgumentTypeError(f"there are: {', '.join(names)}")
        return chosen

    return read


if __name__ == "__main__":
    main()
