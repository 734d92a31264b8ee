"""Evaluating in processes of their own, which share a data directory that nobody writes to.

They are plain child processes that talk in lines of JSON over their standard streams; the settings
go the same way, so that no key shows among the arguments of a process.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from pydantic import SecretStr

from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.evaluation.journal import Journal
from assistant.evaluation.judges import judge_of
from assistant.evaluation.qa_set import Question, question_from
from assistant.evaluation.report import Report
from assistant.evaluation.rows import Row
from assistant.evaluation.run import Progress, ask_one
from assistant.settings import Settings

_START = (
    # The keyboard's interrupt is for the caller; without it, this one ends.
    "import json, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "sys.path[:] = json.loads(sys.argv[1])\n"
    "from assistant.evaluation.workers import serve; serve()"
)
_SECONDS = 5.0


class WorkerEnded(AssistantError):
    """A process of an evaluation ended before its questions were answered."""


def evaluate_in_workers(
    settings: Settings,
    questions: Sequence[Question],
    count: int,
    *,
    progress: Progress | None = None,
    judged: bool = False,
    journal: Journal | None = None,
) -> Report:
    """Evaluate as `run.evaluate` does, over the stored articles, in `count` processes.

    Args:
        settings: those of the assistants; their data directory holds the articles.
        questions: a Q&A set.
        count: number of processes.
        progress: called with (done, all) after each question.
        judged: whether the LLM of the settings judges too.
        journal: keeps each row, and gives those of an earlier run that was killed.

    Raises:
        WorkerEnded: if a process ended early; what it wrote to stderr says why.
    """
    rows = dict(journal.rows) if journal else {}
    rows = {number: row for number, row in rows.items() if number < len(questions)}
    left = [number for number in range(len(questions)) if number not in rows]
    recipe = json.dumps({"settings": _told(settings), "judged": judged})
    for number, row in _answers(recipe, questions, left, min(count, len(left))):
        rows[number] = row
        if journal:
            journal.append(number, row)
        if progress:
            progress(len(rows), len(questions))
    return Report([rows[number] for number in range(len(questions))])


def _answers(
    recipe: str, questions: Sequence[Question], left: Sequence[int], count: int
) -> Iterator[tuple[int, Row]]:
    todo: SimpleQueue[int] = SimpleQueue()
    for number in left:
        todo.put(number)
    found: SimpleQueue[tuple[int, Row] | WorkerEnded] = SimpleQueue()
    workers = [_Worker(recipe, questions, todo, found.put) for _ in range(count)]
    try:
        for _ in left:
            outcome = found.get()
            if isinstance(outcome, WorkerEnded):
                raise outcome
            yield outcome
    finally:
        for worker in workers:
            worker.close()


class _Worker:
    """One child process, and the thread that asks it one question after the other."""

    def __init__(
        self,
        recipe: str,
        questions: Sequence[Question],
        todo: "SimpleQueue[int]",
        tell: Callable[[tuple[int, Row] | WorkerEnded], None],
    ) -> None:
        self._questions, self._todo, self._tell = questions, todo, tell
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"},
        )
        self._thread = Thread(target=self._run, args=(recipe,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it, also in the middle of a question."""
        self._process.terminate()
        try:
            self._process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._thread.join(_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            # What it was not told any more can't be written.
            with suppress(OSError):
                if pipe:
                    pipe.close()

    def _run(self, recipe: str) -> None:
        try:
            self._say(recipe)
            while True:
                number = self._todo.get_nowait()
                self._say(self._questions[number].to_line())
                self._tell((number, Row.from_dict(json.loads(self._heard()))))
        except Empty:
            return
        except (OSError, ValueError, KeyError, TypeError):
            self._tell(WorkerEnded("a process of the evaluation ended early; see its lines above"))

    def _say(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _heard(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline()


def serve() -> None:
    """Answer the questions that come, a line each; the first line says how. Runs in a child."""
    out, sys.stdout = sys.stdout, sys.stderr
    recipe = json.loads(sys.stdin.readline())
    settings = Settings(**recipe["settings"])
    judge = judge_of(settings) if recipe["judged"] else None
    with Assistant(settings) as assistant:
        for line in sys.stdin:
            row = ask_one(assistant, question_from(json.loads(line)), judge)
            out.write(json.dumps(row.to_dict(), ensure_ascii=False) + "\n")
            out.flush()


def _told(settings: Settings) -> dict[str, Any]:
    plain = settings.model_dump(mode="json")
    secrets = ((name, getattr(settings, name)) for name in plain)
    return plain | {
        name: value.get_secret_value() for name, value in secrets if isinstance(value, SecretStr)
    }
