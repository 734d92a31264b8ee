"""Hits → the numbered sources that fit the token budget, and the block that the model sees."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from vectorstore import Hit, sentences

Count = Callable[[str], int]
"""Counts the tokens of a text, as the model would."""

# Tokens by which a chat template surrounds a message, and opens the answer: 4 to 6 in ChatML
# (Qwen), DeepSeek's and Llama 3's; a little more is kept free.
_AROUND_MESSAGE = 8

_FENCE = "=====资料{side} {boundary}====="
_FORGED_FENCE = re.compile(r"(?<![=＝])[=＝]{3,}(?=\s*资料\s*(?:开始|结束))")
# The tokens with which chat templates part the turns: ChatML and Llama 3 (<|im_end|>), DeepSeek
# (<｜User｜>), Llama 2 ([INST], <<SYS>>, </s>), Gemma (<start_of_turn>).
_TEMPLATE_TOKEN = re.compile(
    r"<\s*[|｜][^<>\n]{0,64}[|｜]\s*>|\[\s*/?\s*INST\s*\]|<<\s*/?\s*SYS\s*>>"
    r"|<\s*/?\s*s\s*>|<\s*(?:start|end)_of_turn\s*>",
    re.IGNORECASE,
)
_TOKEN_PARTS = str.maketrans("<>|｜[]", "〈〉¦¦〔〕")
# Characters nobody sees: controls, zero-width, direction overrides, the tag alphabet.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f]"
)
_MARK_IN_TEXT = re.compile(r"[\[［【](\^?\d{1,3})[\]］】]")


@dataclass(frozen=True, slots=True)
class Source:
    """A numbered hit as the model sees it; `text`: whole sentences, a run of `hit.chunk.text`."""

    number: int
    hit: Hit
    text: str
    start: int = 0
    """Where `text` begins in `hit.chunk.text`."""


def fit(hits: Sequence[Hit], *, budget: int, count: Count) -> list[Source]:
    """Choose what the model gets to see, best hits first, numbered from 1.

    Only whole sentences; those that an earlier source of the same article holds are left out at
    the edges (chunks overlap). Where the hits come from several articles, one article takes at most
    half of the budget. The rendered block of the sources never costs more than `budget` tokens, as
    long as `count` of joined lines is at most the sum of its counts.

    Args:
        hits: best first, as search gives them.
        budget: tokens for the whole block, fence included.
        count: tokens of a text.
    """
    room = budget - count(_fenced([], "0" * 8))
    share = room // 2 if len({hit.chunk.article_id for hit in hits}) > 1 else room
    spent: dict[str, int] = {}
    shown: set[tuple[str, int]] = set()
    fitted: list[Source] = []
    for hit in hits:
        article_id = hit.chunk.article_id
        left = min(room - sum(spent.values()), share - spent.get(article_id, 0))
        source = _largest(Source(len(fitted) + 1, hit, ""), shown, left, count)
        if source.text:
            fitted.append(source)
            spent[article_id] = spent.get(article_id, 0) + count(_block(source) + "\n")
            shown |= {(article_id, start) for start, _ in _spans(source)}
    return fitted


def render(sources: Sequence[Source], boundary: str) -> str:
    """Write the numbered sources between two fence lines that carry `boundary`.

    `boundary` is drawn anew for each request, so an article can't close the fence. Chat-template
    tokens, forged fences, invisible characters and bracketed numbers that look like our own source
    numbers are made harmless in what comes from articles.
    """
    return _fenced([_block(source).replace(boundary, "") for source in sources], boundary)


def cost(messages: Sequence[dict[str, str]], count: Count) -> int:
    """Tokens of a whole chat, with what the chat template puts around each message."""
    around = _AROUND_MESSAGE * (len(messages) + 1)
    return around + sum(count(message["content"]) for message in messages)


def fit_history(
    history: Sequence[dict[str, str]], *, budget: int, count: Count
) -> list[dict[str, str]]:
    """Keep the newest turns that fit in `budget` tokens, in their order; the oldest go first.

    Only user and assistant turns are kept. Source numbers are taken out of earlier answers: they
    would name other sources now. The kept history never opens with an answer.
    """
    kept: list[dict[str, str]] = []
    for turn in reversed(history):
        if turn.get("role") not in ("user", "assistant") or not turn.get("content", "").strip():
            continue
        content = neutralise(_MARK_IN_TEXT.sub("", turn["content"]).strip())
        budget -= count(content) + _AROUND_MESSAGE
        if budget < 0:
            break
        kept.insert(0, {"role": turn["role"], "content": content})
    while kept and kept[0]["role"] == "assistant":
        kept.pop(0)
    return kept


def neutralise(text: str) -> str:
    """Make chat-template tokens, forged fences and invisible characters in `text` harmless."""
    text = _INVISIBLE.sub("", text)
    text = _TEMPLATE_TOKEN.sub(lambda match: match.group().translate(_TOKEN_PARTS), text)
    return _FORGED_FENCE.sub("…", text)


def _largest(source: Source, shown: set[tuple[str, int]], room: int, count: Count) -> Source:
    chunk = source.hit.chunk
    spans = _spans(replace(source, text=chunk.text))
    while spans and (chunk.article_id, spans[0][0]) in shown:
        spans.pop(0)
    while spans and (chunk.article_id, spans[-1][0]) in shown:
        spans.pop()
    while spans:
        start = spans[0][0] - chunk.start
        text = chunk.text[start : spans[-1][1] - chunk.start]
        larger = replace(source, text=text, start=start)
        if count(_block(larger) + "\n") <= room:
            return larger
        spans.pop()
    return source


def _spans(source: Source) -> list[tuple[int, int]]:
    """Spans of the sentences of a source, as offsets in its article."""
    offset = source.hit.chunk.start + source.start
    return [(offset + start, offset + end) for start, end in sentences(source.text)]


def _block(source: Source) -> str:
    hit = source.hit
    published = hit.published.isoformat() if hit.published else "日期不详"
    title = _one_line(hit.title) or "无题"
    head = f"标题：{title}　出处：{_one_line(hit.publisher) or '不详'}　日期：{published}"
    return f"[{source.number}] {head}\n{_quoted(source.text)}"


def _one_line(text: str) -> str:
    return " ".join(_quoted(text).split())


def _quoted(text: str) -> str:
    return _MARK_IN_TEXT.sub(r"〔\1〕", neutralise(text))


def _fenced(blocks: Sequence[str], boundary: str) -> str:
    opening = _FENCE.format(side="开始", boundary=boundary)
    return "\n".join([opening, *blocks, _FENCE.format(side="结束", boundary=boundary)])
