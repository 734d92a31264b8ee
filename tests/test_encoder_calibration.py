"""Logits made one probability, and a threshold that loses no more than it may."""

import numpy as np
import pytest
from scripted import Scripted

from assistant.reading.judge import Calibration, Weights, sigmoid
from assistant.reading.network import ReadSentence
from training.encoder.calibration import (
    AGAIN,
    ALONE,
    LOST,
    Judged,
    chosen,
    figures,
    first_weights,
    judged,
    regression,
    seen_examples,
    threshold_for,
)
from training.encoder.examples import Example
from vectorstore import sentences

FIRST = Weights(0.5, 0.2, 0.0, bias=-3.0)
HEAD = "云川市与石桥市结对\n2023年3月1日\n"
LINES = ["签约项目60个。", "总投资325亿元。", "雨下了一天。"]
TEXT = "".join(LINES)


def likely(logits: np.ndarray) -> np.ndarray:
    """Reading alone says most."""
    return 1 / (1 + np.exp(-(logits[:, 0] + 0.5 * logits[:, 1] + 2 * logits[:, 3] - 1)))


def rows_of(number: int) -> list[Judged]:
    chance = np.random.default_rng(3)
    found = []
    for _ in range(number):
        logits = chance.normal(0, 2, (3, 6))
        right = chance.random(3) < likely(logits)
        right[2] = False
        answerable = bool(right.any() or chance.random() < 0.5)
        found.append(Judged(logits[:, :3], logits[:2, 3:], right, answerable))
    return found


def test_the_weights_are_found_again() -> None:
    chance = np.random.default_rng(5)
    logits = chance.normal(0, 2, (4000, 6))
    found = regression(logits, chance.random(4000) < likely(logits))
    assert found == pytest.approx([1, 0.5, 0, 2, 0, 0, -1], abs=0.2)


def example(asked: str, *evidence: str) -> Example:
    parts = tuple(sentences(TEXT))
    own = tuple(each for each in parts if TEXT[slice(*each)] in evidence)
    return Example(asked, HEAD, TEXT, bool(evidence), own, parts)


def test_the_best_two_are_read_alone() -> None:
    network = Scripted({"60个": 1.0, "325亿元": 3.0})
    (read,) = seen_examples(network, [example("投资多少？", LINES[1])])
    (row,) = judged(network, [read], Weights(1.0, 0.0, 0.0))
    assert list(row.within[:, 0]) == [3.0, 1.0, -5.0]
    assert list(row.alone[:, 0]) == [3.0, 1.0]
    assert list(row.is_right) == [True, False, False]
    assert row.is_answerable
    assert network.passages[1] == [(HEAD, LINES[1]), (HEAD, LINES[0])]


def test_all_sentences_tell_how_a_sentence_in_its_passage_is_judged() -> None:
    network = Scripted({"60个": 1.0, "325亿元": 3.0})
    examples = [example("投资多少？", LINES[1]), example("谁来了？")] * 20
    first = first_weights(list(seen_examples(network, examples)))
    said = ReadSentence((0, 1), 3.0, 3.0, 0.0, (0, 1), -4.0)
    assert sigmoid(first.sum(said)) == pytest.approx(0.5, abs=0.02)


def test_what_was_read_alone_may_come_first() -> None:
    calibration = Calibration(FIRST, AGAIN, ALONE)
    within = np.asarray([[2.0, 0, 0], [1.0, 0, 0], [-9.0, 0, 0]])
    alone = np.asarray([[-8.0, 0, 0], [8.0, 0, 0]])
    row = Judged(within, alone, np.asarray([False, True, False]), is_answerable=True)
    (chance,), (right,) = chosen(calibration, [row])
    assert right
    assert chance > 0.9


def test_the_threshold_loses_what_it_may() -> None:
    rows = rows_of(2000)
    calibration = Calibration(FIRST, AGAIN, ALONE)
    found = figures(calibration, threshold_for(calibration, rows), rows)
    assert found["lost"] == pytest.approx(100 * LOST, abs=1)
    assert found["left open"] > found["lost"]
    assert found["questions"] == 2000
