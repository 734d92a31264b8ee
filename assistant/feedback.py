"""What visitors say of answers: a vote with a reason for each answer, one SQLite file."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from assistant.errors import FeedbackUnusable
from assistant.schema import Answer

_VERSION = 1
LONGEST_REASON = 1000
_metadata = sa.MetaData()
_votes = sa.Table(
    "vote",
    _metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("at", sa.String, nullable=False),
    sa.Column("good", sa.Boolean, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("answer", sa.String, nullable=False),
    sa.Column("history", sa.String, nullable=False),
)
_answers = TypeAdapter(Answer)
_histories = TypeAdapter(tuple[dict[str, str], ...])


@dataclass(frozen=True, slots=True)
class Vote:
    """One visitor's word on one answer; `at` is in UTC, `history` the turns before it."""

    answer: Answer
    good: bool
    reason: str
    history: tuple[dict[str, str], ...]
    at: datetime


class Feedback:
    """The votes of all visitors on the answers they got; one for each visitor and answer.

    An answer is known by what it says and when it was made, so a vote is found again after the
    page was loaded anew. Who voted is not stored, only a digest of voter and answer together. Each
    vote is one transaction (WAL, `synchronous=FULL`). Several processes may write.

    Args:
        data_dir: the folder of the file; both are made if need be, the file for its user alone.

    Raises:
        FeedbackUnusable: here and in every method, if the file can't be read or written.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = path = data_dir.expanduser() / "feedback.db"
        with self._translated():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            self._engine = sa.create_engine(f"sqlite:///{path.absolute()}")
            sa.event.listen(self._engine, "connect", _configure)
            with self._engine.begin() as connection:
                self._prepare(connection)

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def vote(
        self,
        voter: str,
        answer: Answer,
        *,
        good: bool,
        reason: str = "",
        history: Sequence[Mapping[str, str]] = (),
    ) -> None:
        """Store a visitor's vote on an answer, in the place of an earlier one.

        Args:
            voter: the visitor's secret.
            answer: as it was shown.
            good: thumbs up, else down.
            reason: in the visitor's words; its first 1000 characters are kept.
            history: the turns before it, as `Assistant.ask` was told of them.
        """
        row = {
            "id": _id(voter, answer),
            "at": datetime.now(UTC).isoformat(timespec="microseconds"),
            "good": good,
            "reason": reason.strip()[:LONGEST_REASON],
            "answer": _packed(answer),
            "history": _histories.dump_json(tuple(map(dict, history))).decode(),
        }
        with self._translated(), self._engine.begin() as connection:
            connection.execute(sa.delete(_votes).where(_votes.c.id == row["id"]))
            connection.execute(sa.insert(_votes).values(row))

    def withdraw(self, voter: str, answer: Answer) -> None:
        """Delete a visitor's vote on an answer, if there is one."""
        with self._translated(), self._engine.begin() as connection:
            connection.execute(sa.delete(_votes).where(_votes.c.id == _id(voter, answer)))

    def given(self, voter: str, answer: Answer) -> bool | None:
        """What a visitor said of an answer: good, not good, or None where nothing."""
        wanted = sa.select(_votes.c.good).where(_votes.c.id == _id(voter, answer))
        with self._translated(), self._engine.connect() as connection:
            return connection.execute(wanted).scalar()

    def votes(self) -> list[Vote]:
        """All votes, oldest first."""
        wanted = sa.select(_votes).order_by(_votes.c.at, _votes.c.id)
        with self._translated(), self._engine.connect() as connection:
            return [
                Vote(
                    _answers.validate_json(row.answer),
                    row.good,
                    row.reason,
                    _histories.validate_json(row.history),
                    datetime.fromisoformat(row.at),
                )
                for row in connection.execute(wanted)
            ]

    def _prepare(self, connection: sa.Connection) -> None:
        version = connection.execute(sa.text("PRAGMA user_version")).scalar_one()
        if version > _VERSION:
            raise FeedbackUnusable(f"{self._path} was written by a newer version; upgrade first")
        _metadata.create_all(connection)
        connection.execute(sa.text(f"PRAGMA user_version={_VERSION}"))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.SQLAlchemyError, ValidationError, ValueError, OSError) as error:
            cause = str(getattr(error, "orig", None) or type(error).__name__)
            raise FeedbackUnusable(
                f"can't use the votes in {self._path} ({cause}); move the file away to begin anew"
            ) from error


def _id(voter: str, answer: Answer) -> str:
    return hashlib.sha256(f"{voter}\n{_packed(answer)}".encode()).hexdigest()


def _packed(answer: Answer) -> str:
    """The answer as JSON; what was found for it is left out, as kept conversations leave it out."""
    return _answers.dump_json(replace(answer, hits=[])).decode()


def _configure(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA busy_timeout=10000")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")
