"""A question leans on the one before it, or does not."""

import pytest

from assistant.asking.leaning import BUCKETS, features, leans
from assistant.facts.weights import bucket

BEFORE = "杭州援建恩施的茶叶加工园投资多少？"


@pytest.mark.parametrize(
    "question",
    [
        "什么时候开工？",
        "它占地多少亩？",
        "为什么",
        "為什麼？",
        "那宁波呢？",
        "2023年呢？",
        "and when?",
        "谁出席了？",
    ],
)
def test_it_leans(question: str) -> None:
    assert leans(question, BEFORE)


@pytest.mark.parametrize(
    "question",
    [
        "上海对口支援果洛有哪些项目？",
        "《东西部协作实施方案》是什么时候印发的？",
        "龙岩的结对城市是哪个？",
        "Which projects did Shanghai build in Golog?",
        "谢谢！",
        "thank you",
    ],
)
def test_it_stands_alone(question: str) -> None:
    assert not leans(question, BEFORE)


def test_features_are_each_named_once() -> None:
    names = [name for name, _ in features("恩施的茶叶加工园2023年呢？", BEFORE)]
    assert len(names) == len(set(names))
    assert {"the same place", "a year", "gram 茶叶", "last 呢?$"} <= set(names)
    assert all(0 <= bucket(name, BUCKETS) < BUCKETS for name in names)


def test_script_and_width_make_no_difference() -> None:
    assert dict(features("對口合作　ＡＢ", BEFORE)) == dict(features("对口合作 ab", BEFORE))
