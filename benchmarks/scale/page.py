"""The tables of docs/scale.md, renewed from the result file: what was aimed at, and the plan."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.scale import plan
from benchmarks.scale.report import many, table

PAGE = Path("docs/scale.md")
Parts = Mapping[str, Any]


def aims(parts: Parts) -> Iterator[Sequence[str]]:
    """What was aimed at, and what was measured over the most and the fewest articles."""
    yield ("", "aim", "measured", "other work on the machine, cores")
    yield from _of_ingest(parts.get("ingest", {}))
    yield from _of_search(parts.get("search", {}), parts.get("filters", {}))
    yield from _of_adding(parts.get("adding", {}))
    for size, of in parts.get("server", {}).items():
        worst = max(of["writer"]["while_adding"]["p95_ms"], of["reader"]["while_adding"]["p95_ms"])
        rate = of["writer"]["while_adding"]["articles_per_s"]
        said = f"{of['errors']}; {rate:.0f} articles a second, p95 {worst:.0f} ms"
        busy = f"{of['writer']['other_cores_busy']:.1f}"
        yield (f"errors of two workers on servers, {int(size):,} articles", "0", said, busy)


def _of_ingest(part: Parts) -> Iterator[Sequence[str]]:
    for size in _largest(part):
        of, busy = part[size], f"{part[size]['other_cores_busy']:.1f}"
        rate = f"{of['articles_per_s']:.0f}; {of['cpu_ms_per_article']:.1f} ms of a core each"
        yield (f"adding {int(size):,} articles, a second", "≥ 200", rate, busy)
        yield ("memory meanwhile, all processes", "≤ 2 GB", _gb(of["peak_rss_mb"]), busy)
        yield ("warm start to the first answer", "≤ 5 s", f"{of['warm_start_s']:.1f} s", busy)


def _of_search(part: Parts, filtered: Parts) -> Iterator[Sequence[str]]:
    sizes = [*_largest(part), *_largest(part, least=True)]
    for size, aim in zip(sizes, ("≤ 15 / 40 ms", "p50 ≤ 4 ms"), strict=False):
        of = part[size]
        said = f"{of['p50_ms']:.1f} / {of['p95_ms']:.1f} ms; {of['cpu_ms']:.1f} ms of a core"
        busy = f"{of['other_cores_busy']:.1f}"
        yield (f"search over {int(size):,}, p50 / p95", aim, said, busy)
    for size in _largest(filtered):
        of = {name: each for name, each in filtered[size].items() if isinstance(each, dict)}
        none, cpu = of["none"]["p50_ms"], of["none"]["cpu_ms"]
        ratios = (
            f"{each['p50_ms'] / none:.1f}, by cpu {each['cpu_ms'] / cpu:.1f} ({name})"
            for name, each in of.items()
            if "p50_ms" in each and name != "none"
        )
        busy = f"{filtered[size]['other_cores_busy']:.1f}"
        yield ("p50 with a condition ÷ without", "≤ 2", "; ".join(ratios), busy)


def _of_adding(part: Parts) -> Iterator[Sequence[str]]:
    for size in _largest(part):
        of, busy = part[size], f"{part[size]['other_cores_busy']:.1f}"
        found = of["until_found"]
        said = f"{found['p50_s']:.2f} s, at most {found['max_s']:.2f} s"
        yield (f"adding one to {int(size):,} until it is found", "≤ 2 s", said, busy)
        names = {"one_by_one": "one by one", "whole_file": "a file"}
        ratios = (
            f"{of[key]['p95_ms'] / of['idle']['p95_ms']:.1f} ({name})"
            for key, name in names.items()
        )
        yield ("p95 while articles are added ÷ idle", "≤ 3", ", ".join(ratios), busy)


def renewed(page: str, parts: Parts) -> str:
    """The page with its tables made anew; each stands between a `begin` and an `end` comment."""
    one = plan.measured(parts)
    tables = {"aims": table(aims(parts)), "plan": table(many(one)) if one else []}

    def fill(found: re.Match[str]) -> str:
        lines = "\n".join(tables[found["name"]])
        return f"<!-- begin {found['name']} -->\n{lines}\n<!-- end -->"

    return re.sub(r"<!-- begin (?P<name>\w+) -->.*?<!-- end -->", fill, page, flags=re.DOTALL)


def _largest(part: Parts, *, least: bool = False) -> list[str]:
    """The largest (or least) number of articles, if there is any."""
    return sorted(part, key=int, reverse=not least)[:1]


def _gb(megabytes: float) -> str:
    return f"{megabytes / 1000:.2f} GB"
