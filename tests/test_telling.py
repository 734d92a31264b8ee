"""Answers told in a terminal: as they come, with their doubts, and what an interrupt keeps."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_assistant import pairs, period
from fake_llm import FakeLLM, Reply

from assistant import (
    Answer,
    Assistant,
    DeltaEvent,
    Event,
    FallbackEvent,
    SentenceEvent,
    Settings,
    StatusEvent,
)
from assistant.shell.telling import tell

ROOT = Path(__file__).parent.parent
ARTICLE = "甲市与乙市签约\n\n2023年5月8日，甲市与乙市签约重点项目60个。两市总投资325亿元。\n"
WRITTEN = "两市签约重点项目60个。[1]总投资999亿元。[1]两市总投资325亿元。[1]"


def written(answer: Answer) -> list[Event]:
    events: list[Event] = [StatusEvent("正在写……")]
    text = ""
    for count, sentence in enumerate(answer.sentences, 1):
        text += f"{sentence.text}[1]"
        so_far = replace(answer, text=text, sentences=answer.sentences[:count], complete=False)
        events += [DeltaEvent(f"{sentence.text}[1]"), SentenceEvent(sentence, so_far)]
    return [*events, replace(answer, text=text)]


ANSWER = replace(pairs("8对？"), short="")


def told(events: Iterator[Event]) -> tuple[Answer, list[str]]:
    said: list[str] = []
    answer = tell(events, said.append)
    return answer, [piece for piece in said if piece]


def test_each_sentence_is_said_when_it_comes() -> None:
    events = written(ANSWER)
    said: list[str] = []
    heard: list[int] = []

    def watched() -> Iterator[Event]:
        for event in events:
            yield event
            heard.append(len(said))

    tell(watched(), said.append)
    assert heard == [0, 0, 1, 1, 2, 2, 3]
    assert said[2].endswith("〔未证实〕")
    assert "✗ 未证实：各市已投入12亿元。" in said[3]
    assert "“20对之中有8对涉及广东的城市”" in said[3]


def test_a_quoted_answer_comes_whole_with_its_short_answer_first() -> None:
    answer = period("期限？")
    events = [replace(event, so_far=replace(event.so_far, mode="extractive"))
              if isinstance(event, SentenceEvent) else event for event in written(answer)[:-1]]  # fmt: skip
    _, said = told(iter([*events, answer]))
    assert said == [f"{answer}\n"]
    assert said[0].startswith("【2022年至2030年】")


def test_what_failed_is_said_between_the_two_answers() -> None:
    quoted = replace(period("期限？"), reason="HTTP 500，改为摘录原文。")
    events = [*written(ANSWER)[:3], FallbackEvent(quoted.reason), quoted]
    answer, said = told(iter(events))
    assert answer == quoted
    assert said[1] == "\n（HTTP 500，改为摘录原文。）\n\n"
    assert said[2] == f"{quoted}\n"


def test_an_interrupt_keeps_what_was_said() -> None:
    def interrupted(count: int) -> Iterator[Event]:
        yield from written(ANSWER)[:count]
        raise KeyboardInterrupt

    answer, said = told(interrupted(5))
    assert not answer.complete
    assert len(answer.sentences) == 2
    assert "已停止" in said[-1]
    assert "“20对之中有8对涉及广东的城市”" in said[-1]
    with pytest.raises(KeyboardInterrupt):
        told(interrupted(1))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "签约.txt").write_text(ARTICLE, "utf-8")
    with Assistant(Settings(data_dir=tmp_path / "data")) as assistant:
        assistant.add(tmp_path / "签约.txt")
    return tmp_path / "data"


def test_closing_the_stream_lets_the_endpoint_go(data: Path) -> None:
    with FakeLLM(Reply(WRITTEN * 30, pause=0.05)) as fake:
        settings = Settings(data_dir=data, llm_base_url=fake.base_url, llm_model="m")
        with Assistant(settings) as assistant:
            events = assistant.stream("签约了多少个重点项目？")
            first = next(event for event in events if isinstance(event, SentenceEvent))
            events.close()  # type: ignore[attr-defined]  # it is a generator
            assert fake.closed_early.wait(3)
    assert first.sentence.text == "两市签约重点项目60个。"
    assert not first.so_far.complete
    assert first.so_far.prompt_id.startswith("answer/v2@")
    assert first.so_far.citations[0].quote in ARTICLE


def test_ctrl_c_in_a_shell_keeps_what_was_said(data: Path) -> None:
    command = [sys.executable, "-m", "assistant", "ask", "签约了多少个重点项目？"]
    with FakeLLM(Reply(WRITTEN * 30, pause=0.15)) as fake:
        settings = {
            "ASSISTANT_DATA_DIR": str(data),
            "ASSISTANT_LLM_BASE_URL": fake.base_url,
            "ASSISTANT_LLM_MODEL": "m",
            "PYTHONPATH": str(ROOT),
        }
        with subprocess.Popen(
            command, env=os.environ | settings, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            said = ""
            while "〔未证实〕" not in said:
                piece = process.stdout.read(1)
                assert piece, said
                said += piece
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            said += process.stdout.read()
        assert fake.closed_early.wait(5)
    assert process.returncode == 130
    assert said.startswith("两市签约重点项目60个。[1]")
    assert "（已停止，回答没有写完）" in said
    assert "✗ 未证实：总投资999亿元。" in said
