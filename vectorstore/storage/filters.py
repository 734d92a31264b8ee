"""Conditions on the articles of a search, and which stored chunks meet them, kept in memory."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import FilterError

# NUL and halves of surrogate pairs: no database takes them.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_KNOWN = {"date_from", "date_to", "publisher", "article_ids"}


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on the articles of a search; an empty one is no condition.

    An article without a date meets no date condition.
    """

    date_from: str = ""
    date_to: str = ""
    publishers: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()

    @classmethod
    def read(cls, filters: Mapping[str, Any] | None) -> "Filters":
        """Read `{"date_from", "date_to", "publisher", "article_ids"}`, all optional.

        Dates are `datetime.date` or `YYYY-MM-DD`; `publisher` and `article_ids` are a string or a
        list of strings.

        Raises:
            FilterError: for an unknown name or a value that can't be read.
        """
        if filters is not None and not isinstance(filters, Mapping):
            raise FilterError(f"filters must be a mapping of {sorted(_KNOWN)}, not {filters!r}")
        given = {
            key: value for key, value in (filters or {}).items() if value not in (None, "", [], ())
        }
        unknown = sorted(map(str, given.keys() - _KNOWN))
        if unknown:
            raise FilterError(f"unknown filter {unknown}; there are {sorted(_KNOWN)}")
        return cls(
            date_from=_iso_date("date_from", given.get("date_from")),
            date_to=_iso_date("date_to", given.get("date_to")),
            publishers=_strings("publisher", given.get("publisher")),
            article_ids=_strings("article_ids", given.get("article_ids")),
        )

    @property
    def days(self) -> tuple[int, int] | None:
        """First and last day as numbers, see `day`; None without a date condition."""
        if not self.date_from and not self.date_to:
            return None
        return day(self.date_from) or 1, day(self.date_to) or 99_999_999


def day(date: str) -> int:
    """An ISO date as a number that compares as it does: 2022-01-31 → 20220131; 0 for none."""
    return int(date.replace("-", "")) if date else 0


def _iso_date(name: str, value: Any) -> str:
    if value is None:
        return ""
    try:
        return datetime.strptime(str(value), "%Y-%m-%d").date().isoformat()
    except ValueError:
        raise FilterError(f"{name} must be a date such as 2022-01-31, not {value!r}") from None


def _strings(name: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    listed = isinstance(value, list | tuple | set | frozenset)
    values: tuple[Any, ...] = tuple(value) if listed else (value,)
    if not all(isinstance(item, str) for item in values):
        raise FilterError(f"{name} must be a string or a list of strings, not {value!r}")
    if any(map(_UNSTORABLE.search, values)):
        raise FilterError(f"{name} holds characters that nothing stored can have: {value!r}")
    return values


@dataclass(frozen=True, slots=True)
class Places:
    """Where chunks stand: what filters need to know of them, without text and vectors.

    Attributes:
        chunk_ids: id of each chunk, ascending, int64.
        owners: position of each chunk's article in `articles`, int32.
        articles: `(id, publisher, ISO date or empty)` of each article.
    """

    chunk_ids: NDArray[np.int64]
    owners: NDArray[np.int32]
    articles: list[tuple[str, str, str]]


class Catalogue:
    """The date, publisher and article of every stored chunk: 20 bytes each.

    Args:
        places: where the chunks stand.
        revision: the article store's revision that they were read at.
    """

    def __init__(self, places: Places, revision: int) -> None:
        self.revision = revision
        # They only ever grow, so an older catalogue may share them.
        self._articles: dict[str, int] = {}
        self._publishers: dict[str, int] = {}
        self._ids, self._columns = places.chunk_ids, self._numbered(places)

    def updated(self, gone: Iterable[int], places: Places, revision: int) -> "Catalogue":
        """This catalogue without the chunks that are gone, and with new or changed ones."""
        later = Catalogue.__new__(Catalogue)
        later.revision = revision
        later._articles, later._publishers = self._articles, self._publishers  # noqa: SLF001
        out = np.concatenate([np.fromiter(gone, dtype=np.int64), places.chunk_ids])
        kept = ~np.isin(self._ids, out)
        ids = np.concatenate([self._ids[kept], places.chunk_ids])
        columns = np.concatenate([self._columns[:, kept], self._numbered(places)], axis=1)
        order = np.argsort(ids, kind="stable")
        later._ids, later._columns = ids[order], columns[:, order]  # noqa: SLF001
        return later

    def chunks(self, filters: Filters) -> NDArray[np.int64]:
        """Ids of the chunks whose article meets every condition, ascending."""
        dates, publishers, articles = self._columns
        met = np.ones(len(self._ids), dtype=bool)
        if filters.days is not None:
            first, last = filters.days
            met &= (dates >= first) & (dates <= last)
        if filters.publishers:
            met &= np.isin(publishers, _numbers(self._publishers, filters.publishers))
        if filters.article_ids:
            met &= np.isin(articles, _numbers(self._articles, filters.article_ids))
        return self._ids[met]

    @property
    def size(self) -> int:
        """Number of chunks."""
        return len(self._ids)

    def _numbered(self, places: Places) -> NDArray[np.int32]:
        """Date, publisher and article of each chunk as numbers, shape (3, chunks)."""
        rows = [
            (
                day(published),
                self._publishers.setdefault(publisher, len(self._publishers)),
                self._articles.setdefault(article_id, len(self._articles)),
            )
            for article_id, publisher, published in places.articles
        ]
        table = np.array(rows, dtype=np.int32).reshape(-1, 3)
        return np.ascontiguousarray(table[places.owners].T)


def _numbers(known: dict[str, int], names: Iterable[str]) -> list[int]:
    return [known[name] for name in names if name in known]
