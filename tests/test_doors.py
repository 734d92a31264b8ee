"""What the doors share: the key, threads that never hold up the loop, failures as JSON."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant import ArticleNotFound, AssistantError, BadQuestion
from vectorstore import FilterError, StoreDamaged
from web.doors import Keyed, Workers, tell_failures
from web.line import Busy

KEY = "钥匙-a long enough key"


def behind(key: str, *, open_: bool) -> TestClient:
    app = FastAPI()

    @app.get("/in")
    def inside() -> str:
        return "in"

    return TestClient(Keyed(app, key, open_=open_))


@pytest.mark.parametrize(
    ("header", "status"),
    [
        pytest.param(f"Bearer {KEY}", 200, id="right"),
        pytest.param(f"bearer  {KEY} ", 200, id="lower-case"),
        pytest.param(f"Basic {KEY}", 401, id="other-scheme"),
        pytest.param(KEY, 401, id="no-scheme"),
        pytest.param(f"Bearer {KEY}x", 401, id="longer"),
        pytest.param(f"Bearer {KEY[:-1]}", 401, id="shorter"),
        pytest.param("Bearer ", 401, id="empty"),
        pytest.param("Bearer \xff", 401, id="not-utf-8"),
        pytest.param(None, 401, id="none"),
    ],
)
@pytest.mark.parametrize("open_", [True, False], ids=["loopback", "network"])
def test_a_key_that_is_set_is_needed(header: str | None, status: int, open_: bool) -> None:
    headers = [] if header is None else [(b"authorization", header.encode("utf-8"))]
    response = behind(KEY, open_=open_).get("/in", headers=headers)
    assert response.status_code == status
    if status == 401:
        assert response.headers["www-authenticate"] == "Bearer"
        assert response.json()["error"]["code"] == "invalid_api_key"
        assert KEY not in response.text


def test_without_a_key_only_loopback_is_open() -> None:
    assert behind("", open_=True).get("/in").status_code == 200
    refused = behind("", open_=False).get("/in", headers={"authorization": "Bearer "})
    assert refused.status_code == 403
    assert "ASSISTANT_API_KEY" in refused.json()["error"]["message"]


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        pytest.param(BadQuestion("问题是空的"), 400, "问题是空的", id="question"),
        pytest.param(FilterError("no day"), 400, "no day", id="filter"),
        pytest.param(ArticleNotFound("no article 'x'"), 404, "'x'", id="article"),
        pytest.param(Busy(64, 9), 503, "64 questions are waiting; try again in 9 s", id="busy"),
        pytest.param(StoreDamaged("/secret/articles.db"), 503, "the log", id="store"),
        pytest.param(AssistantError("sk-secret"), 503, "the log", id="assistant"),
        pytest.param(RuntimeError("/secret"), 500, "its log", id="unknown"),
    ],
)
def test_failures_are_told_without_what_is_inside(error: Exception, status: int, says: str) -> None:
    app = FastAPI()
    tell_failures(app)

    @app.get("/")
    def fail() -> None:
        raise error

    response = TestClient(app, raise_server_exceptions=False).get("/")
    assert response.status_code == status
    assert says in response.json()["error"]["message"]
    assert "secret" not in response.text
    assert response.headers.get("retry-after") == ("9" if isinstance(error, Busy) else None)


def test_work_never_holds_up_the_loop() -> None:
    async def beat() -> float:
        workers = Workers()
        slow = asyncio.create_task(workers.run(lambda: time.sleep(0.5)))
        longest = 0.0
        while not slow.done():
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)
        return longest

    assert asyncio.run(beat()) < 0.3


def test_too_much_at_once_is_refused() -> None:
    async def crowd() -> list[object]:
        workers, gate = Workers(places=1, waiting=2), threading.Event()
        tasks = [asyncio.create_task(workers.run(lambda: gate.wait(5))) for _ in range(3)]
        await asyncio.sleep(0.1)
        with pytest.raises(Busy):
            await workers.run(lambda: True)
        gate.set()
        return list(await asyncio.gather(*tasks))

    assert asyncio.run(crowd()) == [True] * 3


def test_a_stream_that_nobody_hears_is_closed() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    async def leave() -> list[int]:
        workers = Workers()
        stream = workers.each(endless(), workers.join())
        heard = [await anext(stream), await anext(stream)]
        await stream.aclose()
        return heard

    assert asyncio.run(leave()) == [1, 1]
    assert closed.is_set()
