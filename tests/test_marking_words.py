"""Marking: how words are compared, and which of them say no or that nothing is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.marking import contains, normalise, overlaps, says_absent, says_no

CHARACTERS = st.text(
    alphabet="一二三十百千万亿两零第唯统个多元年月日0123456789,，.．。 \n-—%龍龙Ａa“”「」😀"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("龍岩與廣州", "龙岩与广州", id="traditional"),
        pytest.param("２０１９　年", "2019年", id="full-width"),
        pytest.param("1,209 個", "1209个", id="thousands"),
        pytest.param("二百零九个", "209个", id="numerals"),
        pytest.param("九百多万", "900多万", id="round-numeral"),
        pytest.param("107国道——北江 5G", "107国道-北江5g", id="dash-and-case"),
        pytest.param("2019-07-03", "2019年7月3日", id="iso-date"),
        pytest.param("2019年07月03号", "2019年7月3日", id="leading-zeros"),
        pytest.param("百分之十五", "15%", id="percent"),
        pytest.param("「雙向」『飛地』", "\"双向\"'飞地'", id="quotes"),
        pytest.param("2022，265人", "2022,265人", id="comma-between-numbers"),
        pytest.param("0, 百家", "0,|100家", id="comma-and-space-between-numbers"),
        pytest.param("July 30 2019", "july30|2019", id="two-numbers-stay-two"),
        pytest.param("", "", id="empty"),
        pytest.param("😀", "😀", id="emoji"),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@given(CHARACTERS)
def test_normalise_has_no_white_space_and_is_stable(text: str) -> None:
    once = normalise(text)
    assert not any(character.isspace() for character in once)
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("answer", "expected", "is_in"),
    [
        pytest.param("签约21项", "21项", True, id="whole"),
        pytest.param("签约121项", "21项", False, id="inside-longer"),
        pytest.param("达325亿元", "25亿", False, id="325"),
        pytest.param("投资12亿元", "2亿", False, id="12"),
        pytest.param("11月11日", "1月11日", False, id="month"),
        pytest.param("今年1月11日", "1月11日", True, id="month-alone"),
        pytest.param("十一月十一日", "1月11日", False, id="month-in-numerals"),
        pytest.param("一月十一日", "1月11日", True, id="date-in-numerals"),
        pytest.param("2023年01月11日", "1月11日", True, id="date-with-zeros"),
        pytest.param("总投资3.2亿元", "2亿", False, id="decimal-before"),
        pytest.param("总投资25.6亿元", "25", False, id="decimal-after"),
        pytest.param("共265人。", "265", True, id="full-stop-after"),
        pytest.param("1. 209个项目\n2. 60个", "209个", True, id="numbered-list"),
        pytest.param("九百多万人", "900", True, id="numeral-900"),
        pytest.param("8000元", "800", False, id="prefix-of-number"),
        pytest.param("每次省800余元", "80元", False, id="typical-wrong-value"),
        pytest.param("全国唯一一个试点", "唯一", True, id="only-one"),
        pytest.param("“十三五”期间", "十四五", False, id="another-five-year-plan"),
        pytest.param("“十四五”規劃", "十四五", True, id="five-year-plan"),
        pytest.param("統一規劃", "统一", True, id="word-with-one"),
        pytest.param("采取“一对一”“二对一”方式", "二对一", True, id="pairing"),
        pytest.param("七個區縣", "7个", True, id="traditional-count"),
        pytest.param("十七个区县", "7个", False, id="numeral-inside-numeral"),
        pytest.param("July 30 2019", "30", True, id="english-date"),
        pytest.param("任何文字", "", False, id="nothing-expected"),
        pytest.param("", "265", False, id="empty-answer"),
        pytest.param("是(的)", "(的", True, id="pattern-characters"),
    ],
)
def test_contains(answer: str, expected: str, is_in: bool) -> None:
    assert contains(answer, expected) is is_in


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_number_is_found_only_as_itself(number: int, other: int) -> None:
    assert contains(f"共有{number:,}项。", f"{other}项") is (number == other)


@pytest.mark.parametrize(
    ("text", "is_no"),
    [
        pytest.param("没有", True, id="none"),
        pytest.param("是不是都行", False, id="a-not-a"),
        pytest.param("发展不断加快", False, id="不-in-a-word"),
        pytest.param("不仅有，而且多", False, id="not-only"),
        pytest.param("它从未举办", True, id="never"),
        pytest.param("notable growth", False, id="not-in-a-word"),
        pytest.param("It was not held", True, id="english"),
        pytest.param("", False, id="empty"),
    ],
)
def test_says_no(text: str, is_no: bool) -> None:
    assert says_no(text) is is_no


@pytest.mark.parametrize(
    ("text", "is_absent"),
    [
        pytest.param("资料未明确具体金额", True, id="not-specified"),
        pytest.param("资料中没有两地的总投资额", True, id="not-in-the-articles"),
        pytest.param("原文並未說明", True, id="traditional"),
        pytest.param("无法从现有资料判断", True, id="cannot-tell"),
        pytest.param("This isn't stated.", True, id="english"),
        pytest.param("两地没有直达列车", False, id="a-plain-no"),
        pytest.param("布局新材料未来产业", False, id="new-materials-future"),
        pytest.param("文化无界，人文相亲", False, id="culture"),
        pytest.param("", False, id="empty"),
    ],
)
def test_says_absent(text: str, is_absent: bool) -> None:
    assert says_absent(text) is is_absent


QUOTE = "两市建立党政联席会议制度，定期会商。"


@pytest.mark.parametrize(
    ("quote", "evidence", "is_same"),
    [
        pytest.param(QUOTE, QUOTE, True, id="same"),
        pytest.param("兩市建立黨政聯席\n會議制度,定期會商", QUOTE, True, id="script-width-space"),
        pytest.param("此外，" + QUOTE[:12] + "等", "据悉" + QUOTE, True, id="shared-run-of-12"),
        pytest.param("甲" + QUOTE[:11] + "乙", "丙" + QUOTE, False, id="shared-run-of-11"),
        pytest.param("联席会议", QUOTE, True, id="contained"),
        pytest.param(QUOTE, "联席会议", True, id="contains"),
        pytest.param("联席例会", QUOTE, False, id="other"),
        pytest.param("", QUOTE, False, id="empty"),
        pytest.param(" \n", QUOTE, False, id="white-space"),
    ],
)
def test_overlaps(quote: str, evidence: str, is_same: bool) -> None:
    assert overlaps(quote, evidence) is is_same
    assert overlaps(evidence, quote) is is_same
