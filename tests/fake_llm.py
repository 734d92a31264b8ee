"""A scripted LLM endpoint on a loopback socket: OpenAI's and Ollama's chat, and how they fail."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse


@dataclass(frozen=True)
class Reply:
    """One scripted reply. A plain text is streamed in `pieces`; the rest are faults."""

    text: str = ""
    pieces: tuple[str, ...] = ()
    """The pieces to stream; empty: `text`, four characters at a time."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    """A raw body sent instead of a chat reply (HTML, an error, nonsense)."""
    tool: str = ""
    """Name of a function that is called at the end, as an agent's model does."""
    wait: float = 0.0
    """Seconds before the headers."""
    pause: float = 0.0
    """Seconds before each piece."""
    cut_after: int | None = None
    """Close the connection after so many pieces, in the middle of the reply."""
    finish: str | None = "stop"
    """The finish_reason of the last event; None: the stream just ends."""


Script = Callable[[list[dict[str, str]]], Reply | str]


def in_turn(*replies: Reply | str) -> Script:
    """A script that gives each reply once, then the last one for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


class FakeLLM:
    """`with FakeLLM("答案。[1]") as llm: …  llm.base_url … llm.requests`.

    Args:
        reply: a text, a `Reply`, or a function from the chat messages to one of them.
    """

    def __init__(self, reply: Reply | str | Script) -> None:
        self.script: Script = reply if callable(reply) else lambda _: reply
        self.requests: list[dict[str, Any]] = []
        """The JSON bodies received, oldest first."""
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.times: list[float] = []
        """`time.monotonic()` of each request."""
        self.closed_early = threading.Event()
        """Set when a client went away before the reply was sent."""
        self.stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port = self._listener.getsockname()[1]
        config = uvicorn.Config(
            _app(self), log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True
        )

    @property
    def url(self) -> str:
        """The address for Ollama's client."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def base_url(self) -> str:
        """The address for OpenAI's client."""
        return f"{self.url}/v1"

    def __enter__(self) -> Self:
        """Start serving."""
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the endpoint ended early"
            time.sleep(0.005)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving, also the replies that still wait."""
        self.stopping.set()
        self._server.should_exit = True
        self._thread.join()

    async def hold(self, seconds: float) -> bool:
        """Wait, but not past the end; whether it goes on."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.stopping.is_set():
            await asyncio.sleep(min(0.02, seconds))
        return not self.stopping.is_set()


class _Cut(Exception):
    """Leaves a reply in its middle: the server then closes the connection."""


def _app(fake: FakeLLM) -> FastAPI:
    app = FastAPI(openapi_url=None)

    @app.post("/{path:path}")
    async def answer(path: str, request: Request) -> Response:
        body = await request.json()
        fake.times.append(time.monotonic())
        fake.paths.append(f"/{path}")
        fake.requests.append(body)
        fake.headers.append(dict(request.headers))
        reply = fake.script(body["messages"])
        reply = Reply(reply) if isinstance(reply, str) else reply
        await fake.hold(reply.wait)
        if reply.body is not None:
            return Response(reply.body, reply.status, reply.headers)
        if body.get("stream") is False and path.endswith("chat/completions"):
            return JSONResponse(_whole(reply))
        ollama = path.endswith("api/chat")
        kind = "application/x-ndjson" if ollama else "text/event-stream"
        events = _paced(fake, reply, request, ollama=ollama)
        return StreamingResponse(events, reply.status, reply.headers, media_type=kind)

    return app


def _whole(reply: Reply) -> dict[str, Any]:
    """The reply to one who asked for no stream, as LlamaIndex's stock engines do."""
    message = {"role": "assistant", "content": reply.text}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish}
    completion = {"id": "1", "object": "chat.completion", "created": int(time.time())}
    return completion | {"model": "fake", "choices": [choice]}


async def _paced(
    fake: FakeLLM, reply: Reply, request: Request, *, ollama: bool
) -> AsyncIterator[str]:
    is_done = False
    try:
        for number, event in enumerate(_events(reply, ollama=ollama)):
            if number == reply.cut_after:
                is_done = True
                raise _Cut
            if not await fake.hold(reply.pause) or await request.is_disconnected():
                return
            yield event
        is_done = True
    finally:
        if not is_done and not fake.stopping.is_set():
            fake.closed_early.set()


def _events(reply: Reply, *, ollama: bool) -> Iterator[str]:
    event = _ollama_event if ollama else _openai_event
    step = range(0, len(reply.text), 4)
    for piece in reply.pieces or tuple(reply.text[start : start + 4] for start in step):
        yield event(piece)
    if reply.tool:
        yield event("", tool=reply.tool)
    if reply.finish is not None:
        yield event("", "tool_calls" if reply.tool else reply.finish)
        yield "" if ollama else "data: [DONE]\n\n"


def _openai_event(piece: str, finish: str | None = None, tool: str = "") -> str:
    delta: dict[str, Any] = {"content": piece}
    if tool:
        function = {"name": tool, "arguments": '{"words": "佛山"}'}
        calls = [{"index": 0, "id": "call-1", "type": "function", "function": function}]
        delta = {"content": None, "tool_calls": calls}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    event = {"id": "1", "object": "chat.completion.chunk", "created": int(time.time())}
    return f"data: {json.dumps(event | {'model': 'fake', 'choices': [choice]})}\n\n"


def _ollama_event(piece: str, finish: str | None = None, tool: str = "") -> str:
    message: dict[str, Any] = {"role": "assistant", "content": piece}
    if tool:
        message["tool_calls"] = [{"function": {"name": tool, "arguments": {"words": "佛山"}}}]
    event: dict[str, Any] = {"model": "fake", "message": message}
    return json.dumps(event | {"done": finish is not None, "done_reason": finish}) + "\n"
