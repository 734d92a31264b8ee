"""Measure parts, merge the result file, and print the tables."""

import argparse
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import vectorstore
from benchmarks.command import among, made_by
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
    maker = made_by(_command(options), vectorstore)
    for part in options.parts:
        _tell(f"{part} …")
        before = time.perf_counter()
        for key, figures in PARTS[part](setting):
            results.put(found, part, key, figures, maker)
            results.write(found, options.out)
            _tell(f"{part} {key}: {results.short(figures)}")
        _tell(f"{part} took {time.perf_counter() - before:.0f} s")
    print(results.write(found, options.out))


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


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
    parser.add_argument("--parts", type=among(PARTS), default=list(PARTS), metavar="A,B")
    return parser.parse_args(arguments)


def _numbers(text: str) -> list[int]:
    return sorted(int(number) for number in text.split(","))


if __name__ == "__main__":
    main()
