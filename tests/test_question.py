"""Taking a question apart: its kind, its years, what it quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.asking.question import analyse


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        pytest.param("签约项目一共多少个？", "number", id="how-many"),
        pytest.param("蓄水量是几亿立方米", "number", id="how-many-units"),
        pytest.param("隧道多长？", "number", id="how-long"),
        pytest.param("协议是什么时候签的？", "date", id="when"),
        pytest.param("龙岩直达动车哪天开通？", "date", id="which-day"),
        pytest.param("这条航线是哪一年通航的", "date", id="which-year"),
        pytest.param("联席会议多久举办一次？", "date", id="how-often"),
        pytest.param("佛山这几年的变化由谁牵头", "thing", id="these-years-is-not-when"),
        pytest.param("哪个城市和遵义结对？", "thing", id="which-city"),
        pytest.param("新业态有哪些？", "thing", id="which"),
        pytest.param("有没有签约？", "yes_no", id="whether"),
        pytest.param("郴州是湖南的吗？", "yes_no", id="ma"),
        pytest.param("这条路是不是通了", "yes_no", id="is-it"),
        pytest.param("郴州是做什么的", "thing", id="shenme-is-not-ma"),
        pytest.param("为什么要共建园区？", "account", id="why"),
        pytest.param("兩地的產業園預計年產值多少？", "number", id="traditional"),
        pytest.param("How many projects were signed?", "number", id="english"),
        pytest.param("Did Foshan sign an agreement?", "yes_no", id="english-yes-no"),
        pytest.param("Why was the park built?", "account", id="english-why"),
    ],
)
def test_kind(question: str, kind: str) -> None:
    assert analyse(question).kind == kind


def test_years_editions_and_quoted_names() -> None:
    asked = analyse("2019年第二届论坛的《对口合作方案》和「紅三角」是什么")
    assert asked.years == {"2019"}
    assert asked.editions == ("第2届",)
    assert asked.quoted == ("对口合作方案", "红三角")


@given(st.text(max_size=200))
def test_any_text_is_taken_apart(text: str) -> None:
    assert analyse(text).asked == text
