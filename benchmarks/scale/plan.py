"""The arithmetic for many articles: measured costs of one, times how many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from benchmarks.scale.figures import exponent, slope

MANY = 100_000_000
# The machine and the load that are reckoned with; everything else is measured.
MACHINE = {"cores": 16, "ram": 128e9, "disk": 4e12}
USABLE = 0.8
ASKED_PER_SECOND = 100


@dataclass(frozen=True, slots=True)
class Measured:
    """What one article costs, from two sizes of the same index.

    Args:
        articles: of the larger index, those read.
        text: bytes of an article as it came.
        chunks: of an article.
        dimensions: of a vector.
        postings: of a chunk, characters and bigrams.
        disk: bytes of an article in each part of a data directory.
        ram: bytes that the serving process grows by for an article.
        query_cpu: processor seconds of a question over the larger index.
        query_growth: the b of `cost ∝ articles^b`.
        ingest_cpu: processor seconds of an article.
    """

    articles: int
    text: float
    chunks: float
    dimensions: int
    postings: float
    disk: dict[str, float]
    ram: float
    query_cpu: float
    query_growth: float
    ingest_cpu: float


def measured(parts: Mapping[str, Any]) -> Measured | None:
    """The costs by the two largest sizes of a result file; None where there are no two."""
    sizes = sorted(parts.get("ingest", {}).keys() & parts.get("search", {}).keys(), key=int)
    if len(sizes) < 2:
        return None
    (small, large), ingest, search = sizes[-2:], parts["ingest"], parts["search"]
    read = {size: ingest[size]["read"] for size in (small, large)}
    grown = [(read[size], search[size]["cpu_ms"]) for size in (small, large)]
    held = [(read[size], 1e6 * search[size]["peak_rss_mb"]) for size in (small, large)]
    of, asked, count = ingest[large], search[large], read[large]
    return Measured(
        articles=count,
        text=of["input_bytes"] / count,
        chunks=of["chunks"] / count,
        dimensions=asked["dimensions"],
        postings=asked["terms_per_chunk"],
        disk={part: size / count for part, size in of["disk_bytes"].items()},
        ram=slope(held[0], held[1]),
        query_cpu=asked["cpu_ms"] / 1000,
        query_growth=exponent(grown[0], grown[1]),
        ingest_cpu=of["cpu_s"] / count,
    )


def planned(one: Measured, articles: int = MANY, asked: float = ASKED_PER_SECOND) -> dict[str, Any]:
    """What so many articles take, and how many machines; each holds a shard and all answer.

    Args:
        one: the costs of an article.
        articles: how many there are.
        asked: questions a second, each put to every shard.
    """
    by_ram = articles * one.ram / (USABLE * MACHINE["ram"])
    by_disk = articles * one.disk["total"] / (USABLE * MACHINE["disk"])
    machines = max(1, ceil(max(by_ram, by_disk)))
    while _busy(one, articles / machines, asked) > USABLE:
        machines += 1
    shard = articles / machines
    query_cpu = one.query_cpu * (shard / one.articles) ** one.query_growth
    return {
        "articles": articles,
        "chunks": articles * one.chunks,
        "text_bytes": articles * one.text,
        "vector_bytes": articles * one.chunks * one.dimensions * 4,
        "postings": articles * one.chunks * one.postings,
        "disk_bytes": articles * one.disk["total"],
        "ram_bytes": articles * one.ram,
        "machines": machines,
        "machines_by_ram": by_ram,
        "machines_by_disk": by_disk,
        "shard_articles": shard,
        "shard_ram_bytes": shard * one.ram,
        "shard_disk_bytes": shard * one.disk["total"],
        "shard_query_cpu_s": query_cpu,
        "shard_queries_per_core_s": 1 / query_cpu,
        "ingest_core_hours": articles * one.ingest_cpu / 3600,
        "ingest_hours": articles * one.ingest_cpu / 3600 / (machines * MACHINE["cores"]),
    }


def _busy(one: Measured, shard: float, asked: float) -> float:
    """Share of a machine's cores that questions take."""
    cpu: float = one.query_cpu * (shard / one.articles) ** one.query_growth
    # With an exponent near 1 ever more machines are needed, never without end.
    return asked * cpu / MACHINE["cores"]
