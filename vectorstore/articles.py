"""The article store: text, metadata, chunks and vectors of every article; the one source of truth.

Everything else (the lexical index, Chroma) is derived from it. Each article is written in one
transaction. Every change gets the next revision, and a chunk keeps its id for life, so a derived
index catches up by asking what has changed since the revision that it stands at.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from vectorstore import tables
from vectorstore.database import Database
from vectorstore.schema import Article, Chunk
from vectorstore.tables import NewArticle, StoredChunk

_BATCH = 500
# SQLite takes 32,766 values in one statement.
_MANY = 10_000


class ArticleStore:
    """The article store behind a SQLAlchemy URL (SQLite or PostgreSQL).

    Raises:
        StoreDamaged: here and in every method, if the database can't be read or written.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        if not self._database.is_frozen:
            self._database.create(tables.metadata, tables.fill)
        self.identity = self.fact("identity")
        """Tells this store from every other, for what is derived from it."""

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    # -- facts ------------------------------------------------------------------------------

    def fact(self, key: str) -> str:
        """A stored fact about the store itself, empty where it was never set."""
        with self._database.read() as connection:
            value = connection.scalar(
                sa.select(tables.facts.c.value).where(tables.facts.c.key == key)
            )
        return str(value or "")

    def set_fact(self, key: str, value: str) -> None:
        """Store a fact."""
        with self._database.write() as connection:
            tables.upsert_fact(connection, key, value)

    @property
    def revision(self) -> int:
        """Number of the last change; 0 for a store that was never written to."""
        return int(self.fact("revision") or 0)

    # -- writing ----------------------------------------------------------------------------

    def put(self, new: NewArticle) -> str | None:
        """Store an article, in place of what was there under its id, in one transaction.

        Returns:
            Id of another article, if one went because its last source now holds this one.
        """
        with self._database.write() as connection:
            revision = tables.next_revision(connection)
            tables.drop_chunks(connection, new.article.id, revision)
            tables.put_article(connection, tables.article_row(new))
            rows = tables.chunk_rows(new.chunks, new.vectors, revision)
            tables.put_chunks(connection, rows)
            return tables.put_source(connection, new.article.source, new.digest, new.article.id)

    def replace_chunks(
        self, article_id: str, chunks: list[Chunk], vectors: NDArray[np.float32]
    ) -> None:
        """Cut and embed a stored article anew."""
        with self._database.write() as connection:
            revision = tables.next_revision(connection)
            tables.drop_chunks(connection, article_id, revision)
            tables.put_chunks(connection, tables.chunk_rows(chunks, vectors, revision))

    def link(self, uri: str, digest: str, article_id: str) -> str | None:
        """File `uri` as a reprint of a stored article.

        Returns:
            Id of the article that went, if `uri` was the last source of one.
        """
        with self._database.write() as connection:
            return tables.put_source(connection, uri, digest, article_id)

    def part(self, article_id: str, new_id: str) -> bool:
        """Leave an article to its reprints, before its own source brings another text.

        It is then stored as `new_id` under the first of them. False where it has no reprints.
        """
        with self._database.write() as connection:
            return tables.part(connection, article_id, new_id)

    def remove(self, article_id: str) -> bool:
        """Remove an article with all that belongs to it; False where there is none."""
        with self._database.write() as connection:
            return tables.remove(connection, article_id)

    # -- reading ----------------------------------------------------------------------------

    def source(self, uri: str) -> tuple[str, str] | None:
        """Digest and article id that a source was filed under."""
        query = sa.select(tables.sources.c.digest, tables.sources.c.article_id).where(
            tables.sources.c.uri == uri
        )
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else (str(row.digest), str(row.article_id))

    def is_filed(self, article_id: str, digest: str) -> bool:
        """Whether some source of an article held just this."""
        query = sa.select(tables.sources.c.uri).where(
            tables.sources.c.article_id == article_id, tables.sources.c.digest == digest
        )
        with self._database.read() as connection:
            return connection.execute(query.limit(1)).first() is not None

    def article(self, article_id: str) -> Article | None:
        """One article, None where there is none."""
        found = self._select_articles(tables.articles.c.id == article_id)
        return found[0] if found else None

    def articles(self) -> list[Article]:
        """All articles, newest first, those without a date last."""
        return self._select_articles(sa.true())

    def signatures(self) -> dict[str, bytes]:
        """The signature of every article, by its id."""
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(tables.articles.c.id, tables.articles.c.signature)
            ).all()
        return {str(row.id): bytes(row.signature) for row in rows}

    def select(
        self, *, date_from: str, date_to: str, publishers: Sequence[str], article_ids: Sequence[str]
    ) -> set[str]:
        """Ids of the articles that meet every condition given; an empty one is no condition.

        An article without a date meets no date condition.
        """
        query = sa.select(tables.articles.c.id)
        if date_from:
            query = query.where(tables.articles.c.published >= date_from)
        if date_to:
            query = query.where(
                tables.articles.c.published <= date_to, tables.articles.c.published != ""
            )
        if publishers:
            query = query.where(tables.articles.c.publisher.in_(publishers))
        found: set[str] = set()
        with self._database.read() as connection:
            for start in range(0, len(article_ids) or 1, _MANY):
                batch = article_ids[start : start + _MANY]
                part = query.where(tables.articles.c.id.in_(batch)) if batch else query
                found.update(str(identifier) for identifier in connection.scalars(part))
        return found

    def counts(self) -> tuple[int, int]:
        """Number of articles and of chunks."""
        with self._database.read() as connection:
            articles = connection.scalar(sa.select(sa.func.count()).select_from(tables.articles))
            chunks = connection.scalar(sa.select(sa.func.count()).select_from(tables.chunks))
        return int(articles or 0), int(chunks or 0)

    def chunks(self, chunk_ids: Iterable[int]) -> dict[int, tuple[Chunk, Article]]:
        """Stored chunks with their articles, by chunk id; ids that are gone are left out."""
        wanted = list(chunk_ids)
        query = sa.select(
            tables.chunks.c.id,
            tables.chunks.c.article_id,
            tables.chunks.c.start,
            tables.chunks.c.end,
        )
        with self._database.read() as connection:
            rows = connection.execute(query.where(tables.chunks.c.id.in_(wanted))).all()
        owners = {str(row.article_id) for row in rows}
        articles = {
            article.id: article
            for article in self._select_articles(tables.articles.c.id.in_(owners))
        }
        return {
            int(row.id): (
                _chunk(articles[row.article_id], row.start, row.end),
                articles[row.article_id],
            )
            for row in rows
            if row.article_id in articles
        }

    def chunks_since(self, revision: int) -> Iterator[list[StoredChunk]]:
        """The chunks that were stored after `revision`, in batches, oldest first."""
        query = (
            sa.select(tables.chunks)
            .where(tables.chunks.c.revision > revision)
            .order_by(tables.chunks.c.id)
        )
        last = 0
        while True:
            with self._database.read() as connection:
                later = query.where(tables.chunks.c.id > last).limit(_BATCH)
                rows = connection.execute(later).all()
                owners = _owners(connection, {row.article_id for row in rows})
            if not rows:
                return
            yield [
                tables.stored_chunk(row, owners[row.article_id])
                for row in rows
                if row.article_id in owners
            ]
            last = rows[-1].id

    def gone_since(self, revision: int) -> list[int]:
        """Ids of the chunks that went after `revision`."""
        query = sa.select(tables.gone.c.chunk_id).where(tables.gone.c.revision > revision)
        with self._database.read() as connection:
            return [int(identifier) for identifier in connection.scalars(query)]

    def vectors(self, since: int = 0) -> tuple[list[int], list[str], NDArray[np.float32]]:
        """Ids, article ids and vectors (shape (chunks, dimensions)) of the chunks after `since`."""
        query = (
            sa.select(tables.chunks.c.id, tables.chunks.c.article_id, tables.chunks.c.vector)
            .where(tables.chunks.c.revision > since)
            .order_by(tables.chunks.c.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        matrix = np.frombuffer(b"".join(row.vector for row in rows), dtype=np.float32)
        shape = (len(rows), -1) if rows else (0, 0)
        return [row.id for row in rows], [row.article_id for row in rows], matrix.reshape(shape)

    # -- inside -----------------------------------------------------------------------------

    def _select_articles(self, condition: Any) -> list[Article]:
        query = (
            sa.select(tables.articles)
            .where(condition)
            .order_by(tables.articles.c.published.desc(), tables.articles.c.id)
        )
        reprints = (
            sa.select(tables.sources.c.uri, tables.sources.c.article_id)
            .join(tables.articles)
            .where(condition)
            .order_by(tables.sources.c.uri)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            linked = connection.execute(reprints).all()
            also_in: dict[str, list[str]] = {}
            for link in linked:
                also_in.setdefault(link.article_id, []).append(link.uri)
            return [tables.article(row, also_in.get(row.id, [])) for row in rows]


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file, whatever characters its path holds."""
    return sa.URL.create("sqlite", database=str(path)).render_as_string()


def _owners(connection: sa.Connection, article_ids: Collection[str]) -> dict[str, Any]:
    """Id, title, date and text of these articles, by id."""
    columns = (tables.articles.c.id, tables.articles.c.title, tables.articles.c.published)
    query = sa.select(*columns, tables.articles.c.text)
    rows = connection.execute(query.where(tables.articles.c.id.in_(article_ids))).all()
    return {row.id: row for row in rows}


def _chunk(article: Article, start: int, end: int) -> Chunk:
    return Chunk(article.id, article.text[start:end], start, end)
