"""The article store: text, metadata, chunks and vectors of every article; the one source of truth.

Everything else (the lexical index, Chroma) is derived from it. An article is written in one
transaction, alone or with others. Every change gets the next revision, and a chunk keeps its id for
life, so a derived index catches up by asking what has changed since the revision it stands at.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from vectorstore.schema import Article, Chunk, Listing
from vectorstore.storage import queries, tables, writing
from vectorstore.storage.database import Database
from vectorstore.storage.filters import Filters, Places
from vectorstore.storage.listing import read_listing
from vectorstore.storage.shelf import Shelf
from vectorstore.storage.tables import Candidate, NewArticle, StoredChunk

_BATCH = 500


class ArticleStore:
    """The article store behind a SQLAlchemy URL (SQLite or PostgreSQL).

    Raises:
        StoreDamaged: here and in every method, if the database can't be read or written.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._shelf = Shelf()
        if not self._database.is_frozen:
            self._database.create(tables.metadata, writing.complete, writing.fill)
        self.identity = self.fact("identity")
        """Tells this store from every other, for what is derived from it."""

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    # -- facts ------------------------------------------------------------------------------

    def facts(self, *keys: str) -> dict[str, str]:
        """Stored facts about the store itself, empty where one was never set."""
        with self._database.read() as connection:
            return queries.read_facts(connection, keys)

    def fact(self, key: str) -> str:
        """One stored fact."""
        return self.facts(key)[key]

    def set_fact(self, key: str, value: str) -> None:
        """Store a fact."""
        with self._database.write() as connection:
            writing.put_fact(connection, key, value)

    @property
    def revision(self) -> int:
        """Number of the last change; 0 for a store that was never written to."""
        return int(self.fact("revision") or 0)

    # -- writing ----------------------------------------------------------------------------

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction for all that this thread does in the block: all of it is kept, or none.

        Another writer waits until it is done.
        """
        with self._database.together() as connection:
            writing.lock(connection)
            yield

    def put(self, new: NewArticle) -> str | None:
        """Store an article, in place of what was there under its id.

        Returns:
            Id of another article, if one went because its last source now holds this one.
        """
        with self._database.write() as connection:
            revision = writing.next_revision(connection)
            writing.drop_chunks(connection, new.article.id, revision)
            writing.put_article(connection, tables.article_row(new))
            rows = tables.chunk_rows(new.chunks, new.vectors, new.pieces, revision)
            writing.put_chunks(connection, rows)
            return writing.put_source(connection, new.article.source, new.digest, new.article.id)

    def put_all(self, new: Sequence[NewArticle]) -> list[str]:
        """Store articles, see `put`: those that are new under new sources at once.

        Returns:
            Ids of other articles that went.
        """
        with self._database.write() as connection:
            if not queries.has_any(connection, [each.article for each in new]):
                writing.put_new(connection, new)
                return []
        gone = [self.put(each) for each in new]
        return [article_id for article_id in gone if article_id is not None]

    def replace_chunks(
        self,
        article_id: str,
        chunks: list[Chunk],
        vectors: NDArray[np.float32],
        pieces: Sequence[NDArray[np.uint16]],
    ) -> None:
        """Store the chunks of an article that was cut and embedded anew."""
        with self._database.write() as connection:
            revision = writing.next_revision(connection)
            writing.drop_chunks(connection, article_id, revision)
            writing.put_chunks(connection, tables.chunk_rows(chunks, vectors, pieces, revision))

    def link(self, uri: str, digest: str, article_id: str) -> str | None:
        """File `uri` as a reprint of a stored article.

        Returns:
            Id of the article that went, if `uri` was the last source of one.
        """
        with self._database.write() as connection:
            return writing.put_source(connection, uri, digest, article_id)

    def part(self, article_id: str, new_id: str) -> bool:
        """Leave an article to its reprints, before its own source brings another text.

        It is then stored as `new_id` under the first of them. False where it has no reprints.
        """
        with self._database.write() as connection:
            return writing.part(connection, article_id, new_id)

    def remove(self, article_id: str) -> bool:
        """Remove an article with all that belongs to it; False where there is none."""
        with self._database.write() as connection:
            return writing.remove(connection, article_id)

    # -- reading ----------------------------------------------------------------------------

    def sources(self, uris: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Digest and article id that each of these sources was filed under, if it was."""
        with self._database.read() as connection:
            return queries.filed(connection, uris)

    def source(self, uri: str) -> tuple[str, str] | None:
        """Digest and article id that a source was filed under."""
        return self.sources([uri]).get(uri)

    def is_filed(self, article_id: str, digest: str) -> bool:
        """Whether some source of an article held just this."""
        with self._database.read() as connection:
            return queries.is_filed(connection, article_id, digest)

    def article(self, article_id: str) -> Article | None:
        """One article, None where there is none."""
        with self._database.read() as connection:
            found = queries.whole_articles(connection, tables.articles.c.id == article_id)
        return found[0] if found else None

    def articles(self) -> list[Article]:
        """All articles, newest first, those without a date last."""
        with self._database.read() as connection:
            return queries.whole_articles(connection, sa.true())

    def listing(self, words: str, filters: Filters, order: str, place: tuple[int, int]) -> Listing:
        """One page of the list of articles, see `read_listing`."""
        with self._database.read() as connection:
            return read_listing(connection, words, filters, order, place)

    def signatures(self) -> dict[str, bytes]:
        """The signature of every article, by its id."""
        with self._database.read() as connection:
            rows = connection.execute(
                sa.select(tables.articles.c.id, tables.articles.c.signature)
            ).all()
        return {str(row.id): bytes(row.signature) for row in rows}

    def counts(self) -> tuple[int, int]:
        """Number of articles and of chunks."""
        with self._database.read() as connection:
            articles = connection.scalar(sa.select(sa.func.count()).select_from(tables.articles))
            chunks = connection.scalar(sa.select(sa.func.count()).select_from(tables.chunks))
        return int(articles or 0), int(chunks or 0)

    def candidates(self, chunk_ids: Iterable[int]) -> dict[int, Candidate]:
        """Chunks with all that a search needs of them, by id; ids that are gone are left out."""
        wanted = list(chunk_ids)
        with self._database.read() as connection:
            if self._database.is_together:
                return queries.candidates(connection, wanted)
            revision = int(queries.read_facts(connection, ["revision"])["revision"] or 0)
            since = self._shelf.revision
            if since < revision:
                known = (queries.gone_since, queries.changed_since) if since else ()
                outdated = [chunk_id for told in known for chunk_id in told(connection, since)]
                self._shelf.move(revision, outdated)
            found = self._shelf.get(wanted)
            missing = [chunk_id for chunk_id in wanted if chunk_id not in found]
            read = queries.candidates(connection, missing)
        if read:
            self._shelf.put(read, revision)
        return found | read

    def chunks_since(self, revision: int) -> Iterator[list[StoredChunk]]:
        """The chunks that were stored after `revision`, in batches, oldest first."""
        with self._database.read() as connection:
            ids = queries.changed_since(connection, revision)
        for start in range(0, len(ids), _BATCH):
            with self._database.read() as connection:
                yield queries.stored_chunks(connection, ids[start : start + _BATCH])

    def last_chunk(self) -> int:
        """The highest id of a chunk: there are no more chunks than this; 0 where there are none."""
        with self._database.read() as connection:
            return int(connection.scalar(sa.select(sa.func.max(tables.chunks.c.id))) or 0)

    def gone_since(self, revision: int) -> list[int]:
        """Ids of the chunks that went after `revision`."""
        with self._database.read() as connection:
            return queries.gone_since(connection, revision)

    def vectors_since(self, revision: int) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        """Ids and vectors of the chunks after `revision`, in batches, by ascending id."""
        return self._vectors(self._changed_since(revision))

    def vectors(self, since: int = 0) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Ids, ascending, and vectors (shape (chunks, dimensions)) of the chunks after `since`."""
        ids = self._changed_since(since)
        found: list[int] = []
        matrix = np.zeros((0, 0), dtype=np.float32)
        for some, vectors in self._vectors(ids):
            if not matrix.size:
                matrix = np.empty((len(ids), vectors.shape[1]), dtype=np.float32)
            matrix[len(found) : len(found) + len(some)] = vectors
            found += some
        return np.array(found, dtype=np.int64), matrix[: len(found)]

    def _changed_since(self, revision: int) -> Sequence[int]:
        with self._database.read() as connection:
            return queries.changed_since(connection, revision)

    def _vectors(self, ids: Sequence[int]) -> Iterator[tuple[list[int], NDArray[np.float32]]]:
        for start in range(0, len(ids), _BATCH):
            with self._database.read() as connection:
                yield queries.vectors(connection, ids[start : start + _BATCH])

    def places(self, since: int = 0) -> Places:
        """Where the chunks stand that were stored after `since`, for filters."""
        with self._database.read() as connection:
            return queries.places(connection, since)


def sqlite_url(path: Path) -> str:
    """The URL of an SQLite file, whatever characters its path holds."""
    return sa.URL.create("sqlite", database=str(path)).render_as_string()
