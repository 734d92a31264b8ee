"""A scripted LLM endpoint on a loopback socket: OpenAI's and Ollama's chat, and how they fail."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


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
    wait: float = 0.0
    """Seconds before the headers."""
    pause: float = 0.0
    """Seconds before each piece."""
    cut_after: int | None = None
    """Close the connection after so many pieces, in the middle of the reply."""
    finish: str | None = "stop"
    """The finish_reason of the last event; None: the stream just ends."""


Script = Callable[[list[dict[str, str]]], Reply | str]


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
        self.closed_early = threading.Event()
        """Set when a client went away before the reply was sent."""
        self.stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        """The address for Ollama's client."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def base_url(self) -> str:
        """The address for OpenAI's client."""
        return f"{self.url}/v1"

    def __enter__(self) -> Self:
        """Start serving."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving, also the replies that still wait."""
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(fake: FakeLLM) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.requests.append(body)
            fake.headers.append({name.lower(): value for name, value in self.headers.items()})
            reply = fake.script(body["messages"])
            reply = Reply(reply) if isinstance(reply, str) else reply
            fake.stopping.wait(reply.wait)
            try:
                _send(self, reply, body, fake.stopping)
            except OSError:
                fake.closed_early.set()

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _send(
    handler: BaseHTTPRequestHandler, reply: Reply, body: dict[str, Any], stopping: threading.Event
) -> None:
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    if reply.body is not None:
        content = reply.body.encode()
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)
        return
    ollama = handler.path.endswith("/api/chat")
    # A length that is never reached: closing the connection is then a cut, not an end.
    if reply.cut_after is not None:
        handler.send_header("Content-Length", "1000000")
    kind = "application/x-ndjson" if ollama else "text/event-stream"
    handler.send_header("Content-Type", kind if body.get("stream", ollama) else "application/json")
    handler.end_headers()
    for number, event in enumerate(_events(reply, ollama=ollama)):
        if number == reply.cut_after or stopping.wait(reply.pause):
            return
        handler.wfile.write(event.encode())
        handler.wfile.flush()


def _events(reply: Reply, *, ollama: bool) -> Iterator[str]:
    step = range(0, len(reply.text), 4)
    pieces = reply.pieces or tuple(reply.text[start : start + 4] for start in step)
    for piece in pieces:
        yield _ollama_event(piece) if ollama else _openai_event(piece)
    if reply.finish is not None:
        yield _ollama_event("", reply.finish) if ollama else _openai_event("", reply.finish)
        yield "" if ollama else "data: [DONE]\n\n"


def _openai_event(piece: str, finish: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": piece}, "finish_reason": finish}
    event = {"id": "1", "object": "chat.completion.chunk", "created": int(time.time())}
    return f"data: {json.dumps(event | {'model': 'fake', 'choices': [choice]})}\n\n"


def _ollama_event(piece: str, finish: str | None = None) -> str:
    event: dict[str, Any] = {"model": "fake", "message": {"role": "assistant", "content": piece}}
    return json.dumps(event | {"done": finish is not None, "done_reason": finish}) + "\n"
