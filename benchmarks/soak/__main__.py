"""Run the long runs that were asked for, merge the result file, and print the tables."""

import argparse
import shlex
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.command import among
from benchmarks.soak import results
from benchmarks.soak.parts import PARTS

OUT = Path("benchmarks/results")
_NUMBERS: dict[str, int | float] = {
    "kills": 100,
    "visitors": 50,
    "minutes": 10.0,
    "think": 30.0,
    "seed": 20,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts; the result files are written after each. Exit code 1 if one has failed."""
    options = _options(arguments)
    found, failed = results.read(options.out), False
    for part in options.parts:
        before = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="soak-", dir=options.work) as work:
            figures: dict[str, Any] = PARTS[part](options, Path(work))
        figures["minutes_in_all"] = round((time.monotonic() - before) / 60, 1)
        failed = failed or not figures["passed"]
        results.put(found, part, figures, _command(options, part))
        results.write(found, options.out)
        print(f"{part}: {figures}", file=sys.stderr, flush=True)
    print(results.write(found, options.out))
    return int(failed)


def _command(options: argparse.Namespace, part: str) -> str:
    """The command that runs one part again, wherever that is."""
    parts = ["python", "-m", "benchmarks.soak", "--data", "../shared/data", "--parts", part]
    for name, value in _NUMBERS.items():
        if getattr(options, name) != value:
            parts += [f"--{name}", str(getattr(options, name))]
    return shlex.join(parts)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="holds dev/domain_articles.jsonl")
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the result files")
    parser.add_argument("--work", type=Path, default=None, help="folder for what is only lent")
    parser.add_argument("--store", type=Path, default=None, help="data directory to be kept")
    parser.add_argument("--parts", type=among(PARTS), default=list(PARTS), metavar="A,B")
    for name, value in _NUMBERS.items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
