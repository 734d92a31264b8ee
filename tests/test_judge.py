"""The judge: how likely each sentence of the hits is to answer."""

import pytest
from scripted import PLAIN, Scripted, hit, judge_of

from assistant.reading.judge import (
    MOST_READ,
    READ_ALONE,
    Calibration,
    Judge,
    Weights,
    best_of,
    load_judge,
    sigmoid,
)
from assistant.reading.network import ReadSentence
from vectorstore import heading

TITLE = heading(hit("").title, None)
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


def said(answers: float, evidence: float, sure: float) -> ReadSentence:
    return ReadSentence((0, 1), answers, evidence, yes=0.0, span=(0, 1), sure=sure)


def test_a_probability_weighs_what_the_heads_say() -> None:
    first, alone = Weights(0.5, 1.0, 2.0, bias=0.25), Weights(3.0, 0.0, -1.0)
    weighed = Calibration(first, again=Weights(1.0, 0.0, 0.0, bias=-2.0), alone=alone)
    assert weighed.probability(said(2, 1, -1)) == pytest.approx(sigmoid(0.25))
    assert weighed.probability(said(2, 1, -1), said(1, 5, 2)) == pytest.approx(sigmoid(1.0))
    assert sigmoid(0) == 0.5
    assert 0 < sigmoid(-1e9) < sigmoid(1e9) < 1.0000001


def test_the_best_sentences_are_read_again_alone() -> None:
    network = Scripted({"60个": 2.0, "325亿元": 1.0, "结对": 0.5})
    alone = Calibration(PLAIN.first, again=Weights(0.0, 0.0, 0.0), alone=Weights(-1.0, 0.0, 0.0))
    found = Judge(network, alone, 0.5).candidates("多少？", [hit(TEXT)])
    # What is read alone is turned round here, so that the order shows which were.
    assert [round(each.score, 3) for each in found] == [
        round(sigmoid(logit), 3) for logit in (0.5, -1.0, -2.0)
    ]
    assert len(network.asked) == 2
    assert [len(passages) for passages in network.passages] == [1, READ_ALONE]
    assert network.passages[1] == [
        (TITLE, "两市共签约项目60个。"),
        (TITLE, "签约项目总投资325亿元。"),
    ]


def test_a_sentence_that_is_cut_counts_by_its_best_part() -> None:
    parts = [said(1, 1, 0), said(3, -1, 0), said(2, 1, 0)]
    assert best_of(parts) is parts[2]
    assert best_of([]) is None


@pytest.mark.parametrize("threshold", [0.0, 0.7])
def test_the_threshold_can_be_set(threshold: float) -> None:
    assert load_judge(threshold).threshold == threshold
    assert 0 < load_judge().threshold < 1
