"""Follow-up questions stand alone: what they lean on comes along, the rest does not."""

import json
from pathlib import Path

import pytest
from fake_llm import FakeLLM, Reply

import prompts
from assistant.asking.condense import stand_alone, with_llm
from assistant.errors import LLMTimeout
from assistant.writing.llm import connect

DIALOGUES = Path(__file__).parent / "data" / "dialogues.jsonl"
PROMPT = prompts.load("condense/v1")


def talk(*turns: str) -> list[dict[str, str]]:
    roles = ("user", "assistant")
    return [{"role": roles[index % 2], "content": text} for index, text in enumerate(turns)]


TEA = talk("杭州援建恩施的茶叶加工园投资多少？", "3.2亿元。[1]")
LATER = talk("杭州援建恩施的茶叶加工园投资多少？", "3.2亿元。", "占地多少？", "200亩。")
COUNTED = talk("甲县等地实现了多少项“跨省通办”？", "12项。")
ENGLISH = talk("Which city helps Enshi?", "杭州。")
DECLINED = talk("恩施的机场在哪个县？", "资料中没有可以回答这个问题的内容。")


@pytest.mark.parametrize(
    ("question", "history", "brings"),
    [
        pytest.param("什么时候开工？", TEA, ["恩施", "茶叶加工园"], id="no subject"),
        pytest.param("它占地多少亩？", TEA, ["茶叶加工园"], id="pronoun"),
        pytest.param("具体在恩施的哪个县？", TEA, ["茶叶加工园"], id="a name known already"),
        pytest.param("為什麼？", TEA, ["茶叶加工园"], id="traditional"),
        pytest.param("那宁波呢？", TEA, ["投资"], id="another subject, same question"),
        pytest.param("其中鹤峰县有几个车间？", TEA, ["恩施"], id="a part of it"),
        pytest.param("那明年呢？", LATER, ["茶叶加工园"], id="two turns back"),
        pytest.param("具体是哪几个县？", COUNTED, ["“跨省通办”"], id="quoted"),
        pytest.param("And who pays for it?", ENGLISH, ["city helps"], id="english"),
    ],
)
def test_what_a_follow_up_leans_on_comes_along(
    question: str, history: list[dict[str, str]], brings: list[str]
) -> None:
    alone = stand_alone(question, history)
    assert question.strip() in alone
    for words in brings:
        assert words in alone


@pytest.mark.parametrize(
    ("question", "history", "leaves"),
    [
        pytest.param("那宁波呢？", TEA, ["杭州", "恩施"], id="places of before"),
        pytest.param("上海和果洛的合作叫什么？", TEA, ["杭州", "恩施"], id="another pair"),
        pytest.param("什么时候开工？", TEA, ["多少", "3.2亿", "[1]"], id="what asked and answered"),
        pytest.param("是哪个县？", DECLINED, ["资料中没有"], id="an answer that declined"),
        pytest.param("具体是哪几个县？", COUNTED, ["12项"], id="an answer that counted"),
    ],
)
def test_what_a_follow_up_leaves_behind_stays_there(
    question: str, history: list[dict[str, str]], leaves: list[str]
) -> None:
    alone = stand_alone(question, history)
    for words in leaves:
        assert words not in alone


@pytest.mark.parametrize(
    ("question", "before", "expected"),
    [
        pytest.param("2022年呢？", "2021年的贸易额是多少？", "2022年的贸易额是多少?", id="year"),
        pytest.param("那赣州呢？", "龙岩有几个园区？", "赣州有几个园区?", id="place"),
        pytest.param(
            "到深圳呢？", "郴州到广州要多久？", "郴州到深圳要多久?", id="one of two places"
        ),
    ],
)
def test_one_thing_is_exchanged_for_another(question: str, before: str, expected: str) -> None:
    assert stand_alone(question, talk(before, "不知道。")) == expected


def test_a_long_talk_brings_its_last_questions() -> None:
    turns = [part for number in range(1000) for part in (f"它的第{number}期呢？", "没有。")]
    alone = stand_alone("占地呢？", talk("茶园有几期？", "两期。", *turns))
    assert "第999期" in alone
    assert "第0期" not in alone


@pytest.mark.parametrize("line", DIALOGUES.read_text("utf-8").splitlines())
def test_dialogues(line: str) -> None:
    """`holds` stands in what is searched for; `lacks` does not, nor what only an answer said."""
    dialogue = json.loads(line)
    *before, question = dialogue["turns"]
    alone = stand_alone(question, talk(*before))
    assert all(words in alone for words in dialogue["holds"])
    assert not any(words in alone for words in dialogue["lacks"])


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("上海对口支援果洛有哪些项目？", id="its own names"),
        pytest.param("省商务厅发布了多少个重点招商引资项目？", id="its own subject"),
        pytest.param("《东西部协作实施方案》是什么时候印发的？", id="a title"),
        pytest.param("Which projects did Shanghai build in Golog?", id="english"),
        pytest.param("谢谢！", id="courtesy"),
    ],
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert stand_alone(question, TEA) == question


@pytest.mark.parametrize("question", ["它呢？", "", "啊", "😀"])
def test_without_history_nothing_changes(question: str) -> None:
    assert stand_alone(question, []) == question


def test_history_without_a_question_changes_nothing() -> None:
    assert stand_alone("它呢？", [{"role": "assistant", "content": "您好！"}]) == "它呢？"


def ask(reply: Reply | str, timeout: float = 5.0) -> tuple[str, list[dict[str, object]]]:
    with FakeLLM(reply) as fake:
        llm = connect(
            "openai", fake.base_url, "m", "", timeout=30, temperature=0, context_tokens=4096,
            answer_tokens=64,
        )  # fmt: skip
        alone = with_llm(llm, PROMPT, "什么时候开工？", TEA, timeout=timeout)
        return alone, fake.requests


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("恩施的茶叶加工园什么时候开工？", id="plain"),
        pytest.param("“恩施的茶叶加工园什么时候开工？”\n", id="quoted"),
        pytest.param("改写后的问题：恩施的茶叶加工园什么时候开工？\n解释：补上主语。", id="chatty"),
    ],
)
def test_the_llm_rewrites(reply: str) -> None:
    alone, requests = ask(reply)
    assert alone == "恩施的茶叶加工园什么时候开工？"
    shown = str(requests[0])
    assert "问：杭州援建恩施的茶叶加工园投资多少？" in shown
    assert "答：3.2亿元。" in shown


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "reply",
    [
        pytest.param("", id="empty"),
        pytest.param("“”", id="only quotes"),
        pytest.param("恩施" * 200, id="absurdly long"),
        pytest.param(Reply(status=500, body="{}"), id="failing"),
    ],
)
def test_a_bad_rewrite_falls_back_to_the_rule(reply: Reply | str) -> None:
    assert ask(reply)[0] == stand_alone("什么时候开工？", TEA)


def test_a_hang_is_not_waited_for_twice() -> None:
    with pytest.raises(LLMTimeout):
        ask(Reply("好", wait=20), timeout=0.3)


def test_a_first_question_needs_no_llm() -> None:
    assert with_llm(None, PROMPT, "它呢？", [], timeout=1) == "它呢？"
