"""Marking: what must be right, what must be wrong, and why."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.marking import (
    contains,
    is_short_right,
    mark,
    normalise,
    overlaps,
    plain_text,
    says_absent,
    says_no,
)
from assistant.evaluation.qa_set import Question
from assistant.schema import Answer, Mode

CHARACTERS = st.text(
    alphabet="一二三十百千万亿两零第唯统个多元年月日0123456789,，.．。 \n-—%龍龙Ａa“”「」😀"
)


def answered(text: str, short: str = "", *, abstained: bool = False, mode: Mode = "llm") -> Answer:
    return Answer("问", "问", text, short=short, abstained=abstained, mode=mode)


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
