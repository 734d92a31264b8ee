"""Question in, cited answer out. This room has never heard of Chroma."""

from __future__ import annotations

from importlib import import_module

# `typing` alone takes a tenth of a second; type checkers know this name without it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from assistant.assistant import Assistant
    from assistant.bundled import sample_articles
    from assistant.errors import ArticleNotFound, AssistantError, BadQuestion, FeedbackUnusable
    from assistant.evaluation.qa_set import Question, load_questions
    from assistant.evaluation.report import Report
    from assistant.evaluation.run import evaluate
    from assistant.feedback import Feedback, Vote
    from assistant.kept import KeptFile
    from assistant.logs import set_up_logs
    from assistant.schema import (
        Answer,
        Citation,
        DeltaEvent,
        Event,
        FallbackEvent,
        HitsEvent,
        Sentence,
        SentenceEvent,
        StatusEvent,
    )
    from assistant.settings import Settings
    from assistant.shell.telling import stopped
    from assistant.suggest import answerable

__all__ = [
    "Answer",
    "ArticleNotFound",
    "Assistant",
    "AssistantError",
    "BadQuestion",
    "Citation",
    "DeltaEvent",
    "Event",
    "FallbackEvent",
    "Feedback",
    "FeedbackUnusable",
    "HitsEvent",
    "KeptFile",
    "Question",
    "Report",
    "Sentence",
    "SentenceEvent",
    "Settings",
    "StatusEvent",
    "Vote",
    "answerable",
    "evaluate",
    "load_questions",
    "sample_articles",
    "set_up_logs",
    "stopped",
]

# Imported when first asked for: importing all takes a second or two, in which the command line
# could not yet answer Ctrl-C but by a traceback.
_HOMES = {
    "assistant.assistant": ("Assistant",),
    "assistant.bundled": ("sample_articles",),
    "assistant.errors": ("ArticleNotFound", "AssistantError", "BadQuestion", "FeedbackUnusable"),
    "assistant.evaluation.qa_set": ("Question", "load_questions"),
    "assistant.evaluation.report": ("Report",),
    "assistant.evaluation.run": ("evaluate",),
    "assistant.feedback": ("Feedback", "Vote"),
    "assistant.kept": ("KeptFile",),
    "assistant.logs": ("set_up_logs",),
    "assistant.schema": (
        "Answer",
        "Citation",
        "DeltaEvent",
        "Event",
        "FallbackEvent",
        "HitsEvent",
        "Sentence",
        "SentenceEvent",
        "StatusEvent",
    ),
    "assistant.settings": ("Settings",),
    "assistant.suggest": ("answerable",),
    "assistant.shell.telling": ("stopped",),
}


def __getattr__(name: str) -> Any:
    """What this door exports, by its name."""
    home = next((home for home, names in _HOMES.items() if name in names), "")
    if not home:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), name)
    return value
