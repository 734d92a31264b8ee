"""One SQLite file of our own: for its user alone, versioned, each change whole and durable."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

Unusable = Callable[[Path, str], Exception]
"""A path and why its file can't be used → the error; no reason: a newer version wrote it."""
Upgrade = Callable[[sa.Connection, int], None]
"""Brings the tables up to date from an earlier version, 0 where they were just made."""


class KeptFile:
    """A SQLite file with tables of its own (WAL, `synchronous=FULL`, what is deleted overwritten).

    Several processes may write. Each block of `writing` is one transaction: a kill leaves all of it
    or nothing.

    Args:
        path: the file; it and its folder are made if need be, readable by their user alone.
        tables: what is in it.
        version: of the tables, from 1.
        unusable: what is raised, here and in the blocks, if the file can't be read or written.
        upgrade: for files of an earlier version, and for what SQLAlchemy can't make.
        functions: what SQL may call, of one argument, by name.
    """

    def __init__(
        self,
        path: Path,
        tables: sa.MetaData,
        version: int,
        unusable: Unusable,
        *,
        upgrade: Upgrade | None = None,
        functions: Mapping[str, Callable[[str], str]] | None = None,
    ) -> None:
        self._path, self._unusable = path, unusable
        self._functions = functions or {}
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            self._engine = sa.create_engine(f"sqlite:///{path.absolute()}")
            sa.event.listen(self._engine, "connect", self._configure)
            with self._engine.begin() as connection:
                found = connection.execute(sa.text("PRAGMA user_version")).scalar_one()
                if found > version:
                    raise unusable(path, "")
                tables.create_all(connection)
                if upgrade:
                    upgrade(connection, found)
                connection.execute(sa.text(f"PRAGMA user_version={version}"))

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection to read with."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A connection to write with, in one transaction."""
        with self._translated(), self._engine.begin() as connection:
            yield connection

    def _configure(self, connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")
        for name, function in self._functions.items():
            connection.create_function(name, 1, function, deterministic=True)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.SQLAlchemyError, ValidationError, ValueError, OSError) as error:
            cause = str(getattr(error, "orig", None) or type(error).__name__)
            raise self._unusable(self._path, cause) from error
