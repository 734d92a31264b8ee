"""docs/doors.md: every example is run against a server, and what it says of fields is so."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, StdioServerParameters

from assistant import Answer, Assistant, Citation, Sentence
from tests.chromium import served
from tests.serving import over_samples
from web.app import MAX_BODY
from web.doors import _PLACES, _WAITING

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "doors.md").read_text("utf-8")
PORT = "http://127.0.0.1:7860"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with over_samples(tmp_path_factory.mktemp("docs")) as made:
        yield made


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with served(assistant) as made:
        yield made.rstrip("/")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_shell_examples(address: str) -> None:
    told = []
    for block in blocks("sh"):
        for command in re.split(r"\n(?=curl)", block):
            result = subprocess.run(
                ["bash", "-ec", command.replace(PORT, address)],
                capture_output=True, text=True, check=True, timeout=60,
            )  # fmt: skip
            told.append(json.loads(result.stdout))
    asked, followed_up, hits, articles = told
    assert "2030" in asked["text"]
    assert "佛山" in followed_up["standalone_question"]
    assert len(hits) == 3
    assert len(articles["articles"]) == 2


def test_the_python_examples(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    examples = blocks("python")
    assert len(examples) == 4
    names: dict[str, Any] = {}
    for example in examples:
        exec(compile(example.replace(PORT, address), "doors.md", "exec"), names)
        assert capsys.readouterr().out.strip()
    assert names["answer"]["short"]
    assert "2030" in names["result"].structured_content["citations"][0]["quote"]


def test_the_json_examples(address: str, assistant: Assistant) -> None:
    failure, servers = map(json.loads, blocks("json"))
    assert httpx.post(f"{address}/api/ask", json={}).json() == failure
    started = servers["mcpServers"]["xieshou"]
    named = ["--data-dir", str(assistant.settings.data_dir)]
    command = StdioServerParameters(
        command=sys.executable, args=[*started["args"], *named], cwd=ROOT
    )

    async def tools() -> list[str]:
        async with Client(command) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    assert asyncio.run(tools()) == ["ask", "search", "article"]


def test_the_fields_are_all_named() -> None:
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", TEXT.split("as `xieshou ask --json`")[1], re.M)
    told = {name for row, _ in rows for name in re.findall(r"`(\w+)`", row)}
    assert told == {field.name for field in fields(Answer)}
    meanings = dict(rows)
    for name, record in (("`sentences`", Sentence), ("`citations`", Citation)):
        inside = set(re.findall(r"`(\w+)`", meanings[name])) - {"supported", "unsupported"}
        assert inside == {field.name for field in fields(record)}


def test_the_limits_are_those_of_the_code() -> None:
    assert f"over {MAX_BODY // 1_000_000} MB" in TEXT
    assert (_PLACES, f"and {_WAITING} more wait" in TEXT) == (8, True)
    assert "Eight questions" in TEXT
