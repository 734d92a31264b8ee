"""Small arithmetic of measuring: percentiles, sizes of folders, how fast something grows."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of all do not exceed; 0 for none."""
    if not values:
        return 0.0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def latencies(milliseconds: Sequence[float]) -> dict[str, float]:
    """How long questions took: their number, p50, p95 and the longest, in milliseconds."""
    return {
        "questions": len(milliseconds),
        "p50_ms": round(percentile(milliseconds, 0.5), 2),
        "p95_ms": round(percentile(milliseconds, 0.95), 2),
        "max_ms": round(max(milliseconds, default=0.0), 1),
    }


def bytes_under(paths: Iterable[Path]) -> int:
    """Bytes of files, and of all files in folders; what is not there counts nothing."""
    total = 0
    for path in paths:
        files = path.rglob("*") if path.is_dir() else [path]
        total += sum(file.stat().st_size for file in files if file.is_file())
    return total


def disk_by_part(data_dir: Path) -> dict[str, int]:
    """Bytes of a data directory: article store, Chroma, lexical index, and all of it."""
    parts = {
        "articles": bytes_under(data_dir.glob("articles.db*")),
        "chroma": bytes_under([data_dir / "chroma"]),
        "lexical": bytes_under([data_dir / "lexical"]),
    }
    return parts | {"total": bytes_under([data_dir])}


def exponent(small: tuple[float, float], large: tuple[float, float]) -> float:
    """The b of `cost ∝ size^b` through two measured points `(size, cost)`; 0 for one that is 0."""
    (size, cost), (larger, costlier) = small, large
    if min(size, cost, larger, costlier) <= 0 or size == larger:
        return 0.0
    return math.log(costlier / cost) / math.log(larger / size)


def slope(small: tuple[float, float], large: tuple[float, float]) -> float:
    """What one more unit of size costs between two measured points `(size, cost)`."""
    return (large[1] - small[1]) / (large[0] - small[0]) if large[0] != small[0] else 0.0
