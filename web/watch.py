"""What can be seen of the running server: request ids, `/readyz`, `/metrics`, exported spans."""

import logging
import re
import time
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import Assistant, set_up_logs
from vectorstore import Stage, VectorStoreError, listen, new_id, serving
from web.spans import Spans, exporter_of_environment

_log = logging.getLogger(__name__)

# An id that a proxy has given goes through; anything else could forge a line of the log.
_GIVEN_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_DOORS = ("api", "v1", "mcp", "gradio_api", "healthz", "readyz", "metrics")
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


def watch(app: FastAPI, assistant: Assistant, keyed: Callable[[ASGIApp], ASGIApp]) -> None:
    """Give each request an id, write it down and count it; open `/readyz` and `/metrics`.

    Args:
        app: the application; what was added to it before is watched.
        assistant: its settings say how the log is written, its store what is ready.
        keyed: puts the key before what not everybody may read.
    """
    set_up_logs(assistant.settings)
    meters = Meters(assistant)
    exporter = exporter_of_environment()
    app.add_middleware(Watched, meters=meters, spans=Spans(exporter) if exporter else None)

    async def ready(request: Request) -> Response:
        problem = await run_in_threadpool(_problem, assistant)
        return JSONResponse({"ready": not problem, "problem": problem}, 503 if problem else 200)

    async def metrics(request: Request) -> Response:
        body, kind = await run_in_threadpool(meters.exposition)
        return Response(body, media_type=kind)

    app.add_route("/readyz", ready, include_in_schema=False)
    app.router.routes.append(Route("/metrics", keyed(_Endpoint(metrics))))


class _Endpoint:
    """A handler as an ASGI application."""

    def __init__(self, handler: Callable[[Request], Any]) -> None:
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, as ASGI asks."""
        response = await self._handler(Request(scope, receive))
        await response(scope, receive, send)


def _problem(assistant: Assistant) -> str:
    """Why questions can't be answered as they should; empty if they can."""
    try:
        status = assistant.status()
    except VectorStoreError as error:
        # Its message names folders and addresses of this machine.
        _log.warning("not ready: %s: %s", type(error).__name__, error)
        return "the article store can't be read"
    if not status["matches_settings"]:
        return "the articles were stored with other settings; run: xieshou rebuild"
    return "" if status["lexical_index"] == "current" else "the index is behind the articles"


class Meters:
    """The figures of one application, for Prometheus.

    Args:
        assistant: is asked how much is stored when the figures are read.
    """

    def __init__(self, assistant: Assistant) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
        from prometheus_client import ProcessCollector as Process

        self._assistant = assistant
        registry = self._registry = CollectorRegistry()
        Process(registry=registry)
        self._requests = Histogram(
            "xieshou_request_seconds",
            "Seconds from a request to the end of its response",
            ["door", "method", "status"],
            registry=registry,
            buckets=_BUCKETS,
        )
        self._stages = Histogram(
            "xieshou_stage_seconds",
            "Seconds of a stage of answering",
            ["stage"],
            registry=registry,
            buckets=_BUCKETS,
        )
        self._failures = Counter(
            "xieshou_stage_failures", "Stages ended by an error", ["stage"], registry=registry
        )
        self._open = Gauge("xieshou_open_requests", "Requests not ended yet", registry=registry)
        self._stored = Gauge("xieshou_stored", "What is stored", ["what"], registry=registry)
        listen(self.count)

    def count(self, stage: Stage) -> None:
        """Count a stage that has ended."""
        self._stages.labels(stage.name).observe(stage.seconds)
        if stage.failed:
            self._failures.labels(stage.name).inc()

    def begun(self) -> None:
        """Count a request that begins."""
        self._open.inc()

    def ended(self, door: str, method: str, status: int, seconds: float) -> None:
        """Count a request that has ended."""
        self._open.dec()
        self._requests.labels(door, method, str(status)).observe(seconds)

    def exposition(self) -> tuple[bytes, str]:
        """The figures in Prometheus' text form, and the type of that form."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        try:
            status = self._assistant.status()
        except VectorStoreError as error:
            _log.warning("what is stored can't be counted: %s: %s", type(error).__name__, error)
        else:
            for what in ("articles", "chunks"):
                self._stored.labels(what).set(status[what])
        return generate_latest(self._registry), CONTENT_TYPE_LATEST


class Watched:
    """Serves each request under an id, and tells the log, the meters and the spans of it."""

    def __init__(self, app: ASGIApp, meters: Meters, spans: Spans | None) -> None:
        self._app = app
        self._meters = meters
        self._spans = spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection, as ASGI asks."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request = given if _GIVEN_ID.fullmatch(given) else new_id()
        response = _Response(send, request)
        started = time.perf_counter()
        self._meters.begun()
        with serving(request):
            try:
                if self._spans is None:
                    await self._app(scope, receive, response)
                else:
                    with self._spans.request(_door(scope["path"]), request):
                        await self._app(scope, receive, response)
            finally:
                self._end(scope, response.status, time.perf_counter() - started)

    def _end(self, scope: Scope, status: int, seconds: float) -> None:
        door, method = _door(scope["path"]), _method(scope["method"])
        self._meters.ended(door, method, status, seconds)
        # Never the path or what follows it: both may hold words of the caller.
        found = {"door": door, "method": method, "status": status, "seconds": round(seconds, 3)}
        _log.info("request", extra=found)


class _Response:
    """A `send` that names the request in the response, and remembers the status."""

    def __init__(self, send: Send, request: str) -> None:
        self._send = send
        self._request = request
        self.status = 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(raw=message["headers"])["x-request-id"] = self._request
        await self._send(message)


def _door(path: str) -> str:
    """Which part of the application a path leads to; few, so that they can be counted."""
    first = path.split("/", 2)[1] if "/" in path else ""
    return first if first in _DOORS else "page"


def _method(method: str) -> str:
    return method if method in ("GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT") else "other"
