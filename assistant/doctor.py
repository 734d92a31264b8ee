"""Examine an installation: what is configured, what is found, and what to do next."""

from dataclasses import dataclass
from importlib.util import find_spec

import prompts
from assistant import llm
from assistant.assistant import Assistant, connect
from assistant.errors import AssistantError
from assistant.settings import Settings
from vectorstore import VectorStoreError

# Seconds that a look at the LLM may take.
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, what was found, whether it is well, what to do if not."""

    what: str
    found: str
    ok: bool = True
    next_step: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Look at the settings, the stored articles, the indexes, the prompts, the LLM and the page."""
    return [
        *_examine_store(settings),
        _examine_prompts(settings),
        _examine_llm(settings),
        _examine_page(),
    ]


def _examine_store(settings: Settings) -> list[Finding]:
    try:
        with Assistant(settings) as assistant:
            status = assistant.status()
    except VectorStoreError as error:
        return [Finding("stored articles", str(error), False, "check ASSISTANT_DATA_DIR")]
    count = f"{status['articles']} articles, {status['chunks']} chunks in {status['data_dir']}"
    stored = Finding("stored articles", count)
    if not status["articles"]:
        stored = Finding("stored articles", count, True, "run: xieshou add PATH")
    model = Finding("embedding model", settings.embedding_model)
    if not status["matches_settings"]:
        model = Finding(
            "embedding model",
            "not the one that the store was filled with",
            False,
            "run: xieshou rebuild",
        )
    lexical = Finding("lexical index", status["lexical_index"])
    if status["lexical_index"] != "current":
        lexical = Finding(
            "lexical index", "behind the stored articles", False, "run: xieshou rebuild"
        )
    return [stored, model, lexical, Finding("chroma", status["chroma"])]


def _examine_prompts(settings: Settings) -> Finding:
    try:
        ids = [prompts.load(name).id for name in (settings.prompt, settings.condense_prompt)]
    except prompts.PromptError as error:
        return Finding("prompts", str(error), False, "check ASSISTANT_PROMPT")
    return Finding("prompts", ", ".join(ids))


def _examine_llm(settings: Settings) -> Finding:
    if settings.mode == "extractive" or (settings.mode == "auto" and not settings.llm_base_url):
        step = "for written answers set ASSISTANT_LLM_BASE_URL and ASSISTANT_LLM_MODEL"
        return Finding(
            "answers", "extractive: sentences quoted from the articles, no LLM", True, step
        )
    try:
        brief = {"llm_timeout": _PATIENCE, "llm_temperature": 0.0, "llm_answer_tokens": 64}
        model = connect(settings.model_copy(update=brief))
        llm.complete_chat(model, [{"role": "user", "content": "你好"}], timeout=_PATIENCE)
    except AssistantError as error:
        return Finding("answers", str(error), False, "check the ASSISTANT_LLM_ settings")
    return Finding("answers", f"llm: {settings.llm_model} at {settings.llm_base_url}")


def _examine_page() -> Finding:
    if find_spec("gradio") is None:
        return Finding("page", "gradio is not installed", False, "run: make install")
    return Finding("page", "gradio is installed; start it with: make chat")
