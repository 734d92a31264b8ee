"""What visitors say of answers: a vote with a reason for each answer, one SQLite file."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from pydantic import TypeAdapter

from assistant.errors import FeedbackUnusable
from assistant.kept import KeptFile
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
        path = data_dir.expanduser() / "feedback.db"
        self._file = KeptFile(path, _metadata, _VERSION, _unusable)

    def close(self) -> None:
        """Give the connections back."""
        self._file.close()

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
        with self._file.writing() as connection:
            connection.execute(sa.delete(_votes).where(_votes.c.id == row["id"]))
            connection.execute(sa.insert(_votes).values(row))

    def withdraw(self, voter: str, answer: Answer) -> None:
        """Delete a visitor's vote on an answer, if there is one."""
        with self._file.writing() as connection:
            connection.execute(sa.delete(_votes).where(_votes.c.id == _id(voter, answer)))

    def given(self, voter: str, answer: Answer) -> bool | None:
        """What a visitor said of an answer: good, not good, or None where nothing."""
        wanted = sa.select(_votes.c.good).where(_votes.c.id == _id(voter, answer))
        with self._file.reading() as connection:
            return connection.execute(wanted).scalar()

    def votes(self) -> list[Vote]:
        """All votes, oldest first."""
        wanted = sa.select(_votes).order_by(_votes.c.at, _votes.c.id)
        with self._file.reading() as connection:
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


def _unusable(path: Path, cause: str) -> FeedbackUnusable:
    if not cause:
        return FeedbackUnusable(f"{path} was written by a newer version; upgrade first")
    told = f"can't use the votes in {path} ({cause}); move the file away to begin anew"
    return FeedbackUnusable(told)


def _id(voter: str, answer: Answer) -> str:
    return hashlib.sha256(f"{voter}\n{_packed(answer)}".encode()).hexdigest()


def _packed(answer: Answer) -> str:
    """The answer as JSON; what was found for it is left out, as kept conversations leave it out."""
    return _answers.dump_json(replace(answer, hits=[])).decode()
