"""Scoring sentences: the weights of terms, the features, the bundled scorer."""

import hashlib
from pathlib import Path

import numpy as np
import pytest

from assistant.asking.question import analyse
from assistant.facts.weights import TermWeights, bucket
from assistant.reading.evidence import FEATURES, features, load_scorer, passages

TEXT = "甲市与乙市于2022年结对。两市共签约项目60个。项目投资总额325亿元。"


@pytest.fixture(scope="module")
def weights() -> TermWeights:
    frequency = np.zeros(1 << 18, dtype=np.uint8)
    for term, articles in (
        ("与", 900),
        ("乙", 40),
        ("与乙", 4),
        ("项", 300),
        ("目", 300),
        ("项目", 250),
    ):
        frequency[bucket(term)] = round(8 * np.log2(1 + articles))
    return TermWeights(frequency, 1000)


def test_a_bound_pair_weighs_more_than_a_chance_meeting(weights: TermWeights) -> None:
    assert weights.weight("项目") > 0.9
    rarity = np.log(1000 / 4.5)
    assert weights.weight("与乙") < 0.4 * rarity


def test_an_unknown_word_weighs_as_a_rare_one(weights: TermWeights) -> None:
    assert weights.weight("gdp") == pytest.approx(np.log(1000 / 0.5), rel=0.01)


def test_passages_know_their_place() -> None:
    found = passages(TEXT, "标题", 1)
    assert [TEXT[start:end] for start, end, _ in found] == [each.sentence for *_, each in found]
    assert len(found) == 3
    middle = found[1][2]
    assert middle.beside == "甲市与乙市于2022年结对。项目投资总额325亿元。"


def test_features_have_one_column_each(weights: TermWeights) -> None:
    found = [passage for *_, passage in passages(TEXT, "标题", 1)]
    table = features(analyse("两市签约了多少个项目？"), found, weights)
    assert table.shape == (3, len(FEATURES))
    assert np.isfinite(table).all()
    unit = FEATURES.index("has the unit")
    assert table[:, unit].tolist() == [0.0, 1.0, 0.0]


def test_the_bundled_scorer_prefers_the_sentence_that_answers() -> None:
    found = [passage for *_, passage in passages(TEXT, "", 1)]
    scores = load_scorer().score(analyse("两市的项目投资总额是多少亿元？"), found)
    assert scores.argmax() == 2
    assert ((scores >= 0) & (scores <= 1)).all()
    assert load_scorer().score(analyse("有多少？"), []).shape == (0,)


def test_the_bundled_scorer_is_the_one_its_sums_name() -> None:
    folder = Path(__file__).parent.parent / "assistant" / "models" / "xieshou-reader-v1"
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    assert {line.split()[1] for line in lines} == {
        path.name for path in folder.iterdir() if path.name != "SHA256SUMS"
    }
    for line in lines:
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
