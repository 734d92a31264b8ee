"""Taking a question apart: its kind, its unit, its content, its focus."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asking.question import analyse


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        pytest.param("签约项目一共多少个？", "number", id="how-many"),
        pytest.param("蓄水量是几亿立方米", "number", id="how-many-units"),
        pytest.param("协议是什么时候签的？", "date", id="when"),
        pytest.param("龙岩直达动车哪天开通？", "date", id="which-day"),
        pytest.param("这条航线是哪一年通航的", "date", id="which-year"),
        pytest.param("佛山这几年的变化由谁牵头", "who", id="these-years-is-not-when"),
        pytest.param("负责人叫什么？", "who", id="called-what"),
        pytest.param("论坛在哪里举行？", "where", id="where"),
        pytest.param("哪个城市和遵义结对？", "where", id="which-city"),
        pytest.param("新业态有哪些？", "list", id="which"),
        pytest.param("具体是哪几个市", "list", id="which-ones"),
        pytest.param("有没有签约？", "yes_no", id="whether"),
        pytest.param("郴州是湖南的吗？", "yes_no", id="ma"),
        pytest.param("郴州是做什么的", "what", id="shenme-is-not-ma"),
        pytest.param("为什么要共建园区？", "why_how", id="why"),
        pytest.param("甲项目和乙项目哪个更大？", "compare", id="which-is-larger"),
        pytest.param("兩地的產業園預計年產值多少？", "number", id="traditional"),
        pytest.param("How many projects were signed?", "number", id="english"),
    ],
)
def test_kind(question: str, kind: str) -> None:
    assert analyse(question).kind == kind


def test_unit_and_numbers() -> None:
    asked = analyse("2019年论坛签约的60个项目投资多少亿元？")
    assert asked.unit == "亿元"
    assert asked.numbers == ("2019", "60")


def test_content_leaves_out_the_words_that_only_ask() -> None:
    content = analyse("请问佛山的常住人口大概是多少？").content
    assert {"佛山", "常住", "人口"} <= set(content)
    assert not {"请问", "多少", "大概", "是", "的", "山的"} & set(content)


def test_focus_stands_beside_the_word_that_asks() -> None:
    focus = set(analyse("佛山和郴州签署的框架协议里规定的合作期限是多少年？").focus)
    assert "期限" in focus
    assert "佛山" not in focus


def test_quoted_names() -> None:
    assert analyse("《对口合作方案》和「紅三角」是什么").quoted == ("对口合作方案", "红三角")


@given(st.text(max_size=200))
def test_any_text_is_taken_apart(text: str) -> None:
    asked = analyse(text)
    assert set(asked.focus) <= set(asked.content) | set(asked.focus)
    assert len(set(asked.content)) == len(asked.content)
