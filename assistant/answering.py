"""From the hits to the answer, in either mode: a stream of events that ends with the `Answer`."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from assistant.checking.cite import Citer, citation, declined
from assistant.errors import BadQuestion, LLMError, LLMUnavailable
from assistant.pool import in_turn
from assistant.reading.judge import load_judge
from assistant.reading.read import read
from assistant.reading.records import Reading
from assistant.schema import (
    Answer,
    Citation,
    DeltaEvent,
    Event,
    FallbackEvent,
    Sentence,
    SentenceEvent,
    StatusEvent,
)
from assistant.writing import generate
from assistant.writing.language import (
    Language,
    abstention,
    failure_in,
    language_of,
    lead_in,
    reason_in,
    words_in,
)
from assistant.writing.writer import Writer
from vectorstore import Chunk, Hit, count_tokens, stage

_LONGEST_QUESTION = 2000
# How many of the nearest articles an abstaining answer names.
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way to the answer.

    Attributes:
        question: as asked.
        standalone: as it stands without the earlier turns.
        hits: what was found for it, best first.
        history: earlier turns, oldest first.
        started: `time.monotonic()` when it came.
        threshold: the probability that a quoted answer must reach; None for the judge's own.
    """

    question: str
    standalone: str
    hits: list[Hit]
    history: list[dict[str, str]]
    started: float
    threshold: float | None = None

    @property
    def language(self) -> Language:
        """The language it was asked in."""
        return language_of(self.question)


def checked(question: str) -> str:
    """The question without white space around it.

    Raises:
        BadQuestion: if it is empty or longer than 2000 characters.
    """
    stripped = question.strip()
    if not stripped:
        raise BadQuestion("问题是空的，请输入一个问题")
    if len(stripped) > _LONGEST_QUESTION:
        raise BadQuestion(f"问题太长（{len(stripped)} 字），请缩短到 {_LONGEST_QUESTION} 字以内")
    return stripped


def plain_turns(history: Sequence[Mapping[str, str]] | None) -> list[dict[str, str]]:
    """The earlier turns with their roles and texts alone."""
    return [{"role": turn["role"], "content": turn["content"]} for turn in history or ()]


def last_answer(events: Iterator[Event]) -> Answer:
    """The answer that a stream of events ends with."""
    *_, answer = events
    if not isinstance(answer, Answer):
        raise AssertionError("a stream ends with its Answer")
    return answer


def as_hits(passages: Sequence[str]) -> list[Hit]:
    """Given passages as hits; what is blank is left out, and the others keep their numbers."""
    return [
        Hit(Chunk(f"passage-{number}", text, 0, len(text)), 0.0, None, None)
        for number, text in enumerate(passages, 1)
        if text.strip()
    ]


def extract(asked: Asked, reason: str = "") -> Iterator[Event]:
    """Answer with sentences of the articles; `reason` says why no LLM wrote, if one should."""
    answer = _extractive(asked, in_turn(partial(_read, asked)))
    for count, sentence in enumerate(answer.sentences, 1):
        so_far = replace(answer, sentences=answer.sentences[:count], complete=False)
        so_far = replace(so_far, text=_marked(so_far.sentences))
        yield DeltaEvent(_marked([sentence]))
        yield SentenceEvent(sentence, so_far)
    if not answer.sentences:
        yield DeltaEvent(answer.text)
    yield replace(answer, reason=reason + answer.reason, seconds=time.monotonic() - asked.started)


def _read(asked: Asked) -> Reading:
    with stage("read"):
        return read(asked.standalone, asked.hits, load_judge(asked.threshold))


def write(asked: Asked, writer: Writer) -> Iterator[Event]:
    """Answer in the LLM's words, each sentence checked; extract where the LLM fails."""
    yield StatusEvent("正在写回答，并逐句核对…")
    try:
        with stage("write"):
            yield from _written(asked, writer)
    except LLMError as error:
        failure = failure_in(asked.language, str(error))
        reason = words_in(asked.language).fell_back.format(error=failure)
        yield FallbackEvent(reason)
        yield from extract(asked, reason)


def _written(asked: Asked, writer: Writer) -> Iterator[Event]:
    if not asked.hits:
        yield from extract(asked)
        return
    chat = generate.compose(
        writer.prompt,
        asked.standalone,
        asked.hits,
        asked.history,
        window=writer.window,
        count=count_tokens,
    )
    left = asked.started + writer.timeout - time.monotonic()
    citer = Citer(chat.sources)
    answer = _begun(asked, writer)
    for piece in _checked(writer.stream(chat.messages, left), citer):
        known = len(answer.sentences)
        answer = _grown(answer, piece, citer)
        yield DeltaEvent(piece)
        if len(answer.sentences) > known:
            yield SentenceEvent(answer.sentences[-1], answer)
    if not answer.sentences:
        raise LLMUnavailable("大模型只写了编号，没有写出内容。")
    yield _ended(answer, asked)


def _checked(raw: Iterator[str], citer: Citer) -> Iterator[str]:
    for delta in raw:
        yield from citer.feed(delta)
    yield from citer.finish()


def _begun(asked: Asked, writer: Writer) -> Answer:
    """A written answer before its first word."""
    return Answer(
        question=asked.question,
        standalone_question=asked.standalone,
        text="",
        hits=asked.hits,
        mode="llm",
        model=writer.name,
        prompt_id=writer.prompt.id,
        complete=False,
    )


def _grown(answer: Answer, piece: str, citer: Citer) -> Answer:
    return replace(
        answer,
        text=answer.text + piece,
        sentences=list(citer.sentences),
        citations=list(citer.citations),
    )


def _ended(answer: Answer, asked: Asked) -> Answer:
    text = answer.text.strip()
    abstained = declined(text)
    supported = [sentence for sentence in answer.sentences if sentence.status == "supported"]
    return replace(
        answer,
        text=text,
        abstained=abstained,
        reason=words_in(asked.language).said_so if abstained else "",
        confidence=0.0 if abstained else len(supported) / len(answer.sentences),
        seconds=time.monotonic() - asked.started,
        complete=True,
    )


def _extractive(asked: Asked, reading: Reading) -> Answer:
    citations: list[Citation] = []
    sentences: list[Sentence] = []
    for number, evidence in enumerate(reading.evidence, 1):
        citations.append(citation(number, evidence.hit, evidence.start, evidence.end))
        lead = lead_in(asked.language, evidence.lead)
        sentences.append(Sentence(lead + evidence.text, [number]))
    titles = list(dict.fromkeys(hit.title for hit in asked.hits if hit.title))[:_NEAREST]
    return Answer(
        question=asked.question,
        standalone_question=asked.standalone,
        text=_marked(sentences) or abstention(asked.language, titles),
        short=reading.short,
        sentences=sentences,
        citations=citations,
        hits=asked.hits,
        abstained=not sentences,
        reason=reason_in(asked.language, reading.reason),
        confidence=reading.confidence,
    )


def _marked(sentences: Sequence[Sentence]) -> str:
    """Quoted sentences, each with the mark of its citation."""
    return "".join(f"{sentence.text}[{sentence.citations[0]}]" for sentence in sentences)
