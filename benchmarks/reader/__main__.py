"""Measure the reader on sets, merge the result file, and print the table."""

import argparse
import shlex
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import assistant
import vectorstore
from benchmarks.command import among, made_by
from benchmarks.pins import check, pin, read_pins
from benchmarks.reader import results
from benchmarks.reader.cases import CaseSet
from benchmarks.reader.domain import domain, domain_wide
from benchmarks.reader.measures import MEASURES
from benchmarks.reader.news import news
from benchmarks.reader.ours import Ours
from benchmarks.reader.sets import SETS, Maker

OUT = Path("benchmarks/results")
DIGESTS = Path(__file__).parent / "digests.json"
_MAKERS: Mapping[str, Maker] = {
    **SETS,
    "news": news,
    "domain": domain,
    "domain-wide": domain_wide,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was asked for; the result files are written after each set."""
    options = _options(arguments)
    made = [_MAKERS[key](options.data) for key in options.sets]
    if options.pin:
        pin(made, options.data, DIGESTS)
        return
    pins = read_pins(DIGESTS)
    for asked in made:
        check(asked, options.data, pins)
    found = results.read(options.out)
    maker = made_by(_command(options), assistant, vectorstore)
    with tempfile.TemporaryDirectory(prefix="reader-") as work:
        reader = Ours(Path(work))
        for asked in made:
            _measure(reader, asked.limited(options.limit), options, found, maker)
        reader.close()
    print(results.write(found, options.out))


def _measure(
    reader: Ours,
    asked: CaseSet,
    options: argparse.Namespace,
    found: results.Results,
    maker: Mapping[str, str],
) -> None:
    before = time.perf_counter()
    outcome = MEASURES[asked.key](reader, asked, options.data)
    results.put(found, asked, outcome, maker)
    results.write(found, options.out)
    seconds = time.perf_counter() - before
    print(f"{asked.key}: {len(asked.cases):,} in {seconds:.0f} s", file=sys.stderr, flush=True)


def _command(options: argparse.Namespace) -> str:
    """The command that measures the same again, wherever it is run."""
    parts = ["python", "-m", "benchmarks.reader", "--data", "../shared/data"]
    if options.sets != list(_MAKERS):
        parts += ["--sets", ",".join(options.sets)]
    if options.limit:
        parts += ["--limit", str(options.limit)]
    return shlex.join(parts)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reader", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="holds train/, dev/, report/")
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the result files")
    parser.add_argument("--sets", type=among(_MAKERS), default=list(_MAKERS), metavar="A,B")
    parser.add_argument("--limit", type=int, default=0, help="most questions of each kind; 0: all")
    parser.add_argument("--pin", action="store_true", help="only pin the data as they are now")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
