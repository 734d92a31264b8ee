"""Question in, cited answer out. This room has never heard of Chroma."""

from assistant.assistant import Assistant
from assistant.errors import ArticleNotFound, AssistantError, BadQuestion, FeedbackUnusable
from assistant.evaluation.qa_set import Question, load_questions
from assistant.evaluation.report import Report
from assistant.evaluation.run import evaluate
from assistant.feedback import Feedback, Vote
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
from assistant.suggest import answerable
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
    "Feedback",
    "FeedbackUnusable",
    "HitsEvent",
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
    "stopped",
]
