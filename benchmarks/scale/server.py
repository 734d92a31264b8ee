"""Two workers on a Chroma server and PostgreSQL, in processes of their own: one adds, both ask."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.scale.adding import beside
from benchmarks.scale.figures import latencies
from vectorstore import VectorStore, VectorStoreError

_PATIENCE_SECONDS = 300.0


def wait_for(flag: Path) -> None:
    """Wait until another process has set a flag.

    Raises:
        TimeoutError: if it does not.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not flag.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"nobody set {flag.name}")
        time.sleep(0.05)


class Asking:
    """Asks a store, and counts the questions that fail."""

    def __init__(self, store: VectorStore) -> None:
        self._store = store
        self.errors: list[str] = []

    def __call__(self, question: str) -> float:
        """Milliseconds of one question."""
        start = time.perf_counter()
        try:
            hits = self._store.search(question, 10)
            if not hits:
                self.errors.append(f"nothing for {question}")
        except VectorStoreError as error:
            self.errors.append(str(error))
        return 1000 * (time.perf_counter() - start)


def write(store: VectorStore, questions: list[str], first: str, more: str) -> dict[str, Any]:
    """The worker that adds: fills the store, then adds the others while both workers ask."""
    flags, ask = Path(first).parent, Asking(store)
    start = time.perf_counter()
    report = store.add(first)
    filled = time.perf_counter() - start
    (flags / "filled").touch()
    wait_for(flags / "opened")
    idle = [ask(question) for question in questions]
    (flags / "adding").touch()
    try:
        found = beside(lambda: store.add(more).added, ask, questions)
    finally:
        (flags / "added").touch()
    return {
        "filled": report.added + report.unchanged,
        "fill_articles_per_s": round((report.added + report.unchanged) / filled, 1),
        "idle": latencies(idle),
        "while_adding": found,
        "chunks": store.status()["chunks"],
        "errors": ask.errors,
    }


def ask_beside(
    store: Callable[[], VectorStore], questions: list[str], flags: Path
) -> dict[str, Any]:
    """The worker that only asks; it sees in the end what the other added.

    Args:
        store: opens it, once the other has filled it.
        questions: asked over and over until the other is done.
        flags: folder in which the two workers wait for each other.
    """
    wait_for(flags / "filled")
    opened = store()
    ask = Asking(opened)
    for question in questions:
        ask(question)
    (flags / "opened").touch()
    wait_for(flags / "adding")
    taken: list[float] = []
    while not (flags / "added").exists():
        taken += [ask(question) for question in questions[:10]]
    after = [ask(question) for question in questions]
    status = opened.status()
    return {
        "while_adding": latencies(taken),
        "idle": latencies(after),
        "chunks": status["chunks"],
        "lexical_index": status["lexical_index"],
        "errors": ask.errors,
    }
