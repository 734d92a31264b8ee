"""The short answer: the right span of the right kind, or none."""

import pytest

from assistant.asking.question import analyse
from assistant.reading.span import short_answer

PEOPLE = "据了解，甲市900多万常住人口中，有约20万乙市人。"
SIGNED = "论坛共签约省级项目60个，投资总额325亿元，引资276亿元。"


@pytest.mark.parametrize(
    ("question", "sentence", "short"),
    [
        pytest.param("甲市的常住人口是什么规模？", PEOPLE, "900多万", id="nearest-number"),
        pytest.param("乙市人在那里有多少？", PEOPLE, "约20万", id="the-other-number"),
        pytest.param("签约了多少个项目", SIGNED, "60个", id="unit"),
        pytest.param("投资总额是多少亿元", SIGNED, "325亿元", id="money"),
        pytest.param("引资多少", SIGNED, "276亿元", id="last-of-three"),
        pytest.param(
            "航线什么时候通航？",
            "10月11日，动车首次开通；12月21日，直飞航线正式通航。",
            "12月21日",
            id="date-of-its-clause",
        ),
        pytest.param(
            "销售额预计多少？",
            "分中心已于9月1日启动，预计今年销售额超2亿元。",
            "超2亿元",
            id="no-date-for-a-sum",
        ),
        pytest.param(
            "大龙产业园年产值多少？",
            "大龙建成25万吨的产业园，预计年产值超过300亿元。",
            "超过300亿元",
            id="money-without-a-unit",
        ),
        pytest.param(
            "期限是哪几年？",
            "座谈于2022年6月20日举行，期限是2022年至2030年。",
            "2022年至2030年",
            id="years",
        ),
        pytest.param("公司负责人是谁？", "据该公司负责人方明说，成本下降。", "方明", id="person"),
        pytest.param("哪个城市和广州结对？", "龙岩与广州建立结对关系。", "龙岩", id="place"),
        pytest.param(
            "到广州要多久？", "到广州1小时左右，到深圳2小时内。", "1小时左右", id="duration"
        ),
        pytest.param("为什么合作？", SIGNED, "", id="no-short-answer-to-why"),
        pytest.param("60个项目投资多少亿元？", "共60个项目。", "", id="nothing-new"),
        pytest.param("有多少人？", "", "", id="empty"),
    ],
)
def test_short_answer(question: str, sentence: str, short: str) -> None:
    assert short_answer(analyse(question), sentence) == short


@pytest.mark.parametrize(
    ("question", "sentence", "said", "short"),
    [
        pytest.param(
            "市长是谁？",
            "市长李明介绍，园区建成。",
            "李明介绍，园区建成。",
            "李明",
            id="name-alone",
        ),
        pytest.param(
            "谁签约？", "甲公司、乙公司签约。", "甲公司、乙公司", "甲公司、乙公司", id="list"
        ),
        pytest.param("鱼有多长？", "体长可达50公分。", "体长可达50公分", "50公分", id="rare-unit"),
        pytest.param(
            "卖了多少张？", "卖出20张和3件。", "20张和3件", "20张", id="not-the-next-thing"
        ),
        pytest.param(
            "人口密度是多少？",
            "每平方公里69670人。",
            "每平方公里69670人",
            "每平方公里69670人",
            id="rate",
        ),
        pytest.param("占百分之多少？", "占88.4%的公民。", "88.4%的公民", "88.4%", id="no-noun"),
        pytest.param(
            "抢救了多少件？", "共抢救二万四千多件。", "二万四千多件", "二万四千多件", id="words"
        ),
        pytest.param(
            "海拔是多少米？", "生长于海拔100米至2800米处。", "", "100米至2800米", id="range"
        ),
        pytest.param(
            "鱼长多少厘米？",
            "一般长25～50厘米。",
            "一般长25～50厘米",
            "25～50厘米",
            id="range-of-one-unit",
        ),
        pytest.param(
            "何时播出？",
            "于1984年10月7日至1985年9月29日播出。",
            "",
            "1984年10月7日至1985年9月29日",
            id="from-to",
        ),
        pytest.param("何时建成？", "投资5亿元到2030年建成。", "", "2030年", id="no-range"),
        pytest.param(
            "何时入选？",
            "在2010年公开赛后入选。",
            "2010年公开赛后",
            "2010年公开赛后",
            id="occasion",
        ),
        pytest.param(
            "哪一年开馆？", "2003年2月22日开馆。", "2003年2月22日", "2003年", id="year-asked"
        ),
        pytest.param(
            "谁签约？", "来的有甲，还有乙。", "甲，还有乙", "甲，还有乙", id="no-name-known"
        ),
    ],
)
def test_what_the_network_marks(question: str, sentence: str, said: str, short: str) -> None:
    assert short_answer(analyse(question), sentence, said) == short
