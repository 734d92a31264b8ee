"""Put the questions of a Q&A set to an assistant, and mark what it answers."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Protocol

from assistant.errors import ArticleNotFound, AssistantError
from assistant.metrics import Mark, first_rank, mark, overlaps
from assistant.qa_set import Question, load_questions
from assistant.report import SEARCHED, Cited, Rate, Report, Row
from assistant.schema import Answer
from vectorstore import Article, Hit

__all__ = ["Asked", "Cited", "Question", "Rate", "Report", "Row", "evaluate", "load_questions"]


class Asked(Protocol):
    """What evaluation needs of an assistant."""

    def ask(self, question: str, /, *, history: list[dict[str, str]]) -> Answer:
        """Answer a question."""
        ...

    def search(self, question: str, /, *, top_k: int) -> Sequence[Hit]:
        """Find the best hits, best first."""
        ...

    def article(self, article_id: str, /) -> Article:
        """Give a stored article."""
        ...


def evaluate(
    assistant: Asked,
    questions: Iterable[Question],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Ask every question, search for it, and mark what comes back.

    A question on which the assistant fails with an `AssistantError` is a wrong row with that
    reason. `progress` is called with (done, all) after each question.
    """
    asked, rows = list(questions), []
    for question in asked:
        rows.append(_ask(assistant, question))
        if progress:
            progress(len(rows), len(asked))
    return Report(rows)


def _ask(assistant: Asked, question: Question) -> Row:
    started = time.perf_counter()
    try:
        answer = assistant.ask(question.question, history=[dict(turn) for turn in question.history])
        seconds = time.perf_counter() - started
        rank = _evidence_rank(assistant, question, answer)
    except AssistantError as error:
        failed = Mark(False, 0.0, f"{type(error).__name__}: {error}")
        return Row(question, failed, time.perf_counter() - started)
    return Row(
        question=question,
        mark=mark(question, answer),
        seconds=seconds,
        answered=answer.text,
        short=answer.short,
        citations=_cited(assistant, question, answer),
        abstained=answer.abstained,
        evidence_rank=rank,
    )


def _evidence_rank(assistant: Asked, question: Question, answer: Answer) -> int | None:
    """Give the rank of the evidence; a follow-up is searched for as it stands alone."""
    if not question.evidence:
        return None
    asked = answer.standalone_question or question.question
    hits = assistant.search(asked, top_k=SEARCHED)
    return first_rank((hit.chunk.text for hit in hits), question.evidence)


def _cited(assistant: Asked, question: Question, answer: Answer) -> list[Cited]:
    cited = []
    for citation in answer.citations:
        names = _names(assistant, citation.article_id)
        is_evidence = any(overlaps(citation.quote, quote) for quote in question.evidence)
        is_source = not set(question.source).isdisjoint(names)
        cited.append(Cited(citation.number, names[0], citation.quote, is_evidence, is_source))
    return cited


def _names(assistant: Asked, article_id: str) -> list[str]:
    """Give the names by which a Q&A set may call an article, the file name first."""
    try:
        article = assistant.article(article_id)
    except ArticleNotFound:
        return [article_id]
    sources = [source for source in (article.source, *article.also_in) if source]
    return [*(Path(source).name for source in sources), article_id, *sources]
