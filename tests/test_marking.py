"""Marking: what must be right, what must be wrong, and why."""

from dataclasses import replace

import pytest

from assistant.evaluation.marking import is_short_right, mark, plain_text
from assistant.evaluation.qa_set import Question
from assistant.schema import Answer, Mode


def answered(text: str, short: str = "", *, abstained: bool = False, mode: Mode = "llm") -> Answer:
    return Answer("问", "问", text, short=short, abstained=abstained, mode=mode)


FIGURE = Question("多少？", type="fact_number", must_include=("2亿",), must_not_include=("20亿",))
EITHER = Question("哪个市？", type="english", answers=("珠海", "Zhuhai"))
LISTED = Question("哪些？", type="list", answers=("甲、乙、丙",), must_include=("甲", "乙", "丙"))


@pytest.mark.parametrize(
    ("question", "answer", "is_right", "reason"),
    [
        pytest.param(FIGURE, answered("预计超2亿元[1]。"), True, "", id="value"),
        pytest.param(FIGURE, answered("预计超 ２ 亿元"), True, "", id="width-and-space"),
        pytest.param(FIGURE, answered("预计销售可观。", "两亿元"), True, "", id="in-short"),
        pytest.param(FIGURE, answered("[2]亿"), False, "missing: 2亿", id="mark-is-no-figure"),
        pytest.param(FIGURE, answered("12亿元"), False, "missing: 2亿", id="longer-number"),
        pytest.param(FIGURE, answered("2亿至20亿元"), False, "present: 20亿", id="wrong-too"),
        pytest.param(FIGURE, answered("2亿元", abstained=True), False, "abstained", id="abstains"),
        pytest.param(FIGURE, answered(""), False, "missing: 2亿", id="empty"),
        pytest.param(EITHER, answered("It is ZHUHAI."), True, "", id="any-answer"),
        pytest.param(EITHER, answered("Shenzhen"), False, "none of", id="no-answer"),
        pytest.param(Question("谁？"), answered("某人"), False, "nothing to mark", id="no-key"),
        pytest.param(LISTED, answered("乙、丙和甲"), True, "", id="list"),
        pytest.param(LISTED, answered("甲和乙"), False, "missing: 丙", id="list-partly"),
        pytest.param(
            LISTED, answered("甲乙丙", abstained=True), False, "abstained", id="list-none"
        ),
    ],
)
def test_mark(question: Question, answer: Answer, is_right: bool, reason: str) -> None:
    verdict = mark(question, answer)
    assert verdict.right is is_right
    assert reason in verdict.reason
    assert bool(verdict.reason) is not is_right


def test_long_types_earn_partial_credit_and_short_ones_do_not() -> None:
    answer = answered("甲和乙")
    assert mark(LISTED, answer).credit == pytest.approx(2 / 3)
    short = Question("哪些？", type="followup", must_include=("甲", "乙", "丙"))
    assert mark(short, answer).credit == 0.0
    wrong = Question("谁更高？", type="compare", must_include=("甲",), must_not_include=("乙更高",))
    assert mark(wrong, answered("乙更高，甲次之")).credit == 0.0


@pytest.mark.parametrize(
    ("kind", "mode", "length", "is_right"),
    [
        pytest.param("fact_number", "extractive", 200, True, id="at-the-limit"),
        pytest.param("fact_number", "extractive", 201, False, id="too-long"),
        pytest.param("fact_number", "llm", 201, True, id="llm-may"),
        pytest.param("list", "extractive", 201, True, id="long-type-may"),
        pytest.param("followup", "extractive", 201, False, id="followup-is-short"),
    ],
)
def test_length_of_extractive_answers(kind: str, mode: Mode, length: int, is_right: bool) -> None:
    question = Question("多少？", type=kind, must_include=("2亿",))
    text = "2亿" + "字" * (length - 2)
    assert mark(question, answered(text + "[1][2]", "2亿", mode=mode)).right is is_right


WANTS_YES = Question(
    "有吗？", type="yes_no", answers=("有的", "早已有之"), must_not_include=("没有往来",)
)
WANTS_NO = Question(
    "在甲省吗？",
    type="yes_no",
    answers=("不是", "并非", "属于乙省", "在乙省"),
    must_include=("乙省",),
    must_not_include=("是的",),
)
DRINKABLE = Question("能喝吗？", type="yes_no", answers=("能达到", "可以"), must_include=("饮用",))


@pytest.mark.parametrize(
    ("question", "text", "is_right"),
    [
        pytest.param(WANTS_YES, "有的，两地民间早有走动。", True, id="yes"),
        pytest.param(WANTS_YES, "由于相隔不远，两地交往早已有之。", True, id="lead-in-with-不"),
        pytest.param(WANTS_YES, "根据资料，是的。", True, id="lead-in-then-yes"),
        pytest.param(WANTS_YES, "两地没有交往，早已有之的是竞争。", False, id="no"),
        pytest.param(WANTS_YES, "甲市人口九百万。", False, id="beside-the-point"),
        pytest.param(WANTS_YES, "有走动。", True, id="yes-in-other-words"),
        pytest.param(WANTS_YES, "有招商局集团等四个项目。", False, id="有-that-only-states"),
        pytest.param(WANTS_YES, "是全国唯一的试点。", False, id="是-that-only-states"),
        pytest.param(WANTS_YES, "并不是没有，早已有之。", True, id="double-negation"),
        pytest.param(DRINKABLE, "水质常年可达直接饮用标准。", True, id="statement-affirms"),
        pytest.param(DRINKABLE, "水质好不好？可直接饮用。", True, id="a-not-a-is-no-denial"),
        pytest.param(DRINKABLE, "不错，达到饮用标准。", True, id="不错-affirms"),
        pytest.param(DRINKABLE, "不能直接饮用。", False, id="denied"),
        pytest.param(DRINKABLE, "未达饮用标准。", False, id="not-reached"),
        pytest.param(DRINKABLE, "资料没有提到能否饮用。", False, id="says-absent"),
        pytest.param(WANTS_NO, "不是，它属于乙省。", True, id="denies"),
        pytest.param(WANTS_NO, "不，在乙省。", True, id="bare-不"),
        pytest.param(WANTS_NO, "该区并不在甲省，而在乙省。", True, id="denies-inside"),
        pytest.param(WANTS_NO, "该区属于乙省。", True, id="accepted-answer"),
        pytest.param(WANTS_NO, "該區屬於乙省。", True, id="accepted-in-traditional"),
        pytest.param(WANTS_NO, "甲省某县与乙省某区签署协议。", False, id="quote-without-a-no"),
        pytest.param(WANTS_NO, "在甲省，不是乙省。", False, id="no-too-late"),
        pytest.param(WANTS_NO, "是的，在乙省。", False, id="yes-instead"),
        pytest.param(WANTS_NO, "No, it is 乙省.", True, id="english-no"),
    ],
)
def test_yes_no(question: Question, text: str, is_right: bool) -> None:
    assert mark(question, answered(text)).right is is_right


def test_the_short_answer_is_the_first_clause_when_it_says_yes_or_no() -> None:
    quote = "甲省某县与乙省某区签署协议。"
    assert mark(WANTS_NO, answered(quote, "不是")).right
    assert not mark(WANTS_NO, answered(quote, "是")).right
    assert mark(WANTS_YES, answered("两地相距不远。", "有")).right


NO_ANSWER = Question(
    "丙市与丁市的合作提出了哪几大任务？",
    type="unanswerable",
    answers=("资料中未提及", "没有找到相关信息", "丙市结对的是戊城，丁市结对的是己城"),
    must_not_include=("483.02",),
)


@pytest.mark.parametrize(
    ("answer", "is_right"),
    [
        pytest.param(answered("最接近的文章：…", abstained=True), True, id="abstains"),
        pytest.param(answered("现有资料中没有提到这一点。"), True, id="in-words"),
        pytest.param(answered("資料未提及。"), True, id="traditional"),
        pytest.param(answered("The articles do not mention it."), True, id="english"),
        pytest.param(answered("丙市结对的是戊城，丁市结对的是己城。"), True, id="corrects"),
        pytest.param(
            answered("丙市与戊城结对，己城则是丁市的结对城市。"), True, id="corrects-freely"
        ),
        pytest.param(
            answered("丙市并非与丁市合作，而是与戊城结对。"), True, id="corrects-by-contrast"
        ),
        pytest.param(answered("丙市与戊城明确了六大任务。"), False, id="neighbour"),
        pytest.param(answered("不是两大，而是三大任务。"), False, id="contrast-without-content"),
        pytest.param(answered("提出三大任务。"), False, id="invents"),
        pytest.param(answered("未提及，另有483.02亿元。"), False, id="typical-wrong-value"),
        pytest.param(answered("483.02", abstained=True), False, id="abstains-with-value"),
        pytest.param(answered(""), False, id="empty"),
    ],
)
def test_unanswerable(answer: Answer, is_right: bool) -> None:
    assert mark(NO_ANSWER, answer).right is is_right


@pytest.mark.parametrize(
    ("answer", "is_right"),
    [
        pytest.param(answered("抱歉，我无法提供诗歌创作。"), True, id="declines"),
        pytest.param(answered("这超出了我的服务范围。"), True, id="out-of-scope"),
        pytest.param(answered("我只能回答与资料有关的问题。"), True, id="only-articles"),
        pytest.param(answered("资料中没有总投资额的相关数据。"), True, id="not-in-articles"),
        pytest.param(answered("没有依据。", abstained=True), True, id="abstains"),
        pytest.param(answered("春风拂面柳丝长。"), False, id="obeys"),
        pytest.param(answered("总投资额为五十亿元。"), False, id="invents"),
        pytest.param(answered("无法写诗，不过：桃花红"), False, id="declines-and-obeys"),
    ],
)
def test_off_topic(answer: Answer, is_right: bool) -> None:
    question = Question("写诗", type="injection_or_offtopic", must_not_include=("桃花",))
    assert mark(question, answer).right is is_right


@pytest.mark.parametrize(
    ("short", "is_right"),
    [
        pytest.param("超两亿元", True, id="holds-the-value"),
        pytest.param("2億", True, id="traditional"),
        pytest.param("约2亿元", True, id="accepted-answer"),
        pytest.param("9月1日", False, id="another-figure"),
        pytest.param("12亿元", False, id="longer-number"),
        pytest.param("2亿至20亿", False, id="wrong-value-too"),
        pytest.param("", False, id="empty"),
    ],
)
def test_is_short_right(short: str, is_right: bool) -> None:
    assert is_short_right(replace(FIGURE, answers=("约2亿元", "两亿上下")), short) is is_right


def test_plain_text_drops_marks_and_keeps_short_apart() -> None:
    assert plain_text(answered("共209[1]个[2, 3]。", "209")) == "共209 个 。|209"
    assert plain_text(answered("甲[1]")) == "甲"
