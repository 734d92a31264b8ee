"""The judge: how likely each sentence of the hits is to answer."""

import pytest
from scripted import hit, judge_of

from assistant.reading.judge import MOST_READ, Calibration, load_judge, sigmoid
from assistant.reading.network import ReadSentence

TEXT = "青山市与碧水市结对。两市共签约项目60个。签约项目总投资325亿元。"


def test_the_sentence_that_answers_is_first_with_its_place() -> None:
    candidates = load_judge().candidates("两市签约了多少个项目？", [hit(TEXT, start=7)])
    assert [each.score for each in candidates] == sorted(
        (each.score for each in candidates), reverse=True
    )
    best = candidates[0]
    assert best.text == "两市共签约项目60个。"
    assert best.start == 7 + TEXT.index(best.text)
    assert best.end - best.start == len(best.text)
    assert "60" in best.said


def test_a_sentence_of_two_hits_counts_once() -> None:
    judge = judge_of({"60个": 2.0})
    assert len(judge.candidates("多少？", [hit(TEXT), hit(TEXT[:10])])) == 3


def test_only_the_first_hits_are_read() -> None:
    hits = [hit(f"第{number}句。", f"a{number}") for number in range(MOST_READ + 3)]
    found = judge_of({}).candidates("多少？", hits)
    assert {each.hit.chunk.article_id for each in found} == {f"a{n}" for n in range(MOST_READ)}


def test_no_hits() -> None:
    assert load_judge().candidates("总投资多少？", []) == []


def test_a_probability_weighs_what_the_heads_say() -> None:
    said = ReadSentence((0, 1), answers=2.0, evidence=1.0, yes=0.0, span=(0, 1), sure=-1.0)
    weighed = Calibration(answers=0.5, evidence=1.0, sure=2.0, bias=0.25)
    assert weighed.probability(said) == pytest.approx(sigmoid(0.25))
    assert sigmoid(0) == 0.5
    assert 0 < sigmoid(-1e9) < sigmoid(1e9) < 1.0000001


@pytest.mark.parametrize("threshold", [0.0, 0.7])
def test_the_threshold_can_be_set(threshold: float) -> None:
    assert load_judge(threshold).threshold == threshold
    assert 0 < load_judge().threshold < 1
