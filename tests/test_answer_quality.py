"""The gate of whole answers: as good as before on the project's own sets; floors only rise.

``python -m benchmarks.answers --raise`` lifts them.
"""

from pathlib import Path

import pytest
from twelve import QUESTIONS, Twelve

from assistant import Report, evaluate
from benchmarks.answers import GATED, PART, ROOT, SETS, AnswerSet, measured, moved, reached, values
from benchmarks.floors import below, read_floors
from benchmarks.pins import DataChanged, check, digests

STORED = read_floors(PART)


def test_every_set_has_its_floors_and_digests() -> None:
    keys = {each.key for each in SETS}
    assert STORED["floors"].keys() == STORED["digests"].keys() == keys
    for floors in STORED["floors"].values():
        assert set(floors) <= set(GATED)
        assert all(40 < floor <= 100 for floor in floors.values())


@pytest.mark.parametrize("asked", SETS, ids=lambda asked: asked.key)
def test_answers(asked: AnswerSet, tmp_path: Path) -> None:
    if not asked.is_here:
        pytest.skip("its articles are not in ../shared")
    check(asked, ROOT, STORED["digests"])
    report = measured(asked, tmp_path)
    assert not below(values(reached(report)), STORED["floors"][asked.key]), report.failures()


def test_figures_are_those_of_the_report() -> None:
    found = reached(evaluate(Twelve(), QUESTIONS))
    assert found["answerable_right"] == (pytest.approx(100 * 5 / 9), 9)
    assert found["unanswerable_right"] == (50.0, 2)
    assert reached(Report([])) == {}


def test_floors_rise_by_themselves_and_fall_only_when_told() -> None:
    found = {"answerable_right": (80.0, 50), "ndcg_at_10": (95.0, 1000)}
    floors = {"answerable_right": 85.0, "ndcg_at_10": 90.0, "citation_recall": 70.0}
    # The margin is 1.1 questions of 50, and three of a thousand at least.
    assert moved(floors, found) == {
        "answerable_right": 85.0,
        "ndcg_at_10": 94.7,
        "citation_recall": 70.0,
    }
    assert moved(floors, found, lower=True) == {"answerable_right": 77.8, "ndcg_at_10": 94.7}
    assert moved({}, found) == {"answerable_right": 77.8, "ndcg_at_10": 94.7}


def test_one_question_is_noise_and_two_are_a_drop() -> None:
    floors = moved({}, {"answerable_right": (90.0, 50)})
    assert below({"answerable_right": 88.0}, floors) == []
    assert below({"answerable_right": 86.0}, floors) == [
        "answerable_right is 86.00, its floor is 87.80"
    ]


def test_a_changed_question_or_article_is_no_longer_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "set.jsonl").write_text('{"question": "谁？"}\n', "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "甲.txt").write_text("文", "utf-8")
    monkeypatch.setattr("benchmarks.answers.ROOT", tmp_path)
    asked = AnswerSet("own", "set.jsonl", "folder")
    pins = {"own": digests(asked, tmp_path)}
    check(asked, tmp_path, pins)
    (tmp_path / "folder" / "甲.txt").write_text("文。", "utf-8")
    with pytest.raises(DataChanged, match=r"甲\.txt"):
        check(asked, tmp_path, pins)
