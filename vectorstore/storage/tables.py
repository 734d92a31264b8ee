"""The tables of the article store, and how their rows become records and records rows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from vectorstore.schema import Article, Chunk, Dropped, Listed

metadata = sa.MetaData()
facts = sa.Table(
    "fact",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)
articles = sa.Table(
    "article",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("text", sa.String, nullable=False),
    sa.Column("url", sa.String, nullable=False),
    sa.Column("publisher", sa.String, nullable=False, index=True),
    sa.Column("author", sa.String, nullable=False),
    sa.Column("published", sa.String, nullable=False, index=True),
    sa.Column("script", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("dropped", sa.String, nullable=False),
    sa.Column("signature", sa.LargeBinary, nullable=False),
)
sources = sa.Table(
    "source",
    metadata,
    sa.Column("uri", sa.String, primary_key=True),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column(
        "article_id", sa.ForeignKey("article.id", ondelete="CASCADE"), index=True, nullable=False
    ),
)
# SQLite counts up only in a plain INTEGER, which has 64 bits there.
_chunk_id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
chunks = sa.Table(
    "chunk",
    metadata,
    sa.Column("id", _chunk_id, primary_key=True, autoincrement=True),
    sa.Column(
        "article_id", sa.ForeignKey("article.id", ondelete="CASCADE"), index=True, nullable=False
    ),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    # Unsigned 16-bit numbers, low byte first. The default is for rows of an older format.
    sa.Column("pieces", sa.LargeBinary, nullable=False, server_default=sa.text("''")),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False, index=True),
    sqlite_autoincrement=True,
)
gone = sa.Table(
    "gone",
    metadata,
    sa.Column("chunk_id", _chunk_id, primary_key=True, autoincrement=False),
    sa.Column("revision", sa.Integer, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as an index needs it: its id for life, what its article states, its vector."""

    id: int
    chunk: Chunk
    title: str
    publisher: str
    published: date | None
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk as a second stage of search needs it.

    Attributes:
        chunk: the chunk; `chunk.text` without the heading.
        pieces: ids of the bundled model's pieces: the heading's, then each sentence's, with 65535
            after the heading and between sentences.
        vector: the chunk's embedding, shape (dimensions,), unit length or zero.
    """

    chunk_id: int
    chunk: Chunk
    title: str
    publisher: str
    published: date | None
    url: str
    pieces: NDArray[np.uint16]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NewArticle:
    """All that one article brings into the store.

    Attributes:
        article: the cleaned article; its `source` is the uri that it is filed under.
        digest: SHA-256 of what the source held, to know an unchanged one.
        signature: bytes by which reprints are recognised.
        chunks: its chunks, in order.
        vectors: shape (chunks, dimensions), float32.
        pieces: ids of each chunk's pieces, see `Candidate`; empty where there are none.
    """

    article: Article
    digest: str
    signature: bytes
    chunks: list[Chunk]
    vectors: NDArray[np.float32]
    pieces: Sequence[NDArray[np.uint16]] = ()


def article_row(new: NewArticle) -> dict[str, Any]:
    """The row of an article."""
    stored = new.article
    dropped = [[item.kind, item.characters, item.sample] for item in stored.dropped]
    return {
        "id": stored.id,
        "title": stored.title,
        "text": stored.text,
        "url": stored.url,
        "publisher": stored.publisher,
        "author": stored.author,
        "published": stored.published.isoformat() if stored.published else "",
        "script": stored.script,
        "source": stored.source,
        "dropped": json.dumps(dropped),
        "signature": new.signature,
    }


def article(row: Any, sources: list[str]) -> Article:
    """The article of a row; `sources` are all that it is filed under."""
    return Article(
        id=row.id,
        title=row.title,
        text=row.text,
        url=row.url,
        publisher=row.publisher,
        author=row.author,
        published=_date(row.published),
        script=row.script,
        source=row.source,
        dropped=tuple(Dropped(*item) for item in json.loads(row.dropped)),
        also_in=tuple(uri for uri in sources if uri != row.source),
    )


def listed(row: Any, sources: list[str]) -> Listed:
    """An article in a list, of a row without its text; `sources` as in `article`."""
    return Listed(
        id=row.id,
        title=row.title,
        publisher=row.publisher,
        author=row.author,
        published=_date(row.published),
        url=row.url,
        script=row.script,
        source=row.source,
        also_in=tuple(uri for uri in sources if uri != row.source),
        characters=row.characters,
        chunks=row.chunks,
    )


def _date(stored: str) -> date | None:
    return date.fromisoformat(stored) if stored else None


def stored_chunk(row: Any, owner: Any) -> StoredChunk:
    """The chunk of its row and its article's row."""
    chunk = Chunk(row.article_id, owner.text[row.start : row.end], row.start, row.end)
    vector = np.frombuffer(row.vector, dtype=np.float32)
    return StoredChunk(row.id, chunk, owner.title, owner.publisher, _date(owner.published), vector)


def chunk_rows(
    chunks: list[Chunk],
    vectors: NDArray[np.float32],
    pieces: Sequence[NDArray[np.uint16]],
    revision: int,
) -> list[dict[str, Any]]:
    """The rows of an article's chunks."""
    stored = [ids.astype("<u2").tobytes() for ids in pieces] or [b""] * len(chunks)
    return [
        {
            "article_id": chunk.article_id,
            "start": chunk.start,
            "end": chunk.end,
            "pieces": ids,
            "vector": vector.astype(np.float32).tobytes(),
            "revision": revision,
        }
        for chunk, vector, ids in zip(chunks, vectors, stored, strict=True)
    ]


def candidate(row: Sequence[Any], text: str) -> Candidate:
    """The candidate of a row that `queries` asks for, with the chunk's text."""
    chunk_id, article_id, start, end, pieces, vector, _, title, publisher, published, url = row
    return Candidate(
        chunk_id=chunk_id,
        chunk=Chunk(article_id, text, start, end),
        title=title,
        publisher=publisher,
        published=_date(published),
        url=url,
        # SQLite gives the default as text.
        pieces=np.frombuffer(pieces or b"", dtype="<u2"),
        vector=np.frombuffer(vector, dtype=np.float32),
    )
