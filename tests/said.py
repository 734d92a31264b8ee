"""Sentences of articles, as the reader has found them."""

from datetime import date

from assistant.reading.records import Evidence
from vectorstore import Chunk, Hit


def said(
    text: str,
    article: str = "a",
    day: date | None = None,
    *,
    score: float = 0.5,
    publisher: str = "",
) -> Evidence:
    """A sentence that is the whole of an article of that day."""
    chunk = Chunk(article, text, 0, len(text))
    hit = Hit(chunk, 1.0, 1, 1, title=f"报道{article}", publisher=publisher, published=day)
    return Evidence(hit, text, 0, len(text), score)
