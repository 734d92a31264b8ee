"""The article store: text, metadata, chunks and vectors of every article; the one source of truth.

Everything else (the lexical index, Chroma) is derived from it. Each article is written in one
transaction. Every change gets the next revision, and a chunk keeps its id for life, so a derived
index catches up by asking what has changed since the revision that it stands at.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from vectorstore import tables
from vectorstore.errors import StoreDamaged
from vectorstore.schema import Article, Chunk
from vectorstore.tables import NewArticle, StoredChunk

_BATCH = 500


class ArticleStore:
    """The article store behind a SQLAlchemy URL (SQLite or PostgreSQL).

    Raises:
        StoreDamaged: here and in every method, if the database can't be read or written.
    """

    def __init__(self, url: str) -> None:
        with _translated(url):
            self._engine = sa.create_engine(url)
            if self._engine.dialect.name == "sqlite":
                sa.event.listen(self._engine, "connect", _configure_sqlite)
            tables.metadata.create_all(self._engine)
        self._url = self._engine.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    # -- facts ------------------------------------------------------------------------------

    def fact(self, key: str) -> str:
        """A stored fact about the store itself, empty where it was never set."""
        with self._read() as connection:
            value = connection.scalar(
                sa.select(tables.facts.c.value).where(tables.facts.c.key == key)
            )
        return str(value or "")

    def set_fact(self, key: str, value: str) -> None:
        """Store a fact."""
        with self._write() as connection:
            tables.upsert_fact(connection, key, value)

    @property
    def revision(self) -> int:
        """Number of the last change; 0 for a store that was never written to."""
        return int(self.fact("revision") or 0)

    # -- writing ----------------------------------------------------------------------------

    def put(self, new: NewArticle) -> None:
        """Store an article, in place of what was there under its id, in one transaction."""
        with self._write() as connection:
            revision = tables.next_revision(connection)
            tables.drop_chunks(connection, new.article.id, revision)
            tables.put_article(connection, tables.article_row(new))
            tables.put_source(connection, new.article.source, new.digest, new.article.id)
            connection.execute(
                sa.insert(tables.chunks), tables.chunk_rows(new.chunks, new.vectors, revision)
            )

    def replace_chunks(
        self, article_id: str, chunks: list[Chunk], vectors: NDArray[np.float32]
    ) -> None:
        """Cut and embed a stored article anew."""
        with self._write() as connection:
            revision = tables.next_revision(connection)
            tables.drop_chunks(connection, article_id, revision)
            connection.execute(
                sa.insert(tables.chunks), tables.chunk_rows(chunks, vectors, revision)
            )

    def link(self, uri: str, digest: str, article_id: str) -> None:
        """File `uri` as a reprint of a stored article; an article left without a source goes."""
        with self._write() as connection:
            former = connection.scalar(
                sa.select(tables.sources.c.article_id).where(tables.sources.c.uri == uri)
            )
            tables.put_source(connection, uri, digest, article_id)
            if former not in (None, article_id) and not tables.has_source(connection, str(former)):
                tables.remove(connection, str(former))

    def remove(self, article_id: str) -> bool:
        """Remove an article with all that belongs to it; False where there is none."""
        with self._write() as connection:
            return tables.remove(connection, article_id)

    # -- reading ----------------------------------------------------------------------------

    def source(self, uri: str) -> tuple[str, str] | None:
        """Digest and article id that a source was filed under."""
        query = sa.select(tables.sources.c.digest, tables.sources.c.article_id).where(
            tables.sources.c.uri == uri
        )
        with self._read() as connection:
            row = connection.execute(query).first()
        return None if row is None else (str(row.digest), str(row.article_id))

    def article(self, article_id: str) -> Article | None:
        """One article, None where there is none."""
        found = self._select_articles(tables.articles.c.id == article_id)
        return found[0] if found else None

    def articles(self) -> list[Article]:
        """All articles, newest first, those without a date last."""
        return self._select_articles(sa.true())

    def signatures(self) -> dict[str, bytes]:
        """The signature of every article, by its id."""
        with self._read() as connection:
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
        if article_ids:
            query = query.where(tables.articles.c.id.in_(article_ids))
        with self._read() as connection:
            return {str(identifier) for identifier in connection.scalars(query)}

    def counts(self) -> tuple[int, int]:
        """Number of articles and of chunks."""
        with self._read() as connection:
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
        with self._read() as connection:
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
        joined = sa.select(
            tables.chunks.c.id,
            tables.chunks.c.article_id,
            tables.chunks.c.start,
            tables.chunks.c.end,
            tables.chunks.c.vector,
        ).add_columns(tables.articles.c.title, tables.articles.c.published, tables.articles.c.text)
        query = (
            joined.join(tables.articles)
            .where(tables.chunks.c.revision > revision)
            .order_by(tables.chunks.c.id)
        )
        last = 0
        while True:
            with self._read() as connection:
                rows = connection.execute(
                    query.where(tables.chunks.c.id > last).limit(_BATCH)
                ).all()
            if not rows:
                return
            yield [tables.stored_chunk(row) for row in rows]
            last = rows[-1].id

    def gone_since(self, revision: int) -> list[int]:
        """Ids of the chunks that went after `revision`."""
        query = sa.select(tables.gone.c.chunk_id).where(tables.gone.c.revision > revision)
        with self._read() as connection:
            return [int(identifier) for identifier in connection.scalars(query)]

    def vectors(self) -> tuple[list[int], list[str], NDArray[np.float32]]:
        """Ids, article ids and vectors (shape (chunks, dimensions)) of all chunks."""
        query = sa.select(
            tables.chunks.c.id, tables.chunks.c.article_id, tables.chunks.c.vector
        ).order_by(tables.chunks.c.id)
        with self._read() as connection:
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
        with self._read() as connection:
            rows = connection.execute(query).all()
            reprints = sa.select(tables.sources.c.uri, tables.sources.c.article_id).order_by(
                tables.sources.c.uri
            )
            linked = connection.execute(
                reprints.where(tables.sources.c.article_id.in_([row.id for row in rows]))
            ).all()
        also_in: dict[str, list[str]] = {}
        for link in linked:
            also_in.setdefault(link.article_id, []).append(link.uri)
        return [tables.article(row, also_in.get(row.id, [])) for row in rows]

    @contextmanager
    def _read(self) -> Iterator[sa.Connection]:
        with _translated(self._url), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        with _translated(self._url), self._engine.begin() as connection:
            yield connection


@contextmanager
def _translated(url: str) -> Iterator[None]:
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise StoreDamaged(f"the article store at {url} can't be used: {cause}") from error


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA busy_timeout=10000")


def _chunk(article: Article, start: int, end: int) -> Chunk:
    return Chunk(article.id, article.text[start:end], start, end)
