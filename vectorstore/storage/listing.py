"""A page of the list of articles: chosen, ordered and counted without reading the texts."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from vectorstore.chinese import fold
from vectorstore.errors import FilterError
from vectorstore.schema import Listed, Listing
from vectorstore.storage.filters import Filters
from vectorstore.storage.tables import articles, chunks, listed, sources

_CHUNK_COUNT = (
    sa.select(sa.func.count()).where(chunks.c.article_id == articles.c.id).scalar_subquery()
)
_CHARACTERS = sa.func.length(articles.c.text)
_UNDATED_LAST = (articles.c.published == "").asc()
# What comes first of equals is the newest, and in the end the id decides: a page never shifts.
_NEWEST: tuple[sa.ColumnElement[Any], ...] = (articles.c.published.desc(), articles.c.id)
ORDERS: dict[str, tuple[sa.ColumnElement[Any], ...]] = {
    "newest": _NEWEST,
    "oldest": (_UNDATED_LAST, articles.c.published, articles.c.id),
    "title": (articles.c.title, *_NEWEST),
    "publisher": (articles.c.publisher, *_NEWEST),
    "longest": (_CHARACTERS.desc(), *_NEWEST),
    "chunks": (_CHUNK_COUNT.desc(), *_NEWEST),
}
# Titles that are folded at once.
_BATCH = 1_000


def read_listing(
    connection: sa.Connection, words: str, filters: Filters, order: str, place: tuple[int, int]
) -> Listing:
    """One page of the articles that meet the filters and hold `words`.

    Args:
        connection: to the database.
        words: what the title or the publisher must hold, in any script and width; empty for all.
        filters: see `Filters`.
        order: one of `ORDERS`.
        place: how many are passed over, and most of them that are given.

    Raises:
        FilterError: for an unknown order.
    """
    if order not in ORDERS:
        raise FilterError(f"unknown order {order!r}; there are {sorted(ORDERS)}")
    condition = sa.and_(sa.true(), *_conditions(filters))
    wanted = fold(words.strip())
    offset, limit = place
    chosen = sa.select(articles.c.id).where(condition).order_by(*ORDERS[order])
    if wanted:
        found = list(_holding(connection, chosen, wanted))
        total, ids = len(found), found[offset : offset + limit]
    else:
        counted = sa.select(sa.func.count()).select_from(articles).where(condition)
        total = int(connection.scalar(counted) or 0)
        ids = list(connection.scalars(chosen.offset(offset).limit(limit)))
    return Listing(total, _rows(connection, ids), _publishers(connection))


def _conditions(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    if filters.date_from or filters.date_to:
        yield articles.c.published != ""
    if filters.date_from:
        yield articles.c.published >= filters.date_from
    if filters.date_to:
        yield articles.c.published <= filters.date_to
    if filters.publishers:
        yield articles.c.publisher.in_(filters.publishers)
    if filters.article_ids:
        yield articles.c.id.in_(filters.article_ids)


def _holding(
    connection: sa.Connection, chosen: sa.Select[tuple[str]], wanted: str
) -> Iterator[str]:
    """Ids of the chosen articles whose title or publisher holds `wanted`, which is folded."""
    query = chosen.add_columns(articles.c.title, articles.c.publisher)
    for rows in connection.execute(query).partitions(_BATCH):
        # Folded together, which takes a tenth of the time; no title holds a line break.
        names = fold("\n".join(_line(row.title, row.publisher) for row in rows)).split("\n")
        yield from (row.id for row, name in zip(rows, names, strict=True) if wanted in name)


def _line(title: str, publisher: str) -> str:
    return " ".join(f"{title}\t{publisher}".splitlines())


def _rows(connection: sa.Connection, ids: Sequence[str]) -> list[Listed]:
    columns = (
        articles.c.id,
        articles.c.title,
        articles.c.publisher,
        articles.c.author,
        articles.c.published,
        articles.c.url,
        articles.c.script,
        articles.c.source,
        _CHARACTERS.label("characters"),
        _CHUNK_COUNT.label("chunks"),
    )
    found = connection.execute(sa.select(*columns).where(articles.c.id.in_(ids)))
    rows = {row.id: row for row in found}
    query = sa.select(sources.c.article_id, sources.c.uri).where(sources.c.article_id.in_(ids))
    filed: dict[str, list[str]] = {}
    for link in connection.execute(query.order_by(sources.c.uri)):
        filed.setdefault(link.article_id, []).append(link.uri)
    return [listed(rows[each], filed.get(each, [])) for each in ids if each in rows]


def _publishers(connection: sa.Connection) -> dict[str, int]:
    count = sa.func.count()
    query = sa.select(articles.c.publisher, count).group_by(articles.c.publisher)
    ordered = query.order_by(count.desc(), articles.c.publisher)
    return {str(name): int(number) for name, number in connection.execute(ordered)}
