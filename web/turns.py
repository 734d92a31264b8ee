"""One visitor's conversation: its turns as they grow, and the messages that show them."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant import (
    Answer,
    Assistant,
    AssistantError,
    Citation,
    Event,
    FallbackEvent,
    HitsEvent,
    SentenceEvent,
    StatusEvent,
    stopped,
)
from vectorstore import VectorStoreError
from web import render

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question, the HTML shown below it, and the answer as far as it is written."""

    question: str
    html: str
    answer: Answer | None = None


Conversation = tuple[Turn, ...]


def messages(conversation: Conversation) -> list[dict[str, str]]:
    """What the page shows: role and HTML, two messages for each turn."""
    return [
        message
        for turn in conversation
        for message in (
            {"role": "user", "content": render.paragraph("question", turn.question)},
            {"role": "assistant", "content": turn.html},
        )
    ]


def history(conversation: Conversation) -> list[dict[str, str]]:
    """What the assistant is told of earlier turns: those with an answer, as plain text."""
    return [
        message
        for turn in conversation
        if turn.answer
        for message in (
            {"role": "user", "content": turn.question},
            {"role": "assistant", "content": turn.answer.text},
        )
    ]


def opened(question: str) -> Turn:
    """The turn of a question that was just asked."""
    return Turn(question, render.pending("正在查找……"))


def reopened(answers: Sequence[Answer]) -> Conversation:
    """A kept conversation as the page shows it."""
    return tuple(
        Turn(answer.question, render.answer(answer, place), answer)
        for place, answer in enumerate(answers)
    )


def grow(assistant: Assistant, question: str, before: Conversation) -> Iterator[Turn]:
    """The turn of `question` as it grows; the last is final: an answer, or why there is none."""
    try:
        yield from _read(assistant.stream(question, history=history(before)), question, len(before))
    except (AssistantError, VectorStoreError) as error:
        _log.warning("a question failed: %s: %s", type(error).__name__, error)
        yield Turn(question, render.notice("没有答成", "请稍后再试。"))


def _read(events: Iterator[Event], question: str, place: int) -> Iterator[Turn]:
    status, so_far = "正在查找……", None
    for event in events:
        if isinstance(event, Answer):
            yield Turn(question, render.answer(event, place), event)
            return
        if isinstance(event, StatusEvent):
            status = event.text
        elif isinstance(event, HitsEvent):
            status = f"找到 {len(event.hits)} 段相关文字，正在作答……"
        elif isinstance(event, FallbackEvent):
            status, so_far = event.reason, None
        elif isinstance(event, SentenceEvent):
            so_far = event.so_far
        else:
            # The text of a delta is in the sentence that follows it.
            continue
        yield Turn(question, render.pending(status, so_far, place), so_far)


def ended(conversation: Conversation) -> Conversation:
    """The conversation with its last turn ended: stopped where it is, unless it is complete."""
    if not conversation:
        return conversation
    last = conversation[-1]
    if last.answer is None:
        html = render.notice("回答没有完成", "可以再问一次。")
        return (*conversation[:-1], replace(last, html=html))
    if last.answer.complete:
        return conversation
    kept = stopped(last.answer)
    html = render.answer(kept, len(conversation) - 1)
    return (*conversation[:-1], replace(last, html=html, answer=kept))


def citation(conversation: Conversation, name: str) -> Citation | None:
    """The citation that `#cite-<name>` links to, a name being `<turn>-<number>`; None if none."""
    turn, _, number = name.partition("-")
    if not (turn.isdecimal() and number.isdecimal() and int(turn) < len(conversation)):
        return None
    answer = conversation[int(turn)].answer
    found = (one for one in (answer.citations if answer else []) if one.number == int(number))
    return next(found, None)
