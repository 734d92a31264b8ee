"""A conversation grows turn by turn, and nothing unfinished reaches the assistant as history."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fake_assistant import FakeAssistant, period

from assistant import AssistantError, Event, FallbackEvent, StatusEvent
from vectorstore import FilterError, StoreDamaged, VectorStoreError
from web.page import render, turns
from web.page.turns import Manner, Turn
from web.words import ENGLISH


def grown(assistant: FakeAssistant, question: str, before: turns.Conversation = ()) -> list[Turn]:
    return list(turns.grow(assistant, question, before))


def test_turn_grows_from_status_to_answer() -> None:
    steps = grown(FakeAssistant(), "期限是哪几年？")
    assert "正在检索文章" in steps[0].html
    assert "找到 2 段相关文字" in steps[1].html
    assert [step.html.count("xs-cite") for step in steps] == [0, 0, 1, 2, 4]
    assert [bool(step.answer and step.answer.complete) for step in steps] == [False] * 4 + [True]
    assert steps[-1].answer == period("期限是哪几年？")


def test_the_verdict_comes_with_the_sentence() -> None:
    steps = grown(FakeAssistant(), "8对是哪些？")
    marked = ["xs-unsupported" in step.html for step in steps]
    assert marked == [False] * 4 + [True, True]
    assert "xs-pending" in steps[4].html


def test_what_an_llm_said_before_it_failed_is_withdrawn() -> None:
    class FallingBack(FakeAssistant):
        def stream(self, question: str, *given: Any, **named: Any) -> Iterator[Event]:
            yield from list(super().stream("8对？"))[:-1]
            yield FallbackEvent("大模型没有完成回答（HTTP 500），改为摘录原文。")
            yield from list(super().stream("期限？"))[2:]

    steps = grown(FallingBack(), "8对是哪些？")
    fallen = next(step for step in steps if "HTTP 500" in step.html)
    assert fallen.answer is None
    assert "xs-text" not in fallen.html
    assert "结对最多" not in steps[-1].html


def test_stopping_keeps_what_was_said() -> None:
    *_, partial, _ = grown(FakeAssistant(), "8对是哪些？")
    (kept,) = turns.ended((partial,))
    assert "未写完" in kept.html
    assert "已停止" in kept.html
    assert "结对最多" in kept.html
    assert "#cite-0-1" in kept.html
    assert turns.citation((kept,), "0-1")
    assert not kept.answer.complete  # type: ignore[union-attr]  # it has one
    assert len(turns.history((kept,))) == 2
    assert turns.ended((kept,)) == (kept,)


def test_citations_link_to_their_own_turn() -> None:
    first = grown(FakeAssistant(), "期限？")[-1]
    second = grown(FakeAssistant(), "期限呢？", (first,))[-1]
    assert "#cite-0-1" in first.html
    assert "#cite-1-1" in second.html


def test_history_holds_answered_turns_only() -> None:
    assistant = FakeAssistant()
    first = grown(assistant, "期限？")[-1]
    stopped = turns.ended((turns.opened("停下的问题"),))
    grown(assistant, "那广东呢？", (first, *stopped))
    assert assistant.histories[-1] == [
        {"role": "user", "content": "期限？"},
        {"role": "assistant", "content": period("").text},
    ]


def test_messages_are_pairs_of_escaped_html() -> None:
    conversation = (turns.opened("<b>问</b>"), grown(FakeAssistant(), "期限？")[-1])
    messages = turns.messages(conversation)
    assert [message["role"] for message in messages] == ["user", "assistant"] * 2
    assert "<b>" not in messages[0]["content"]


class Failing(FakeAssistant):
    """Fails after its first event."""

    error: Exception

    def stream(self, question: str, *given: Any, **named: Any) -> Iterator[Event]:
        """One status, then the error."""
        yield StatusEvent("正在查找")
        raise self.error


@pytest.mark.parametrize("kind", [AssistantError, VectorStoreError, StoreDamaged])
def test_known_error_becomes_a_notice_without_its_text(kind: type[Exception]) -> None:
    assistant = Failing()
    assistant.error = kind("/secret/path: key sk-123")
    last = grown(assistant, "问？")[-1]
    assert last.answer is None
    assert "没有答成" in last.html
    assert "secret" not in last.html


def test_unknown_error_is_not_swallowed() -> None:
    assistant = Failing()
    assistant.error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        grown(assistant, "问？")


def test_ended_leaves_an_answered_turn_alone() -> None:
    answered = (grown(FakeAssistant(), "期限？")[-1],)
    assert turns.ended(answered) == answered
    assert turns.ended(()) == ()
    (stopped,) = turns.ended((turns.opened("问"),))
    assert "没有完成" in stopped.html
    assert stopped.question == "问"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param("0-1", 1, id="first"),
        pytest.param("0-2", 2, id="second"),
        pytest.param("0-9", None, id="no-such-number"),
        pytest.param("1-1", None, id="not-answered"),
        pytest.param("7-1", None, id="no-such-turn"),
        pytest.param("-1", None, id="negative"),
        pytest.param("0-1-1", None, id="too-long"),
        pytest.param("", None, id="empty"),
        pytest.param("一-二", None, id="words"),
        pytest.param("²-1", None, id="superscript"),
    ],
)
def test_citation_of_a_link(name: str, found: int | None) -> None:
    conversation = (grown(FakeAssistant(), "期限？")[-1], turns.opened("问"))
    citation = turns.citation(conversation, name)
    assert (citation.number if citation else None) == found


def test_filters_reach_the_assistant_and_stand_below_the_question() -> None:
    assistant = FakeAssistant()
    manner = Manner({"publisher": ["携手问答示例"]}, "只看：携手问答示例")
    turn = list(turns.grow(assistant, "期限？", (), manner))[-1]
    assert assistant.filters == [{"publisher": ["携手问答示例"]}]
    asked = turns.messages((turn,))[0]["content"]
    assert asked.index("期限") < asked.index("xs-scope") < asked.index("携手问答示例")


def test_a_filter_that_cannot_be_read_is_said_to_be_one() -> None:
    assistant = Failing()
    assistant.error = FilterError("date_from must be a date")
    last = grown(assistant, "问？")[-1]
    assert "筛选条件读不懂" in last.html
    assert "稍后" not in last.html


def test_other_words_leave_what_was_asked_and_quoted() -> None:
    turn = list(turns.grow(FakeAssistant(), "期限？", (), Manner(say=ENGLISH, votes=True)))[-1]
    assert ">Useful<" in turn.html
    assert "有用" not in turn.html
    (chinese,) = turns.shown((turn,), turns.CHINESE)
    assert ">有用<" in chinese.html
    assert (chinese.answer, chinese.question) == (turn.answer, turn.question)


def test_a_vote_is_shown_and_what_cannot_be_voted_on_has_no_thumbs() -> None:
    turn = grown(FakeAssistant(), "期限？")[-1]
    assert "#copy-0" in turn.html
    assert "#up-0" not in turn.html
    (voted,) = turns.shown((replace(turn, vote="down"),), turns.CHINESE)
    assert 'xs-down xs-chosen" href="#down-0"' in voted.html
    assert "xs-up xs-chosen" not in voted.html


def test_what_is_copied_has_its_numbered_notes() -> None:
    turn = grown(FakeAssistant(), "期限？")[-1]
    assert turn.answer
    assert render.escape(str(turn.answer)) in turn.html
    assert "&#91;2&#93; 佛山郴州對口合作座談會舉行" in turn.html
