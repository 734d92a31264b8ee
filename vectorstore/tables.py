"""The tables of the article store, and how their rows become records and records rows."""

import json
import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from vectorstore.schema import Article, Chunk, Dropped

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
    """A chunk as an index needs it: its id for life, its article's title and date, its vector."""

    id: int
    chunk: Chunk
    title: str
    published: date | None
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
    """

    article: Article
    digest: str
    signature: bytes
    chunks: list[Chunk]
    vectors: NDArray[np.float32]


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


def _date(stored: str) -> date | None:
    return date.fromisoformat(stored) if stored else None


def stored_chunk(row: Any, owner: Any) -> StoredChunk:
    """The chunk of its row and its article's row."""
    chunk = Chunk(row.article_id, owner.text[row.start : row.end], row.start, row.end)
    vector = np.frombuffer(row.vector, dtype=np.float32)
    return StoredChunk(row.id, chunk, owner.title, _date(owner.published), vector)


def chunk_rows(
    chunks: list[Chunk], vectors: NDArray[np.float32], revision: int
) -> list[dict[str, Any]]:
    """The rows of an article's chunks."""
    return [
        {
            "article_id": chunk.article_id,
            "start": chunk.start,
            "end": chunk.end,
            "vector": vector.astype(np.float32).tobytes(),
            "revision": revision,
        }
        for chunk, vector in zip(chunks, vectors, strict=True)
    ]


def upsert_fact(connection: sa.Connection, key: str, value: str) -> None:
    """Store a fact in place of what was known."""
    changed = connection.execute(sa.update(facts).where(facts.c.key == key).values(value=value))
    if changed.rowcount == 0:
        connection.execute(sa.insert(facts), {"key": key, "value": value})


def fill(connection: sa.Connection) -> None:
    """Give a new store its identity and its first revision."""
    if connection.scalar(sa.select(facts.c.key).where(facts.c.key == "identity")) is None:
        identity = {"key": "identity", "value": uuid.uuid4().hex[:8]}
        connection.execute(sa.insert(facts), [identity, {"key": "revision", "value": "0"}])


def next_revision(connection: sa.Connection) -> int:
    """Count one more change, and return its number; another writer waits until this one is done."""
    query = sa.select(facts.c.value).where(facts.c.key == "revision").with_for_update()
    current = connection.scalar(query)
    revision = int(current or 0) + 1
    upsert_fact(connection, "revision", str(revision))
    return revision


def put_article(connection: sa.Connection, row: dict[str, Any]) -> None:
    """Store an article's row in place of the one under its id."""
    # Never deleted and inserted again: that would take its reprints' sources along.
    changed = connection.execute(sa.update(articles).where(articles.c.id == row["id"]).values(row))
    if changed.rowcount == 0:
        connection.execute(sa.insert(articles), row)


def put_source(connection: sa.Connection, uri: str, digest: str, article_id: str) -> str | None:
    """File an article under a source; return the one that went as no source of it was left."""
    former = connection.scalar(sa.select(sources.c.article_id).where(sources.c.uri == uri))
    connection.execute(sa.delete(sources).where(sources.c.uri == uri))
    connection.execute(sa.insert(sources), {"uri": uri, "digest": digest, "article_id": article_id})
    if former is None or former == article_id:
        return None
    heir = connection.scalar(
        sa.select(sa.func.min(sources.c.uri)).where(sources.c.article_id == former)
    )
    if heir is None:
        remove(connection, str(former))
        return str(former)
    lost = (articles.c.id == former) & (articles.c.source == uri)
    connection.execute(sa.update(articles).where(lost).values(source=heir))
    return None


def put_chunks(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    """Store the rows of chunks."""
    if rows:
        connection.execute(sa.insert(chunks), rows)


def part(connection: sa.Connection, article_id: str, new_id: str) -> bool:
    """Leave an article to its reprints, as `new_id`; its own source is filed nowhere then."""
    query = sa.select(articles).where(articles.c.id == article_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        return False
    of_it = sources.c.article_id == article_id
    heir = connection.scalar(
        sa.select(sa.func.min(sources.c.uri)).where(of_it, sources.c.uri != row["source"])
    )
    if heir is None:
        return False
    connection.execute(sa.insert(articles), {**row, "id": new_id, "source": heir})
    connection.execute(sa.delete(sources).where(sources.c.uri == row["source"]))
    # Without a digest the reprints are read again when they are next added.
    connection.execute(sa.update(sources).where(of_it).values(article_id=new_id, digest=""))
    connection.execute(
        sa.update(chunks)
        .where(chunks.c.article_id == article_id)
        .values(article_id=new_id, revision=next_revision(connection))
    )
    connection.execute(sa.delete(articles).where(articles.c.id == article_id))
    return True


def drop_chunks(connection: sa.Connection, article_id: str, revision: int) -> None:
    """Delete an article's chunks, and note that their ids are gone."""
    ids = connection.scalars(sa.select(chunks.c.id).where(chunks.c.article_id == article_id)).all()
    if ids:
        rows = [{"chunk_id": identifier, "revision": revision} for identifier in ids]
        connection.execute(sa.insert(gone), rows)
        connection.execute(sa.delete(chunks).where(chunks.c.article_id == article_id))


def remove(connection: sa.Connection, article_id: str) -> bool:
    """Delete an article with all that belongs to it; False where there is none."""
    drop_chunks(connection, article_id, next_revision(connection))
    return connection.execute(sa.delete(articles).where(articles.c.id == article_id)).rowcount > 0
