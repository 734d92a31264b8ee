"""Serve an application over a real socket, and an assistant over the sample articles."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn

from assistant import Assistant, Settings

SAMPLES = Path(__file__).parent.parent / "articles"
ASKED = "邵阳高峰论坛一共签约了多少个省级项目？"


# Ports that were served on before and are free again: a browser keeps what it read by the address.
_FREE: list[int] = []


def _listen() -> socket.socket:
    while _FREE:
        with contextlib.suppress(OSError):
            return socket.create_server(("127.0.0.1", _FREE.pop()))
    return socket.create_server(("127.0.0.1", 0))


@contextlib.contextmanager
def serving(app: Any) -> Iterator[str]:
    """`app` on a free port of loopback; yields its address, with a slash at the end."""
    config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    listener = _listen()
    port = listener.getsockname()[1]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended early"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(10)
    _FREE.append(port)


def over_samples(data_dir: Path, **settings: Any) -> Assistant:
    """An assistant that quotes (or writes, by the settings) from the sample articles."""
    chosen = {"mode": "extractive", "api_key": ""} | settings
    assistant = Assistant(Settings(data_dir=data_dir, **chosen))
    assistant.add(SAMPLES)
    return assistant
