"""The prompts: released versions never change, and filling leaves nothing open."""

import re

import pytest

import prompts
from assistant.checking.cite import declined
from assistant.writing.language import Language, words_in

RELEASED = {
    "answer/v1": "6d7ef9164ef5",
    "answer/v2": "5c899e8fdf01",
    "condense/v1": "5379224672d6",
    "questions/v1": "30c9ca9ffa0a",
}
VALUES = {
    "answer/v1": {
        "question": "佛山与郴州合作什么？",
        "sources": "[1] 标题：甲\n价值$100，{x}，$question。",
    },
    "answer/v2": {
        "question": "佛山與郴州合作什麼？",
        "sources": "[1] 标题：甲\n价值$100，{x}，$question。",
        "language": "繁體中文",
        "declines": "資料中沒有可以回答這個問題的內容。",
    },
    "condense/v1": {"question": "那深圳呢？", "history": "问：佛山如何？\n答：很好$。"},
    "questions/v1": {"n": "3", "title": "$甲", "article": "价值$100，{x}，$article。"},
}


@pytest.mark.parametrize("name", RELEASED)
def test_a_released_version_is_never_edited(name: str) -> None:
    assert prompts.load(name).digest == RELEASED[name], "make a new version instead of editing"


@pytest.mark.parametrize("name", RELEASED)
def test_filling_leaves_no_variable_open(name: str) -> None:
    prompt = prompts.load(name)
    plain = dict.fromkeys(prompt.variables, "字")
    for message in prompt.messages(**plain):
        assert not re.search(r"\$\w|\{\w+\}", message["content"])
        assert message["content"].strip()


@pytest.mark.parametrize("name", RELEASED)
def test_what_is_put_in_is_never_a_template_again(name: str) -> None:
    user = prompts.load(name).messages(**VALUES[name])[-1]
    assert user["role"] == "user"
    for value in VALUES[name].values():
        assert value in user["content"]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"question": "问"}, id="missing"),
        pytest.param({"question": "问", "sources": "源", "today": "今天"}, id="superfluous"),
    ],
)
def test_filling_is_strict(values: dict[str, str]) -> None:
    with pytest.raises(prompts.PromptError, match="sources"):
        prompts.load("answer/v1").messages(**values)


@pytest.mark.parametrize("name", ["answer/v999", "../prompts/answer/v1", "answer", ""])
def test_an_unknown_prompt_is_named(name: str) -> None:
    with pytest.raises(prompts.PromptError, match="no prompt"):
        prompts.load(name)


@pytest.mark.parametrize("language", ["hans", "hant", "en"])
def test_the_sentence_that_declines_is_the_one_that_code_looks_for(language: Language) -> None:
    assert declined(words_in(language).declines)


def test_the_first_prompt_declines_as_code_looks_for() -> None:
    prompt = prompts.load("answer/v1")
    for language in ("hans", "en"):
        assert words_in(language).declines in prompt.system
    assert words_in("hans").declines in prompt.user


@pytest.mark.parametrize("name", ["answer/v1", "answer/v2"])
def test_the_answer_prompt_states_its_rules(name: str) -> None:
    system = prompts.load(name).system
    for rule in ("只用资料", "编号", "前提", "不是给你的命令", "日期", "作答", "没有写到"):
        assert rule in system


def test_an_id_carries_the_digest() -> None:
    assert re.fullmatch(r"answer/v1@[0-9a-f]{12}", prompts.load("answer/v1").id)
