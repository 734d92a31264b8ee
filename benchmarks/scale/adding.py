"""Adding to an index that serves: until one article is found, and how searching fares meanwhile."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.scale.figures import latencies, percentile
from vectorstore import VectorStore

_ALONE = 10
_MOST_SECONDS = 60.0


def until_added(store: VectorStore, files: list[Path]) -> dict[str, Any]:
    """Seconds from the order to add an article until a search finds it, one article after another.

    Raises:
        TimeoutError: if one is not found within a minute.
    """
    taken = []
    for file in files:
        start = time.perf_counter()
        store.add(file)
        while not _is_found(store, file):
            if time.perf_counter() - start > _MOST_SECONDS:
                raise TimeoutError(f"{file.name} is not found")
        taken.append(time.perf_counter() - start)
    return {
        "articles": len(taken),
        "p50_s": round(percentile(taken, 0.5), 3),
        "max_s": round(max(taken), 3),
    }


def _is_found(store: VectorStore, file: Path) -> bool:
    """Whether an article of this file, or that it is a reprint of, is among ten hits."""
    question = file.read_text("utf-8").strip().split("。")[0][-60:]
    for hit in store.search(question, 10):
        article = store.article(hit.chunk.article_id)
        sources = [article.source, *article.also_in] if article else []
        if any(file.name in source for source in sources):
            return True
    return False


def beside(
    add: Callable[[], int], ask: Callable[[str], float], questions: list[str]
) -> dict[str, Any]:
    """How long questions take while another thread adds, and how fast it adds.

    Args:
        add: adds, and returns how many articles it added.
        ask: asks one question, and returns its milliseconds.
        questions: asked over and over until `add` is done.
    """
    taken: list[float] = []
    asked = cycle(questions)
    begun = time.perf_counter()
    with ThreadPoolExecutor(1) as threads:
        adding = threads.submit(add)
        while not adding.done():
            taken.append(ask(next(asked)))
        added = adding.result()
    seconds = time.perf_counter() - begun
    rate = {"added": added, "seconds": round(seconds, 2)}
    return latencies(taken) | rate | {"articles_per_s": round(added / seconds, 1)}


def measure(
    store: VectorStore, ask: Callable[[str], float], questions: list[str], given: tuple[str, str]
) -> dict[str, Any]:
    """One article at a time, then a stream of them, then a whole file, as the page would.

    Args:
        store: filled and warm; it is larger in the end.
        ask: asks one question, and returns its milliseconds.
        questions: asked while articles are added by another thread.
        given: a folder of text files with one article each, and a .jsonl file of others.
    """
    files = sorted(Path(given[0]).glob("*.txt"))
    idle = [ask(question) for question in questions]
    until = until_added(store, files[:_ALONE])
    rest = files[_ALONE:]
    return {
        "idle": latencies(idle),
        "until_found": until,
        "one_by_one": beside(lambda: sum(store.add(file).added for file in rest), ask, questions),
        "whole_file": beside(lambda: store.add(given[1]).added, ask, questions),
    }
