"""Measure rows on sets, merge the result file, and print the tables."""

import argparse
import contextlib
import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import vectorstore
from benchmarks.command import among, made_by
from benchmarks.pins import check, pin, read_pins
from benchmarks.retrieval import results
from benchmarks.retrieval.news import NEWS_SETS
from benchmarks.retrieval.report import markdown
from benchmarks.retrieval.rows import ROWS, Row
from benchmarks.retrieval.run import Run, Runs, measure
from benchmarks.retrieval.sets import SETS
from benchmarks.retrieval.task import DIGESTS, Task
from benchmarks.retrieval.variants import VARIANTS, by_hand, varied

OUT = Path("benchmarks/results")
_MAKERS = {**SETS, **NEWS_SETS}
_VARIED = ("cmrc", "web", "titles")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what was asked for."""
    options = _options(arguments)
    tasks = list(_tasks(options.sets, options.data, options.variants))
    if options.pin:
        pin(tasks, options.data, DIGESTS)
        return
    pins = read_pins(DIGESTS)
    for task in tasks:
        check(task, options.data, pins)
    found = results.read(options.out / "retrieval.json")
    maker = made_by(_command(options), vectorstore)
    with _work(options.work) as work:
        runs = Runs(work)

        def tell(task: Task, row: Row, run: Run | str) -> None:
            if isinstance(run, str):
                results.put_absent(found, task, row.key, run)
            else:
                results.put(found, task, row.key, run, maker)
                results.compare(found, task, runs)
            _write(found, options.out)
            outcome = run if isinstance(run, str) else f"{run.scores.figures()[task.measure]:.2f}"
            line = f"{task.key:24} {row.key:16} {task.measure:8} {outcome}"
            print(line, file=sys.stderr, flush=True)

        measure(tasks, {key: ROWS[key] for key in options.rows}, runs, work, tell)
    print(_write(found, options.out))


def _write(found: results.Results, out: Path) -> str:
    """Write both result files after every run, so that one that is stopped loses nothing."""
    results.write(found, out / "retrieval.json")
    text = markdown(found, "make bench-retrieval")
    (out / "retrieval.md").write_text(text, encoding="utf-8")
    return text


def _tasks(keys: Sequence[str], data: Path, variants: bool) -> Iterator[Task]:
    for key in keys:
        task = _MAKERS[key](data)
        yield task
        if variants and key in _VARIED:
            yield from (varied(task, variant) for variant in VARIANTS)
        if variants and key == "questions":
            yield by_hand(task)


def _command(options: argparse.Namespace) -> str:
    """The command that measures the same again, wherever it is run."""
    parts = ["python", "-m", "benchmarks.retrieval", "--data", "../shared/data"]
    if options.sets != list(_MAKERS):
        parts += ["--sets", ",".join(options.sets)]
    if options.rows != list(ROWS):
        parts += ["--rows", ",".join(options.rows)]
    return shlex.join([*parts, *(() if options.variants else ("--no-variants",))])


@contextlib.contextmanager
def _work(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="retrieval-") as made:
        yield Path(made)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retrieval", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="holds train/, dev/, report/")
    parser.add_argument("--work", type=Path, help="keeps indexes and runs (default: until the end)")
    parser.add_argument("--out", type=Path, default=OUT, help="folder of the result files")
    parser.add_argument("--sets", type=among(_MAKERS), default=list(_MAKERS), metavar="A,B")
    parser.add_argument("--rows", type=among(ROWS), default=list(ROWS), metavar="A,B")
    parser.add_argument("--no-variants", dest="variants", action="store_false")
    parser.add_argument("--pin", action="store_true", help="only pin the data as they are now")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
