"""Cut an article into chunks of whole sentences that know where they stand in it."""

import importlib.util
import os
import threading
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.chinese import sentences
from vectorstore.schema import Chunk

if TYPE_CHECKING:
    import tiktoken

_ENCODING = "o200k_base"
_CACHE_VARIABLE = "TIKTOKEN_CACHE_DIR"
# A "sentence" longer than this is no sentence (a table, a keyword list); it is cut before counting.
_MAX_SENTENCE = 600
_SOFT_ENDS = "；;，,、 　"
_loading = threading.Lock()


def count_tokens(text: str) -> int:
    """How many o200k_base tokens `text` has; special tokens in it count as plain text. Offline."""
    return len(_encoding().encode(text, disallowed_special=()))


@lru_cache(maxsize=1)
def _encoding() -> "tiktoken.Encoding":
    """The encoding, read from the table that llama-index-core carries; nothing is fetched."""
    import tiktoken

    spec = importlib.util.find_spec("llama_index.core")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("llama-index-core is not installed; run: make install")
    folder = Path(spec.origin).parent / "_static" / "tiktoken_cache"
    with _loading:
        before = os.environ.get(_CACHE_VARIABLE)
        os.environ[_CACHE_VARIABLE] = str(folder)
        try:
            return tiktoken.get_encoding(_ENCODING)
        finally:
            if before is None:
                del os.environ[_CACHE_VARIABLE]
            else:
                os.environ[_CACHE_VARIABLE] = before


def chunk_text(article_id: str, text: str, *, max_tokens: int, overlap: int) -> list[Chunk]:
    """Cut `text` into chunks of consecutive whole sentences.

    Args:
        article_id: whose text it is.
        text: the article's cleaned text.
        max_tokens: most tokens of a chunk; only a single sentence that is longer may exceed it,
            and is cut at a comma (or, without one, anywhere) where it has over 600 characters.
        overlap: how many sentences a chunk repeats from the one before, where they leave room.

    Returns:
        The chunks in order; for each, `text[chunk.start:chunk.end] == chunk.text`. Together they
        cover every sentence.
    """
    spans = [part for span in sentences(text) for part in _parts(text, *span)]
    # With the line breaks before the next sentence, which a chunk of both holds too.
    ends = [start for start, _ in spans[1:]] + [end for _, end in spans[-1:]]
    sizes = [count_tokens(text[start:end]) for (start, _), end in zip(spans, ends, strict=True)]
    chunks: list[Chunk] = []
    first = 0
    while first < len(spans):
        last = _fill(sizes, first, max_tokens)
        start, end = spans[first][0], spans[last][1]
        chunks.append(Chunk(article_id, text[start:end], start, end))
        if last + 1 == len(spans):
            break
        first = max(first + 1, last + 1 - overlap)
        # An overlap that leaves no room for a new sentence would only repeat what is there.
        while first <= last and _fill(sizes, first, max_tokens) <= last:
            first += 1
    return chunks


def _fill(sizes: list[int], first: int, max_tokens: int) -> int:
    """Index of the last sentence that still fits when a chunk starts with sentence `first`."""
    total, last = sizes[first], first
    while last + 1 < len(sizes) and total + sizes[last + 1] <= max_tokens:
        last += 1
        total += sizes[last]
    return last


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence as it is, or cut into pieces where it is far too long."""
    parts = []
    while end - start > _MAX_SENTENCE:
        window = text[start : start + _MAX_SENTENCE]
        cut = max(window.rfind(mark) for mark in _SOFT_ENDS) + 1
        cut = cut if cut > _MAX_SENTENCE // 2 else _MAX_SENTENCE
        parts.append((start, start + cut))
        start += cut
    stripped = [_strip(text, *part) for part in [*parts, (start, end)]]
    return [(start, end) for start, end in stripped if start < end]


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def heading(title: str, published: date | None) -> str:
    """What is embedded and indexed before a chunk's text, to be found by title and date too."""
    if published is None:
        return f"{title}\n"
    return f"{title}\n{published.year}年{published.month}月{published.day}日\n"
