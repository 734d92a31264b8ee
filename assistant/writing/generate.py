"""A written answer over the numbered sources, and the same as a LlamaIndex query engine."""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import prompts
from assistant.checking.cite import Cited, cite
from assistant.errors import LLMUnavailable
from assistant.writing.context import Count, Source, cost, fit, fit_history, neutralise, render
from assistant.writing.language import language_of, words_in
from assistant.writing.llm import Messages, complete_chat
from vectorstore import Chunk, Hit

_NO_ROOM = "大模型的上下文窗口放不下提示、问题和资料，请调大 ASSISTANT_LLM_CONTEXT_TOKENS。"


@dataclass(frozen=True, slots=True)
class Chat:
    """What is sent to the LLM, and the sources that it holds."""

    messages: Messages
    sources: list[Source]


def compose(
    prompt: prompts.Prompt,
    question: str,
    hits: Sequence[Hit],
    history: Sequence[dict[str, str]] = (),
    *,
    window: int,
    count: Count,
) -> Chat:
    """Put the chat together: system, earlier turns, then the sources with the question.

    The sources are the best hits that fit, in whole sentences; earlier turns get at most a quarter
    of the room, the newest first. The whole chat never costs more than `window`.

    Args:
        prompt: with the variables `$question` and `$sources`; it may also have `$language` and
            `$declines`, see `assistant.writing.language`.
        question: as it stands alone.
        hits: best first.
        history: earlier turns, oldest first.
        window: tokens for the whole chat; the answer's are not among them.
        count: tokens of a text.

    Raises:
        LLMUnavailable: if the window has no room for a source beside the prompt and the question.
    """
    room = window - cost(_messages(prompt, question, [], []), count)
    turns = fit_history(history, budget=room // 4, count=count)
    room -= cost(turns, count) if turns else 0
    sources = fit(hits, budget=room, count=count)
    # Counts of the parts add up to a little less than the count of the whole now and then.
    while sources:
        chat = _messages(prompt, question, sources, turns)
        if cost(chat, count) <= window:
            return Chat(chat, sources)
        sources.pop()
    raise LLMUnavailable(_NO_ROOM)


def _messages(
    prompt: prompts.Prompt,
    question: str,
    sources: Sequence[Source],
    history: Sequence[dict[str, str]],
) -> Messages:
    words = words_in(language_of(question))
    values = {
        "question": neutralise(question),
        "sources": render(sources, secrets.token_hex(4)),
        "language": words.name,
        "declines": words.declines,
    }
    # The first version of the prompt does not name the language.
    optional = {"language", "declines"} - prompt.variables
    system, user = prompt.messages(**{name: values[name] for name in values.keys() - optional})
    return [system, *history, user]


def query_engine(
    retriever: Any, llm: Any, prompt_name: str, *, window: int, count: Count, timeout: float
) -> Any:
    """Make a stock LlamaIndex `RetrieverQueryEngine` whose answers are cited and checked by us.

    Its response's text has renumbered marks; `response.metadata` holds `citations` and `sentences`
    (plain dicts, as in `Answer.to_dict`) and `prompt_id`. LlamaIndex's global settings are neither
    read nor written.

    Args:
        retriever: an `ArticleRetriever`, or any whose nodes carry its metadata.
        llm: any LlamaIndex LLM.
        prompt_name: for example `answer/v2`.
        window: tokens for a whole chat.
        count: tokens of a text.
        timeout: seconds for one answer.
    """
    from llama_index.core.query_engine import RetrieverQueryEngine

    prompt = prompts.load(prompt_name)

    def write(question: str, hits: Sequence[Hit]) -> Cited:
        if not hits:
            return Cited(words_in(language_of(question)).declines, [], [])
        chat = compose(prompt, question, hits, window=window, count=count)
        return cite(complete_chat(llm, chat.messages, timeout=timeout), chat.sources)

    return RetrieverQueryEngine(retriever, response_synthesizer=_synthesizer(llm, write, prompt.id))


def _synthesizer(llm: Any, write: Any, prompt_id: str) -> Any:
    """The response synthesizer around `write(question, hits) -> Cited`."""
    from llama_index.core.base.response.schema import Response
    from llama_index.core.indices.prompt_helper import ChatPromptHelper, PromptHelper
    from llama_index.core.response_synthesizers import BaseSynthesizer
    from llama_index.core.schema import QueryBundle

    class CheckedSynthesizer(BaseSynthesizer):  # type: ignore[misc]  # LlamaIndex is skipped by mypy
        def synthesize(self, query: Any, nodes: Any, *_: Any, **__: Any) -> Any:
            question = query.query_str if isinstance(query, QueryBundle) else str(query)
            cited = write(question, [_hit(scored.node, scored.score or 0.0) for scored in nodes])
            return Response(cited.text, source_nodes=nodes, metadata=_metadata(cited, prompt_id))

        async def asynthesize(self, query: Any, nodes: Any, *_: Any, **__: Any) -> Any:
            return await asyncio.to_thread(self.synthesize, query, nodes)

        def get_response(self, query_str: str, text_chunks: Sequence[str], **_: Any) -> str:
            hits = [_text_hit(number, text) for number, text in enumerate(text_chunks)]
            return str(write(query_str, hits).text)

        async def aget_response(self, query_str: str, text_chunks: Sequence[str], **_: Any) -> str:
            return await asyncio.to_thread(self.get_response, query_str, text_chunks)

        def _get_prompts(self) -> dict[str, Any]:
            return {}

        def _update_prompts(self, prompts: dict[str, Any]) -> None:
            return None

    # Each of these would else be taken from LlamaIndex's global settings.
    return CheckedSynthesizer(
        llm=llm,
        callback_manager=llm.callback_manager,
        prompt_helper=PromptHelper(tokenizer=list),
        chat_prompt_helper=ChatPromptHelper(tokenizer=list),
    )


def _metadata(cited: Cited, prompt_id: str) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    return {
        "citations": [
            {key: plain(value) for key, value in asdict(citation).items()}
            for citation in cited.citations
        ],
        "sentences": [asdict(sentence) for sentence in cited.sentences],
        "prompt_id": prompt_id,
    }


def _hit(node: Any, score: float) -> Hit:
    metadata = node.metadata
    text = node.get_content()
    start = int(metadata.get("start", node.start_char_idx or 0))
    published = metadata.get("published")
    return Hit(
        chunk=Chunk(str(metadata.get("article_id", node.node_id)), text, start, start + len(text)),
        score=score,
        dense_rank=None,
        lexical_rank=None,
        title=str(metadata.get("title", "")),
        publisher=str(metadata.get("publisher", "")),
        published=date.fromisoformat(published) if published else None,
        url=str(metadata.get("url", "")),
    )


def _text_hit(number: int, text: str) -> Hit:
    return Hit(Chunk(f"text-{number}", text, 0, len(text)), 0.0, None, None)
