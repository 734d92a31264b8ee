"""The parts of a model's text: where sentences end, what marks name, what claims nothing."""

import pytest

from assistant.checking.marks import (
    claims_nothing,
    declined,
    declines,
    numbers,
    opens_references,
    plain,
    unit_end,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("一句。[1]二句。", "一句。[1]", id="mark after"),
        pytest.param("“一句。”[1] 二句。", "“一句。”[1]", id="closing quote"),
        pytest.param("一句。\n[1]\n二句。", "一句。\n[1]", id="mark on its own line"),
        pytest.param("一句。\n[2] 二句。", "一句。", id="mark that opens the next line"),
        pytest.param("3.14亿元。二句", "3.14亿元。", id="decimal point"),
        pytest.param("1. 一句。二句", "1. 一句。", id="list number"),
        pytest.param("One is 3.5 km. Two", "One is 3.5 km.", id="english"),
        pytest.param("真的？！……二句", "真的？！……", id="run of signs"),
        pytest.param("标题\n一句", "标题\n", id="line"),
        pytest.param("\n\n一句。二", "\n\n一句。", id="blank lines before"),
    ],
)
def test_a_sentence_ends_with_its_marks(text: str, expected: str) -> None:
    end = unit_end(text, last=False)
    assert text[:end] == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("一句", id="no end"),
        pytest.param("一句。", id="a mark may follow"),
        pytest.param("一句。[1", id="a mark has begun"),
        pytest.param("一句。【来源", id="a named mark has begun"),
        pytest.param("\n \n", id="blank"),
    ],
)
def test_a_sentence_that_may_go_on_is_not_finished(text: str) -> None:
    assert unit_end(text, last=False) is None


def test_at_the_end_nothing_is_waited_for() -> None:
    assert unit_end("一句。", last=True) == 3
    assert unit_end("一句", last=True) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("[1]", [1], id="one"),
        pytest.param("[3][1][3]", [3, 1], id="each once, in order"),
        pytest.param("[1，2、5]", [1, 2, 5], id="list"),
        pytest.param("[2-4]", [2, 3, 4], id="range"),
        pytest.param("【来源2】（见资料3）", [2, 3], id="named"),
        pytest.param("[^7]［８］", [7, 8], id="footnote and wide"),
        pytest.param("（来源：[1][2]）", [1, 2], id="marks in brackets"),
        pytest.param("[-1]", [], id="negative"),
        pytest.param("[2022]年（3）[a]", [], id="no marks"),
        pytest.param("[1-999]", list(range(1, 22)), id="a range without end"),
    ],
)
def test_marks_name_numbers(text: str, expected: list[int]) -> None:
    assert numbers(f"一句。{text}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("- **甲市**投资2亿元[1]。", "甲市投资2亿元。", id="bullet and bold"),
        pytest.param("2. 甲市[来源1]", "甲市", id="list number"),
        pytest.param("（一）甲市", "甲市", id="chinese list number"),
        pytest.param("## 标题\n", "标题", id="heading"),
        pytest.param("2.5亿元", "2.5亿元", id="a figure is no list number"),
        pytest.param("-", "", id="a lone sign"),
    ],
)
def test_a_claim_is_what_is_left(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("### 概况\n", True, id="markdown"),
        pytest.param("合作内容如下：", True, id="colon"),
        pytest.param("綜上所述，", True, id="traditional lead-in"),
        pytest.param("总体情况\n", True, id="short line"),
        pytest.param("总体情况", False, id="short answer at the end"),
        pytest.param("- 茶叶加工园\n", False, id="list item"),
        pytest.param("9456家\n", False, id="a figure"),
        pytest.param("甲市与乙县建立合作关系。", False, id="claim"),
    ],
)
def test_headings_and_courtesies_claim_nothing(text: str, expected: bool) -> None:
    assert claims_nothing(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("参考资料：", True),
        ("**来源**", True),
        ("Sources:", True),
        ("资料显示：", False),
        ("", False),
    ],
)
def test_a_list_of_references_is_known_by_its_head(text: str, expected: bool) -> None:
    assert opens_references(text) is expected


def test_a_sentence_that_goes_on_does_not_decline() -> None:
    assert declines("文中没有提到具体金额。")
    assert not declines("文中没有提到金额，但提到了占地200亩。")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("资料中没有可以回答这个问题的内容。", True, id="as the prompt demands"),
        pytest.param("资料中没有可以回答这个问题的内容。[1]", True, id="with a mark"),
        pytest.param("根据现有资料，文中未提及具体金额。", True, id="in other words"),
        pytest.param("無法根據資料回答。", True, id="traditional"),
        pytest.param("The articles do not say.", True, id="english"),
        pytest.param("资料中没有提到温州，但杭州投资3.2亿元。[1]", False, id="goes on"),
        pytest.param("资料没有提到深赣结对。与恩施结对的是杭州。[1]", False, id="corrects"),
        pytest.param("双方没有签署协议。[1]", False, id="a negative answer"),
        pytest.param("总投资3.2亿元。[1]资料中没有提到工期。", False, id="declines a part"),
        pytest.param("", False, id="empty"),
    ],
)
def test_declining_is_recognised(text: str, expected: bool) -> None:
    assert declined(text) is expected
