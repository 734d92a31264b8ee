"""What changes the article store: each function is one step within a transaction of the caller."""

import uuid
from collections.abc import Sequence
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from vectorstore.storage import tables
from vectorstore.storage.tables import NewArticle, articles, chunks, facts, gone, sources

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def _upsert(table: sa.Table) -> dict[str, Any]:
    """The statement that inserts a row or updates the one of its key, for each database."""
    key = [column.name for column in table.primary_key]
    statements = {}
    for name, insert in _INSERTS.items():
        new = insert(table)
        changed = {
            column.name: new.excluded[column.name]
            for column in table.columns
            if column.name not in key
        }
        statements[name] = new.on_conflict_do_update(index_elements=key, set_=changed)
    return statements


# Statements that are made once: SQLAlchemy takes longer to make one than a database to run it.
_PUT_FACT, _PUT_ARTICLE, _PUT_SOURCE = _upsert(facts), _upsert(articles), _upsert(sources)
_NEXT_REVISION = (
    sa.update(facts)
    .where(facts.c.key == "revision")
    .values(
        value=sa.cast(sa.cast(facts.c.value, sa.BigInteger) + sa.bindparam("changes"), sa.String)
    )
    .returning(facts.c.value)
)
_LOCK = sa.select(facts.c.value).where(facts.c.key == "revision").with_for_update()
_CHUNK_IDS = sa.select(chunks.c.id).where(chunks.c.article_id == sa.bindparam("article"))
_FORMER = sa.select(sources.c.article_id).where(sources.c.uri == sa.bindparam("uri"))
_NEW_ARTICLES, _NEW_SOURCES = sa.insert(articles), sa.insert(sources)
_NEW_CHUNKS, _NEW_GONE = sa.insert(chunks), sa.insert(gone)


def complete(engine: sa.Engine) -> None:
    """Give the tables of an older format the columns that they lack."""
    there = {column["name"] for column in sa.inspect(engine).get_columns(chunks.name)}
    if chunks.c.pieces.name not in there:
        column = sa.schema.CreateColumn(chunks.c.pieces).compile(engine)
        with engine.begin() as connection:
            connection.execute(sa.text(f"ALTER TABLE {chunks.name} ADD COLUMN {column}"))


def fill(connection: sa.Connection) -> None:
    """Give a new store its identity and its first revision, an older one what it lacks of them."""
    there = set(connection.scalars(sa.select(facts.c.key)))
    if "identity" not in there:
        connection.execute(sa.insert(facts), {"key": "identity", "value": uuid.uuid4().hex[:8]})
    if "revision" not in there:
        last = connection.scalar(sa.select(sa.func.max(chunks.c.revision))) or 0
        connection.execute(sa.insert(facts), {"key": "revision", "value": str(last)})


def put_fact(connection: sa.Connection, key: str, value: str) -> None:
    """Store a fact in place of what was known."""
    connection.execute(_PUT_FACT[connection.dialect.name], {"key": key, "value": value})


def lock(connection: sa.Connection) -> None:
    """Let no other writer begin until this transaction is done."""
    connection.execute(_LOCK)


def next_revision(connection: sa.Connection, changes: int = 1) -> int:
    """Count more changes, and return the number of the last; another writer waits until then."""
    return int(connection.execute(_NEXT_REVISION, {"changes": changes}).scalar_one())


def put_new(connection: sa.Connection, new: Sequence[NewArticle]) -> None:
    """Store articles of which nothing is stored yet, nor under their sources."""
    first = next_revision(connection, len(new)) - len(new) + 1
    connection.execute(_NEW_ARTICLES, [tables.article_row(each) for each in new])
    filed = [
        {"uri": each.article.source, "digest": each.digest, "article_id": each.article.id}
        for each in new
    ]
    connection.execute(_NEW_SOURCES, filed)
    rows = [
        tables.chunk_rows(each.chunks, each.vectors, each.pieces, revision)
        for revision, each in enumerate(new, first)
    ]
    put_chunks(connection, list(chain.from_iterable(rows)))


def put_article(connection: sa.Connection, row: dict[str, Any]) -> None:
    """Store an article's row in place of the one under its id."""
    # Never deleted and inserted again: that would take its reprints' sources along.
    connection.execute(_PUT_ARTICLE[connection.dialect.name], row)


def put_source(connection: sa.Connection, uri: str, digest: str, article_id: str) -> str | None:
    """File an article under a source; return the one that went as no source of it was left."""
    former = connection.execute(_FORMER, {"uri": uri}).scalar()
    row = {"uri": uri, "digest": digest, "article_id": article_id}
    connection.execute(_PUT_SOURCE[connection.dialect.name], row)
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
        connection.execute(_NEW_CHUNKS, rows)


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
    ids = connection.scalars(_CHUNK_IDS, {"article": article_id}).all()
    if ids:
        connection.execute(
            _NEW_GONE, [{"chunk_id": identifier, "revision": revision} for identifier in ids]
        )
        connection.execute(sa.delete(chunks).where(chunks.c.article_id == article_id))


def remove(connection: sa.Connection, article_id: str) -> bool:
    """Delete an article with all that belongs to it; False where there is none."""
    drop_chunks(connection, article_id, next_revision(connection))
    return connection.execute(sa.delete(articles).where(articles.c.id == article_id)).rowcount > 0
