"""Citations: exact places, checked claims, and no mark of the model passed on unchecked."""

import re
from datetime import date

import pytest
from sources import SOURCES, TEA, source

from assistant.checking.cite import citation, cite


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param("茶叶加工园总投资3.2亿元[1]。", id="before the full stop"),
        pytest.param("茶叶加工园总投资3.2亿元。[1]", id="after it"),
        pytest.param("茶叶加工园总投资3.2亿元。【1】", id="lenticular"),
        pytest.param("茶叶加工园总投资3.2亿元。［１］", id="full width"),
        pytest.param("茶叶加工园总投资3.2亿元。[来源1]", id="named"),
        pytest.param("茶叶加工园总投资3.2亿元（来源：1）。", id="in words"),
        pytest.param("茶叶加工园总投资3.2亿元[^1]。", id="footnote"),
        pytest.param("茶叶加工园总投资3.2亿元 [1] 。", id="spaced"),
        pytest.param("茶叶加工园总投资3.2亿元。[1][1][1]", id="thrice"),
        pytest.param("茶叶加工园总投资3.2亿元。[99][0][-1][1]", id="with marks of nothing"),
        pytest.param("茶叶加工园[1]总投资3.2亿元。", id="in the middle"),
        pytest.param("茶叶加工园总投资3.2亿元。", id="no mark"),
        pytest.param("茶叶加工园总投资3.2亿元。[99]", id="only a mark of nothing"),
        pytest.param("茶叶加工园总投资3.2亿元。[3]", id="the wrong source"),
    ],
)
def test_every_usual_mark_becomes_one_checked_citation(marked: str) -> None:
    cited = cite(marked, SOURCES)
    assert cited.text == "茶叶加工园总投资3.2亿元。[1]"
    (one,) = cited.citations
    assert one.quote == "双方共建茶叶加工园，总投资3.2亿元，占地200多亩。"
    assert one.article_id == "a1"
    assert TEA[one.start - 50 : one.end - 50] == one.quote
    assert (one.title, one.published) == ("杭州恩施携手种茶", date(2024, 7, 1))


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        pytest.param("[1,2]", [1, 2], id="comma"),
        pytest.param("[1，2]", [1, 2], id="full-width comma"),
        pytest.param("[1、2]", [1, 2], id="enumeration comma"),
        pytest.param("[1][2]", [1, 2], id="side by side"),
        pytest.param("[1-2]", [1, 2], id="range"),
        pytest.param("【来源1，来源2】", [1, 2], id="named"),
    ],
)
def test_two_sources_that_say_the_same_are_both_cited(marks: str, expected: list[int]) -> None:
    twins = [source(number, "甲镇建成茶园300亩。", "茶园", date(2022, 1, 1)) for number in (1, 2)]
    cited = cite(f"甲镇建成茶园300亩。{marks}", twins)
    assert cited.sentences[0].citations == expected
    assert [one.article_id for one in cited.citations] == ["a1", "a2"]


def test_numbers_run_in_order_of_first_use_one_for_each_place() -> None:
    text = "失业人数下降0.5个百分点。[2]茶叶加工园占地200多亩。[1]就业人数增长12%。[2]"
    cited = cite(text, SOURCES)
    assert [sentence.citations for sentence in cited.sentences] == [[1], [2], [1]]
    assert [one.number for one in cited.citations] == [1, 2]


def test_a_claim_of_two_sentences_is_cited_to_both() -> None:
    cited = cite("双方签署行动方案，并开通直达航班。[1]", SOURCES)
    assert cited.sentences[0].status == "supported"
    assert len(cited.citations) == 2


@pytest.mark.parametrize(
    "claim",
    [
        pytest.param("茶叶加工园的总投资为三亿二千万元。[1]", id="chinese money"),
        pytest.param("茶叶加工园总投资32000万元。", id="wan"),
        pytest.param("茶葉加工園總投資３．２億元。", id="traditional and wide"),
        pytest.param("茶叶加工园占地超过200亩。", id="more than"),
        pytest.param("2023年4月，杭州与恩施签署行动方案。", id="last year resolved"),
        pytest.param("2024年6月12日，两地开通直达航班。", id="this year resolved"),
        pytest.param("六月十二日两地开通航班。", id="chinese date"),
        pytest.param("宁波与凉山的“山海医疗联盟”覆盖十七个县。", id="simplified claim"),
        pytest.param("90%以上的门诊无需转诊。", id="tenths and another negation"),
        pytest.param("百分之九十以上的门诊不再需要转诊。", id="per cent in words"),
        pytest.param("就业人数增长百分之十二。", id="growth"),
        pytest.param("嘉兴的签约额为15000亿元。", id="trillion"),
        pytest.param("与湖州结对的是衢州。[3]", id="pair turned round"),
        pytest.param("据示例日报2021年1月5日报道，湖州与衢州结对。[3]", id="publisher and date"),
        pytest.param("Hangzhou and Enshi invested 320 million yuan over 200 mu [1].", id="english"),
    ],
)
def test_what_the_words_carry_is_supported(claim: str) -> None:
    cited = cite(claim, SOURCES)
    assert [(one.status, one.reason) for one in cited.sentences] == [("supported", "")]
    assert cited.citations


FALSE_CLAIMS = [
    pytest.param("茶叶加工园总投资3.5亿元。[1]", "3.5亿元", id="figure"),
    pytest.param("茶叶加工园总投资3.2亿美元。[1]", "3.2亿美元", id="currency"),
    pytest.param("茶叶加工园总投资3.2万元。[1]", "3.2万元", id="magnitude"),
    pytest.param("茶叶加工园占地不足200亩。[1]", "200", id="bound"),
    pytest.param("2022年4月，杭州与恩施签署行动方案。[1]", "2022年", id="year"),
    pytest.param("6月21日，两地开通直达航班。[1]", "6月21日", id="day"),
    pytest.param("两地航班的飞行时间延长2小时。[1]", "缩短", id="direction"),
    pytest.param("就业人数下降12%。[2]", "增长", id="fall for growth"),
    pytest.param("九成以上的门诊需要转诊。[2]", "相反", id="negation dropped"),
    pytest.param("双方没有签署行动方案。[1]", "相反|否定", id="negation added"),
    pytest.param("温州与恩施共建茶叶加工园。[1]", "温州", id="city from nowhere"),
    pytest.param("嘉兴与衢州结对。[3]", "结对|与", id="pair of one text crossed"),
    pytest.param("衢州设立公司12家。[3]", "嘉兴", id="figure of the neighbour"),
    pytest.param("双方签署《医疗协作协议》。[1]", "医疗协作协议", id="title"),
    pytest.param("白云机场开通直达航班。[1]", "白云机场", id="organisation"),
    pytest.param("市长出席了茶叶加工园的签约。[1]", "市长", id="office"),
    pytest.param("5G覆盖了茶叶加工园。[1]", "5g", id="latin"),
    pytest.param("区域协调发展，群众生活越来越好。[1]", "无关|没有", id="another subject"),
    pytest.param("Hangzhou invested 350 million yuan [1].", "350 million", id="english"),
]


@pytest.mark.parametrize(("claim", "reason"), FALSE_CLAIMS)
def test_what_the_words_do_not_carry_is_flagged_with_its_reason(claim: str, reason: str) -> None:
    cited = cite(claim, SOURCES)
    (sentence,) = cited.sentences
    assert sentence.status == "unsupported"
    assert re.search(reason, sentence.reason)
    assert sentence.citations == []
    assert cited.citations == []
    assert "[" not in cited.text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("根据资料，\n", id="lead-in"),
        pytest.param("## 医疗合作\n", id="heading"),
        pytest.param("**茶产业**\n", id="bold heading"),
        pytest.param("合作领域\n", id="short line"),
        pytest.param("双方的合作包括：\n", id="colon"),
        pytest.param("好的。", id="courtesy"),
        pytest.param("希望以上内容对您有帮助！", id="farewell"),
        pytest.param("资料中没有可以回答这个问题的内容。", id="declining"),
        pytest.param("资料中没有提到温州2030年的投资。[1]", id="declining about names"),
    ],
)
def test_what_claims_nothing_is_neither_cited_nor_blamed(text: str) -> None:
    cited = cite(text + "茶叶加工园总投资3.2亿元。[1]", SOURCES)
    first, second = cited.sentences
    assert (first.citations, first.status) == ([], "supported")
    assert second.citations == [1]


@pytest.mark.parametrize("text", ["**温州投资9亿元**\n", "以下是温州的情况：\n"])
def test_a_heading_may_not_smuggle_in_what_no_source_says(text: str) -> None:
    assert cite(text, SOURCES).sentences[0].status == "unsupported"


def test_lists_keep_their_shape_and_references_are_left_out() -> None:
    text = (
        "合作成果如下：\n1. 茶叶加工园总投资3.2亿元。[1]\n2. 就业人数增长12%[2]\n\n"
        "参考资料：\n[1] 杭州恩施携手种茶\n[2] 山海医疗联盟"
    )
    cited = cite(text, SOURCES)
    assert cited.text == ("合作成果如下：\n1. 茶叶加工园总投资3.2亿元。[1]\n2. 就业人数增长12%[2]")


@pytest.mark.parametrize("text", ["", " \n", "。", "[1]", "😀", "……", "—"])
def test_a_text_without_words_has_no_sentences(text: str) -> None:
    cited = cite(text, SOURCES)
    assert cited.sentences == []
    assert cited.citations == []


def test_without_sources_nothing_is_supported() -> None:
    (sentence,) = cite("茶叶加工园总投资3.2亿元。[1]", []).sentences
    assert sentence.status == "unsupported"
    assert sentence.reason


def test_a_citation_must_lie_in_its_chunk() -> None:
    hit = SOURCES[0].hit
    assert citation(4, hit, 50, 55).quote == TEA[:5]
    for start, end in ((49, 55), (60, 60), (55, 50 + len(TEA) + 1)):
        with pytest.raises(ValueError, match="outside the chunk"):
            citation(1, hit, start, end)
