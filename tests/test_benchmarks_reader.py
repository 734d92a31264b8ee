"""The reader's benchmark: figures worked out by hand, near misses, noise, the tables, the gate."""

import importlib
import json
from pathlib import Path

import pytest

from benchmarks.floors import read_floors, write_floors
from benchmarks.pins import pin
from benchmarks.reader import results
from benchmarks.reader.altered import other_year, without_answer
from benchmarks.reader.cases import Case, CaseSet, spread
from benchmarks.reader.curves import abstained_at, calibration_error, curve, reliability
from benchmarks.reader.gate import lifted, rising
from benchmarks.reader.latency import timed
from benchmarks.reader.measures import MEASURES, Outcome, noise, sentences, short_answers
from benchmarks.reader.naive import Overlap
from benchmarks.reader.neighbours import Neighbours, noisy, pieces
from benchmarks.reader.news import chunked
from benchmarks.reader.ours import Given, Ours
from benchmarks.reader.report import ROWS, markdown
from benchmarks.reader.scoring import (
    expmrc_f1,
    expmrc_tokens,
    holds,
)
from benchmarks.reader.towns import pair_cases

MADE_BY = {"command": "make bench-reader", "date": "2026-01-02", "machine": "", "code": ""}
HARBOUR = (
    "潮汐港建于1987年，由当地渔民集资修成。港内可停泊二百多艘渔船。"
    "2004年港口扩建，耗资3.2亿元。如今它是沿岸最大的渔港。"
)
LIGHTHOUSE = "白石灯塔高41米，1911年点亮。守塔人叫林望海，他在塔上住了三十年。"
WEATHER = "明天白天多云转晴，东北风三到四级。夜间气温下降，请注意添衣。"


# -- figures --------------------------------------------------------------------------------


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


# -- questions without an answer -------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param(("二百多艘",), HARBOUR.replace("港内可停泊二百多艘渔船。", ""), id="one"),
        pytest.param(
            ("渔民", "3.2亿元"), "港内可停泊二百多艘渔船。如今它是沿岸最大的渔港。", id="two"
        ),
        pytest.param(("渔船。2004年",), "", id="over the end of a sentence"),
        pytest.param(("灯塔",), "", id="not there"),
    ],
)
def test_the_sentence_of_the_answer_goes(answers: tuple[str, ...], expected: str) -> None:
    assert without_answer(HARBOUR, answers) == expected


def test_nothing_is_left_of_one_sentence() -> None:
    assert without_answer("灯塔高41米。", ("41米",)) == ""


@pytest.mark.parametrize(
    ("question", "answers", "changes"),
    [
        pytest.param("2004年扩建耗资多少？", ("3.2亿元",), True, id="a year it holds"),
        pytest.param("1999年发生了什么？", ("3.2亿元",), False, id="a year it does not"),
        pytest.param("何时扩建？", ("2004年",), False, id="none"),
        pytest.param("2004年还是哪年扩建？", ("2004年",), False, id="asked for"),
    ],
)
def test_the_year_is_exchanged(question: str, answers: tuple[str, ...], changes: bool) -> None:
    swapped = other_year(question, HARBOUR, answers)
    assert bool(swapped) == changes
    assert swapped == other_year(question, HARBOUR, answers)
    if swapped:
        year = swapped[:4]
        assert swapped[4:] == question[4:]
        assert year not in HARBOUR
        assert abs(int(year) - 2004) <= 9


def test_a_year_in_numerals_is_held() -> None:
    years = "".join(f"{year}年" for year in range(1995, 2014) if year != 2003)
    assert other_year("2004年呢？", years, ()).startswith("2003")
    assert other_year("2004年呢？", years + "二〇〇三年", ()) == ""


def test_pairs_of_cities() -> None:
    cases = pair_cases()
    right = [case for case in cases if case.answers]
    wrong = [case for case in cases if not case.answers]
    assert len(right) == len(wrong) == len({case.question for case in wrong}) == 75
    for case, other in zip(right, wrong, strict=True):
        assert any(holds(passage, case.answers) for passage in case.passages)
        assert case.question != other.question
        assert case.passages == other.passages
        assert len(set(case.passages)) == 5
        assert "{" not in "".join((case.question, *case.passages))
        assert other.question not in {each.question for each in right}


def test_neighbours_are_ranked_by_what_they_share() -> None:
    near = Neighbours(["灯塔多高？"], [WEATHER, LIGHTHOUSE, HARBOUR])
    assert near.best("灯塔多高？", 1, lambda place: True) == [1]
    assert 1 not in near.best("灯塔多高？", 3, lambda place: place != 1)
    assert near.ordered("灯塔多高？", [0, 1]) == [LIGHTHOUSE, WEATHER]


@pytest.mark.parametrize("number", [1, 2, 3, 4, 9])
def test_a_paragraph_in_pieces(number: int) -> None:
    parts = pieces(HARBOUR, number)
    assert len(parts) == min(number, 4)
    assert "".join(parts) == HARBOUR


def test_noise_by_its_share() -> None:
    relevant = [[f"有关{row}" for row in range(number)] for number in range(1, 5)]
    others = [f"无关{row}" for row in range(5)]
    cases = noisy("问？", ("答",), relevant, others)
    assert [case.kind for case in cases] == ["20 %", "40 %", "60 %", "80 %", "100 %"]
    held = [sum("有关" in passage for passage in case.passages) for case in cases]
    assert held == [4, 3, 2, 1, 0]
    assert all(len(set(case.passages)) == 5 for case in cases)
    assert [case.answers for case in cases] == [*[("答",)] * 4, ()]
    few = noisy("问？", ("答",), [["有关"]] * 4, others)
    assert sum("无关" in passage for passage in few[0].passages) == 4


def test_chunks_hold_whole_sentences() -> None:
    text = "一句话。" * 100
    assert "".join(chunked(text)) == text
    assert [len(chunk) for chunk in chunked(text)] == [248, 152]
    assert chunked("长" * 300 + "。短。") == ["长" * 300 + "。", "短。"]


# -- measures ---------------------------------------------------------------------------------


def made(*cases: Case, key: str = "toy") -> CaseSet:
    return CaseSet(key, list(cases), ())


class Told(Ours):
    """A reader that says what it was told to, by the question."""

    def __init__(self, given: dict[str, Given]) -> None:
        self.given = given

    def answer(self, question: str, passages: object) -> Given:
        """What it was told."""
        return self.given[question]

    def forced(self, question: str, passages: object) -> Given:
        """The same."""
        return self.given[question]

    def ranked(self, question: str, passages: object) -> list[str]:
        """What it quotes."""
        return list(self.given[question].quotes)


def given(*quotes: str, short: str = "", confidence: float = 0.5, corrects: bool = False) -> Given:
    return Given(quotes, "".join(quotes), short, confidence, corrects)


def test_sentences_and_short_answers() -> None:
    reader = Told(
        {
            "一": given("灯塔高41米。", short="41米"),
            "二": given("灯塔很高。", "它建于1911年。"),
            "三": given(),
        }
    )
    asked = made(
        Case("一", ("灯塔高41米。",), ("41米",)),
        Case("二", ("灯塔很高。它建于1911年。",), ("1911年",)),
        Case("三", ("无关。",), ("甲",)),
    )
    figures = sentences(reader, asked, Path()).figures
    assert figures["top 1"] == (pytest.approx(100 / 3), 3)
    assert figures["top 2"] == (pytest.approx(200 / 3), 3)
    assert figures["naive top 2"][0] >= figures["naive top 1"][0]
    assert figures["EM"] == (pytest.approx(100 / 3), 3)
    assert short_answers(reader, asked, Path()).figures["F1"] == figures["F1"]


def test_evidence() -> None:
    asked = made(Case("一", ("灯塔高41米。",), ("41米",), ("灯塔高41米。",)))
    figures = MEASURES["expmrc"](Told({"一": given("高41米。")}), asked, Path()).figures
    # Three tokens are quoted, 高 41 米: the answer has two of them, the evidence five.
    assert figures["answer F1"][0] == pytest.approx(100 * 4 / 5)
    assert figures["evidence F1"][0] == pytest.approx(100 * 6 / 8)
    assert figures["joint F1"][0] == pytest.approx(100 * 4 / 5 * 6 / 8)


def test_abstention() -> None:
    reader = Told(
        {
            "一": given("灯塔高41米。", confidence=0.9),
            "二": given(confidence=0.1),
            "三": given("灯塔高41米。", confidence=0.3),
            "四": given("甲与乙结对。", confidence=0.2, corrects=True),
        }
    )
    asked = made(
        Case("一", (LIGHTHOUSE,), ("41米",), kind="alone"),
        Case("二", (LIGHTHOUSE,), ("41米",), kind="alone"),
        Case("三", (LIGHTHOUSE,), kind="near miss"),
        Case("四", (LIGHTHOUSE,), kind="pair exchanged"),
    )
    outcome = MEASURES["abstention"](reader, asked, Path())
    assert outcome.figures["lost: alone"] == (50, 2)
    assert outcome.figures["abstained: near miss"] == (0, 1)
    assert outcome.figures["abstained: pair exchanged"] == (100, 1)
    assert outcome.figures["corrected: pair exchanged"] == (100, 1)
    assert outcome.figures["abstained by confidence"] == (0, 2)
    assert sum(row["n"] for row in outcome.tables["reliability"]) == 3
    assert outcome.tables["curve"][3]["alone"] == 50


def test_an_answer_among_noise_must_be_short() -> None:
    reader = Told({"一": given("长" * 128 + "41米"), "二": given("高41米。"), "三": given()})
    asked = made(
        Case("一", (), ("41米",), kind="20 %"),
        Case("二", (), ("41米",), kind="20 %"),
        Case("三", (), (), kind="100 %"),
    )
    outcome = noise(reader, asked, Path())
    assert outcome.figures == {"right: 20 %": (50, 2), "abstained: 100 %": (100, 1)}
    assert outcome.tables["noise"][0]["characters"] == (131 + 5) / 2


def test_overlap_weighs_what_is_rare() -> None:
    naive = Overlap(["渔港很大。渔港很旧。灯塔很旧。", "渔港很远。"])
    assert naive.ranked("渔港灯塔？", ["渔港很大。渔港很旧。灯塔很旧。"])[0] == "灯塔很旧。"


@pytest.fixture
def ours(tmp_path: Path) -> Ours:
    return Ours(tmp_path)


def test_our_reader(ours: Ours) -> None:
    answer = ours.answer("白石灯塔高多少米？", [WEATHER, LIGHTHOUSE])
    assert not answer.declines
    assert "41米" in answer.quotes[0]
    assert answer.short == "41米"
    assert ours.answer("白石灯塔高多少米？", [WEATHER]).declines
    ours.close()


@pytest.mark.parametrize("question", ["白石灯塔高多少米？", "", "火星上有水吗？"])
def test_abstention_can_be_switched_off(ours: Ours, question: str) -> None:
    forced = ours.forced(question, [WEATHER])
    assert forced.quotes
    ranked = ours.ranked(question, [WEATHER])
    assert ranked[0] == forced.quotes[0]
    assert len(ranked) == len(set(ranked)) == 2
    ours.close()


def test_an_exchanged_pair_is_corrected(ours: Ours) -> None:
    wrong = [case for case in pair_cases() if not case.answers]
    found = [ours.answer(case.question, case.passages) for case in wrong[:30]]
    assert any(each.corrects and each.quotes for each in found)
    ours.close()


def test_time_is_measured_in_a_process_of_its_own() -> None:
    taken = timed([Case("白石灯塔高多少米？", (LIGHTHOUSE, WEATHER))] * 3, threads=1)
    assert taken.keys() == {"wall p50", "wall p95", "cpu p50", "cpu p95"}
    assert 0 < taken["wall p50"] <= taken["wall p95"] < 5000


# -- sets, results, command -------------------------------------------------------------------


def test_a_part_is_spread_evenly() -> None:
    assert spread(range(10), 3) == [0, 3, 6]
    assert spread(range(2), 3) == [0, 1]
    assert spread(range(2), 0) == [0, 1]
    cases = [Case(str(row), (), kind=kind) for kind in "ab" for row in range(4)]
    limited = made(*cases).limited(2)
    assert [case.kind for case in limited.cases] == ["a", "a", "b", "b"]
    assert limited.digest() != made(*cases).digest()


def filled() -> results.Results:
    found: results.Results = {"sets": {}}
    for key in MEASURES:
        figures = {row.figure: (50.0, 1234) for row in ROWS if row.of == key}
        figures |= {"naive top 1": (71.4, 1234), "naive top 2": (83.1, 1234)}
        tables = {
            "abstention": {"curve": curve({"alone": [0.5]}), "reliability": reliability([])},
            "noise": {"noise": [{"noise": "20 %", "n": 3}]},
            "news": {"noise": [{"noise": "20 %", "n": 3}]},
        }
        results.put(found, made(key=key), Outcome(figures, tables.get(key, {})), MADE_BY)
    return found


def test_the_tables() -> None:
    text = markdown(filled()["sets"])
    assert "measured 2026-01-02." in text
    assert "| ≥ 90 | 1,234 | IDF-weighted bigram overlap, this run: 71.4 |" in text
    assert "*published*: MiniRBT-H256 56.3" in text
    main = [line for line in text.split("\n## ")[0].splitlines() if line.startswith("|")]
    assert len(main) == len(ROWS) + 2
    assert {line.count("|") for line in main} == {6}
    assert len({(row.of, row.figure) for row in ROWS}) == len(ROWS)


def test_a_part_makes_a_part_of_the_tables() -> None:
    text = markdown({"expmrc": filled()["sets"]["expmrc"]})
    assert "evidence F1" in text
    assert "Calibration" not in text


def test_results_are_merged(tmp_path: Path) -> None:
    found = filled()
    results.write(found, tmp_path)
    again = results.read(tmp_path)
    assert json.dumps(again) == json.dumps(found)
    results.put(again, made(key="dev"), Outcome({"EM": (60.0, 5)}), MADE_BY)
    assert again["sets"]["dev"]["figures"] == {"EM": {"value": 60.0, "n": 5}}
    assert "trial" in again["sets"]


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = importlib.import_module("benchmarks.reader.__main__")
    cases = [Case(f"白石灯塔高多少米？{row}", (LIGHTHOUSE,), ("41米",)) for row in range(3)]
    toy = CaseSet("dev", cases, ())
    monkeypatch.setattr(command, "_MAKERS", {"dev": lambda folder: toy})
    monkeypatch.setattr(command, "DIGESTS", tmp_path / "pins.json")
    pin([toy], tmp_path, tmp_path / "pins.json")
    command.main(["--data", str(tmp_path), "--out", str(tmp_path / "out"), "--limit", "2"])
    stored = json.loads((tmp_path / "out/reader.json").read_text("utf-8"))["sets"]["dev"]
    assert stored["figures"]["EM"] == {"value": 100.0, "n": 2}
    assert stored["made_by"]["command"].endswith("--limit 2")
    assert str(tmp_path) not in json.dumps(stored)
    assert (tmp_path / "out/reader.md").read_text("utf-8").strip() in capsys.readouterr().out


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
