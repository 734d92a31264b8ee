"""What the doors for programs share: the key, threads for the work, failures told as JSON."""

import hmac
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

from anyio import CancelScope, CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant import ArticleNotFound, AssistantError, BadQuestion
from vectorstore import FilterError, VectorStoreError
from web.line import Busy, Line, Ticket

_log = logging.getLogger(__name__)
_Result = TypeVar("_Result")

# Reading takes a core, a written answer mostly waits for its endpoint.
_PLACES, _WAITING = 8, 64
_STREAMED = {"cache-control": "no-cache", "x-accel-buffering": "no"}
_UNREADABLE = (BadQuestion, FilterError)
_NO_KEY = "set ASSISTANT_API_KEY: without it this is answered on loopback only"


class Problem(BaseModel):
    """What went wrong, in the form that OpenAI's clients read."""

    message: str
    type: str
    param: str | None = None
    code: str | None = None


class Failure(BaseModel):
    """The body of every response that is not a success."""

    error: Problem


class Workers:
    """Runs the assistant's work in threads, so that the event loop is never held up.

    Args:
        places: how many run at a time.
        waiting: how many more may wait; beyond that `Busy` is raised.
    """

    def __init__(self, places: int = _PLACES, waiting: int = _WAITING) -> None:
        self._line = Line(places, waiting)
        self._limiter = CapacityLimiter(places)

    def join(self) -> Ticket:
        """Stand in line for what takes several steps, see `each`.

        Raises:
            Busy: if too much waits already.
        """
        return self._line.join()

    async def run(self, work: Callable[[], _Result]) -> _Result:
        """The result of `work`, or what it raises.

        Raises:
            Busy: if too much waits already.
        """
        with self.join() as ticket:
            await ticket.comes()
            return await run_sync(work, limiter=self._limiter)

    async def each(self, items: Iterator[_Result], ticket: Ticket) -> AsyncGenerator[_Result]:
        """What a generator yields when the ticket's turn has come, each step in a thread.

        It is closed when nobody listens; the ticket is the caller's to give up.
        """
        step = partial(next, items, None)
        try:
            await ticket.comes()
            while (item := await run_sync(step, limiter=self._limiter)) is not None:
                yield item
        finally:
            with CancelScope(shield=True):
                await run_sync(getattr(items, "close", lambda: None))


class Held(StreamingResponse):
    """A stream, with what is given back when it has ended or nobody listens any more."""

    def __init__(self, pieces: AsyncIterator[str | bytes], held: ExitStack, kind: str) -> None:
        super().__init__(pieces, media_type=kind, headers=_STREAMED)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, as ASGI asks."""
        with self._held:
            await super().__call__(scope, receive, send)


class Keyed:
    """Lets a request pass to `app` only with `Authorization: Bearer <key>`.

    Without a key everybody is let in if `open_` (bound to loopback), else nobody.
    """

    def __init__(self, app: ASGIApp, key: str, *, open_: bool) -> None:
        self._app = app
        self._key = key.encode()
        self._open = open_

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, as ASGI asks."""
        refused = self._refusal(Headers(scope=scope)) if scope["type"] == "http" else None
        await (refused or self._app)(scope, receive, send)

    def _refusal(self, headers: Headers) -> JSONResponse | None:
        if not self._key:
            return None if self._open else failure(403, _NO_KEY)
        if brings(headers, self._key):
            return None
        response = failure(401, "give the key as Authorization: Bearer …", code="invalid_api_key")
        response.headers["www-authenticate"] = "Bearer"
        return response


def brings(headers: Headers, key: bytes) -> bool:
    """Whether a request brings the key as `Authorization: Bearer <key>`; an empty one is none."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    # Starlette reads a header as Latin-1, which gives the bytes back as they came.
    is_right = hmac.compare_digest(given.strip(" ").encode("latin-1"), key)
    return bool(key) and is_right and scheme.lower() == "bearer"


def failure(
    status: int, message: str, *, param: str | None = None, code: str | None = None
) -> JSONResponse:
    """A response that says what went wrong."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    problem = Problem(message=message, type=kind, param=param, code=code)
    return JSONResponse(Failure(error=problem).model_dump(), status)


def explain(error: AssistantError | VectorStoreError | Busy) -> tuple[int, str]:
    """The HTTP status for a known error, and what a caller is told of it."""
    if isinstance(error, _UNREADABLE):
        return 400, str(error)
    if isinstance(error, ArticleNotFound):
        return 404, str(error)
    if isinstance(error, Busy):
        return 503, str(error)
    # Its message names folders and addresses of this machine.
    _log.warning("a request failed: %s: %s", type(error).__name__, error)
    return 503, "this can't be answered now; the log of the server says why"


def tell_failures(app: FastAPI) -> None:
    """Make every failure of `app` a `Failure`."""
    for known in (AssistantError, VectorStoreError, Busy):
        app.add_exception_handler(known, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(Exception, _unknown)


def _known(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, AssistantError | VectorStoreError | Busy):
        raise error
    response = failure(*explain(error))
    if isinstance(error, Busy):
        response.headers["retry-after"] = str(error.seconds)
    return response


def _invalid(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return failure(400, f"{place}: {first['msg']}"[:500], param=place[:200])


def _refused(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    response = failure(error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


def _unknown(request: Request, error: Exception) -> JSONResponse:
    return failure(500, "an error of the server; its log says which")
