"""From the hits to the answer, in either mode: a stream of events that ends with the `Answer`."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import prompts
from assistant import context, generate
from assistant.cite import Citer, citation, declined
from assistant.errors import LLMError, LLMUnavailable
from assistant.judge import load_judge
from assistant.question import analyse
from assistant.read import read
from assistant.reading import Reading
from assistant.schema import Answer, Citation, DeltaEvent, Event, Sentence, StatusEvent
from assistant.sides import sides
from assistant.wording import reworded
from vectorstore import Chunk, Hit, count_tokens, fold

# How many of the nearest articles an abstaining answer names.
_NEAREST = 3
# A question about two things is searched for each; so many hits of each are read.
_HITS_OF_A_SIDE = 3
_SAID_SO = "大模型认为文章没有回答这个问题"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way to the answer.

    Attributes:
        question: as asked.
        standalone: as it stands without the earlier turns.
        query: the words that it is searched and read by, always Chinese.
        hits: what was found for it, best first.
        history: earlier turns, oldest first.
        started: `time.monotonic()` when it came.
        threshold: the probability that a quoted answer must reach; None for the judge's own.
    """

    question: str
    standalone: str
    query: str
    hits: list[Hit]
    history: list[dict[str, str]]
    started: float
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """What the llm mode writes with.

    Attributes:
        llm: any LlamaIndex LLM.
        name: the model's name, for the answer.
        prompt: the prompt of the answer.
        budget: tokens for sources and history together.
        timeout: seconds for the whole answer.
    """

    llm: Any
    name: str
    prompt: prompts.Prompt
    budget: int
    timeout: float


def gather(query: str, search: Callable[[str], list[Hit]]) -> list[Hit]:
    """The hits for a question, then what only a part of it finds.

    Where it asks about two things, the best for each; where it quotes a name that no hit has, those
    that have it.
    """
    found = search(query)
    for _, each in sides(query):
        found = _with(found, search(each)[:_HITS_OF_A_SIDE])
    for name in analyse(query).quoted:
        if not any(name in fold(hit.chunk.text) for hit in found):
            having = [hit for hit in search(name) if name in fold(hit.chunk.text)]
            found = _with(found, having[:_HITS_OF_A_SIDE])
    return found


def as_hits(passages: Sequence[str]) -> list[Hit]:
    """Given passages as hits; what is blank is left out, and the others keep their numbers."""
    return [
        Hit(Chunk(f"passage-{number}", text, 0, len(text)), 0.0, None, None)
        for number, text in enumerate(passages, 1)
        if text.strip()
    ]


def _with(found: list[Hit], further: Sequence[Hit]) -> list[Hit]:
    seen = {(hit.chunk.article_id, hit.chunk.start) for hit in found}
    return [
        *found,
        *(hit for hit in further if (hit.chunk.article_id, hit.chunk.start) not in seen),
    ]


def extract(asked: Asked, reason: str = "") -> Iterator[Event]:
    """Answer with sentences of the articles; `reason` says why no LLM wrote, if one should."""
    question = reworded(asked.query, [f"{hit.title}\n{hit.chunk.text}" for hit in asked.hits])
    reading = read(question, asked.hits, load_judge(asked.threshold))
    answer = _extractive(asked, reading)
    answer = replace(
        answer, reason=reason + answer.reason, seconds=time.monotonic() - asked.started
    )
    yield DeltaEvent(answer.text)
    yield answer


def write(asked: Asked, writer: Writer) -> Iterator[Event]:
    """Answer in the LLM's words, each sentence checked; extract where the LLM fails."""
    yield StatusEvent("正在写回答，并逐句核对…")
    try:
        yield from _written(asked, writer)
    except LLMError as error:
        yield StatusEvent(f"大模型没有完成回答：{error}")
        yield from extract(asked, f"大模型没有完成回答（{error}），改为摘录原文。")


def _written(asked: Asked, writer: Writer) -> Iterator[Event]:
    history = context.fit_history(asked.history, budget=writer.budget // 4, count=count_tokens)
    spent = sum(count_tokens(turn["content"]) for turn in history)
    sources = context.fit(asked.hits, budget=writer.budget - spent, count=count_tokens)
    if not sources:
        yield from extract(asked)
        return
    raw = generate.generate(
        writer.llm, writer.prompt, asked.standalone, sources, history, timeout=writer.timeout
    )
    citer = Citer(sources)
    shown: list[str] = []
    for piece in _checked(raw, citer):
        shown.append(piece)
        yield DeltaEvent(piece)
    if not citer.sentences:
        raise LLMUnavailable("大模型只写了编号，没有写出内容。")
    yield _answer(asked, writer, citer, "".join(shown).strip())


def _checked(raw: Iterator[str], citer: Citer) -> Iterator[str]:
    for delta in raw:
        yield from citer.feed(delta)
    yield from citer.finish()


def _answer(asked: Asked, writer: Writer, citer: Citer, text: str) -> Answer:
    abstained = declined(text)
    supported = [sentence for sentence in citer.sentences if sentence.status == "supported"]
    return Answer(
        question=asked.question,
        standalone_question=asked.standalone,
        text=text,
        sentences=citer.sentences,
        citations=citer.citations,
        hits=asked.hits,
        abstained=abstained,
        reason=_SAID_SO if abstained else "",
        mode="llm",
        model=writer.name,
        prompt_id=writer.prompt.id,
        confidence=0.0 if abstained else len(supported) / max(len(citer.sentences), 1),
        seconds=time.monotonic() - asked.started,
    )


def _extractive(asked: Asked, reading: Reading) -> Answer:
    citations: list[Citation] = []
    sentences: list[Sentence] = []
    for number, evidence in enumerate(reading.evidence, 1):
        citations.append(citation(number, evidence.hit, evidence.start, evidence.end))
        sentences.append(Sentence(evidence.lead + evidence.text, [number]))
    marked = "".join(f"{sentence.text}[{sentence.citations[0]}]" for sentence in sentences)
    return Answer(
        question=asked.question,
        standalone_question=asked.standalone,
        text=marked or _abstention(asked.hits),
        short=reading.short,
        sentences=sentences,
        citations=citations,
        hits=asked.hits,
        abstained=not sentences,
        reason=reading.reason,
        confidence=reading.confidence,
    )


def _abstention(hits: Sequence[Hit]) -> str:
    titles = list(dict.fromkeys(hit.title for hit in hits if hit.title))[:_NEAREST]
    if not titles:
        return "现有文章没有回答这个问题。"
    return (
        f"现有文章没有回答这个问题。最接近的文章：{'、'.join(f'《{title}》' for title in titles)}。"
    )
