"""The loop: make each row for each corpus, ask it, and keep what it reached."""

import json
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.retrieval.corpus import Corpus, Ranker, spent_seconds
from benchmarks.retrieval.metrics import Scores, score
from benchmarks.retrieval.rows import Row
from benchmarks.retrieval.task import Task


@dataclass(frozen=True, slots=True)
class Run:
    """What a row reached on a task.

    Args:
        digest: of the task.
        scores: question by question.
        folded: passages that it counts as reprints of others.
        build_seconds: processor time that made the index.
        query_ms: processor time of a question, mean over all.
        p50_ms: wall time of a question, median.
    """

    digest: str
    scores: Scores
    folded: int
    build_seconds: float
    query_ms: float
    p50_ms: float


class Runs:
    """The runs of a work folder; the latest of a row on a task is kept.

    Args:
        folder: where they lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "runs"
        self._folder.mkdir(parents=True, exist_ok=True)

    def keep(self, task: Task, row: str, run: Run) -> None:
        """Store a run."""
        self._file(task.key, row).write_text(json.dumps(asdict(run)), encoding="utf-8")

    def find(self, task: str, row: str, digest: str = "") -> Run | None:
        """A run, None where there is none or where the task was another one then."""
        file = self._file(task, row)
        if not file.is_file():
            return None
        stored: dict[str, Any] = json.loads(file.read_text("utf-8"))
        scores = Scores(tuple(stored["scores"]["ndcg"]), tuple(stored["scores"]["first"]))
        run = Run(**(stored | {"scores": scores}))
        return run if digest in ("", run.digest) else None

    def _file(self, task: str, row: str) -> Path:
        return self._folder / f"{task}.{row}.json"


def ask(ranker: Ranker, task: Task) -> Run:
    """Put every question of a task to a ranker; a passage folded into another counts as that."""
    rankings, seconds = [], []
    before = spent_seconds()
    for query in task.queries:
        start = time.perf_counter()
        rankings.append(ranker.rank(query))
        seconds.append(time.perf_counter() - start)
    spent = spent_seconds() - before
    folded = ranker.folded
    gold = [frozenset(folded.get(place, place) for place in right) for right in task.gold]
    return Run(
        digest=task.digest(),
        scores=score(rankings, gold),
        folded=len(folded),
        build_seconds=ranker.build_seconds,
        query_ms=1000 * spent / max(1, len(seconds)),
        p50_ms=1000 * statistics.median(seconds or [0.0]),
    )


Tell = Callable[[Task, Row, "Run | str"], None]
"""Told of each row and task: the run, or why there is none."""


def measure(
    tasks: Iterable[Task], rows: Mapping[str, Row], runs: Runs, work: Path, tell: Tell
) -> None:
    """Measure rows on tasks; those of one corpus share what is made of it."""
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.corpus, []).append(task)
    for name, group in groups.items():
        corpus = Corpus(name, group[0].passages, work)
        for row in rows.values():
            chosen = [task for task in group if row.varied or not task.base]
            why_not = _why_not(row, corpus) if chosen else ""
            if why_not:
                for task in chosen:
                    tell(task, row, why_not)
            elif chosen:
                _measure(row, corpus, chosen, runs, tell)
        corpus.close()


def _why_not(row: Row, corpus: Corpus) -> str:
    if row.absent():
        return f"not installed: {row.absent()}"
    if row.most is not None and len(corpus.passages) > row.most:
        return "only on a sample"
    return ""


def _measure(row: Row, corpus: Corpus, tasks: list[Task], runs: Runs, tell: Tell) -> None:
    ranker = row.make(corpus)
    for task in tasks:
        run = ask(ranker, task)
        runs.keep(task, row.key, run)
        tell(task, row, run)
