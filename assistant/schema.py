"""What the assistant gives back: an answer, its citations, and the events of a stream."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from vectorstore import Hit

Mode = Literal["extractive", "llm"]
Status = Literal["supported", "unsupported"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked link from an answer to words of an article: `article.text[start:end] == quote`."""

    number: int
    article_id: str
    title: str
    publisher: str
    published: date | None
    url: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, the citations that carry it, and the verdict of the check."""

    text: str
    citations: list[int] = field(default_factory=list)
    status: Status = "supported"
    reason: str = ""
    """Why it is unsupported; empty where it is supported."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question, with everything needed to show and to check it.

    `short` is the shortest span that answers a who/when/where/how-many question, else empty.
    `reason` says why the answer abstains, or why the llm mode fell back to the extractive one.
    `confidence` lies between 0 and 1. `prompt_id` is empty in extractive mode. `complete` is false
    while an answer is still being written, and where it was stopped before its end.
    """

    question: str
    standalone_question: str
    text: str
    short: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    abstained: bool = False
    reason: str = ""
    mode: Mode = "extractive"
    model: str = ""
    prompt_id: str = ""
    confidence: float = 0.0
    seconds: float = 0.0
    complete: bool = True

    def __str__(self) -> str:
        """The answer as a person reads it in a terminal: text, doubts, then the sources."""
        short = [f"【{self.short}】"] if self.short and self.short != self.text else []
        return "\n".join([*short, self.text, *self.notes()])

    def notes(self) -> list[str]:
        """What stands below the text: sentences that nothing carries, sources, the reason."""
        lines = [
            f"  ✗ 未证实：{sentence.text}（{sentence.reason or '文章中没有找到依据'}）"
            for sentence in self.sentences
            if sentence.status == "unsupported"
        ]
        for citation in self.citations:
            publisher = citation.publisher or "出处不详"
            published = citation.published.isoformat() if citation.published else "日期不详"
            lines.append(f"  [{citation.number}] {citation.title}（{publisher}，{published}）")
            lines.append(f"      “{citation.quote}”")
        if self.reason:
            lines.append(f"（{self.reason}）")
        return lines

    def to_dict(self) -> dict[str, Any]:
        """The stable JSON form: plain dicts, lists, numbers and strings; dates in ISO form."""
        plain: dict[str, Any] = _jsonable(asdict(self))
        return plain


def _jsonable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """What the assistant is doing now, in words for a person."""

    text: str


@dataclass(frozen=True, slots=True)
class HitsEvent:
    """The hits that the answer will be made from."""

    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class DeltaEvent:
    """A piece of the answer's text, as it comes: of a written answer always checked already."""

    text: str


@dataclass(frozen=True, slots=True)
class SentenceEvent:
    """A sentence of the delta before it, with the verdict of the check.

    `so_far` is the answer up to here, not complete: what to keep if it is stopped now.
    """

    sentence: Sentence
    so_far: Answer


@dataclass(frozen=True, slots=True)
class FallbackEvent:
    """The LLM failed: what it said so far is withdrawn, and an extractive answer follows."""

    reason: str


Event = StatusEvent | HitsEvent | DeltaEvent | SentenceEvent | FallbackEvent | Answer
"""What `Assistant.stream` yields; the last event is always the final `Answer`."""
