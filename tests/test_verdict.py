"""Yes, no, or nothing: only where a sentence says so."""

from datetime import date

import pytest

from assistant.reading.verdict import verdict


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        pytest.param("园区首期投资18亿元吗？", "园区首期投资18亿元。", "是", id="figure"),
        pytest.param("园区首期投资是28亿元吗？", "园区首期投资18亿元。", "否", id="other-figure"),
        pytest.param("园区总投资超过30亿元吗？", "园区总投资35亿元。", "是", id="above"),
        pytest.param("园区总投资超过40亿元吗？", "园区总投资35亿元。", "否", id="not-above"),
        pytest.param("协议签署了没有？", "双方签署了协议。", "是", id="done"),
        pytest.param("方案印发了吗？", "相关方案尚未印发。", "否", id="not-yet"),
        pytest.param("园区会收取第一年的租金吗？", "园区不收取第一年的租金。", "否", id="denied"),
        pytest.param("博览会是在厦门举行的吗？", "首届博览会在泉州举行。", "否", id="place"),
        pytest.param("大龙开发区在湖南省内吗？", "贵州大龙开发区签署协议。", "否", id="province"),
        pytest.param("铁路是2021年开通的吗？", "铁路于2023年12月28日开通。", "否", id="year"),
        pytest.param("铁路是2023年开通的吗？", "铁路于2023年12月28日开通。", "是", id="same-year"),
        pytest.param(
            "鐵路是2023年開通的嗎？", "铁路于2023年12月28日开通。", "是", id="traditional"
        ),
        pytest.param(
            "氢能产业突破万亿元了吗？",
            "装备制造产业突破万亿元，氢能产业走在前列。",
            "",
            id="said-of-another",
        ),
        pytest.param(
            "深圳与百色的方案已经印发了吗？", "深圳与百色的方案也将陆续印发。", "否", id="to-come"
        ),
        pytest.param("园区已建成了吗？", "园区预计明年建成。", "", id="expected"),
        pytest.param("园区预计明年建成吗？", "园区预计明年建成。", "是", id="asked-as-expected"),
        pytest.param("厂房是谁的，拆了吗？", "两市共商发展大计。", "", id="of-something-else"),
        pytest.param("园区有没有幼儿园？", "园区有食堂和宿舍。", "", id="not-said"),
        pytest.param("广州的伙伴只有龙岩吗？", "广州有两个伙伴，龙岩和梅州。", "否", id="only-one"),
        pytest.param("广州只和龙岩合作吗？", "广州和龙岩、梅州合作。", "", id="others-are-named"),
        pytest.param("珠海只有遵义一个伙伴吗？", "珠海只有遵义一个伙伴。", "是", id="one-it-is"),
        pytest.param("博览会有温州的企业吗？", "博览会有企业三百家。", "", id="place-not-named"),
    ],
)
def test_verdict(question: str, sentence: str, expected: str) -> None:
    assert verdict(question, sentence, (), None) == expected


def test_a_relative_year_is_read_against_the_date() -> None:
    sentence = "铁路于去年12月开通。"
    assert verdict("铁路是2022年开通的吗？", sentence, (), date(2023, 2, 1)) == "是"
    assert verdict("铁路是2021年开通的吗？", sentence, (), date(2023, 2, 1)) == "否"


def test_a_true_figure_of_another_thing_is_no_yes() -> None:
    sentence = "共签约项目60个，投资总额325亿元，引资276亿元。"
    assert verdict("签约项目的投资总额是276亿元吗？", sentence, (), None) == "否"
    assert verdict("签约项目的投资总额是325亿元吗？", sentence, (), None) == "是"
