"""The retrieval benchmark's result file, and the tables made of it."""

import json
from pathlib import Path

import pytest
from retrieval_task import Fixed, make_task

from benchmarks.retrieval import results
from benchmarks.retrieval.report import markdown
from benchmarks.retrieval.rows import PUBLISHED
from benchmarks.retrieval.run import Runs, ask
from benchmarks.retrieval.variants import varied

MADE_BY = {"command": "make bench-retrieval", "date": "2026-01-02", "machine": "", "code": ""}


def filled(tmp_path: Path) -> results.Results:
    task, runs = make_task(), Runs(tmp_path)
    other = varied(task, "traditional")
    found = results.read(tmp_path / "none.json")
    for row, ranking in {"ours": [0, 1, 2], "bm25s": [1, 0]}.items():
        for asked in (task, other):
            run = ask(Fixed(ranking), asked)
            runs.keep(asked, row, run)
            results.put(found, asked, row, run, MADE_BY)
    results.put_absent(found, task, "llama-bm25", "not installed: x")
    for asked in (task, other):
        results.compare(found, asked, runs)
    return found


def test_the_product_is_compared_with_the_best_peer(tmp_path: Path) -> None:
    found = filled(tmp_path)
    gap = found["differences"]["toy"]
    assert gap["to"] == "bm25s"
    # Ours: 1, 1/log2(3), 1/2; the peer: 1/log2(3), 1, 0.
    assert gap["mean"] == pytest.approx(100 * 0.5 / 3, abs=0.01)
    assert found["runs"]["toy~traditional"]["ours"]["change"]["mean"] == 0
    assert "toy~traditional" not in found["differences"]


def test_runs_on_other_data_go(tmp_path: Path) -> None:
    found = filled(tmp_path)
    changed = make_task(queries=["甲", "乙", "丙"])
    results.put(found, changed, "ours", ask(Fixed([0]), changed), MADE_BY)
    assert found["runs"]["toy"].keys() == {"ours"}
    assert "toy" not in found["differences"]


def test_what_was_measured_is_not_overwritten_by_absence(tmp_path: Path) -> None:
    found = filled(tmp_path)
    results.put_absent(found, make_task(), "ours", "not installed: y")
    assert "absent" not in found["runs"]["toy"]["ours"]
    file = tmp_path / "results/retrieval.json"
    results.write(found, file)
    assert results.read(file) == json.loads(json.dumps(found))


def test_the_tables(tmp_path: Path) -> None:
    text = markdown(filled(tmp_path), "make bench-retrieval")
    assert "measured 2026-01-02" in text
    assert "| ours | 71.03 |" in text
    assert "not installed: x" in text
    assert "+16.67" in text
    assert "(+0.00, +0.00 … +0.00)" in text
    widths = {line.count("|") for line in text.split("## Toy")[0].splitlines() if line[:1] == "|"}
    assert len(widths) == 1


def test_a_sample_says_what_the_whole_would_take(tmp_path: Path) -> None:
    found = filled(tmp_path)
    found["tasks"]["toy"]["whole"] = 400
    text = markdown(found, "")
    assert "index of all 400, extrapolated, min" in text
    # Six seconds for 4 passages are ten minutes for 400.
    assert "| 6.0 | 0.0 | 0.0 | 10.0 |" in text


def test_published_figures_are_marked(tmp_path: Path) -> None:
    found = filled(tmp_path)
    found["tasks"]["xquad"] = found["tasks"]["toy"]
    text = markdown(found, "")
    assert "| *inf-retriever-v1* (published) |  | 97.82 |" in text
    assert len(PUBLISHED["xquad"]) == 11
