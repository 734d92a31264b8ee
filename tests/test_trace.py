"""Requests and stages: an id that follows the work, and times that are told to who listens."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import pytest

from vectorstore import Stage, listen, request_id, serving, stage, within


def test_an_id_holds_within_its_block() -> None:
    assert request_id() == ""
    with serving("a"):
        with serving("b"):
            assert request_id() == "b"
        assert request_id() == "a"
    assert request_id() == ""


def told() -> Generator[str, None, None]:
    for _ in range(3):
        yield request_id()


def test_every_step_of_a_stream_has_the_id_whoever_asks_for_it() -> None:
    with serving("r1"):
        steps = within(told())
    with ThreadPoolExecutor(1) as other:
        assert [next(steps), other.submit(next, steps).result(), next(steps)] == ["r1"] * 3
    alone = list(within(told()))
    assert len(set(alone)) == 1
    assert alone[0]
    assert set(within(told())) != set(alone)
    assert request_id() == ""


def test_a_stream_that_nobody_hears_is_closed() -> None:
    ended: list[str] = []

    def steps() -> Generator[int, None, None]:
        try:
            yield 1
        finally:
            ended.append(request_id())

    with serving("r2"):
        running = within(steps())
        next(running)
    running.close()
    assert ended == ["r2"]


def test_stages_are_timed_and_their_failures_told() -> None:
    heard: list[Stage] = []
    end = listen(heard.append)
    with stage("search"):
        pass
    with pytest.raises(KeyError), stage("read"):
        raise KeyError
    end()
    with stage("rank"):
        pass
    assert [(one.name, one.failed) for one in heard] == [("search", False), ("read", True)]
    assert all(0 <= one.seconds < 1 for one in heard)
