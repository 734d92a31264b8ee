"""What can go wrong in the assistant.

AssistantError
├── BadQuestion         empty, or far too long
├── ArticleNotFound     an article id that is not stored
├── QuestionsUnreadable a Q&A set that can't be read
├── FeedbackUnusable    the file of votes can't be read or written
└── LLMError            the configured LLM can't be used
    ├── LLMNotConfigured    llm mode was asked for and no endpoint is named
    ├── LLMUnavailable      refused, unauthorised, failing, or not an LLM at all
    └── LLMTimeout          it did not answer, or not to the end, in time
"""


class AssistantError(Exception):
    """Root of the errors of this room; the message says what, where, and what to do next."""


class BadQuestion(AssistantError):
    """The question is empty or far too long."""


class ArticleNotFound(AssistantError):
    """No article with this id is stored."""


class QuestionsUnreadable(AssistantError):
    """The Q&A set can't be read."""


class FeedbackUnusable(AssistantError):
    """The file of votes can't be read or written."""


class LLMError(AssistantError):
    """The configured LLM can't be used."""


class LLMNotConfigured(LLMError):
    """The llm mode was asked for, and the settings name no endpoint."""


class LLMUnavailable(LLMError):
    """The endpoint refused, failed, or did not speak as an LLM does."""


class LLMTimeout(LLMError):
    """The endpoint did not answer, or not to the end, in time."""
