"""Conversations kept on disk: each visitor's own, one SQLite file, written turn by turn."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from pydantic import TypeAdapter

from assistant import Answer, KeptFile
from vectorstore import fold

_VERSION = 2
_LONGEST_TITLE = 60
MOST_LISTED = 100
"""Conversations in a list; older ones are found by searching."""

_metadata = sa.MetaData()
_conversations = sa.Table(
    "conversation",
    _metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("owner", sa.String, nullable=False, index=True),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("updated", sa.String, nullable=False),
)
_newest_first = sa.Index("conversation_by_time", _conversations.c.owner, _conversations.c.updated)
_turns = sa.Table(
    "turn",
    _metadata,
    sa.Column(
        "conversation_id", sa.ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("answer", sa.String, nullable=False),
    # Question and answer as they are searched: folded. 30,000 turns are looked through in 0.4 s
    # so, and in 2 s when each is taken out of its JSON and folded for every search.
    sa.Column("said", sa.String, nullable=False, server_default=""),
)
_answers = TypeAdapter(Answer)


class ConversationError(Exception):
    """Root of what can go wrong with kept conversations; the message says what to do."""


class ConversationsDamaged(ConversationError):
    """The file can't be read or written."""


class ConversationNotFound(ConversationError):
    """This visitor has no conversation with this id."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A kept conversation in the list; `updated` is in UTC."""

    id: str
    title: str
    updated: datetime
    turns: int


class Conversations:
    """The kept conversations of all visitors; nobody sees another's.

    A visitor is known by an owner id, a secret that their page keeps; only its digest is stored.
    Each turn is one transaction (WAL, `synchronous=FULL`): a kill loses at most the turn that is
    just being written. Several processes may write.

    Args:
        path: the SQLite file; made if need be, readable by its user alone.

    Raises:
        ConversationsDamaged: here and in every method, if the file can't be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._file = KeptFile(
            path, _metadata, _VERSION, _unusable, upgrade=_upgrade, functions={"fold": fold}
        )

    def close(self) -> None:
        """Give the connections back."""
        self._file.close()

    def add(self, owner: str, answer: Answer, conversation_id: str = "") -> str:
        """Keep an answer as the next turn of a conversation; returns the conversation's id.

        Args:
            owner: the visitor's secret.
            answer: with its question; complete or stopped.
            conversation_id: empty begins a new conversation, named by the question.

        Raises:
            ConversationNotFound: if this visitor has no such conversation.
        """
        with self._file.writing() as connection:
            if conversation_id:
                self._touch(connection, owner, conversation_id, updated=_now())
            else:
                conversation_id = secrets.token_hex(8)
                row = {"id": conversation_id, "owner": _digest(owner), "updated": _now()}
                title = _title(answer.question)
                connection.execute(sa.insert(_conversations).values(row | {"title": title}))
            mine = _turns.c.conversation_id == conversation_id
            # Counted in the statement that writes: two pages may add to one conversation.
            place = sa.select(sa.func.count()).where(mine).scalar_subquery()
            turn = {"conversation_id": conversation_id, "place": place, **_row(answer)}
            connection.execute(sa.insert(_turns).values(turn))
        return conversation_id

    def replace(self, owner: str, answer: Answer, conversation_id: str) -> str:
        """Keep an answer in the place of a conversation's last one; returns the conversation's id.

        Raises:
            ConversationNotFound: if this visitor has no such conversation.
        """
        mine = _turns.c.conversation_id == conversation_id
        last = sa.select(sa.func.max(_turns.c.place)).where(mine).scalar_subquery()
        with self._file.writing() as connection:
            self._touch(connection, owner, conversation_id, updated=_now())
            changed = sa.update(_turns).where(mine, _turns.c.place == last)
            connection.execute(changed.values(**_row(answer)))
        return conversation_id

    def entries(self, owner: str, wanted: str = "") -> list[Entry]:
        """The visitor's conversations, the one last added to first.

        Args:
            owner: the visitor's secret.
            wanted: only those that hold it, whatever script, width or case, in their title, a
                question or an answer; empty for all.
        """
        columns = _conversations.c
        turns = sa.select(sa.func.count()).where(_turns.c.conversation_id == columns.id)
        listed = (
            sa.select(columns.id, columns.title, columns.updated, turns.scalar_subquery())
            .where(columns.owner == _digest(owner))
            .order_by(columns.updated.desc(), columns.id)
            .limit(MOST_LISTED)
        )
        if sought := fold(wanted.strip()):
            listed = listed.where(_holds(sought))
        with self._file.reading() as connection:
            found = connection.execute(listed).all()
        return [Entry(key, name, datetime.fromisoformat(at), n) for key, name, at, n in found]

    def load(self, owner: str, conversation_id: str) -> tuple[str, list[Answer]]:
        """Title and answers of a conversation, oldest first.

        Raises:
            ConversationNotFound: if this visitor has no such conversation.
        """
        mine = _mine(owner, conversation_id)
        kept = (
            sa.select(_turns.c.answer)
            .where(_turns.c.conversation_id == conversation_id)
            .order_by(_turns.c.place)
        )
        with self._file.reading() as connection:
            title = connection.execute(sa.select(_conversations.c.title).where(mine)).scalar()
            if title is None:
                raise ConversationNotFound("没有这段对话，它可能已被删除")
            texts: Sequence[str] = connection.execute(kept).scalars().all()
            return title, [_answers.validate_json(text) for text in texts]

    def rename(self, owner: str, conversation_id: str, title: str) -> None:
        """Give a conversation another title; an empty one changes nothing.

        Raises:
            ConversationNotFound: if this visitor has no such conversation.
        """
        if title.strip():
            with self._file.writing() as connection:
                self._touch(connection, owner, conversation_id, title=_title(title))

    def delete(self, owner: str, conversation_id: str) -> None:
        """Delete a conversation with its turns; their bytes are overwritten.

        Raises:
            ConversationNotFound: if this visitor has no such conversation.
        """
        with self._file.writing() as connection:
            gone = connection.execute(
                sa.delete(_conversations).where(_mine(owner, conversation_id))
            )
            _there(gone.rowcount)

    def _touch(self, connection: sa.Connection, owner: str, key: str, **values: str) -> None:
        changed = connection.execute(
            sa.update(_conversations).where(_mine(owner, key)).values(**values)
        )
        _there(changed.rowcount)


def _unusable(path: Path, cause: str) -> ConversationsDamaged:
    if not cause:
        return ConversationsDamaged(f"{path} 由更新的版本写成，请升级后再用")
    return ConversationsDamaged(f"对话记录 {path} 不能用（{cause}）；移走这个文件即可重新开始")


def _upgrade(connection: sa.Connection, version: int) -> None:
    """Bring a file of version 1 up to date: it had no column of what is searched."""
    if version == 1:
        question, text = (f"json_extract(answer, '$.{name}')" for name in ("question", "text"))
        said = f"fold({question} || char(10) || {text})"
        connection.execute(sa.text("ALTER TABLE turn ADD COLUMN said VARCHAR NOT NULL DEFAULT ''"))
        connection.execute(sa.text(f"UPDATE turn SET said = {said}"))
    _newest_first.create(connection, checkfirst=True)


def _mine(owner: str, conversation_id: str) -> sa.ColumnElement[bool]:
    """The row of a conversation, where it is this visitor's."""
    return sa.and_(_conversations.c.id == conversation_id, _conversations.c.owner == _digest(owner))


def _holds(sought: str) -> sa.ColumnElement[bool]:
    """That a title, a question or an answer of a conversation holds folded words."""
    turn = sa.exists().where(
        _turns.c.conversation_id == _conversations.c.id, sa.func.instr(_turns.c.said, sought) > 0
    )
    return sa.or_(turn, sa.func.instr(sa.func.fold(_conversations.c.title), sought) > 0)


def _there(rows: int) -> None:
    if not rows:
        raise ConversationNotFound("没有这段对话，它可能已被删除")


def _digest(owner: str) -> str:
    if not owner:
        raise ConversationNotFound("这个页面没有访客标识，对话不会保留")
    return hashlib.sha256(owner.encode()).hexdigest()


def _row(answer: Answer) -> dict[str, str]:
    """The answer as JSON, of the hits only what an abstention shows; and as it is searched."""
    slim = answer if answer.abstained else replace(answer, hits=[])
    packed = _answers.dump_json(slim).decode()
    return {"answer": packed, "said": fold(f"{answer.question}\n{answer.text}")}


def _title(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1]}…"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
