"""The LLM that the settings name: its client, its stream under a deadline, its errors in words."""

import gc
import queue
import re
import threading
import time
from collections.abc import Iterator
from typing import Any, Literal

from assistant.errors import LLMError, LLMNotConfigured, LLMTimeout, LLMUnavailable

Messages = list[dict[str, str]]
"""Chat messages: `role` (system, user, assistant) and `content`."""

_CONNECT_SECONDS = 5.0
# A thousand answer tokens are about 1,100 characters; an endpoint that floods is cut off here.
_MOST_CHARACTERS = 8000
_DONE = object()
_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|$)", re.DOTALL)
_THOUGHT_TAGS = ("<think>", "<thinking>")

_BY_STATUS = {
    400: "大模型服务不接受这个请求（HTTP 400），请检查模型名称和上下文长度设置。",
    401: "大模型服务拒绝了密钥（HTTP 401），请检查 ASSISTANT_LLM_API_KEY。",
    403: "密钥没有使用这个模型的权限（HTTP 403），请检查 ASSISTANT_LLM_API_KEY。",
    404: "大模型服务没有这个地址或模型（HTTP 404），"
    "请检查 ASSISTANT_LLM_BASE_URL 和 ASSISTANT_LLM_MODEL。",
    413: "发给大模型的内容太长（HTTP 413），请调小 ASSISTANT_LLM_CONTEXT_TOKENS。",
    429: "大模型服务请求过多或额度用尽（HTTP 429），请稍后再试。",
}
_UNREACHABLE = "连不上大模型服务，请检查 ASSISTANT_LLM_BASE_URL，并确认服务已经启动。"
_NOT_AN_LLM = "这个地址返回的不是大模型接口的内容，请检查 ASSISTANT_LLM_BASE_URL。"
_NO_TEXT = "大模型服务没有给出文字，请检查 ASSISTANT_LLM_BASE_URL 和 ASSISTANT_LLM_MODEL。"
_CUT = "大模型服务的回答中途断开。"
_FLOOD = "大模型服务的回答过长，已停止接收。"
_FILTERED = "大模型服务因内容过滤没有作答。"
_REPORTED = "大模型服务报告出错。"


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

    No retries, no redirects (they would re-post the prompt elsewhere), no function calling.

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
    What a reasoning model writes between `<think>` tags is left out.

    Args:
        llm: any LlamaIndex LLM.
        messages: the whole chat, system message first.
        timeout: seconds from the request to the last piece.

    Raises:
        LLMTimeout: no end in time.
        LLMUnavailable: refused, failed, cut off, no text, or not an LLM. The message, in Chinese,
            holds neither the key nor anything that the endpoint said.
    """
    box: queue.SimpleQueue[Any] = queue.SimpleQueue()
    stop = threading.Event()
    worker = threading.Thread(
        target=_read, args=(llm, messages, box, stop), name="xieshou-llm", daemon=True
    )
    worker.start()
    try:
        yield from _without_thoughts(_pieces(box, time.monotonic() + timeout, timeout))
    finally:
        stop.set()


def complete_chat(llm: Any, messages: Messages, *, timeout: float) -> str:
    """Return the whole answer as one text; arguments and errors as for `stream_chat`."""
    return "".join(stream_chat(llm, messages, timeout=timeout)).strip()


def _read(
    llm: Any, messages: Messages, box: "queue.SimpleQueue[Any]", stop: threading.Event
) -> None:
    from llama_index.core.llms import ChatMessage

    response = None
    try:
        stream = llm.stream_chat([ChatMessage(**message) for message in messages])
        for response in stream:
            box.put(response)
            if stop.is_set():
                stream.close()
                break
        if stop.is_set():
            # The OpenAI client's stream is part of a reference cycle (measured with openai 2.54):
            # until it is collected, the socket stays open and the endpoint goes on writing.
            stream = response = None
            gc.collect()
    except _client_errors() as error:
        box.put(error)
    finally:
        box.put(_DONE)


def _client_errors() -> tuple[type[Exception], ...]:
    """Name what the clients let through: their own errors, httpx's, those of unexpected JSON."""
    import httpx
    from ollama import RequestError, ResponseError
    from openai import OpenAIError

    unexpected = (ValueError, TypeError, KeyError, AttributeError, IndexError)
    return (OpenAIError, httpx.HTTPError, RequestError, ResponseError, OSError, *unexpected)


def _pieces(box: "queue.SimpleQueue[Any]", deadline: float, timeout: float) -> Iterator[str]:
    length, tells_end, reason = 0, False, ""
    while (item := _next(box, deadline, timeout)) is not _DONE:
        if isinstance(item, Exception):
            # Without its cause: the endpoint's words may quote the key.
            raise _translated(item, started=length > 0) from None
        tells_end = tells_end or item.raw is not None
        reason = reason or _end_reason(item.raw)
        length += len(item.delta or "")
        if length > _MOST_CHARACTERS * 4:
            raise LLMUnavailable(_FLOOD)
        yield item.delta or ""
    if reason == "content_filter":
        raise LLMUnavailable(_FILTERED)
    if not length:
        raise LLMUnavailable(_NO_TEXT)
    if tells_end and not reason:
        raise LLMUnavailable(_CUT)


def _next(box: "queue.SimpleQueue[Any]", deadline: float, timeout: float) -> Any:
    try:
        return box.get(timeout=max(deadline - time.monotonic(), 0.001))
    except queue.Empty:
        raise LLMTimeout(f"大模型服务没有在 {timeout:g} 秒内答完。") from None


def _end_reason(raw: Any) -> str:
    """Why the endpoint says it is done: OpenAI's finish_reason, Ollama's done; empty: not done."""
    if isinstance(raw, dict):
        return str(raw.get("done_reason") or "stop") if raw.get("done") else ""
    choices = getattr(raw, "choices", None) or []
    return str(choices[0].finish_reason or "") if choices else ""


def _translated(error: Exception, *, started: bool) -> LLMError:
    names = {kind.__name__ for kind in type(error).__mro__}
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and status > 0:
        return LLMUnavailable(_by_status(status))
    if names & {"APITimeoutError", "TimeoutException", "TimeoutError"}:
        return LLMTimeout("大模型服务长时间没有回应。")
    if started:
        return LLMUnavailable(_CUT)
    if "ResponseError" in names or ("APIError" in names and "APIConnectionError" not in names):
        return LLMUnavailable(_REPORTED)
    if names & {"ValueError", "TypeError", "KeyError", "AttributeError", "IndexError"}:
        return LLMUnavailable(_NOT_AN_LLM)
    return LLMUnavailable(_UNREACHABLE)


def _by_status(status: int) -> str:
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return f"大模型服务要求跳转到别处（HTTP {status}），请直接设置最终地址。"
    return f"大模型服务出错（HTTP {status}），请稍后再试。"


def _without_thoughts(pieces: Iterator[str]) -> Iterator[str]:
    """Leave out `<think>…</think>`; hold back only what may still become such a tag."""
    text, given = "", 0
    for piece in pieces:
        text += piece
        shown = _settled(_THOUGHT.sub("", text))
        if len(shown) > _MOST_CHARACTERS:
            raise LLMUnavailable(_FLOOD)
        if len(shown) > given:
            yield shown[given:]
            given = len(shown)
    rest = _THOUGHT.sub("", text)
    if not rest.strip():
        raise LLMUnavailable(_NO_TEXT)
    yield rest[given:]


def _settled(text: str) -> str:
    for length in range(min(len(text), max(map(len, _THOUGHT_TAGS))), 0, -1):
        if any(tag.startswith(text[-length:]) for tag in _THOUGHT_TAGS):
            return text[:-length]
    return text
