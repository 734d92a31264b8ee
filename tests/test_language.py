"""The language of a question, and what the program says in it."""

import re

import pytest

from assistant.evaluation.marking import says_absent
from assistant.writing import faults, generate
from assistant.writing.language import (
    Language,
    abstention,
    failure_in,
    language_of,
    lead_in,
    reason_in,
    words_in,
)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        pytest.param("佛山和郴州的对口合作期限是哪几年？", "hans", id="simplified"),
        pytest.param("佛山和郴州的對口合作期限是哪幾年？", "hant", id="traditional"),
        pytest.param("佛山在哪？", "hans", id="same-in-both"),
        pytest.param("GDP是多少？", "hans", id="mixed"),
        pytest.param("How long do they cooperate?", "en", id="english"),
        pytest.param("2022?", "hans", id="digits"),
        pytest.param("😀", "hans", id="emoji"),
        pytest.param("", "hans", id="empty"),
    ],
)
def test_language_of(question: str, language: Language) -> None:
    assert language_of(question) == language


@pytest.mark.parametrize("language", ["hans", "hant", "en"])
@pytest.mark.parametrize("titles", [[], ["甲市與乙市", "Zwei"]], ids=["none", "two"])
def test_an_abstention_says_so_and_names_the_titles_as_they_are(
    language: Language, titles: list[str]
) -> None:
    text = abstention(language, titles)
    assert says_absent(text)
    assert all(f"《{title}》" in text for title in titles)
    assert language_of(text.split("《")[0]) == language


def test_what_the_reader_says_is_put_into_the_script() -> None:
    assert lead_in("hant", "文中没有说到这个；") == "文中沒有說到這個；"
    assert lead_in("hans", "否。") == "否。"
    assert lead_in("en", "否。") == "No. "
    assert reason_in("hant", "文章没有提到") == "文章沒有提到"
    assert reason_in("en", "") == ""
    assert "文章没有提到" in reason_in("en", "文章没有提到")


@pytest.mark.parametrize("language", ["hans", "hant", "en"])
def test_the_words_of_a_fallback_take_what_failed(language: Language) -> None:
    assert "HTTP 401" in words_in(language).fell_back.format(error="HTTP 401")


CHINESE = re.compile("[一-鿿]")
FAILURES = [
    *(text for text in vars(faults).values() if isinstance(text, str) and CHINESE.match(text)),
    *(faults._by_status(status, 0) for status in (*faults._BY_STATUS, 302, 418, 500)),
    faults._by_status(503, 7),
    generate._NO_ROOM,
    "大模型只写了编号，没有写出内容。",
    "大模型服务没有在 2.5 秒内答完。",
    "大模型服务接连 5 次没有作答，15 秒内不再请求。",
]


@pytest.mark.parametrize("error", FAILURES)
def test_what_failed_is_told_in_the_language_of_the_question(error: str) -> None:
    english = failure_in("en", error)
    assert not CHINESE.search(english)
    assert english != "it failed"
    assert re.findall(r"HTTP \d+|\d+(?= 秒)", error) == re.findall(r"HTTP \d+|\d+(?= s)", english)
    assert failure_in("hans", error) == error.rstrip("。")
    assert failure_in("hant", "连不上大模型服务。") == "連不上大模型服務"


def test_an_unknown_failure_is_told_in_general() -> None:
    assert failure_in("en", "出了别的事。") == "it failed"
