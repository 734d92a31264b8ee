"""The line before the doors: first come first served, each told how many are before."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import openai
import pytest
from fastapi import FastAPI

from tests.fake_llm import FakeLLM, Reply
from tests.serving import ASKED, over_samples, serving
from web.doors import Workers, tell_failures
from web.line import Busy, Line, Ticket
from web.openai_api import create_openai_api


def test_first_come_first_served() -> None:
    async def stand() -> None:
        line = Line(places=1, most=3)
        with line.join() as first:
            assert await first.comes(0)
            second, third, fourth = (line.join() for _ in range(3))
            assert [ticket.before for ticket in (second, third, fourth)] == [0, 1, 2]
            assert not await second.comes(0.01)
            with third:
                pass
            assert fourth.before == 1
        assert await second.comes(0)
        assert not await fourth.comes(0.01)
        with second:
            pass
        assert await fourth.comes(0)
        with fourth, fourth:
            pass
        # Its place was given back once, not twice.
        with line.join() as alone:
            assert await alone.comes(0)
            assert not await line.join().comes(0)

    asyncio.run(stand())


def test_a_line_that_is_full_says_when_to_come_again() -> None:
    async def fill() -> Busy:
        line = Line(places=2, most=4)
        for _ in range(20):
            ticket = line.join()
            # As if each had taken ten seconds.
            line.leave(ticket, 10.0)
        tickets = [line.join() for _ in range(6)]
        with pytest.raises(Busy) as refused:
            line.join()
        assert len(tickets) == 6
        return refused.value

    error = asyncio.run(fill())
    # The fifth of those who wait comes when five tens of seconds were worked off by two.
    assert error.seconds in (24, 25)
    assert "4 questions are waiting" in str(error)


def test_who_is_cancelled_leaves_the_line() -> None:
    async def cancel() -> bool:
        line = Line(places=1, most=1)

        async def wait(ticket: Ticket) -> None:
            with ticket:
                await ticket.comes()

        with line.join():
            waiting = asyncio.create_task(wait(line.join()))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            later = line.join()
        return await later.comes(0)

    assert asyncio.run(cancel())


Door = Callable[[int, int], openai.OpenAI]


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """Makes a client of a door with so many places, so many that may wait, and a slow model."""
    with ExitStack() as opened:

        def make(places: int, waiting: int) -> openai.OpenAI:
            slow = Reply("邵阳高峰论坛签约了60个省级项目。[1]", pause=0.3)
            llm = opened.enter_context(FakeLLM(slow))
            settings = {"mode": "llm", "llm_base_url": llm.base_url, "llm_model": "m"}
            assistant = opened.enter_context(over_samples(tmp_path / "data", **settings))
            app = FastAPI()
            tell_failures(app)
            app.mount("/v1", create_openai_api(assistant, Workers(places, waiting)))
            address = opened.enter_context(serving(app))
            return openai.OpenAI(base_url=f"{address}v1", api_key="none", max_retries=0)

        yield make


def asked(client: openai.OpenAI) -> Any:
    return client.chat.completions.create(
        model="xieshou", messages=[{"role": "user", "content": ASKED}], stream=True
    )


def heard(stream: Any) -> tuple[str, list[int]]:
    """The text, and how many were before it each time that it was told."""
    text, before = "", []
    for chunk in stream:
        told = (chunk.model_extra or {}).get("xieshou", {})
        before += [told["before"]] if "before" in told else []
        text += chunk.choices[0].delta.content or ""
    return text, before


def test_openais_client_is_told_how_many_are_before(door: Door) -> None:
    client = door(1, 2)
    with ThreadPoolExecutor(3) as readers:
        streams = []
        for _ in range(3):
            streams.append(readers.submit(heard, asked(client)))
            time.sleep(0.1)
        with pytest.raises(openai.InternalServerError, match="2 questions are waiting") as refused:
            asked(client)
        (text, none), (second, next_), (third, last) = (each.result(60) for each in streams)
    assert refused.value.status_code == 503
    assert int(refused.value.response.headers["retry-after"]) >= 1
    assert "60个" in text
    assert text == second == third
    assert none == []
    assert set(next_) == {0}
    assert (last[0], last[-1], sorted(last, reverse=True)) == (1, 0, last)
    assert heard(asked(client)) == (text, [])


def test_who_leaves_gives_way(door: Door) -> None:
    client = door(1, 1)
    working, waiting = asked(client), asked(client)
    next(iter(waiting))
    waiting.close()
    working.close()
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            text, before = heard(asked(client))
        except openai.InternalServerError:
            time.sleep(0.2)
            continue
        assert "60个" in text
        # Told again every two seconds.
        assert set(before) <= {0}
        return
    pytest.fail("no place was given back")


def test_a_client_that_tries_again_gets_its_answer(door: Door) -> None:
    client = door(1, 0)
    with ThreadPoolExecutor(2) as readers:
        first = readers.submit(heard, asked(client))
        # OpenAI's client waits as long as `Retry-After` says.
        text, _ = heard(asked(client.with_options(max_retries=5)))
        assert first.result(60)[0] == text
