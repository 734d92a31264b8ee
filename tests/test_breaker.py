"""The circuit breaker: who fails time after time is left alone, and asked again after a while."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from fake_llm import FakeLLM, Reply, in_turn

from assistant import Assistant, Settings
from assistant.errors import LLMTimeout, LLMUnavailable
from assistant.writing.breaker import Breaker

QUESTION = "甲市与乙市签约了多少个重点项目？"
WRITTEN = "两市签约重点项目60个，总投资325亿元。[1]"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def failing(after: str = "") -> Iterator[str]:
    yield from after
    raise LLMTimeout("没有在 3 秒内答完。")


def fail(breaker: Breaker, times: int, after: str = "") -> None:
    for _ in range(times):
        with pytest.raises(LLMTimeout):
            list(breaker.guarded(failing(after)))


def test_after_so_many_failures_nobody_is_let_through(clock: list[float]) -> None:
    breaker = Breaker(failures=3, rest=15.0)
    fail(breaker, 2)
    assert not breaker.is_open
    fail(breaker, 1)
    assert breaker.is_open
    clock[0] += 5
    with pytest.raises(LLMUnavailable, match="接连 3 次没有作答，10 秒内不再请求"):
        list(breaker.guarded(iter("好")))


def test_an_answer_in_between_starts_the_count_anew() -> None:
    breaker = Breaker(failures=3)
    fail(breaker, 2)
    assert list(breaker.guarded(iter("好"))) == ["好"]
    fail(breaker, 2)
    # What breaks off in its middle has answered.
    fail(breaker, 5, after="好")
    assert not breaker.is_open


def test_one_tries_for_all_others(clock: list[float]) -> None:
    breaker = Breaker(failures=1, rest=15.0)
    fail(breaker, 1)
    clock[0] += 16
    trial = breaker.guarded(iter("好的"))
    assert next(trial) == "好"
    assert not breaker.is_open
    fail(breaker, 1)
    clock[0] += 16
    waiting = breaker.guarded(failing("好"))
    failed = breaker.guarded(failing())
    with pytest.raises(LLMTimeout):
        next(failed)
    with pytest.raises(LLMUnavailable):
        next(waiting)
    clock[0] += 16
    assert next(breaker.guarded(iter("好"))) == "好"


def test_a_dead_endpoint_is_asked_by_few_and_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.assistant.Breaker", partial(Breaker, rest=60.0))
    (tmp_path / "签约.txt").write_text("甲市与乙市签约重点项目60个，总投资325亿元。\n", "utf-8")
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": WRITTEN}]
    with FakeLLM(in_turn(*[Reply(status=401, body="{}")] * 5, WRITTEN, WRITTEN)) as fake:
        settings = Settings(data_dir=tmp_path / "d", llm_base_url=fake.base_url, llm_model="m")
        with Assistant(settings) as assistant:
            assistant.add(tmp_path / "签约.txt")
            answers = [assistant.ask(QUESTION) for _ in range(5)]
            answers += [assistant.ask("总投资呢？", history) for _ in range(20)]
            assert len(fake.requests) == 5
            assert all("HTTP 401" in answer.reason for answer in answers[:5])
            assert all("接连 5 次没有作答" in answer.reason for answer in answers[5:])
            assert all(answer.mode == "extractive" and answer.citations for answer in answers)
            assistant._breaker._until = 0.0
            assert assistant.ask(QUESTION).mode == "llm"
            assert assistant.ask(QUESTION).mode == "llm"
