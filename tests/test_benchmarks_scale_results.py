"""The scale benchmark's result file, and what is made of it: tables, the picture, the page."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scale import page, parts, plan, plot, report, results
from benchmarks.scale.__main__ import SIZES
from benchmarks.scale.figures import latencies

ROOT = Path(__file__).parent.parent
MADE_BY = {"command": "make bench-scale", "date": "2026-01-02", "machine": "two cores", "code": ""}


def invented() -> results.Results:
    found: results.Results = {"parts": {}}
    for size in SIZES:
        time_of = size / 200
        ingest = {
            **{"read": size, "chunks": 3 * size, "wall_s": time_of, "cpu_s": 2 * time_of},
            **{"articles_per_s": 200.0, "cpu_ms_per_article": 10.0, "peak_rss_mb": 500.0},
            **{"other_cores_busy": 0.0, "input_bytes": 2_000 * size},
            **{"warm_start_s": 1.5, "warm_start_reading_s": 1.25},
            "disk_bytes": dict.fromkeys(("articles", "chroma", "lexical"), 4000 * size)
            | {"total": 12_000 * size},
            "floor": {"copied_bytes": 12_000 * size, "copy_s": size / 50_000},
        }
        search = {
            **{"questions": 200, "p50_ms": 5.0 + size / 10_000, "p95_ms": 20.0, "max_ms": 30.0},
            **{"cpu_ms": size**0.5 / 10, "peak_rss_mb": 300 + size / 100},
            **{"other_cores_busy": 0.1, "vectors_compared": 3 * size, "dimensions": 512},
            **{"vector_bytes": 6144 * size, "matmul_ms": size / 20_000, "terms_per_chunk": 280.0},
            **{"postings_p50": 4 * size, "postings_p95": 9 * size},
        }
        conditions: dict[str, Any] = {
            "none": latencies([5.0]) | {"cpu_ms": 4.0},
            "publisher": latencies([8.0]) | {"cpu_ms": 5.0},
        }
        for part, figures in (
            ("ingest", ingest),
            ("search", search),
            ("filters", conditions | {"other_cores_busy": 0.0}),
        ):
            results.put(found, part, str(size), figures, MADE_BY)
    return found


def test_results_are_merged_and_written(tmp_path: Path) -> None:
    found = invented()
    tables = results.write(found, tmp_path)
    assert "| 68,217 | 204,651 | 341.1 | 200 |" in tables
    again = results.read(tmp_path)
    assert again == found
    results.put(again, "ingest", "10000", found["parts"]["ingest"]["1000"], MADE_BY)
    assert again["parts"]["ingest"]["68217"] == found["parts"]["ingest"]["68217"]
    assert again["parts"]["ingest"]["10000"]["read"] == 1000
    assert results.read(tmp_path / "nowhere") == {"parts": {}}


def test_the_slowest_filter_is_compared_with_none(tmp_path: Path) -> None:
    assert "| 1,000 | 5.0 / 5.0 | 8.0 / 8.0 | 1.60 | 1.25 | 0.0 |" in results.write(
        invented(), tmp_path
    )


def test_the_costs_of_one_article_are_those_measured() -> None:
    one = plan.measured(invented()["parts"])
    assert one is not None
    assert (one.chunks, one.text, one.dimensions) == (3, 2_000, 512)
    assert one.ram == pytest.approx(10_000)
    assert one.query_growth == pytest.approx(0.5, abs=0.01)
    assert one.ingest_cpu == pytest.approx(0.010)
    assert plan.measured({}) is None
    assert plan.measured({"ingest": {"1000": {}}, "search": {"1000": {}}}) is None


def test_tables_have_as_many_cells_in_every_row() -> None:
    lines = report.markdown(invented()).splitlines()
    previous = 0
    for line in lines:
        cells = line.count(" | ") + line.count(" |\n") if line.startswith("|") else 0
        if cells and previous and not line.startswith("| ---"):
            assert cells == previous, line
        previous = cells if not line.startswith("| ---") else previous


def test_the_picture_is_whole() -> None:
    drawn = plot.svg(invented()["parts"])
    root = ElementTree.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f"{space}g")) == 4
    assert len(list(root.iter(f"{space}polyline"))) == 11
    texts = [element.text for element in root.iter(f"{space}text")]
    assert "Query, ms" in texts
    assert "floor" in " ".join(filter(None, texts))
    assert len(drawn.encode()) < 60_000


def test_nothing_measured_draws_empty_panels() -> None:
    assert ElementTree.fromstring(plot.svg({})).tag.endswith("svg")


def test_points_lie_by_their_logarithm() -> None:
    lines = {"one": [(10.0, 1.0), (100.0, 10.0), (1000.0, 100.0)]}
    root = ElementTree.fromstring(f"<g>{plot.panel('title', lines)}</g>")
    points = [float(circle.attrib["cx"]) for circle in root.iter("circle")]
    assert points[1] - points[0] == pytest.approx(points[2] - points[1], abs=0.2)


def test_the_picture_in_the_repository_is_small() -> None:
    picture = ROOT / "docs" / "images" / "scale.svg"
    if not picture.is_file():
        pytest.skip("not drawn yet")
    assert picture.stat().st_size <= 60_000
    ElementTree.parse(picture)


def test_the_page_is_renewed_between_its_marks() -> None:
    found = page.renewed("前\n<!-- begin aims -->\nold\n<!-- end -->\n后\n", invented()["parts"])
    assert found.startswith("前\n<!-- begin aims -->\n| ")
    assert found.endswith("<!-- end -->\n后\n")
    assert "old" not in found
    assert (
        "| adding 68,217 articles, a second | ≥ 200 | 200; 10.0 ms of a core each | 0.0 |" in found
    )
    assert "| p50 with a condition ÷ without | ≤ 2 | 1.6, by cpu 1.2 (publisher) | 0.0 |" in found
    assert page.renewed(found, invented()["parts"]) == found


def test_the_page_in_the_repository_shows_the_published_results() -> None:
    file = ROOT / "benchmarks" / "results" / "scale.json"
    if not file.is_file():
        pytest.skip("not measured yet")
    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    assert page.renewed(text, json.loads(file.read_text("utf-8"))["parts"]) == text


def test_every_part_has_its_table() -> None:
    assert {name for name, _, _ in report._TABLES} == parts.PARTS.keys()


def test_the_published_results_can_be_read() -> None:
    file = ROOT / "benchmarks" / "results" / "scale.json"
    if not file.is_file():
        pytest.skip("not measured yet")
    found = json.loads(file.read_text("utf-8"))
    assert report.markdown(found).startswith("# What it costs")
