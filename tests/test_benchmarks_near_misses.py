"""The reader's benchmark: questions that their passages do not answer, near misses, and noise."""

import pytest
from reader_cases import HARBOUR, LIGHTHOUSE, WEATHER

from benchmarks.reader.altered import other_year, without_answer
from benchmarks.reader.neighbours import Neighbours, noisy, pieces
from benchmarks.reader.news import chunked
from benchmarks.reader.scoring import holds
from benchmarks.reader.towns import pair_cases


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
