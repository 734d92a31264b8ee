"""Visitors' votes as a Q&A set, and the command that writes it."""

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assistant.assistant import Assistant
from assistant.evaluation.marking import MAX_SHORT_CHARACTERS
from assistant.evaluation.qa_set import UNANSWERABLE, Question
from assistant.evaluation.run import article_names
from assistant.feedback import Feedback, Vote
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.terminal import note, print_json

_MARKS = re.compile(r"\[\d+\]")
_LONG = "list"
_NEVER = "文中没有提到"


def add_feedback(parser: argparse.ArgumentParser) -> None:
    """Give the arguments of `feedback`."""
    parser.add_argument("--out", type=Path, help="write the set there instead of printing it")


def run_feedback(given: argparse.Namespace, settings: Settings) -> int:
    """Run `feedback`; returns the exit code."""
    feedback = Feedback(settings.data_dir)
    votes = feedback.votes()
    feedback.close()
    with Assistant(settings) as assistant:
        questions = as_questions(assistant, votes)
    lines = "".join(question.to_line() + "\n" for question in questions)
    if given.out:
        given.out.write_text(lines, "utf-8")
        good = sum(vote.good for vote in votes)
        told = f"{len(questions)} questions of {good} votes up and {len(votes) - good} down"
        note(f"{told} in {given.out}; fill in the answers of the latter")
    elif given.json:
        print_json([json.loads(line) for line in lines.splitlines()])
    else:
        print(lines, end="")
    return 0


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
