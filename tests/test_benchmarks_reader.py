"""The reader's benchmark: what is measured of a reader, told or real, and how long it takes."""

from pathlib import Path

import pytest
from reader_cases import LIGHTHOUSE, WEATHER, made

from benchmarks.reader.cases import Case
from benchmarks.reader.latency import timed
from benchmarks.reader.measures import MEASURES, noise, sentences, short_answers
from benchmarks.reader.naive import Overlap
from benchmarks.reader.ours import Given, Ours
from benchmarks.reader.towns import pair_cases


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
