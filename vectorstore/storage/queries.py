"""What reads the article store: each function asks one question over a connection of the caller."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from vectorstore.schema import Article
from vectorstore.storage import tables
from vectorstore.storage.filters import Places
from vectorstore.storage.tables import (
    Candidate,
    StoredChunk,
    articles,
    chunks,
    gone,
    sources,
)

# Statements that are made once: SQLAlchemy takes longer to make one than a database to run it.
_FACTS = "SELECT key, value FROM fact"
_SOURCES = sa.select(sources).where(sources.c.uri.in_(sa.bindparam("uris", expanding=True)))
_FILED = (
    sa.select(sources.c.uri)
    .where(
        sources.c.article_id == sa.bindparam("article"), sources.c.digest == sa.bindparam("digest")
    )
    .limit(1)
)
_KNOWN = (
    sa.select(articles.c.id).where(articles.c.id.in_(sa.bindparam("ids", expanding=True))).limit(1)
)
_CANDIDATES = (
    'SELECT c.id, c.article_id, c.start, c."end", c.pieces, c.vector, '
    'substr(a.text, c.start + 1, c."end" - c.start), a.title, a.publisher, a.published, a.url '
    "FROM chunk c JOIN article a ON a.id = c.article_id WHERE c.id IN ({})"
)
# Without a condition the index of articles alone is read, and no row with its vector.
_STAND, _SINCE = "SELECT id, article_id FROM chunk", " WHERE revision > {}"
_LISTED = "SELECT id, publisher, published FROM article"
_TEXT = sa.select(articles.c.text).where(articles.c.id == sa.bindparam("article"))
_OWNERS = sa.select(
    articles.c.id,
    articles.c.title,
    articles.c.publisher,
    articles.c.published,
    articles.c.url,
    articles.c.text,
).where(articles.c.id.in_(sa.bindparam("ids", expanding=True)))
_CHUNKS = sa.select(
    chunks.c.id, chunks.c.article_id, chunks.c.start, chunks.c.end, chunks.c.vector
).where(chunks.c.id.in_(sa.bindparam("ids", expanding=True)))
_VECTORS = (
    sa.select(chunks.c.id, chunks.c.vector)
    .where(chunks.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(chunks.c.id)
)
_CHANGED = sa.select(chunks.c.id).where(chunks.c.revision > sa.bindparam("since"))
_GONE = sa.select(gone.c.chunk_id).where(gone.c.revision > sa.bindparam("since"))


def read_facts(connection: sa.Connection, keys: Sequence[str]) -> dict[str, str]:
    """Stored facts about the store itself, empty where one was never set."""
    # There are a handful, and to name those that are wanted takes longer.
    found = dict(_plain(connection, _FACTS))
    return {key: str(found.get(key) or "") for key in keys}


def filed(connection: sa.Connection, uris: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Digest and article id that each of these sources was filed under, if it was."""
    rows = connection.execute(_SOURCES, {"uris": list(uris)})
    return {row.uri: (row.digest, row.article_id) for row in rows}


def is_filed(connection: sa.Connection, article_id: str, digest: str) -> bool:
    """Whether some source of an article held just this."""
    values = {"article": article_id, "digest": digest}
    return connection.execute(_FILED, values).first() is not None


def has_any(connection: sa.Connection, new: Sequence[Article]) -> bool:
    """Whether any of these articles, or of the sources they come from, is stored already."""
    if filed(connection, [article.source for article in new]):
        return True
    return connection.execute(_KNOWN, {"ids": [article.id for article in new]}).first() is not None


def whole_articles(connection: sa.Connection, condition: Any) -> list[Article]:
    """The articles that meet a condition, newest first, those without a date last."""
    query = (
        sa.select(articles).where(condition).order_by(articles.c.published.desc(), articles.c.id)
    )
    reprints = (
        sa.select(sources.c.uri, sources.c.article_id)
        .join(articles)
        .where(condition)
        .order_by(sources.c.uri)
    )
    rows = connection.execute(query).all()
    also_in: dict[str, list[str]] = {}
    for link in connection.execute(reprints):
        also_in.setdefault(link.article_id, []).append(link.uri)
    return [tables.article(row, also_in.get(row.id, [])) for row in rows]


def candidates(connection: sa.Connection, chunk_ids: Sequence[int]) -> dict[int, Candidate]:
    """Stored chunks with what a second stage of search needs; ids that are gone are left out."""
    # Numbers that are written into the statement: binding fifty takes longer than the answer.
    ids = ", ".join(str(int(chunk_id)) for chunk_id in chunk_ids)
    if not ids:
        return {}
    rows = _plain(connection, _CANDIDATES.format(ids))
    return {row[0]: tables.candidate(row, _text(connection, row)) for row in rows}


def _text(connection: sa.Connection, row: Sequence[Any]) -> str:
    """The text of a chunk, from what the database takes for it."""
    _, article_id, start, end, _, _, text, *_ = row
    if len(text) == end - start:
        return str(text)
    # SQLite's own function ends at a NUL.
    return str(connection.scalar(_TEXT, {"article": article_id}))[start:end]


def _plain(connection: sa.Connection, statement: str) -> list[Any]:
    """Rows as the driver gives them, without SQLAlchemy's names: twice as fast for many."""
    result = connection.exec_driver_sql(statement)
    assert result.cursor is not None
    try:
        return list(result.cursor.fetchall())
    finally:
        result.close()


def changed_since(connection: sa.Connection, revision: int) -> list[int]:
    """Ids of the chunks that were stored or changed after a revision, ascending."""
    return sorted(connection.scalars(_CHANGED, {"since": revision}))


def stored_chunks(connection: sa.Connection, chunk_ids: Sequence[int]) -> list[StoredChunk]:
    """These chunks as an index needs them, by id; those that are gone are left out."""
    rows = connection.execute(_CHUNKS, {"ids": list(chunk_ids)}).all()
    found = connection.execute(_OWNERS, {"ids": list({row.article_id for row in rows})})
    owners = {row.id: row for row in found}
    stored = [
        tables.stored_chunk(row, owners[row.article_id]) for row in rows if row.article_id in owners
    ]
    return sorted(stored, key=lambda chunk: chunk.id)


def gone_since(connection: sa.Connection, revision: int) -> list[int]:
    """Ids of the chunks that went after a revision."""
    return [int(identifier) for identifier in connection.scalars(_GONE, {"since": revision})]


def vectors(
    connection: sa.Connection, chunk_ids: Sequence[int]
) -> tuple[list[int], NDArray[np.float32]]:
    """Ids and vectors of these chunks, by id; those that are gone are left out."""
    rows = connection.execute(_VECTORS, {"ids": list(chunk_ids)}).all()
    matrix = np.frombuffer(b"".join(row.vector for row in rows), dtype=np.float32)
    return [row.id for row in rows], matrix.reshape(len(rows), -1 if rows else 0)


def places(connection: sa.Connection, since: int) -> Places:
    """Where the chunks stored after a revision stand."""
    rows = _plain(connection, _STAND + (_SINCE.format(int(since)) if since else ""))
    changed = f" WHERE id IN (SELECT article_id FROM chunk{_SINCE.format(int(since))})"
    known = [tuple(row) for row in _plain(connection, _LISTED + (changed if since else ""))]
    number = {row[0]: position for position, row in enumerate(known)}
    # An article may go between the two questions.
    placed = [(chunk_id, number[owner]) for chunk_id, owner in rows if owner in number]
    ids, of = np.array(placed, dtype=np.int64).reshape(-1, 2).T
    order = np.argsort(ids)
    return Places(ids[order], of[order].astype(np.int32), known)
