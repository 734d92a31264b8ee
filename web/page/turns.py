"""One visitor's conversation: its turns as they grow, and the messages that show them."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

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
from vectorstore import FilterError, VectorStoreError
from web.page import render
from web.words import CHINESE, Words

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """One question, the HTML shown below it, and the answer as far as it is written.

    Attributes:
        scope: which articles it was put to, in words; empty for all.
        vote: what the visitor said of the answer, `up`, `down` or nothing; None: can't be said.
        again: whether it stands in the place of an answer that was kept.
    """

    question: str
    html: str
    answer: Answer | None = None
    scope: str = ""
    vote: str | None = None
    again: bool = False


Conversation = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Manner:
    """How a question is put and its turn shown.

    Attributes:
        filters: which articles may be used, as `Assistant.stream` takes them.
        scope: the same in words.
        say: the page's words.
        votes: whether the answer can be voted on.
        again: see `Turn`.
    """

    filters: Mapping[str, Any] = field(default_factory=dict)
    scope: str = ""
    say: Words = CHINESE
    votes: bool = False
    again: bool = False

    def turn(self, question: str, html: str, answer: Answer | None = None) -> Turn:
        """A turn that is put in this manner."""
        return Turn(question, html, answer, self.scope, "" if self.votes else None, self.again)


PLAIN = Manner()


def messages(conversation: Conversation) -> list[dict[str, str]]:
    """What the page shows: role and HTML, two messages for each turn."""
    return [
        message
        for turn in conversation
        for message in (
            {"role": "user", "content": _asked(turn)},
            {"role": "assistant", "content": turn.html},
        )
    ]


def _asked(turn: Turn) -> str:
    scope = render.paragraph("scope", turn.scope) if turn.scope else ""
    return render.paragraph("question", turn.question) + scope


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


def answers(conversation: Conversation) -> list[Answer]:
    """The answers of a conversation, oldest first."""
    return [turn.answer for turn in conversation if turn.answer]


def opened(question: str, manner: Manner = PLAIN) -> Turn:
    """The turn of a question that was just asked."""
    return manner.turn(question, render.pending(manner.say("answer.searching")))


def reopened(
    given: Sequence[Answer], votes: Callable[[Answer], str | None], say: Words = CHINESE
) -> Conversation:
    """A kept conversation as the page shows it; `votes` says how each answer was voted on."""
    return shown(tuple(Turn(each.question, "", each, vote=votes(each)) for each in given), say)


def shown(conversation: Conversation, say: Words) -> Conversation:
    """The conversation with its ended answers shown anew: in other words, or after a vote."""
    return tuple(
        replace(turn, html=render.answer(turn.answer, place, say, turn.vote))
        if turn.answer and (turn.answer.complete or turn.answer.reason)
        else turn
        for place, turn in enumerate(conversation)
    )


def grow(
    assistant: Assistant,
    question: str,
    before: Conversation,
    manner: Manner = PLAIN,
) -> Iterator[Turn]:
    """The turn of `question` as it grows; the last is final: an answer, or why there is none."""
    say = manner.say
    try:
        events = assistant.stream(question, history=history(before), filters=manner.filters)
        yield from _read(events, question, len(before), manner)
    except FilterError as error:
        _log.info("a filter can't be read: %s", error)
        html = render.notice(say("answer.failed"), say("answer.unread"))
        yield manner.turn(question, html)
    except (AssistantError, VectorStoreError) as error:
        _log.warning("a question failed: %s: %s", type(error).__name__, error)
        html = render.notice(say("answer.failed"), say("answer.failed.next"))
        yield manner.turn(question, html)


def _read(events: Iterator[Event], question: str, place: int, manner: Manner) -> Iterator[Turn]:
    say, so_far = manner.say, None
    status = say("answer.searching")
    for event in events:
        if isinstance(event, Answer):
            turn = manner.turn(question, "", event)
            yield replace(turn, html=render.answer(event, place, say, turn.vote))
            return
        if isinstance(event, StatusEvent):
            status = say("answer.working", text=event.text)
        elif isinstance(event, HitsEvent):
            status = say("answer.found", count=len(event.hits))
        elif isinstance(event, FallbackEvent):
            status, so_far = event.reason, None
        elif isinstance(event, SentenceEvent):
            so_far = event.so_far
        else:
            # The text of a delta is in the sentence that follows it.
            continue
        yield manner.turn(question, render.pending(status, so_far, place, say), so_far)


def ended(conversation: Conversation, say: Words = CHINESE) -> Conversation:
    """The conversation with its last turn ended: stopped where it is, unless it is complete."""
    if not conversation:
        return conversation
    last = conversation[-1]
    if last.answer is None:
        html = render.notice(say("answer.broken"), say("answer.broken.next"))
        return (*conversation[:-1], replace(last, html=html))
    if last.answer.complete:
        return conversation
    kept = stopped(last.answer)
    html = render.answer(kept, len(conversation) - 1, say, last.vote)
    return (*conversation[:-1], replace(last, html=html, answer=kept))


def citation(conversation: Conversation, name: str) -> Citation | None:
    """The citation that `#cite-<name>` links to, a name being `<turn>-<number>`; None if none."""
    turn, _, number = name.partition("-")
    if not (number.isdecimal() and (answer := answer_at(conversation, turn))):
        return None
    found = (one for one in answer.citations if one.number == int(number))
    return next(found, None)


def answer_at(conversation: Conversation, place: str) -> Answer | None:
    """The answer of the turn at `place`, a number in digits; None if there is none."""
    if not (place.isdecimal() and int(place) < len(conversation)):
        return None
    return conversation[int(place)].answer
