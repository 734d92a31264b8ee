"""The scale benchmark: percentiles, the arithmetic, process trees, adding, and the floor."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.scale import adding, floor, plan, process
from benchmarks.scale.figures import disk_by_part, exponent, latencies, percentile, slope

# -- arithmetic -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        pytest.param([3.0, 1.0, 2.0], 0.5, 2.0, id="middle"),
        pytest.param([1.0, 2.0, 3.0, 4.0], 0.5, 2.0, id="even"),
        pytest.param([*map(float, range(1, 101))], 0.95, 95.0, id="of a hundred"),
        pytest.param([5.0], 0.95, 5.0, id="one"),
        pytest.param([1.0, 9.0], 1.0, 9.0, id="all"),
        pytest.param([1.0, 9.0], 0.0, 1.0, id="none of them"),
        pytest.param([], 0.5, 0.0, id="empty"),
    ],
)
def test_percentile(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_latencies_of_nothing() -> None:
    assert latencies([]) == {"questions": 0, "p50_ms": 0.0, "p95_ms": 0.0, "max_ms": 0.0}


def test_growth() -> None:
    assert exponent((10, 3), (1000, 30)) == pytest.approx(0.5)
    assert exponent((10, 3), (100, 3)) == 0
    assert exponent((10, 0), (100, 3)) == 0
    assert slope((10, 100), (20, 130)) == 3
    assert slope((10, 100), (10, 130)) == 0


def test_disk_by_part(tmp_path: Path) -> None:
    for name, size in (("articles.db", 5), ("articles.db-wal", 2), ("chroma/x/data", 30)):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(size))
    assert disk_by_part(tmp_path) == {"articles": 7, "chroma": 30, "lexical": 0, "total": 37}


COSTS = plan.Measured(
    articles=10_000,
    text=2_000,
    chunks=2,
    dimensions=100,
    postings=300,
    disk={"articles": 3_000.0, "total": 8_000.0},
    ram=1_000,
    query_cpu=0.010,
    query_growth=0.5,
    ingest_cpu=0.009,
)


def test_what_many_articles_take() -> None:
    found = plan.planned(COSTS, articles=1_000_000, asked=1)
    assert found["chunks"] == 2_000_000
    assert found["text_bytes"] == 2e9
    assert found["vector_bytes"] == 800e6
    assert found["postings"] == 600e6
    assert found["machines"] == 1
    assert found["shard_query_cpu_s"] == pytest.approx(0.1)
    assert found["shard_queries_per_core_s"] == pytest.approx(10)
    assert found["ingest_core_hours"] == pytest.approx(2.5)
    assert found["ingest_hours"] == pytest.approx(2.5 / plan.MACHINE["cores"])


@pytest.mark.parametrize(
    ("asked", "by_ram"),
    [pytest.param(0.01, True, id="memory decides"), pytest.param(1_000, False, id="load decides")],
)
def test_what_decides_how_many_machines(asked: float, by_ram: bool) -> None:
    found = plan.planned(COSTS, articles=1_000_000_000, asked=asked)
    needed = found["machines_by_ram"]
    assert needed == pytest.approx(1e12 / (plan.USABLE * plan.MACHINE["ram"]))
    assert (found["machines"] - needed < 1) is by_ram
    busy = asked * found["shard_query_cpu_s"] / plan.MACHINE["cores"]
    assert busy <= plan.USABLE


# -- processes ------------------------------------------------------------------------------


def test_a_tree_of_processes_is_watched() -> None:
    inner = "import time; kept = b'x' * 60_000_000; print('ready', flush=True); time.sleep(60)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    started = subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE)
    try:
        assert started.stdout
        assert started.stdout.readline() == b"ready\n"
        found = process.tree([started.pid])
        assert started.pid in found
        assert len(found) == 2
        assert process.tree_rss([started.pid]) > 60_000_000
        assert process.tree_cpu([started.pid]) > 0
        with process.watched([started.pid]) as peak:
            time.sleep(0.05)
        assert peak[0] > 60_000_000
    finally:
        for pid in process.tree([started.pid]) - {started.pid}:
            subprocess.run(["kill", "-9", str(pid)], check=True)
        started.kill()
        started.communicate()
    assert process.tree_rss([started.pid]) == 0


def test_descendants_of_descendants() -> None:
    of = {1: 0, 2: 1, 3: 2, 4: 3, 5: 1, 9: 8}
    assert process.tree([2], of) == {2, 3, 4}
    assert process.tree([2, 5], of) == {2, 3, 4, 5}
    assert process.tree([77], of) == set()


def test_a_child_that_fails_says_so() -> None:
    with pytest.raises(process.ChildFailed, match="first_answer"):
        process.run("first_answer", data_dir="/dev/null/nowhere", own=False, question="？")


# -- adding, and the floor ------------------------------------------------------------------


def test_questions_go_on_until_the_adding_is_done() -> None:
    asked: list[str] = []

    def ask(question: str) -> float:
        asked.append(question)
        time.sleep(0.002)
        return 2.0

    def add() -> int:
        while len(asked) < 5:
            time.sleep(0.001)
        return 7

    found = adding.beside(add, ask, ["一", "二"])
    assert found["added"] == 7
    assert found["questions"] >= 5
    assert asked[:4] == ["一", "二", "一", "二"]


def test_an_error_while_adding_is_not_lost() -> None:
    def add() -> int:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        adding.beside(add, lambda question: 1.0, ["一"])


def test_an_article_is_added_until_it_is_found(
    tmp_path: Path, make_store: Callable[..., Any]
) -> None:
    file = tmp_path / "single-001.txt"
    text = "汕尾渔港今年新添了三座冷库，渔民不再为储存发愁。当地干部说，明年还要再建两座。\n"
    file.write_text(text * 1 + "冷库建成以后，鱼虾当天就能运到广州。\n", "utf-8")
    found = adding.until_added(make_store(), [file])
    assert found["articles"] == 1
    assert 0 < found["p50_s"] <= found["max_s"]


def test_a_copy_moves_every_byte(tmp_path: Path) -> None:
    source = tmp_path / "one" / "deep"
    source.mkdir(parents=True)
    (source / "file").write_bytes(b"abc" * 1000)
    found = floor.copy_floor(tmp_path / "one", tmp_path / "two")
    assert found["copied_bytes"] == 3000
    assert (tmp_path / "two" / "deep" / "file").read_bytes() == b"abc" * 1000
    assert floor.sync_floor(tmp_path) > 0
    assert not (tmp_path / "sync").exists()
