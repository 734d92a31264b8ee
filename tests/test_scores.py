"""Scores of an answer: as CMRC 2018 defines them, and figures and dates by value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.qa_set import Question
from assistant.evaluation.scores import (
    cmrc_exact,
    cmrc_f1,
    cmrc_tokens,
    dates_right,
    figures_right,
    longest_run,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("《春天》里 3.5", ["春", "天", "里", "3.5"], id="titles and decimals"),
        pytest.param("ＡＢ-1的Wi-Fi", ["ａｂ1", "的", "wifi"], id="marks fall away inside words"),
        pytest.param("1,000人(10%)", ["1,000", "人", "(", "10", "%", ")"], id="ASCII marks stay"),
        pytest.param("", [], id="empty"),
    ],
)
def test_cmrc_tokens(text: str, expected: list[str]) -> None:
    assert cmrc_tokens(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("abcd", "xbcy", 2),
        ("abcab", "cab", 3),
        ("ab", "ba", 1),
        ("abc", "", 0),
        ("axbxc", "abc", 1),
    ],
)
def test_longest_run_has_no_gaps(one: str, other: str, expected: int) -> None:
    assert longest_run(one, other) == expected


@pytest.mark.parametrize(
    ("answers", "predicted", "expected"),
    [
        pytest.param(["光荣"], "光荣", 1.0, id="the same"),
        pytest.param(["《光荣》。"], "光荣", 1.0, id="but for marks"),
        pytest.param(["1987年"], "建于1987年", 2 * 2 / (2 + 4), id="two more characters"),
        pytest.param(["渔民集资"], "渔民的集资", 2 * 2 / (4 + 5), id="broken by a character"),
        pytest.param(["甲", "乙丙"], "乙丙丁", 2 * 2 / (2 + 3), id="best of several"),
        pytest.param(["甲"], "乙", 0.0, id="nothing"),
        pytest.param(["甲"], "", 0.0, id="no prediction"),
        pytest.param([], "甲", 0.0, id="no answer"),
    ],
)
def test_cmrc_f1(answers: list[str], predicted: str, expected: float) -> None:
    assert cmrc_f1(answers, predicted) == pytest.approx(expected)


def test_cmrc_exact() -> None:
    assert cmrc_exact(["KOEI", "光荣"], "koei，") == 1
    assert cmrc_exact(["光荣和KOEI"], "光荣") == 0


@given(st.text("甲乙丙1a，", max_size=8), st.text("甲乙丙1a，", max_size=8))
def test_cmrc_f1_is_the_published_formula(gold: str, predicted: str) -> None:
    """Precision and recall of the longest common run of tokens, tried out run by run."""
    one, other = cmrc_tokens(gold), cmrc_tokens(predicted)
    runs = [one[start:end] for start in range(len(one)) for end in range(start + 1, len(one) + 1)]
    places = range(len(other))
    common = max(
        (len(run) for run in runs if any(other[at : at + len(run)] == run for at in places)),
        default=0,
    )
    expected = 0.0
    if common:
        precision, recall = common / len(other), common / len(one)
        expected = 2 * precision * recall / (precision + recall)
    assert cmrc_f1([gold], predicted) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("answers", "required", "text", "expected"),
    [
        pytest.param(["12亿元"], [], "总投资十二亿元。", True, id="numerals"),
        pytest.param(["12亿元"], [], "总投资1200000000元", True, id="scale"),
        pytest.param(["12亿元"], [], "总投资12亿美元", False, id="other-unit"),
        pytest.param(["21项"], [], "共121项", False, id="inside-a-number"),
        pytest.param(["百分之三十"], [], "增长30%", True, id="percent"),
        pytest.param(["20对", "8对"], [], "广东占8对", True, id="any-answer"),
        pytest.param(["20对，其中8对"], [], "广东占8对", False, id="all-figures-of-it"),
        pytest.param(["12亿元"], [], "", False, id="nothing-said"),
        pytest.param(["超过"], ["35亿"], "总投资35亿元", True, id="from-what-must-stand"),
        pytest.param(["超过"], ["35亿"], "总投资3.5亿元", False, id="not-what-must-stand"),
        pytest.param(["市发改局"], [], "由2个单位", None, id="no-figure-asked"),
        pytest.param(["2023年5月8日"], [], "2023年5月8日", None, id="a-date-is-no-figure"),
        pytest.param(["２１項"], [], "共21项", True, id="width-and-script"),
    ],
)
def test_figures_right(
    answers: list[str], required: list[str], text: str, expected: bool | None
) -> None:
    question = Question("？", answers=tuple(answers), must_include=tuple(required))
    assert figures_right(question, text) is expected


@pytest.mark.parametrize(
    ("answers", "text", "expected"),
    [
        pytest.param(["2023年5月8日"], "於2023年5月8日簽署", True, id="whole"),
        pytest.param(["2023年5月8日"], "5月8日签署", True, id="without-its-year"),
        pytest.param(["2023年5月8日"], "2022年5月8日签署", False, id="another-year"),
        pytest.param(["2023年5月8日"], "2023年5月18日签署", False, id="another-day"),
        pytest.param(["5月"], "6月", False, id="another-month"),
        pytest.param(["2022年至2030年"], "从2022年做到2030年", True, id="years"),
        pytest.param(["2022年至2030年"], "从2022年做到2025年", False, id="one-year-wrong"),
        pytest.param(["12亿元"], "2022年", None, id="no-date-asked"),
    ],
)
def test_dates_right(answers: list[str], text: str, expected: bool | None) -> None:
    assert dates_right(Question("？", answers=tuple(answers)), text) is expected
