"""What of a model's stream is prose: thoughts are left out; markup and tool calls are refused."""

import re
from collections.abc import Iterator

from assistant.errors import LLMUnavailable
from assistant.writing.faults import FLOOD, MARKUP, NO_TEXT, TOOL_CALL

MOST_CHARACTERS = 8000
"""A thousand answer tokens are about 1,100 characters; an endpoint that floods is cut off here."""

_THOUGHT = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|$)", re.DOTALL)
_THOUGHT_TAGS = ("<think>", "<thinking>")
# Elements by which a page acts or is laid out; a lone letter only with its closing bracket, since
# "1 <a" is also a comparison.
_HTML = re.compile(
    r"</?(?:script|style|iframe|object|embed|svg|img|video|audio|link|meta|form|input|button|html"
    r"|head|body|div|span|table|t[rdh]|ul|ol|li|h[1-6]|strong|em|font|br|hr|sup|sub)(?=[\s/>])"
    r"|</?[abipsu](?:\s[^<>]*)?>|<!(?:--|doctype)",
    re.IGNORECASE,
)
# How models write a call into their text: Qwen and Hermes, DeepSeek, Mistral, Llama 3, bare JSON.
_CALL = re.compile(
    r"<\|?tool_calls?\|?>|<｜tool▁|\[TOOL_CALLS\]|<\|python_tag\|>|<function[=_]"
    r"|^\W*(?:json\s*)?\{\s*\"(?:name|function|tool|tool_name)\"\s*:",
    re.IGNORECASE,
)


def prose(pieces: Iterator[str]) -> Iterator[str]:
    """Pass a model's text on without what stands between `<think>` tags.

    Only what may still become such a tag is held back.

    Raises:
        LLMUnavailable: if there is HTML in it, a tool call, too much of it, or nothing.
    """
    text, given = "", 0
    for piece in pieces:
        text += piece
        shown = _settled(_THOUGHT.sub("", text))
        _refuse(shown)
        if len(shown) > given:
            yield shown[given:]
            given = len(shown)
    rest = _THOUGHT.sub("", text)
    if not rest.strip():
        raise LLMUnavailable(NO_TEXT)
    _refuse(rest)
    yield rest[given:]


def _refuse(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise LLMUnavailable(FLOOD)
    if _CALL.search(text):
        raise LLMUnavailable(TOOL_CALL)
    if _HTML.search(text):
        raise LLMUnavailable(MARKUP)


def _settled(text: str) -> str:
    for length in range(min(len(text), max(map(len, _THOUGHT_TAGS))), 0, -1):
        if any(tag.startswith(text[-length:]) for tag in _THOUGHT_TAGS):
            return text[:-length]
    return text
