"""Visitors' votes as a Q&A set."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.assistant import Assistant
from assistant.evaluation.marking import MAX_SHORT_CHARACTERS
from assistant.evaluation.qa_set import UNANSWERABLE, Question
from assistant.evaluation.run import article_names
from assistant.feedback import Vote
from assistant.schema import Answer

_MARKS = re.compile(r"\[\d+\]")
_LONG = "list"
_NEVER = "文中没有提到"


def as_questions(assistant: Assistant, votes: Sequence[Vote]) -> list[Question]:
    """Make a Q&A set of votes, in their order; the same vote on the same answer counts once.

    A vote up gives what the answer was right by: its short answer (of a quoted answer without one,
    the quotes), the articles it cites as `source`, its quotes as `evidence`; an abstention that was
    voted up becomes a question without an answer. A vote down gives the question alone, for a
    person to fill in. The reason stands in `note`, below a vote down also what was answered.
    """
    made: dict[str, Question] = {}
    notes: dict[str, list[str]] = {}
    for vote in votes:
        question = _right(assistant, vote.answer) if vote.good else Question(vote.answer.question)
        question = replace(question, history=vote.history)
        told = vote.reason if vote.good else _told(vote)
        key = question.to_line()
        made[key] = question
        notes.setdefault(key, []).append(told)
    return [
        replace(made[key], id=f"v{number:03}", note="\n".join(dict.fromkeys(filter(None, told))))
        for number, (key, told) in enumerate(notes.items(), 1)
    ]


def _told(vote: Vote) -> str:
    reason = f"{vote.reason}\n" if vote.reason else ""
    return f"{reason}当时的回答：{vote.answer.text}"


def _right(assistant: Assistant, answer: Answer) -> Question:
    """The question with what its answer was right by."""
    if answer.abstained:
        return Question(answer.question, type=UNANSWERABLE, answers=(_NEVER,))
    cited = dict.fromkeys(citation.article_id for citation in answer.citations)
    quotes = tuple(dict.fromkeys(citation.quote for citation in answer.citations))
    question = Question(
        answer.question,
        source=tuple(article_names(assistant, article_id)[0] for article_id in cited),
        evidence=quotes,
    )
    if answer.short:
        return replace(question, answers=(answer.short,), must_include=(answer.short,))
    text = _MARKS.sub("", answer.text)
    kind = _LONG if len(text) > MAX_SHORT_CHARACTERS else ""
    must = quotes if answer.mode == "extractive" else ()
    return replace(question, type=kind, answers=(text,), must_include=must)
