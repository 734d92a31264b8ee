"""Put the questions of a Q&A set to an assistant, and mark what it answers."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from assistant.errors import ArticleNotFound, AssistantError
from assistant.evaluation.journal import Journal
from assistant.evaluation.marking import Mark, mark, overlaps
from assistant.evaluation.measures import score
from assistant.evaluation.qa_set import Question, load_questions
from assistant.evaluation.ranking import article_ranks, evidence_ranks
from assistant.evaluation.report import Report
from assistant.evaluation.rows import SEARCHED, Cited, Found, Row
from assistant.schema import Answer
from vectorstore import Article, Hit

Progress = Callable[[int, int], None]
"""Called with (done, all) after each question."""
Judge = Callable[[Row, Answer], Row]
"""Adds scores and notes of its own to the row of an answer."""


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
    questions: str | Path | Iterable[Question],
    *,
    progress: Progress | None = None,
    judge: Judge | None = None,
    journal: Journal | None = None,
) -> Report:
    """Ask every question, search for it, and mark what comes back.

    A question on which the assistant fails with an `AssistantError` is a wrong row with that
    reason.

    Args:
        assistant: an `Assistant`, or anything that answers as one.
        questions: a Q&A set, or the path of one; entries of a file that are no questions are left
            out (`load_questions` names them).
        progress: called with (done, all) after each question.
        judge: adds its own scores to a row, see `judges`.
        journal: keeps each row, and gives those of an earlier run that was killed.

    Raises:
        QuestionsUnreadable: if the file can't be read.
    """
    asked = load_questions(questions)[0] if isinstance(questions, str | Path) else list(questions)
    kept = journal.rows if journal else {}
    rows = []
    for number, question in enumerate(asked):
        row = kept.get(number)
        if row is None:
            row = ask_one(assistant, question, judge)
            if journal:
                journal.append(number, row)
        rows.append(row)
        if progress:
            progress(len(rows), len(asked))
    return Report(rows)


def ask_one(assistant: Asked, question: Question, judge: Judge | None = None) -> Row:
    """Ask one question, search for it, mark and score what comes back."""
    started = time.perf_counter()
    try:
        answer = assistant.ask(question.question, history=[dict(turn) for turn in question.history])
        seconds = time.perf_counter() - started
        row = _retrieved(assistant, question, answer)
    except AssistantError as error:
        failed = Mark(False, 0.0, f"{type(error).__name__}: {error}")
        row = Row(question, failed, time.perf_counter() - started)
        return replace(row, scores=score(row, None))
    row = replace(
        row,
        mark=mark(question, answer),
        seconds=seconds,
        answered=answer.text,
        short=answer.short,
        citations=_cited(assistant, question, answer),
        abstained=answer.abstained,
        confidence=answer.confidence,
        answer_reason=answer.reason,
        mode=answer.mode,
    )
    row = replace(row, scores=score(row, answer))
    return judge(row, answer) if judge else row


def _retrieved(assistant: Asked, question: Question, answer: Answer) -> Row:
    """Search for the question as it stands alone; nothing is searched where nothing is known."""
    row = Row(question, Mark(False, 0.0), 0.0)
    if not question.evidence and not question.source:
        return row
    hits = assistant.search(answer.standalone_question or question.question, top_k=SEARCHED)
    names = [article_names(assistant, hit.chunk.article_id) for hit in hits]
    texts = [hit.chunk.text for hit in hits]
    return replace(
        row,
        evidence_ranks=evidence_ranks(texts, question.evidence),
        article_ranks=article_ranks(names, question.source),
        found=[
            Found(each[0], text, _holds(text, question), _is_source(each, question))
            for each, text in zip(names, texts, strict=True)
        ],
    )


def _cited(assistant: Asked, question: Question, answer: Answer) -> list[Cited]:
    cited = []
    for citation in answer.citations:
        names = article_names(assistant, citation.article_id)
        is_evidence, is_source = _holds(citation.quote, question), _is_source(names, question)
        cited.append(Cited(citation.number, names[0], citation.quote, is_evidence, is_source))
    return cited


def _holds(text: str, question: Question) -> bool:
    return any(map(partial(overlaps, text), question.evidence))


def _is_source(names: Sequence[str], question: Question) -> bool:
    return not set(question.source).isdisjoint(names)


def article_names(assistant: Asked, article_id: str) -> list[str]:
    """Give the names by which a Q&A set may call an article, the file name first."""
    try:
        article = assistant.article(article_id)
    except ArticleNotFound:
        return [article_id]
    return names_of(article)


def names_of(article: Article) -> list[str]:
    """Give the names by which a Q&A set may call an article, the file name first."""
    sources = [source for source in (article.source, *article.also_in) if source]
    return [*(Path(source).name for source in sources), article.id, *sources]
