"""What the llm mode writes with: a model, its prompt, its limits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import prompts
from assistant.settings import Settings
from assistant.writing import llm
from assistant.writing.breaker import Breaker
from assistant.writing.llm import Messages, stream_chat


@dataclass(frozen=True, slots=True)
class Writer:
    """What the llm mode writes with.

    Attributes:
        llm: any LlamaIndex LLM.
        name: the model's name, for the answer.
        prompt: the prompt of the answer.
        window: tokens for the whole chat that is sent.
        timeout: seconds from the question to the end of the answer.
        breaker: of the endpoint; the same for all answers.
    """

    llm: Any
    name: str
    prompt: prompts.Prompt
    window: int
    timeout: float
    breaker: Breaker

    def stream(self, messages: Messages, timeout: float) -> Iterator[str]:
        """What the model says, piece by piece; arguments and errors as for `stream_chat`."""
        return self.breaker.guarded(stream_chat(self.llm, messages, timeout=timeout))


def connect(settings: Settings) -> Any:
    """The LlamaIndex LLM that the settings name; nothing is sent yet.

    Raises:
        LLMNotConfigured: if they name no endpoint or no model.
    """
    return llm.connect(
        settings.llm_provider,
        settings.llm_base_url,
        settings.llm_model,
        settings.llm_api_key.get_secret_value(),
        timeout=settings.llm_timeout,
        temperature=settings.llm_temperature,
        context_tokens=settings.llm_context_tokens,
        answer_tokens=settings.llm_answer_tokens,
    )
