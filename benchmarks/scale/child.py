"""What is measured in a process of its own: one action by name, its figures as JSON at the end."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.scale import adding, floor, peers, server
from benchmarks.scale.figures import latencies
from vectorstore import VectorStore

_WARM = 50
_TOLD_EVERY = 5_000


@contextmanager
def opened(data_dir: str, own: bool = True, **settings: Any) -> Iterator[VectorStore]:
    """A store that is closed in the end; one that owns its folder searches in Chroma."""
    store = VectorStore(Path(data_dir), **settings)
    try:
        if own:
            store.own()
        yield store
    finally:
        store.close()


def ask(store: VectorStore, question: str, filters: Mapping[str, str] | None = None) -> float:
    """Milliseconds of one question."""
    start = time.perf_counter()
    store.search(question, 10, filters)
    return 1000 * (time.perf_counter() - start)


def told(done: int, total: int, _source: str) -> None:
    """Say on standard error how far adding is."""
    if done % _TOLD_EVERY == 0 or done == total:
        print(f"  {done:,} of {total:,} articles", file=sys.stderr, flush=True)


# -- actions --------------------------------------------------------------------------------


def ingest(data_dir: str, lines: str) -> dict[str, Any]:
    """Add a .jsonl file to a new store."""
    start = time.perf_counter()
    with opened(data_dir, own=False) as store:
        report = store.add(lines, told)
        seconds = time.perf_counter() - start
        status = store.status()
    return {
        "read": report.added + report.updated + report.unchanged,
        "skipped": len(report.skipped),
        "articles": status["articles"],
        "chunks": status["chunks"],
        "add_s": round(seconds, 2),
    }


def first_answer(data_dir: str, own: bool, question: str) -> dict[str, Any]:
    """Open a store and answer one question."""
    with opened(data_dir, own) as store:
        return {"hits": len(store.search(question))}


def search(
    data_dir: str, questions: list[str], conditions: dict[str, dict[str, str] | None]
) -> dict[str, Any]:
    """The questions under each condition, each after a warm-up."""
    found: dict[str, Any] = {}
    with opened(data_dir) as store:
        for name, filters in conditions.items():
            for question in questions[:_WARM]:
                ask(store, question, filters)
            before = time.process_time()
            taken = [ask(store, question, filters) for question in questions]
            cpu = 1000 * (time.process_time() - before) / max(1, len(taken))
            found[name] = latencies(taken) | {"cpu_ms": round(cpu, 2)}
    return found


def add_beside(data_dir: str, questions: list[str], given: tuple[str, str]) -> dict[str, Any]:
    """Add to a store that serves, see `adding.measure`."""
    with opened(data_dir) as store:
        for question in questions[:_WARM]:
            ask(store, question)
        return adding.measure(store, lambda question: ask(store, question), questions, given)


def ask_until(data_dir: str, questions: list[str], ready: str, stop: str) -> dict[str, Any]:
    """Ask in a process that only reads until a file appears: `[end on the clock, ms]` each."""
    moments: list[tuple[float, float]] = []
    with opened(data_dir, own=False) as store:
        for question in questions[:_WARM]:
            ask(store, question)
        idle = [ask(store, question) for question in questions]
        Path(ready).touch()
        while not Path(stop).exists():
            for question in questions[:20]:
                taken = ask(store, question)
                moments.append((time.time(), taken))
    return {"idle": idle, "moments": moments}


def add_file(data_dir: str, lines: str) -> dict[str, Any]:
    """Add a .jsonl file to a store that is there; when it began and ended, on the clock."""
    with opened(data_dir) as store:
        begun = time.time()
        report = store.add(lines)
        return {"begun": begun, "ended": time.time(), "added": report.added}


def write_on_servers(
    data_dir: str, settings: dict[str, Any], questions: list[str], first: str, more: str
) -> dict[str, Any]:
    """The worker that adds, see `server.write`."""
    with opened(data_dir, **settings) as store:
        return server.write(store, questions, first, more)


def ask_on_servers(
    data_dir: str, settings: dict[str, Any], questions: list[str], flags: str
) -> dict[str, Any]:
    """The worker that only asks, see `server.ask_beside`."""
    with ExitStack() as stack:

        def store() -> VectorStore:
            return stack.enter_context(opened(data_dir, **settings))

        return server.ask_beside(store, questions, Path(flags))


_OURS = (ingest, first_answer, search, add_beside, ask_until, add_file)
_ACTIONS: dict[str, Callable[..., dict[str, Any]]] = {
    action.__name__: action
    for action in (
        *_OURS,
        *(write_on_servers, ask_on_servers),
        *(peers.llama_index, peers.bm25s_over, floor.query_floor),
    )
}


def main() -> None:
    """Run the action that the command line names."""
    action, arguments = sys.argv[1:3]
    print(json.dumps(_ACTIONS[action](**json.loads(arguments))), flush=True)


if __name__ == "__main__":
    main()
