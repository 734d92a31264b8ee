"""Measure the check of sentences on sets, merge the result file, and print the tables."""

import argparse
import shlex
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import assistant
import vectorstore
from benchmarks.command import among, made_by
from benchmarks.pins import check, pin, read_pins
from benchmarks.verification import results
from benchmarks.verification.cases import keys, make
from benchmarks.verification.measures import count, timed

OUT = Path("benchmarks/results")
DIGESTS = Path(__file__).parent / "digests.json"
# Of each kind of a set so many sentences; with all of them the table takes an hour.
_LIMIT = 40


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was asked for; the result files are written after each set."""
    options = _options(arguments)
    if options.pin:
        pin([make(key, options.data) for key in options.sets], options.data, DIGESTS)
        return
    pins, found = read_pins(DIGESTS), results.read(options.out)
    maker = made_by(_command(options), assistant, vectorstore)
    for key in options.sets:
        before = time.perf_counter()
        made = make(key, options.data)
        check(made, options.data, pins)
        made = made.limited(options.limit)
        results.put(found, made, count(made.cases), timed(made.cases), maker)
        results.write(found, options.out)
        seconds = time.perf_counter() - before
        print(f"{key}: {len(made.cases):,} in {seconds:.0f} s", file=sys.stderr, flush=True)
    print(results.write(found, options.out))


def _command(options: argparse.Namespace) -> str:
    """The command that measures the same again, wherever it is run."""
    parts = ["python", "-m", "benchmarks.verification", "--data", "../shared"]
    if options.sets != keys():
        parts += ["--sets", ",".join(options.sets)]
    if options.limit != _LIMIT:
        parts += ["--limit", str(options.limit)]
    return shlex.join(parts)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verification", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="holds data/ and articles/")
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the result files")
    parser.add_argument("--sets", type=among(keys()), default=keys(), metavar="A,B")
    parser.add_argument("--limit", type=int, default=_LIMIT, help="most of each kind; 0: all")
    parser.add_argument("--pin", action="store_true", help="only pin the data as they are now")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
