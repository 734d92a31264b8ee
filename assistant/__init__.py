"""Question in, cited answer out. This room has never heard of Chroma."""

from assistant.assistant import Assistant
from assistant.errors import ArticleNotFound, AssistantError, BadQuestion
from assistant.evaluation.qa_set import Question, load_questions
from assistant.evaluation.report import Report
from assistant.evaluation.run import evaluate
from assistant.logs import set_up as set_up_logs
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
from assistant.telling import stopped

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
    "HitsEvent",
    "Question",
    "Report",
    "Sentence",
    "SentenceEvent",
    "Settings",
    "StatusEvent",
    "evaluate",
    "load_questions",
    "set_up_logs",
    "stopped",
]
