"""Reasons to abstain by rule: another place, another pair, no answer of the kind asked for."""

import pytest

from assistant.guard import other_kind, other_subject
from assistant.question import analyse

PLAN = (
    "《广州市与龙岩市对口合作实施方案》《东莞市与吉安市对口合作实施方案》相继印发，明确了六大任务。"
)


@pytest.mark.parametrize(
    ("question", "sentence", "about"),
    [
        pytest.param("专列开行多少列？", "专列实现正式运行，全年货值2亿元。", "列", id="unit"),
        pytest.param(
            "减免多少所得税？", "2018年11月印发了总体方案。", "数字", id="a-date-is-no-sum"
        ),
        pytest.param(
            "减免多少税？", "一个世界级城市群的轮廓正在清晰。", "数字", id="one-is-no-number"
        ),
        pytest.param("园区何时动工？", "双方将建设佛山产业园。", "时间", id="no-date"),
        pytest.param("到广州要多久？", "到2021年9月，客源八成来自广州。", "时长", id="no-duration"),
        pytest.param("期限是哪几年？", "2022年6月20日至21日座谈。", "年份", id="no-years"),
        pytest.param("机场在龙岩哪个县？", "广州直飞龙岩的航线通航。", "哪个县", id="no-county"),
    ],
)
def test_no_answer_of_the_kind(question: str, sentence: str, about: str) -> None:
    assert about in other_kind(analyse(question), sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param("来了多少位客商？", "参会客商265人。", id="units-of-one-sort"),
        pytest.param("期限是多少年？", "合作期限为2022年至2030年，共9年。", id="years"),
        pytest.param("期限是哪几年？", "期限是2022年至2030年。", id="from-year-to-year"),
        pytest.param("何时建立？", "它于公元前25年建立。", id="short-year"),
        pytest.param("到广州要多久？", "到广州1小时左右。", id="duration"),
        pytest.param("有多少病人？", "一半以上病人在首个小时内死亡。", id="half"),
        pytest.param("哪个县牵头？", "该项目由新晃县牵头。", id="county"),
        pytest.param("兩地簽了多少個項目？", "共簽約60個項目。", id="traditional"),
        pytest.param("为什么合作？", "双方互补。", id="why-takes-any"),
    ],
)
def test_may_be_the_answer(question: str, sentence: str) -> None:
    assert other_kind(analyse(question), sentence) == ""


def test_another_place_is_another_subject() -> None:
    found = ["佛山与郴州", "佛山与郴州共建园区，投资3亿元。"]
    assert "深圳" in other_subject(analyse("深圳和百色投入多少资金？"), found)


def test_a_pair_that_the_article_never_joins() -> None:
    assert "东莞与吉安" in other_subject(analyse("东莞与龙岩的合作有哪些任务？"), [PLAN])
    assert other_subject(analyse("广州和龙岩的合作有哪些任务？"), [PLAN]) == ""


def test_a_list_joins_nothing() -> None:
    found = ["深圳与汕尾、佛山与郴州，广州与梅州、东莞与吉安。"]
    reason = other_subject(analyse("汕尾和佛山的合作？"), found)
    assert set(reason.split("说到的是")[1].split("、")) == {"深圳与汕尾", "佛山与郴州"}


def test_a_place_may_stand_anywhere_in_the_article() -> None:
    found = ["邵阳论坛", "签约项目60个。"]
    assert other_subject(analyse("邵阳签约多少个项目？"), found) == ""
