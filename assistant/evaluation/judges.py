"""Optional judges through the configured LLM: LlamaIndex's evaluators of an answer.

They cost one or two calls a question, are as good as the model that judges, and are never needed.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from assistant.errors import LLMError
from assistant.evaluation.rows import Row
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.writing import llm
from assistant.writing.writer import connect

_GRADES = 5.0


def judge_of(settings: Settings) -> Callable[[Row, Answer], Row]:
    """Make the judge of the LLM that the settings name.

    Raises:
        LLMNotConfigured: if they name none.
    """
    return Judge(connect(settings), settings.llm_timeout)


class Judge:
    """Scores answers with LlamaIndex's FaithfulnessEvaluator and CorrectnessEvaluator.

    `faithfulness` is 1 where the model says that the cited words support the answer, else 0;
    `correctness` is its grade of 1 to 5 against the accepted answers, over 5. An abstention and an
    answer that can't be judged get no score; why not stands in the row's notes.

    Args:
        model: any LlamaIndex LLM.
        timeout: seconds for one call.
    """

    def __init__(self, model: Any, timeout: float) -> None:
        from llama_index.core.evaluation import CorrectnessEvaluator, FaithfulnessEvaluator

        timed = _timed(model, timeout)
        self._faithfulness = FaithfulnessEvaluator(llm=timed)
        self._correctness = CorrectnessEvaluator(llm=timed, parser_function=grade)

    def __call__(self, row: Row, answer: Answer) -> Row:
        """Add both scores and the model's words to a row."""
        if answer.abstained:
            return row
        asked = {"query": answer.standalone_question, "response": answer.text}
        quotes = [citation.quote for citation in answer.citations]
        row = _added(row, "faithfulness", self._faithfulness, {**asked, "contexts": quotes}, 1.0)
        reference = " / ".join(row.question.answers)
        if not reference:
            return row
        return _added(
            row, "correctness", self._correctness, {**asked, "reference": reference}, _GRADES
        )


def grade(reply: str) -> tuple[float | None, str]:
    """Read the grade of 1 to 5 that a reply begins with, also where no reasons follow it."""
    first = re.match(r"\W*(\d+(?:\.\d+)?)", reply)
    value = float(first[1]) if first else None
    return (value if value is not None and 1 <= value <= _GRADES else None), reply


def _added(row: Row, name: str, evaluator: Any, asked: dict[str, Any], most: float) -> Row:
    try:
        result = asyncio.run(evaluator.aevaluate(**asked))
    except (LLMError, ValueError) as error:
        return replace(row, notes={**row.notes, name: str(error)})
    notes = {**row.notes, name: str(result.feedback or "")}
    if result.score is None:
        return replace(row, notes=notes)
    share = min(max(float(result.score) / most, 0.0), 1.0)
    return replace(row, scores={**row.scores, name: share}, notes=notes)


def _timed(model: Any, timeout: float) -> Any:
    """The LLM as the evaluators see it: each call ends in time, and its thoughts are left out."""
    from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata
    from llama_index.core.llms.callbacks import llm_completion_callback

    class Timed(CustomLLM):  # type: ignore[misc]  # LlamaIndex is skipped by mypy
        @property
        def metadata(self) -> Any:
            return LLMMetadata(context_window=model.metadata.context_window, is_chat_model=False)

        @llm_completion_callback()  # type: ignore[untyped-decorator]
        def complete(self, prompt: str, formatted: bool = False, **_: Any) -> Any:
            chat = [{"role": "user", "content": prompt}]
            return CompletionResponse(text=llm.complete_chat(model, chat, timeout=timeout))

        @llm_completion_callback()  # type: ignore[untyped-decorator]
        def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> Iterator[Any]:
            yield self.complete(prompt, formatted)

    return Timed()
