"""Which request is being served, and how long each stage of it takes; told to who listens."""

import contextvars
import secrets
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

_Step = TypeVar("_Step")


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage that has ended.

    Attributes:
        name: `search`, `lookup`, `rank`, `read`, `write`, `condense` or `add`.
        began: nanoseconds since 1970.
        seconds: how long it took; of one that streams, with the waiting for who takes it.
        failed: whether it ended with an error.
    """

    name: str
    began: int
    seconds: float
    failed: bool


Listener = Callable[[Stage], None]

_request: contextvars.ContextVar[str] = contextvars.ContextVar("request", default="")
_listeners: list[Listener] = []


def request_id() -> str:
    """The id of the request that is being served here; empty outside of any."""
    return _request.get()


def new_id() -> str:
    """An id that no other request has."""
    return secrets.token_hex(8)


@contextmanager
def serving(request: str) -> Iterator[None]:
    """Within the block, and in what it starts, `request` is being served."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def within(steps: Generator[_Step, None, None]) -> Generator[_Step, None, None]:
    """The steps, each taken in one context of their own: a request with an id, whoever asks.

    A generator that is stepped by several threads would meet another context at each step.
    """
    context = contextvars.copy_context()
    if not request_id():
        context.run(_request.set, new_id())
    return _stepped(steps, context)


def _stepped(
    steps: Generator[_Step, None, None], context: contextvars.Context
) -> Generator[_Step, None, None]:
    try:
        while True:
            try:
                step = context.run(next, steps)
            except StopIteration:
                return
            yield step
    finally:
        context.run(steps.close)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Tell the listeners how long the block took."""
    began, started, failed = time.time_ns(), time.perf_counter(), True
    try:
        yield
        failed = False
    finally:
        done = Stage(name, began, time.perf_counter() - started, failed)
        for listener in tuple(_listeners):
            listener(done)


def listen(listener: Listener) -> Callable[[], None]:
    """Tell `listener` of every stage from now on, in the context of its request.

    Returns:
        What ends it.
    """
    _listeners.append(listener)

    def end() -> None:
        with suppress(ValueError):
            _listeners.remove(listener)

    return end
