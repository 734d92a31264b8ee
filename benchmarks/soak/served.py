"""The page over a data directory in a process of its own, as visitors meet it."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self

import httpx

_START_SECONDS = 120.0


class Served:
    """`with Served(data_dir, …) as server: … server.url … server.rss()`.

    Args:
        data_dir: the articles.
        settings: further settings of the assistant, as variables without `ASSISTANT_`.
    """

    def __init__(self, data_dir: Path, **settings: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = str(probe.getsockname()[1])
        chosen = {"DATA_DIR": str(data_dir), "PORT": self._port, "MODE": "extractive"} | settings
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        environment |= {f"ASSISTANT_{name}": value for name, value in chosen.items()}
        self.url = f"http://127.0.0.1:{self._port}"
        self._process = subprocess.Popen(
            [sys.executable, "ui.py"], env=environment, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> Self:
        """Wait until it answers.

        Raises:
            TimeoutError: if it does not.
        """
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return self
            time.sleep(0.2)
        self._process.kill()
        raise TimeoutError("the page did not answer")

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        self._process.kill()

    def rss(self) -> float:
        """Its resident memory, in MB."""
        pages = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def cpu(self) -> float:
        """Seconds of processor time that it has taken."""
        # Its name, in brackets, may hold spaces; user and system time are fields 14 and 15.
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def slow_model(port: int, pause: float) -> None:
    """Serve a model of OpenAI's protocol that quotes its first source, word by word, slowly.

    Args:
        port: of loopback.
        pause: seconds before each piece of eight characters.
    """
    import asyncio
    import re
    from collections.abc import AsyncIterator

    import uvicorn
    from fastapi import FastAPI, Request
    from fastapi.responses import StreamingResponse

    app = FastAPI(openapi_url=None)

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> StreamingResponse:
        body = await request.json()
        asked = body["messages"][-1]["content"]
        found = re.search(r"[^\n。]{12,80}。", asked)
        text = (found[0] if found else "资料没有写到。") + "[1]"
        return StreamingResponse(_told(text), media_type="text/event-stream")

    async def _told(text: str) -> AsyncIterator[str]:
        for start in range(0, len(text), 8):
            await asyncio.sleep(pause)
            yield _event({"content": text[start : start + 8]}, None)
        yield _event({}, "stop") + "data: [DONE]\n\n"

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="critical")


def _event(delta: dict[str, Any], finish: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "slow"}
    return f"data: {json.dumps(event | {'choices': [choice]})}\n\n"


if __name__ == "__main__":
    slow_model(int(sys.argv[1]), float(sys.argv[2]))
