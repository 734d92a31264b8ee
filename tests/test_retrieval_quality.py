"""The quality gate: the product finds what it found before, on a sample; the floors only rise.

``python -m benchmarks.retrieval.gate --data ../shared/data --raise`` lifts them.
"""

from pathlib import Path

import pytest

from benchmarks.floors import below, read_floors
from benchmarks.pins import check
from benchmarks.retrieval.gate import ARTICLES, PART, ROOT, gate_tasks, reached, reached_bundled

DATA = ROOT.parent / "shared/data"
TASKS = ("trial", "web", "titles-sample", "xquad-100")
STORED = read_floors(PART)


def test_every_set_has_its_floors() -> None:
    assert STORED["floors"].keys() == {*TASKS, "bundled"}
    assert STORED["digests"].keys() == set(TASKS)
    for floors in STORED["floors"].values():
        assert all(50 < floor <= 100 for floor in floors.values())


@pytest.mark.skipif(not DATA.is_dir(), reason="the data are not in ../shared")
@pytest.mark.parametrize("key", TASKS)
def test_public_sets(key: str, tmp_path: Path) -> None:
    [task] = [task for task in gate_tasks(DATA) if task.key == key]
    check(task, DATA, STORED["digests"])
    assert not below(reached(task, tmp_path), STORED["floors"][key])


def test_bundled_articles(tmp_path: Path) -> None:
    assert len(list(ARTICLES.glob("*.md"))) >= 20
    assert not below(reached_bundled(tmp_path), STORED["floors"]["bundled"])
