"""The connection to the article store's database: SQLite in a file, or PostgreSQL by URL."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from vectorstore.errors import StoreDamaged

_TRIES = 5
# Connections kept open between uses.
_KEPT = 20


class Database:
    """Connections to one database, with its errors translated.

    An SQLite file is written in WAL mode with a sync at each commit; one that may only be read is
    read as it lies there.

    Args:
        url: SQLAlchemy URL.

    Raises:
        StoreDamaged: here and in every method, if the database can't be read or written.
    """

    def __init__(self, url: str) -> None:
        with _translated(url):
            frozen = _frozen(sa.make_url(url))
            # Never at a limit: a pool that is full lets a writer starve among many readers.
            self._engine = sa.create_engine(
                frozen or url, pool_pre_ping=not _is_file(url), pool_size=_KEPT, max_overflow=-1
            )
        self._own = threading.local()
        self._url = self._engine.url.render_as_string(hide_password=True)
        self.is_frozen = frozen is not None
        """Whether it can only be read."""
        if _is_file(url) and not self.is_frozen:
            sa.event.listen(self._engine, "connect", _configure_sqlite)

    def create(
        self,
        metadata: sa.MetaData,
        complete: Callable[[sa.Engine], None],
        fill: Callable[[sa.Connection], None],
    ) -> None:
        """Make, complete and fill what is there; another process may do the same just now."""
        with _translated(self._url):
            for attempt in range(1, _TRIES + 1):
                try:
                    metadata.create_all(self._engine)
                    complete(self._engine)
                    with self._engine.begin() as connection:
                        fill(connection)
                except (sa.exc.OperationalError, sa.exc.ProgrammingError, sa.exc.IntegrityError):
                    if attempt == _TRIES:
                        raise
                    time.sleep(0.1 * attempt)
                else:
                    return

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection to read by."""
        shared = self._shared()
        with _translated(self._url):
            if shared is not None:
                yield shared
                return
            with self._engine.connect() as connection:
                yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A connection within one transaction."""
        shared = self._shared()
        with _translated(self._url):
            if shared is not None:
                yield shared
                return
            with self._engine.begin() as connection:
                yield connection

    @contextmanager
    def together(self) -> Iterator[sa.Connection]:
        """One transaction for all that this thread reads and writes in the block: all or nothing.

        Other threads see nothing of it before its end.
        """
        with _translated(self._url), self._engine.begin() as connection:
            self._own.connection = connection
            try:
                yield connection
            finally:
                self._own.connection = None

    @property
    def is_together(self) -> bool:
        """Whether this thread is in a block of `together`, and may see what will not be kept."""
        return self._shared() is not None

    def _shared(self) -> sa.Connection | None:
        connection: sa.Connection | None = getattr(self._own, "connection", None)
        return connection

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


@contextmanager
def _translated(url: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise StoreDamaged(
            f"the article store at {url} needs {error.name}; "
            "for PostgreSQL run: pip install 'xieshou[postgres]'"
        ) from error
    except (sa.exc.SQLAlchemyError, UnicodeError, ValueError) as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        raise StoreDamaged(f"the article store at {url} can't be used: {cause}") from error


def _is_file(url: str) -> bool:
    """Whether no server may have gone away meanwhile."""
    return sa.make_url(url).get_backend_name() == "sqlite"


def _frozen(url: sa.URL) -> sa.URL | None:
    """The URL for an SQLite file that may be read and not written; None for any other."""
    path = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or not path.is_file():
        return None
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return None
    # SQLite can't read along a log without writing, but needs none where the log is empty.
    log = path.with_name(path.name + "-wal")
    immutable = "0" if log.exists() and log.stat().st_size else "1"
    query = {"mode": "ro", "immutable": immutable, "uri": "true"}
    return url.set(database=path.absolute().as_uri(), query=query)


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout=10000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # In KiB where negative; at 200,000 chunks the usual 2 MB hold no index of a table.
    connection.execute("PRAGMA cache_size=-16000")
