"""The LLM that the settings name: its client, its stream under a deadline, its errors in words."""

import gc
import queue
import random
import threading
import time
from collections.abc import Iterator
from typing import Any, Literal

from assistant.errors import LLMNotConfigured, LLMTimeout, LLMUnavailable
from assistant.writing.faults import (
    CUT,
    FILTERED,
    FLOOD,
    NO_TEXT,
    TOOL_CALL,
    is_passing,
    retry_after,
    translated,
)
from assistant.writing.prose import MOST_CHARACTERS, prose

Messages = list[dict[str, str]]
"""Chat messages: `role` (system, user, assistant) and `content`."""

_CONNECT_SECONDS = 5.0
_DONE = object()
# An endpoint that is busy or restarting is asked again, while nothing of an answer has come.
_TRIES = 3
_FIRST_PAUSE, _JITTER, _LONGEST_PAUSE = 0.4, 0.4, 4.0
# Seconds of a Retry-After beyond which a quoted answer now is better than a written one.
_LONGEST_WISH = 20.0


def connect(
    provider: Literal["openai", "ollama"],
    base_url: str,
    model: str,
    api_key: str,
    *,
    timeout: float,
    temperature: float,
    context_tokens: int,
    answer_tokens: int,
) -> Any:
    """Make the LlamaIndex LLM for an endpoint; nothing is sent yet.

    No retries (`stream_chat` has its own), no redirects (they would re-post the prompt elsewhere),
    no function calling.

    Args:
        provider: `openai` for any OpenAI-compatible endpoint, `ollama` for Ollama's own protocol.
        base_url: for example `http://127.0.0.1:8000/v1`, or `http://127.0.0.1:11434` for Ollama.
        model: the model's name at the endpoint.
        api_key: empty where the endpoint wants none.
        timeout: seconds that each wait on the socket may take.
        temperature: 0 to 2.
        context_tokens: the model's window.
        answer_tokens: most tokens of one answer.

    Raises:
        LLMNotConfigured: if `base_url` or `model` is empty.
    """
    if not base_url or not model:
        missing = "ASSISTANT_LLM_BASE_URL" if not base_url else "ASSISTANT_LLM_MODEL"
        raise LLMNotConfigured(f"没有设置大模型：请设置 {missing}，或改用 extractive 模式。")
    if provider == "ollama":
        return _ollama(base_url, model, api_key, timeout)(
            temperature=temperature,
            context_window=context_tokens,
            additional_kwargs={"num_predict": answer_tokens},
        )
    return _openai(base_url, model, api_key, timeout)(
        temperature=temperature, context_window=context_tokens, max_tokens=answer_tokens
    )


def _openai(base_url: str, model: str, api_key: str, timeout: float) -> Any:
    from functools import partial

    from llama_index.llms.openai_like import OpenAILike
    from openai import DefaultHttpxClient, Timeout

    limits = Timeout(timeout, connect=min(_CONNECT_SECONDS, timeout))
    return partial(
        OpenAILike,
        model=model,
        api_base=base_url,
        # An empty key would make the client take OPENAI_API_KEY and send it to this endpoint.
        api_key=api_key or "none",
        is_chat_model=True,
        is_function_calling_model=False,
        max_retries=0,
        timeout=timeout,
        http_client=DefaultHttpxClient(timeout=limits, follow_redirects=False),
    )


def _ollama(base_url: str, model: str, api_key: str, timeout: float) -> Any:
    from functools import partial

    from llama_index.llms.ollama import Ollama
    from ollama import Client

    # The client would send OLLAMA_API_KEY of the environment where no header is given.
    headers = {"Authorization": f"Bearer {api_key or 'none'}"}
    client = Client(host=base_url, headers=headers, timeout=timeout, follow_redirects=False)
    return partial(
        Ollama,
        model=model,
        base_url=base_url,
        request_timeout=timeout,
        is_function_calling_model=False,
        client=client,
    )


def stream_chat(llm: Any, messages: Messages, *, timeout: float) -> Iterator[str]:
    """Yield the answer's text as it comes, and never let the caller wait past `timeout` seconds.

    The endpoint is read in a worker thread, because a hang or a slow drip can't be bounded from
    within the clients. The worker stops at the next piece it gets, or at its socket's timeout.
    Where nobody answers or the endpoint is busy, it is asked up to three times, within `timeout`.
    What a reasoning model writes between `<think>` tags is left out (see `prose`).

    Args:
        llm: any LlamaIndex LLM.
        messages: the whole chat, system message first.
        timeout: seconds from the request to the last piece.

    Raises:
        LLMTimeout: no end in time.
        LLMUnavailable: refused, failed, cut off, no text, or not an LLM. The message, in Chinese,
            holds neither the key nor anything that the endpoint said.
    """
    reader = _Reader(llm, messages, time.monotonic() + timeout)
    threading.Thread(target=reader.run, name="xieshou-llm", daemon=True).start()
    try:
        yield from prose(_pieces(reader, timeout))
    finally:
        reader.stop.set()


def complete_chat(llm: Any, messages: Messages, *, timeout: float) -> str:
    """Return the whole answer as one text; arguments and errors as for `stream_chat`."""
    return "".join(stream_chat(llm, messages, timeout=timeout)).strip()


class _Reader:
    """Reads one answer in a thread: responses go into `box`, then an error if any, then `_DONE`."""

    def __init__(self, llm: Any, messages: Messages, deadline: float) -> None:
        self._llm, self._messages = llm, messages
        self._began = False
        self.deadline = deadline
        self.box: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.stop = threading.Event()
        """Set when nobody listens any more."""
        self.failure: BaseException | None = None
        """Why it asks again, from the first failed try until text comes."""

    def run(self) -> None:
        """Ask, and ask again where that may help."""
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_when_event_set
        from tenacity.nap import sleep_using_event

        asking = Retrying(
            retry=retry_if_exception(self._may_pass),
            wait=_pause,
            stop=stop_after_attempt(_TRIES) | stop_when_event_set(self.stop),
            sleep=sleep_using_event(self.stop),
            reraise=True,
        )
        try:
            asking(self._ask)
        except _client_errors() as error:
            self.box.put(error)
        finally:
            self.box.put(_DONE)

    def _ask(self) -> None:
        from llama_index.core.llms import ChatMessage

        if self.stop.is_set():
            return
        response = None
        stream = self._llm.stream_chat([ChatMessage(**message) for message in self._messages])
        for response in stream:
            self._began, self.failure = True, None
            self.box.put(response)
            if self.stop.is_set():
                stream.close()
                break
        if self.stop.is_set():
            # The OpenAI client's stream is part of a reference cycle (measured with openai 2.54):
            # until it is collected, the socket stays open and the endpoint goes on writing.
            stream = response = None
            gc.collect()

    def _may_pass(self, error: BaseException) -> bool:
        """Never once text has come: a person would read it twice."""
        # What is left after the pause must be enough for an answer.
        bearable = min(_LONGEST_WISH, (self.deadline - time.monotonic()) / 2)
        may = not self._began and is_passing(error) and retry_after(error) < bearable
        self.failure = error if may else None
        return may


def _pause(state: Any) -> float:
    """Seconds before the next try: as the endpoint asks, else growing.

    With jitter, so that many clients do not come back at once.
    """
    from tenacity import wait_exponential_jitter

    error = state.outcome.exception()
    if wait := retry_after(error):
        return wait + random.uniform(0, _JITTER)
    return wait_exponential_jitter(multiplier=_FIRST_PAUSE, max=_LONGEST_PAUSE, jitter=_JITTER)(
        state
    )


def _client_errors() -> tuple[type[Exception], ...]:
    """Name what the clients let through: their own errors, httpx's, those of unexpected JSON."""
    import httpx
    from ollama import RequestError, ResponseError
    from openai import OpenAIError

    unexpected = (ValueError, TypeError, KeyError, AttributeError, IndexError)
    return (OpenAIError, httpx.HTTPError, RequestError, ResponseError, OSError, *unexpected)


def _pieces(reader: _Reader, timeout: float) -> Iterator[str]:
    length, tells_end, reason = 0, False, ""
    while (item := _next(reader, timeout)) is not _DONE:
        if isinstance(item, Exception):
            # Without its cause: the endpoint's words may quote the key.
            raise translated(item, started=length > 0) from None
        tells_end = tells_end or item.raw is not None
        reason = reason or _end_reason(item.raw)
        length += len(item.delta or "")
        # Thoughts count here, and may be longer than what is shown.
        if length > MOST_CHARACTERS * 4:
            raise LLMUnavailable(FLOOD)
        yield item.delta or ""
    if fault := _fault_of_end(reason, length, tells_end=tells_end):
        raise LLMUnavailable(fault)


def _fault_of_end(reason: str, length: int, *, tells_end: bool) -> str:
    """What is wrong with how a stream ended; empty where it ended well."""
    if reason in ("tool_calls", "function_call"):
        return TOOL_CALL
    if reason == "content_filter":
        return FILTERED
    if not length:
        return NO_TEXT
    return CUT if tells_end and not reason else ""


def _next(reader: _Reader, timeout: float) -> Any:
    try:
        return reader.box.get(timeout=max(reader.deadline - time.monotonic(), 0.001))
    except queue.Empty:
        if isinstance(reader.failure, Exception):
            raise translated(reader.failure, started=False) from None
        raise LLMTimeout(f"大模型服务没有在 {timeout:.3g} 秒内答完。") from None


def _end_reason(raw: Any) -> str:
    """Why the endpoint says it is done: OpenAI's finish_reason, Ollama's done; empty: not done."""
    if isinstance(raw, dict):
        if (raw.get("message") or {}).get("tool_calls"):
            return "tool_calls"
        return str(raw.get("done_reason") or "stop") if raw.get("done") else ""
    choices = getattr(raw, "choices", None) or []
    return str(choices[0].finish_reason or "") if choices else ""
