"""The questions of a Q&A set: what one is, and reading a set from JSON Lines, SQuAD or CSV."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.errors import QuestionsUnreadable
from assistant.evaluation.formats import Entry, entries

UNANSWERABLE = "unanswerable"
OFF_TOPIC = "injection_or_offtopic"
_LISTS = ("answers", "must_include", "must_not_include", "source", "evidence")


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a Q&A set and what its answer is marked by; only `question` is needed."""

    question: str
    id: str = ""
    type: str = ""
    answers: tuple[str, ...] = ()
    """Acceptable short answers, any of them; for long types a model answer."""
    must_include: tuple[str, ...] = ()
    """All must stand in the answer."""
    must_not_include: tuple[str, ...] = ()
    """None may stand in the answer: typical wrong values."""
    source: tuple[str, ...] = ()
    """File names of the articles that hold the answer."""
    evidence: tuple[str, ...] = ()
    """Quotes of those articles, as cleaned."""
    history: tuple[dict[str, str], ...] = ()
    """Earlier turns of a follow-up: `{"role": …, "content": …}`."""
    note: str = ""
    """What a person should know of it; nothing is marked by it."""

    @property
    def is_answerable(self) -> bool:
        """Whether the articles hold the answer."""
        return self.type not in {UNANSWERABLE, OFF_TOPIC}

    def to_line(self) -> str:
        """Give the line of a `.jsonl` set that reads back as this question."""
        filled = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(filled, ensure_ascii=False)


def load_questions(path: str | Path) -> tuple[list[Question], list[str]]:
    """Read a Q&A set: JSON Lines, or by the file's name SQuAD-style JSON or CSV.

    Returns:
        The questions, and a message for each entry that is none: its place and the reason.

    Raises:
        QuestionsUnreadable: if the file is missing or can't be read.
    """
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise QuestionsUnreadable(f"can't read the questions in {path}: {error}") from error
    questions, problems = [], []
    for entry in entries(Path(path).suffix.lower(), content):
        try:
            questions.append(_from_entry(entry))
        except ValueError as error:
            problems.append(f"{entry.place}: {error}")
    return questions, problems


def _from_entry(entry: Entry) -> Question:
    if entry.problem:
        raise ValueError(entry.problem)
    return question_from(entry.value, entry.place.removeprefix("line ").removeprefix("item "))


def question_from(value: Any, default_id: str = "") -> Question:
    """Check one entry of a set.

    Raises:
        ValueError: saying what is wrong with it.
    """
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    fields: dict[str, Any] = {name: _texts(value.get(name), name) for name in _LISTS}
    for name in ("question", "id", "type", "note"):
        fields[name] = _text(value.get(name), name).strip()
    if not fields["question"]:
        raise ValueError("no `question`")
    fields["id"] = fields["id"] or default_id
    return Question(**fields, history=_history(value.get("history")))


def _texts(value: Any, name: str) -> tuple[str, ...]:
    """Read a list of texts; a text that stands alone is taken for a list of one."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(_text(item, name) for item in items)


def _text(value: Any, name: str) -> str:
    """Read a text or a number; null is an empty text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | None):
        raise ValueError(f"`{name}` holds something else than text")
    text = "" if value is None else str(value)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError(f"`{name}` holds half a character")
    return text


def _history(value: Any) -> tuple[dict[str, str], ...]:
    turns = [] if value is None else value
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise ValueError("`history` is no list of turns")
    for turn in turns:
        if not all(isinstance(turn.get(key), str) for key in ("role", "content")):
            raise ValueError("a turn of `history` lacks its `role` or `content`")
    keys = ("role", "content")
    return tuple({key: _text(turn[key], "history") for key in keys} for turn in turns)
