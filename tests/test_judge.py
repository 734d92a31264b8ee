"""The judge: how likely each sentence of the hits is to answer."""

import numpy as np
import pytest

from assistant.asking.question import analyse
from assistant.reading.judge import FEATURES, load_judge
from vectorstore import Chunk, Hit

TEXT = "青山市与碧水市结对。两市共签约项目60个。签约项目总投资325亿元。"


def hit(text: str, article: str = "a", start: int = 0) -> Hit:
    return Hit(Chunk(article, text, start, start + len(text)), 1.0, 1, 1, "两市合作")


def test_the_sentence_that_answers_is_first() -> None:
    candidates = load_judge().candidates(analyse("两市签约了多少个项目？"), [hit(TEXT, start=7)])
    assert [each.score for each in candidates] == sorted(
        (each.score for each in candidates), reverse=True
    )
    best = candidates[0]
    assert best.text == "两市共签约项目60个。"
    assert best.start == 7 + TEXT.index(best.text)
    assert best.end - best.start == len(best.text)
    assert "60" in best.said


def test_features_have_one_column_each() -> None:
    judge, question = load_judge(), analyse("两市签约了多少个项目？")
    found = judge.sentences(question, [hit(TEXT), hit("无关的话。", "b")])
    rows = judge.features(question, found)
    assert rows.shape == (4, len(FEATURES))
    assert np.isfinite(rows).all()
    assert rows[:, FEATURES.index("asks for number")].tolist() == [1.0] * 4
    lacks = rows[:, FEATURES.index("share of the question that its article lacks")]
    assert lacks[0] == lacks[2] < lacks[3]


def test_a_sentence_of_two_hits_counts_once() -> None:
    found = load_judge().sentences(analyse("总投资多少？"), [hit(TEXT), hit(TEXT[:10])])
    assert len(found) == 3


def test_headings_stand_back() -> None:
    judge, question = load_judge(), analyse("总投资多少？")
    assert len(judge.sentences(question, [hit("项目总投资\n" + TEXT)])) == 3
    assert len(judge.sentences(question, [hit("项目总投资325亿元")])) == 1


def test_no_hits() -> None:
    assert load_judge().candidates(analyse("总投资多少？"), []) == []


@pytest.mark.parametrize("threshold", [0.0, 0.7])
def test_the_threshold_can_be_set(threshold: float) -> None:
    assert load_judge(threshold).threshold == threshold
    assert 0 < load_judge().threshold < 1
