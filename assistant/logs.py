"""What is written down of the work: JSON lines with the request's id, one of them per answer."""

import json
import logging
import sys
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from assistant.schema import Answer, Event
from assistant.settings import Settings
from vectorstore import request_id, within

_log = logging.getLogger(__name__)
_ROOMS = ("assistant", "vectorstore", "web")
# What every record has; all else was given with `extra`.
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _Asked(Protocol):
    @property
    def settings(self) -> Settings: ...


_Asking = TypeVar("_Asking", bound=_Asked)
_P = ParamSpec("_P")


class JsonLines(logging.Handler):
    """Writes one JSON object a line to standard error: time, level, logger, message, request.

    Fields that a record was given with `extra` follow; an error comes with its traceback.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record; plain ASCII, so that no text in it can break the line."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except OSError:
            self.handleError(record)

    def format(self, record: logging.LogRecord) -> str:
        """The line of one record."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _USUAL}
        if record.exc_info:
            line["error"] = logging.Formatter().formatException(record.exc_info)
        return json.dumps(line, default=str)


def set_up_logs(settings: Settings) -> None:
    """Write the logs of our rooms as JSON lines where the settings say so; else change nothing."""
    if settings.log != "json":
        return
    for room in map(logging.getLogger, _ROOMS):
        room.setLevel(logging.INFO)
        room.propagate = False
        if not any(isinstance(handler, JsonLines) for handler in room.handlers):
            room.addHandler(JsonLines())


def told(
    stream: Callable[Concatenate[_Asking, _P], Iterator[Event]],
) -> Callable[Concatenate[_Asking, _P], Iterator[Event]]:
    """Make each run of a method that answers a request with an id, and write down its end."""

    @wraps(stream)
    def run(asker: _Asking, /, *args: _P.args, **kwargs: _P.kwargs) -> Iterator[Event]:
        return within(_noted(stream(asker, *args, **kwargs), asker.settings))

    return run


def _noted(events: Iterator[Event], settings: Settings) -> Generator[Event, None, None]:
    try:
        for event in events:
            if isinstance(event, Answer):
                _note(event, settings)
            yield event
    finally:
        getattr(events, "close", lambda: None)()


def _note(answer: Answer, settings: Settings) -> None:
    """Write down what became of a question: of its words only how many they are, unless asked."""
    found: dict[str, Any] = {
        "mode": answer.mode,
        "abstained": answer.abstained,
        "seconds": round(answer.seconds, 3),
        "hits": len(answer.hits),
        "citations": len(answer.citations),
        "unsupported": sum(each.status == "unsupported" for each in answer.sentences),
        "question_characters": len(answer.question),
    }
    if settings.log_texts:
        found |= {"question": answer.question, "answer": answer.text}
    _log.info("answered", extra=found)
