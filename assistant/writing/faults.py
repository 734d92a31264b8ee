"""What went wrong at an LLM endpoint: one line for a person, and whether asking again may help."""

import time
from email.utils import parsedate_to_datetime

from assistant.errors import LLMError, LLMTimeout, LLMUnavailable

CUT = "大模型服务的回答中途断开。"
FILTERED = "大模型服务因内容过滤没有作答。"
FLOOD = "大模型服务的回答过长，已停止接收。"
MARKUP = "大模型的回答里夹有网页代码，没有采用。"
NO_TEXT = "大模型服务没有给出文字，请检查 ASSISTANT_LLM_BASE_URL 和 ASSISTANT_LLM_MODEL。"
TOOL_CALL = "大模型要调用工具，没有作答；这里不提供工具。"

_BY_STATUS = {
    400: "大模型服务不接受这个请求（HTTP 400），请检查模型名称和上下文长度设置。",
    401: "大模型服务拒绝了密钥（HTTP 401），请检查 ASSISTANT_LLM_API_KEY。",
    402: "大模型服务的账户余额不足（HTTP 402）。",
    403: "密钥没有使用这个模型的权限（HTTP 403），请检查 ASSISTANT_LLM_API_KEY。",
    404: "大模型服务没有这个地址或模型（HTTP 404），"
    "请检查 ASSISTANT_LLM_BASE_URL 和 ASSISTANT_LLM_MODEL。",
    413: "发给大模型的内容太长（HTTP 413），请调小 ASSISTANT_LLM_CONTEXT_TOKENS。",
    429: "大模型服务请求过多或额度用尽（HTTP 429），请稍后再试。",
}
_UNREACHABLE = "连不上大模型服务，请检查 ASSISTANT_LLM_BASE_URL，并确认服务已经启动。"
_NOT_AN_LLM = "这个地址返回的不是大模型接口的内容，请检查 ASSISTANT_LLM_BASE_URL。"
_REPORTED = "大模型服务报告出错。"
_SILENT = "大模型服务长时间没有回应。"

_PASSING = {408, 409, 425, 429, 500, 502, 503, 504}
_TIMEOUTS = {"APITimeoutError", "TimeoutException", "TimeoutError"}
_UNEXPECTED = {"ValueError", "TypeError", "KeyError", "AttributeError", "IndexError"}


def translated(error: Exception, *, started: bool) -> LLMError:
    """An error of the clients in words for a person, without a word of the endpoint's own.

    Args:
        error: what the client raised.
        started: whether some of the answer had come by then.
    """
    names, status = _names(error), _status(error)
    if status:
        return LLMUnavailable(_by_status(status, retry_after(error)))
    if names & _TIMEOUTS:
        return LLMTimeout(_SILENT)
    if started:
        return LLMUnavailable(CUT)
    if "ResponseError" in names or ("APIError" in names and "APIConnectionError" not in names):
        return LLMUnavailable(_REPORTED)
    return LLMUnavailable(_NOT_AN_LLM if names & _UNEXPECTED else _UNREACHABLE)


def is_passing(error: BaseException) -> bool:
    """Whether the same request may go through a moment later.

    So it is where nobody answered (refused, reset) and where the endpoint said that it is busy or
    broken; not where it refused the key, the model or the request, nor after a timeout, which has
    used up the patience already.
    """
    names, status = _names(error), _status(error)
    if status or names & (_TIMEOUTS | _UNEXPECTED):
        return status in _PASSING
    return bool(names & {"APIConnectionError", "TransportError", "OSError"})


def retry_after(error: BaseException) -> float:
    """Seconds that the endpoint asks to wait (RFC 9110 §10.2.3, seconds or a date); 0: none."""
    asked = getattr(getattr(error, "response", None), "headers", {}).get("retry-after", "")
    if asked.strip().isdecimal():
        return float(asked)
    try:
        return max(parsedate_to_datetime(asked).timestamp() - time.time(), 0.0)
    except ValueError:
        return 0.0


def _names(error: BaseException) -> set[str]:
    """The classes of an error, by name: no client need be loaded to tell them."""
    return {kind.__name__ for kind in type(error).__mro__}


def _status(error: BaseException) -> int:
    """The HTTP status that an error reports; 0 where there is none."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status > 0 else 0


def _by_status(status: int, wait: float) -> str:
    if wait and status in _PASSING:
        return f"大模型服务请求过多或正忙（HTTP {status}），请 {wait:.0f} 秒后再试。"
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 300 <= status < 400:
        return f"大模型服务要求跳转到别处（HTTP {status}），请直接设置最终地址。"
    return f"大模型服务出错（HTTP {status}），请稍后再试。"
