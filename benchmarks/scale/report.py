"""The tables, in Markdown, from the result file."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks.scale import plan

_HEAD = """# What it costs as the articles grow

Made by `make bench-scale`; measured {dates} on {machines}. Times are of the wall where nothing
else is said, and grow where the machine has other work: *others busy* says how many of its cores
something else held meanwhile. Memory is the highest sum over all processes. The floor is measured
in the same run.
"""
Rows = Iterator[Sequence[str]]
Part = Mapping[str, Any]


def markdown(found: Mapping[str, Any]) -> str:
    """All tables."""
    parts = found["parts"]
    made = [figures["made_by"] for part in parts.values() for figures in part.values()]
    dates = sorted({by["date"] for by in made})
    text = [
        _HEAD.format(
            dates=" to ".join(dict.fromkeys([*dates[:1], *dates[-1:]])),
            machines=" and ".join(sorted({by["machine"] for by in made})),
        )
    ]
    for name, title, rows in _TABLES:
        if name in parts:
            text += [f"## {title}", "", *table(rows(parts[name])), ""]
    one = plan.measured(parts)
    if one is not None:
        text += [f"## {plan.MANY:,} articles, by arithmetic", "", *table(many(one)), ""]
    return "\n".join(text)


def _ingest(part: Part) -> Rows:
    yield (
        "articles",
        "chunks",
        "seconds",
        "a second",
        "cpu ms each",
        "memory, MB",
        "disk, MB",
        "articles · Chroma · lexical",
        "start, s",
        "only reading, s",
        "floor: copy, s",
        "others busy",
    )
    for size, of in _sized(part):
        disk = of["disk_bytes"]
        each = " · ".join(_mb(disk[name]) for name in ("articles", "chroma", "lexical"))
        yield (
            *(size, f"{of['chunks']:,}", f"{of['wall_s']:.1f}", f"{of['articles_per_s']:.0f}"),
            *(f"{of['cpu_ms_per_article']:.2f}", f"{of['peak_rss_mb']:,.0f}", _mb(disk["total"])),
            *(each, f"{of['warm_start_s']:.2f}", f"{of['warm_start_reading_s']:.2f}"),
            *(f"{of['floor']['copy_s']:.2f}", f"{of['other_cores_busy']:.1f}"),
        )


def _search(part: Part) -> Rows:
    yield (
        "articles",
        "p50, ms",
        "p95, ms",
        "cpu, ms",
        "memory, MB",
        "others busy",
        "floor: vectors compared",
        "MB of them",
        "matmul, ms",
        "postings, p50",
        "p95",
    )
    for size, of in _sized(part):
        yield (
            *(size, f"{of['p50_ms']:.1f}", f"{of['p95_ms']:.1f}", f"{of['cpu_ms']:.1f}"),
            *(f"{of['peak_rss_mb']:,.0f}", f"{of['other_cores_busy']:.1f}"),
            *(f"{of['vectors_compared']:,}", _mb(of["vector_bytes"]), f"{of['matmul_ms']:.2f}"),
            *(f"{of['postings_p50']:,}", f"{of['postings_p95']:,}"),
        )


def _filters(part: Part) -> Rows:
    names = [
        name
        for name, of in next(iter(part.values())).items()
        if isinstance(of, dict) and "p50_ms" in of
    ]
    names.sort(key=lambda name: name != "none")
    yield ("articles, p50 / p95 ms", *names, "slowest p50 ÷ none", "the same by cpu", "others busy")
    for size, of in _sized(part):
        slowest, by_cpu = (
            max(of[name][cost] for name in names) / of["none"][cost]
            for cost in ("p50_ms", "cpu_ms")
        )
        yield (
            size,
            *(_pair(of[name]) for name in names),
            f"{slowest:.2f}",
            f"{by_cpu:.2f}",
            f"{of['other_cores_busy']:.1f}",
        )


def _adding(part: Part) -> Rows:
    yield (
        "articles",
        "until found, s (p50 / max)",
        "idle p50 / p95, ms",
        "while adding singly",
        "a second",
        "while adding a file",
        "a second",
        "p95 ÷ idle",
        "another process adds",
        "its idle",
        "a second",
        "memory, MB",
        "floor: sync, ms",
        "others busy",
    )
    for size, of in _sized(part):
        one, file, other = of["one_by_one"], of["whole_file"], of["other_process"]
        worst = max(one["p95_ms"], file["p95_ms"]) / of["idle"]["p95_ms"]
        yield (
            *(size, f"{of['until_found']['p50_s']:.2f} / {of['until_found']['max_s']:.2f}"),
            *(_pair(of["idle"]), _pair(one), f"{one['articles_per_s']:.1f}"),
            *(_pair(file), f"{file['articles_per_s']:.1f}", f"{worst:.1f}"),
            *(_pair(other), _pair(other["idle"]), f"{other['articles_per_s']:.1f}"),
            *(f"{of['peak_rss_mb']:,.0f}", f"{of['sync_ms']:.2f}", f"{of['other_cores_busy']:.1f}"),
        )


def _server(part: Part) -> Rows:
    yield (
        "articles",
        "fill, a second",
        "add while both ask, a second",
        "writer idle p50 / p95, ms",
        "while adding",
        "reader idle",
        "while the other adds",
        "questions",
        "errors",
        "servers' memory, MB",
        "others busy",
    )
    for size, of in _sized(part):
        writer, reader, servers = of["writer"], of["reader"], of["servers"]
        adding = writer["while_adding"]
        asked = adding["questions"] + reader["while_adding"]["questions"]
        yield (
            *(size, f"{writer['fill_articles_per_s']:.0f}", f"{adding['articles_per_s']:.1f}"),
            *(_pair(writer["idle"]), _pair(adding), _pair(reader["idle"])),
            *(_pair(reader["while_adding"]), f"{asked:,}", f"{of['errors']}"),
            *(f"{servers['peak_rss_mb']:,.0f}", f"{writer['other_cores_busy']:.1f}"),
        )


def _peers(part: Part) -> Rows:
    yield (
        "peer",
        "articles",
        "chunks",
        "seconds",
        "a second",
        "cpu ms each",
        "68,217 by that rate, min",
        "memory, MB",
        "disk, MB",
        "query p50 / p95, ms",
        "others busy",
    )
    for name, of in part.items():
        rate = of["articles"] / of["add_s"]
        yield (
            *(_NAMES[name], f"{of['articles']:,}", f"{of['chunks']:,}", f"{of['add_s']:.1f}"),
            *(f"{rate:.1f}", f"{1000 * of['add_cpu_s'] / of['articles']:.1f}"),
            *(f"{68_217 / rate / 60:.1f}", f"{of['peak_rss_mb']:,.0f}"),
            *(_mb(of["disk_bytes"]) if "disk_bytes" in of else "in memory", _pair(of)),
            f"{of['other_cores_busy']:.1f}",
        )


_NAMES = {
    "llama-ours": "LlamaIndex VectorStoreIndex on Chroma, our embedder (sample)",
    "llama-minilm": "LlamaIndex VectorStoreIndex on Chroma, all-MiniLM-L6-v2 (sample)",
    "bm25s-jieba": "bm25s alone, jieba words, our chunks",
    "bm25s-bigrams": "bm25s alone, characters and bigrams, our chunks",
}
_TABLES = (
    ("ingest", "Adding everything, and starting", _ingest),
    ("search", "Search, warm", _search),
    ("filters", "Search with a condition", _filters),
    ("adding", "Search while articles are added", _adding),
    ("server", "Two workers on a Chroma server and PostgreSQL", _server),
    ("peers", "Peers", _peers),
)


def many(one: plan.Measured) -> Rows:
    """What very many articles take, by the costs of one."""
    all_of = plan.planned(one)
    yield ("", "of one article", "of all")
    yield ("text as it comes", f"{one.text:,.0f} B", _tb(all_of["text_bytes"]))
    yield ("chunks", f"{one.chunks:.2f}", f"{all_of['chunks'] / 1e6:,.0f} M")
    vectors = one.chunks * one.dimensions * 4
    yield (f"vectors, {one.dimensions} × 4 B", f"{vectors:,.0f} B", _tb(all_of["vector_bytes"]))
    postings = one.chunks * one.postings
    yield ("postings", f"{postings:,.0f}", f"{all_of['postings'] / 1e9:,.0f} G")
    for part, size in one.disk.items():
        yield (f"disk, {part}", f"{size:,.0f} B", _tb(plan.MANY * size))
    yield ("memory of the serving process", f"{one.ram:,.0f} B", _tb(all_of["ram_bytes"]))
    hours = f"{all_of['ingest_core_hours']:,.0f} core hours"
    yield ("adding", f"{1000 * one.ingest_cpu:.1f} ms of a core", hours)
    cores, ram, disk = plan.MACHINE["cores"], plan.MACHINE["ram"], plan.MACHINE["disk"]
    machine = f"{cores:.0f} cores, {ram / 1e9:.0f} GB, {disk / 1e12:.0f} TB"
    yield (f"machines of {machine}", "", f"{all_of['machines']}")
    yield ("articles of a shard", "", f"{all_of['shard_articles'] / 1e6:.1f} M")
    yield ("its memory", "", f"{all_of['shard_ram_bytes'] / 1e9:.0f} GB")
    yield ("its disk", "", f"{all_of['shard_disk_bytes'] / 1e12:.2f} TB")
    yield (
        f"a question there, cost ∝ articles^{one.query_growth:.2f}",
        f"{1000 * one.query_cpu:.1f} ms at {one.articles:,}",
        f"{1000 * all_of['shard_query_cpu_s']:,.0f} ms",
    )
    yield ("questions a second and core", "", f"{all_of['shard_queries_per_core_s']:.1f}")
    yield ("hours of adding on all of them", "", f"{all_of['ingest_hours']:.1f}")


def _sized(part: Part) -> list[tuple[str, Any]]:
    return [(f"{int(size):,}", part[size]) for size in sorted(part, key=int)]


def _pair(of: Part) -> str:
    return f"{of['p50_ms']:.1f} / {of['p95_ms']:.1f}"


def _mb(size: float) -> str:
    return f"{size / 1e6:,.0f}" if size >= 1e7 else f"{size / 1e6:.1f}"


def _tb(size: float) -> str:
    return f"{size / 1e12:.2f} TB" if size >= 1e11 else f"{size / 1e9:,.0f} GB"


def table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table in Markdown; the first row is its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    columns = lines[0].count(" | ")
    return [lines[0], "| --- |" + " ---: |" * columns, *lines[1:]]
