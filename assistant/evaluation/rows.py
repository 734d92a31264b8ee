"""One question of an evaluation with what was found, answered and cited, and the verdict."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from assistant.evaluation.marking import LONG_TYPES, Mark, is_short_right
from assistant.evaluation.qa_set import Question, question_from

SEARCHED = 10
"""How many hits retrieval is judged by."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of an answer as it is judged."""

    number: int
    article: str
    """The file name of the article's source, or its id where the article is not stored."""
    quote: str
    is_evidence: bool
    """Whether the quote overlaps a quote of the question's evidence."""
    is_source: bool
    """Whether the article is one that the question names as its source."""


@dataclass(frozen=True, slots=True)
class Found:
    """A hit of the search as it is judged."""

    article: str
    text: str
    is_evidence: bool
    """Whether it holds a quote of the question's evidence."""
    is_source: bool
    """Whether its article is one that the question names as its source."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question with what was answered, and the verdict."""

    question: Question
    mark: Mark
    seconds: float
    answered: str = ""
    short: str = ""
    citations: list[Cited] = field(default_factory=list)
    abstained: bool = False
    evidence_ranks: list[int | None] = field(default_factory=list)
    """For each quote of the evidence, the rank of the first hit that holds it; None: no hit."""
    article_ranks: list[int | None] = field(default_factory=list)
    """For each source, its rank among the articles found; None: no hit is of it."""
    found: list[Found] = field(default_factory=list)
    confidence: float = 0.0
    """How sure the assistant was, 0 to 1, also where it abstained."""
    answer_reason: str = ""
    """What the answer itself gives as its reason to abstain, or not to write."""
    mode: str = ""
    scores: dict[str, float] = field(default_factory=dict)
    """What `measures` gives it, by name; a measure that does not apply is not there."""
    notes: dict[str, str] = field(default_factory=dict)
    """What a judge said about it, by the name of its score."""

    @property
    def cited_evidence(self) -> bool:
        """Whether a citation quotes the evidence."""
        return any(citation.is_evidence for citation in self.citations)

    @property
    def cited_article(self) -> bool:
        """Whether a citation stands in an article that the question names as its source."""
        return any(citation.is_source for citation in self.citations)

    @property
    def has_short(self) -> bool:
        """Whether its short answer can be judged by itself."""
        is_marked = self.question.is_answerable and self.question.type not in LONG_TYPES
        return is_marked and self.question.type != "yes_no" and bool(self.short)

    @property
    def fault(self) -> str:
        """What is wrong: the mark's reason, or what the mark does not see; empty for nothing."""
        if not self.mark.right:
            return self.mark.reason
        if self.question.is_answerable and self.question.source and not self.cited_article:
            return "right, but cites no article of its source"
        is_misled = self.has_short and not is_short_right(self.question, self.short)
        return "right, but its short answer is not" if is_misled else ""

    def to_dict(self) -> dict[str, Any]:
        """Give the row of the JSON report: the question's fields, what came back, the verdict."""
        plain = asdict(self)
        asked, verdict = plain.pop("question"), plain.pop("mark")
        asked["expected"] = asked.pop("answers")
        cited = {"cited_evidence": self.cited_evidence, "cited_article": self.cited_article}
        whole = {"fault": self.fault, "seconds": round(self.seconds, 4)}
        return {**asked, **plain, **cited, **verdict, **whole}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Row":
        """Read a row of a JSON report back.

        Raises:
            KeyError, TypeError, ValueError: if it is no such row.
        """
        question = question_from({**plain, "answers": plain["expected"]})
        kept = ("answered", "short", "abstained", "evidence_ranks", "article_ranks")
        return cls(
            question=question,
            mark=Mark(plain["right"], plain["credit"], plain["reason"]),
            seconds=plain["seconds"],
            citations=[Cited(**each) for each in plain["citations"]],
            found=[Found(**each) for each in plain["found"]],
            **{name: plain[name] for name in kept},
            **{
                name: plain[name]
                for name in ("confidence", "answer_reason", "mode", "scores", "notes")
            },
        )
