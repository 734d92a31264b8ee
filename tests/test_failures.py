"""The failure matrix: whatever the endpoint does, a person gets the extractive answer in time."""

import logging
import re
import time
from pathlib import Path

import pytest
from fake_llm import FakeLLM, Reply, Script, in_turn

from assistant import Answer, Assistant, FallbackEvent, Settings

KEY = "sk-SECRET-CANARY-51C2"
LIMIT = 2.0
# Seconds beyond the limit that the quoting itself may take on a busy machine.
GRACE = 3.0
ARTICLE = "甲市与乙市签约\n\n2023年5月8日，甲市与乙市签约重点项目60个，总投资325亿元。\n"
QUESTION = "甲市与乙市签约了多少个重点项目？"
WRITTEN = "两市签约重点项目60个，总投资325亿元。[1]"
HTML = {"Content-Type": "text/html"}
EVENTS = {"Content-Type": "text/event-stream"}
SAYS_KEY = f'{{"error": {{"message": "bad key {KEY}"}}}}'

MATRIX = [
    pytest.param(None, "连不上", 0, id="connection refused"),
    pytest.param(Reply(status=401, body=SAYS_KEY), "HTTP 401", 1, id="401"),
    pytest.param(Reply(status=403, body=SAYS_KEY), "HTTP 403", 1, id="403"),
    pytest.param(Reply(status=404, body=SAYS_KEY), "ASSISTANT_LLM_MODEL", 1, id="404 model"),
    pytest.param(
        Reply(status=429, body=SAYS_KEY, headers={"Retry-After": "3600"}),
        "3600 秒后再试",
        1,
        id="429, come back in an hour",
    ),
    pytest.param(
        Reply(status=429, body=SAYS_KEY, headers={"Retry-After": "0"}), "HTTP 429", 3, id="429"
    ),
    pytest.param(Reply(status=500, body=f"Traceback {KEY}"), "HTTP 500", 3, id="500"),
    pytest.param(Reply(status=503, body="<html></html>", headers=HTML), "503", 3, id="503"),
    pytest.param(Reply(status=302, body="", headers={"Location": "/x"}), "跳转", 1, id="302"),
    pytest.param(Reply(WRITTEN, wait=30), "没有在", 1, id="hang"),
    pytest.param(Reply(WRITTEN, pause=0.5), "没有在", 1, id="slow drip"),
    pytest.param(Reply(pieces=("两市", WRITTEN), pause=30), "没有在", 1, id="hang in the middle"),
    pytest.param(Reply(WRITTEN * 2, cut_after=8), "中途断开", 1, id="stream cut"),
    pytest.param(Reply(WRITTEN, finish=None), "中途断开", 1, id="stream without an end"),
    pytest.param(Reply(body="data: {'x\n\n", headers=EVENTS), "不是大模型", 1, id="bad json"),
    pytest.param(Reply(body='data: {"choices": 3}\n\n'), "不是大模型", 1, id="other json"),
    pytest.param(Reply(""), "没有给出文字", 1, id="empty answer"),
    pytest.param(Reply(" \n　\n"), "没有", 1, id="white space"),
    pytest.param(Reply("[1][2]"), "没有写出内容", 1, id="marks alone"),
    pytest.param(Reply(body="<html>门户</html>", headers=HTML), "没有|不是", 1, id="html page"),
    pytest.param(Reply(f"{WRITTEN}<img src=x>好。"), "网页代码", 1, id="html in the answer"),
    pytest.param(Reply(WRITTEN, tool="search"), "工具", 1, id="tool call"),
    pytest.param(Reply('<tool_call>\n{"name": "f"}'), "工具", 1, id="tool call in the text"),
    pytest.param(Reply(WRITTEN, finish="content_filter"), "内容过滤", 1, id="content filter"),
    pytest.param(Reply(pieces=("佛" * 1000,) * 90), "过长", 1, id="flood"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("failures")
    (folder / "签约.txt").write_text(ARTICLE, "utf-8")
    with Assistant(Settings(data_dir=folder / "data")) as assistant:
        assistant.add(folder / "签约.txt")
    with FakeLLM(WRITTEN) as fake, asker(folder / "data", fake, timeout=30) as assistant:
        # Loads what is loaded once, so that no deadline below pays for it.
        assert assistant.ask(QUESTION).mode == "llm"
    return folder / "data"


def asker(data: Path, fake: FakeLLM, timeout: float = LIMIT) -> Assistant:
    settings = Settings(
        data_dir=data,
        llm_base_url=fake.base_url,
        llm_model="m",
        llm_api_key=KEY,  # type: ignore[arg-type]  # becomes a SecretStr
        llm_timeout=timeout,
    )
    return Assistant(settings)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(("reply", "failed", "asked"), MATRIX)
def test_the_extractive_answer_comes_in_time_with_a_line_of_what_failed(
    data: Path,
    reply: Reply | None,
    failed: str,
    asked: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    fake = FakeLLM(reply or "")
    if reply is None:
        fake._listener.close()
        answer, events, seconds = ask(data, fake)
    else:
        with fake:
            answer, events, seconds = ask(data, fake)
            # A slow machine may have no time left for the third try.
            assert min(asked, 2) <= len(fake.requests) <= asked
    assert seconds < LIMIT + GRACE
    assert answer.mode == "extractive"
    assert "60个" in answer.text
    assert answer.citations
    [fallback] = [event for event in events if isinstance(event, FallbackEvent)]
    assert fallback.reason == answer.reason
    assert re.search(failed, answer.reason)
    assert "改为摘录原文" in answer.reason
    assert "\n" not in answer.reason
    shown = f"{answer}{answer.to_dict()}{events}{caplog.text}"
    assert KEY not in shown


def ask(data: Path, fake: FakeLLM) -> tuple[Answer, list[object], float]:
    with asker(data, fake) as assistant:
        assistant.search(QUESTION)
        started = time.monotonic()
        events: list[object] = list(assistant.stream(QUESTION))
        seconds = time.monotonic() - started
    answer = events[-1]
    assert isinstance(answer, Answer)
    return answer, events, seconds


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(in_turn(Reply(status=503, body="{}"), WRITTEN), id="503 once"),
        pytest.param(
            in_turn(Reply(status=429, body="{}", headers={"Retry-After": "1"}), WRITTEN),
            id="429 once",
        ),
        pytest.param(in_turn(Reply(WRITTEN, cut_after=0), WRITTEN), id="cut before a word"),
    ],
)
def test_what_passes_by_itself_is_written_after_all(data: Path, script: Script) -> None:
    with FakeLLM(script) as fake, asker(data, fake, timeout=8) as assistant:
        answer = assistant.ask(QUESTION)
        assert len(fake.requests) == 2
    assert answer.mode == "llm"
    assert answer.reason == ""


def test_a_follow_up_does_not_wait_twice(data: Path) -> None:
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "60个。"}]
    with FakeLLM(Reply(WRITTEN, wait=30)) as fake, asker(data, fake) as assistant:
        assistant.search(QUESTION)
        started = time.monotonic()
        answer = assistant.ask("总投资是多少？", history=history)
        assert time.monotonic() - started < LIMIT + GRACE
        assert len(fake.requests) == 2
    assert answer.mode == "extractive"
    assert "325亿元" in answer.text
