"""The figures of the reader's benchmark, worked out by hand: scores, the curve, the floors."""

from pathlib import Path

import pytest
from reader_cases import HARBOUR

from benchmarks.floors import read_floors, write_floors
from benchmarks.reader.curves import abstained_at, calibration_error, curve, reliability
from benchmarks.reader.gate import lifted, rising
from benchmarks.reader.scoring import expmrc_f1, expmrc_tokens, holds


def test_expmrc_tokens() -> None:
    assert expmrc_tokens("the 2-3月，(约10%) 《A》……") == ["2", "3", "月", "约", "10", "a"]
    assert expmrc_tokens("Ω-Force's") == ["ω", "force's"]


@pytest.mark.parametrize(
    ("references", "predicted", "expected"),
    [
        pytest.param(["渔民集资"], "渔民的集资", 2 * 4 / (4 + 5), id="a bag knows no order"),
        pytest.param(["啊啊"], "啊", 2 / 3, id="counted as often as it stands"),
        pytest.param(["甲"], "", 0.0, id="no prediction"),
        pytest.param(["，"], "。", 1.0, id="nothing on both sides"),
        pytest.param(["甲乙", "丙"], "丙", 1.0, id="best of several"),
    ],
)
def test_expmrc_f1(references: list[str], predicted: str, expected: float) -> None:
    assert expmrc_f1(references, predicted) == pytest.approx(expected)


def test_who_holds_an_answer() -> None:
    assert holds("港内可停泊 二百多艘 渔船", ["二百多艘"])
    assert holds("耗資３.２億元", ["3.2亿元"])
    assert holds("共二十一项", ["21项"])
    assert not holds("今年耗资", ["3.2亿元"])
    assert not holds(HARBOUR, [])


# -- the curve ------------------------------------------------------------------------------


def test_the_curve() -> None:
    rows = curve({"alone": [0.2, 0.9], "near miss": [0.04, 0.5, 0.06, 0.1]})
    assert len(rows) == 20
    assert rows[0] == {"threshold": 0.05, "alone": 0, "near miss": 25}
    assert rows[10] == {"threshold": 0.55, "alone": 50, "near miss": 100}
    assert rows[-1]["alone"] == 100


def test_left_open_at_a_loss() -> None:
    answerable = [0.1, *([0.6] * 19)]
    assert abstained_at(answerable, [0.2, 0.3, 0.7], 5) == pytest.approx(200 / 3)
    assert abstained_at(answerable, [0.2, 0.3, 0.7], 4) == 0
    assert abstained_at([0.6, 0.6], [0.6], 100) == 0
    assert abstained_at([], [0.5]) == 100


def test_reliability() -> None:
    rows = reliability([(0.0, False), (0.31, True), (0.39, False), (0.3, True), (1.0, True)])
    assert [row["n"] for row in rows] == [1, 0, 0, 3, 0, 0, 0, 0, 0, 1]
    assert rows[3]["confidence"] == pytest.approx(1 / 3)
    assert rows[3]["right"] == pytest.approx(2 / 3)
    assert rows[1]["right"] is None
    # Three of five are a third away from what they say; the others are right as sure as they are.
    assert calibration_error(rows) == pytest.approx(3 / 5 / 3)
    assert calibration_error(reliability([])) == 0


# -- the gate ---------------------------------------------------------------------------------


def test_what_is_lost_becomes_what_is_kept() -> None:
    figures = {
        "lost": (10.0, 4),
        "lost: alone": (5.0, 9),
        "EM": (20.0, 9),
        "naive top 1": (70.0, 9),
        "calibration error": (3.0, 9),
        "corrected: alone": (0.0, 9),
    }
    assert rising(figures) == {"kept": (90.0, 4), "kept: alone": (95.0, 9), "EM": (20.0, 9)}


def test_no_floor_of_a_trade_asks_for_more_than_its_aim() -> None:
    found = {"kept: alone": (99.0, 110), "abstained: near miss": (50.0, 110), "EM": (99.0, 110)}
    floors = lifted({"EM": 20.0, "F1": 30.0, "abstained: near miss": 49.5}, found)
    assert floors == {"kept: alone": 94.0, "abstained: near miss": 49.5, "EM": 98.0, "F1": 30.0}


def test_each_benchmark_has_its_part_of_the_floors(tmp_path: Path) -> None:
    file = tmp_path / "floors.json"
    assert read_floors("reader", file) == {"floors": {}, "digests": {}}
    write_floors("reader", {"floors": {"a": {"EM": 1.0}}}, file)
    write_floors("retrieval", {"floors": {}}, file)
    assert read_floors("reader", file) == {"floors": {"a": {"EM": 1.0}}, "digests": {}}
