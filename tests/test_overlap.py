"""Texts are compared whatever script, width, spacing or numerals they have."""

import pytest

from assistant.facts.overlap import parts, parts_about, share, squeeze


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("１，２３４ 家 企業", "1234家企业", id="thousands, width, spaces"),
        pytest.param("十七個縣，六月", "17个县,6月", id="numerals"),
        pytest.param("三亚、十堰与统一", "三亚、十堰与统一", id="names keep theirs"),
        pytest.param("New York 5G", "new york 5g", id="latin words stay apart"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_text_is_squeezed(text: str, expected: str) -> None:
    assert squeeze(text) == expected


def test_the_share_is_between_nothing_and_all() -> None:
    assert share("對口合作", "广州与龙岩的对口合作方案") == 1.0
    assert share("对口合作", "天气很好") == 0.0
    assert share("", "天气很好") == 0.0
    assert 0 < share("对口合作成果", "对口支援成果") < 1


def test_parts_about_share_two_bigrams() -> None:
    text = squeeze("旅游收入增长，工业产值下降；天气很好。")
    assert parts(text) == ["旅游收入增长", "工业产值下降", "天气很好"]
    assert parts_about("旅游收入", text) == ["旅游收入增长"]
