"""The frames in which worker processes talk: a JSON header, then raw numbers."""

import json
import struct
from dataclasses import asdict, fields
from datetime import date
from typing import IO, Any

import numpy as np

from vectorstore.preparing.prepare import Cut, Prepared
from vectorstore.schema import Article, Chunk, Dropped, RawPage, Skipped

Outcome = Prepared | Skipped | None
"""What was made of a page; None where nothing was to be done."""

_LENGTHS = struct.Struct(">QQ")


def pack(header: Any, numbers: bytes = b"") -> bytes:
    """A frame of a header that JSON can hold, and numbers."""
    text = json.dumps(header, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return _LENGTHS.pack(len(text), len(numbers)) + text + numbers


def read(stream: IO[bytes]) -> bytes:
    """The next frame; nothing where the other side is gone."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return b""
    size = sum(_LENGTHS.unpack(lengths))
    rest = stream.read(size)
    return lengths + rest if len(rest) == size else b""


def unpack(frame: bytes) -> tuple[Any, "Numbers"]:
    """The header and the numbers of a frame."""
    size, _ = _LENGTHS.unpack_from(frame)
    end = _LENGTHS.size + size
    text = frame[_LENGTHS.size : end].decode("utf-8", "surrogatepass")
    return json.loads(text), Numbers(frame, end)


class Numbers:
    """The numbers of a frame, taken off one array after another."""

    def __init__(self, frame: bytes, start: int) -> None:
        self._frame, self._at = frame, start

    def take(self, kind: Any, count: int) -> Any:
        """The next `count` numbers of a numpy type."""
        array = np.frombuffer(self._frame, kind, count, self._at)
        self._at += array.nbytes
        return array


def described_page(page: RawPage | None) -> Any:
    """A page for a header."""
    return None if page is None else _described(page)


def _described(record: RawPage | Article) -> dict[str, Any]:
    """The fields of a record; `asdict` copies each value, which takes ten times as long."""
    known = {field.name: getattr(record, field.name) for field in fields(record)}
    return known | {"dropped": [asdict(item) for item in record.dropped]}


def raw_page(item: Any) -> RawPage | None:
    """The page that a header describes."""
    if item is None:
        return None
    dropped = tuple(Dropped(**each) for each in item.pop("dropped"))
    return RawPage(**item, dropped=dropped)


def described(made: Outcome) -> Any:
    """What was made of a page, for a header; its numbers follow in the frame."""
    if not isinstance(made, Prepared):
        return made and {"skipped": asdict(made)}
    article = _described(made.article) | {"published": None}
    if made.article.published:
        article["published"] = made.article.published.isoformat()
    return {
        "article": article,
        "signature": made.signature.hex(),
        "spans": [[chunk.start, chunk.end] for chunk in made.cut.chunks],
        "pieces": [len(ids) for ids in made.cut.pieces],
    }


def outcome(item: Any, numbers: Numbers, dimensions: int) -> Outcome:
    """What was made of a page, from a header and its numbers."""
    if item is None:
        return None
    if "skipped" in item:
        return Skipped(**item["skipped"])
    told = item["article"]
    dropped = tuple(Dropped(**each) for each in told.pop("dropped"))
    published = date.fromisoformat(told["published"]) if told["published"] else None
    del told["published"]
    also_in = tuple(told.pop("also_in"))
    article = Article(**told, published=published, dropped=dropped, also_in=also_in)
    spans = item["spans"]
    chunks = [Chunk(article.id, article.text[start:end], start, end) for start, end in spans]
    vectors = numbers.take(np.float32, len(spans) * dimensions).reshape(len(spans), dimensions)
    pieces = [numbers.take(np.uint16, size) for size in item["pieces"]]
    return Prepared(article, bytes.fromhex(item["signature"]), Cut(chunks, vectors, pieces))
