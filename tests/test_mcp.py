"""The MCP door, opened with the official client: over HTTP, over stdio, and with bad calls."""

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from assistant import Assistant
from tests.serving import ASKED, over_samples, serving
from web import mcp as door
from web import stdio
from web.app import create_app
from web.doors import Workers

ROOT = Path(__file__).parent.parent
KEY = "a long enough key"
Use = Callable[[Client], Coroutine[Any, Any, Any]]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with over_samples(tmp_path_factory.mktemp("mcp"), api_key=KEY) as made:
        yield made


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with serving(create_app(assistant)) as made:
        yield f"{made}mcp"


def over_http(address: str, use: Use, mode: str = "auto", key: str = KEY) -> Any:
    async def run() -> Any:
        headers = {"authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
            transport = streamable_http_client(address, http_client=http)
            async with Client(transport, mode=mode) as client:  # type: ignore[arg-type]
                return await use(client)

    return asyncio.run(run())


def directly(assistant: Assistant, use: Use) -> Any:
    async def run() -> Any:
        async with Client(door.create_mcp(assistant, Workers())) as client:
            return await use(client)

    return asyncio.run(run())


async def walk(client: Client) -> dict[str, Any]:
    """Ask, search, and read the article that the answer cites."""
    tools = (await client.list_tools()).tools
    answer = await client.call_tool("ask", {"question": ASKED})
    found = await client.call_tool("search", {"question": ASKED, "top_k": 2})
    [cited, *_] = answer.structured_content["citations"]
    article = await client.call_tool("article", {"article_id": cited["article_id"]})
    return {"tools": tools, "answer": answer, "found": found, "article": article}


def check(walked: dict[str, Any], assistant: Assistant) -> None:
    assert [tool.name for tool in walked["tools"]] == ["ask", "search", "article"]
    assert all(tool.annotations.read_only_hint for tool in walked["tools"])
    answer, expected = walked["answer"], assistant.ask(ASKED)
    assert not answer.is_error
    assert answer.content[0].text == str(expected)
    got = answer.structured_content | {"seconds": 0}
    assert got == expected.to_dict() | {"seconds": 0}
    assert len(walked["found"].structured_content["hits"]) == 2
    article = walked["article"].structured_content
    for cited in got["citations"]:
        if cited["article_id"] == article["id"]:
            assert article["text"][cited["start"] : cited["end"]] == cited["quote"]
    assert article["title"] in walked["article"].content[0].text
    assert "source" not in article


def test_beside_the_page(assistant: Assistant) -> None:
    import ui

    with serving(ui.page(assistant)) as address:
        assert "gradio" in httpx.get(address).text
        headers = {"authorization": f"Bearer {KEY}"}
        assert httpx.get(f"{address}api/articles", headers=headers).json()["total"] > 1
        assert httpx.get(f"{address}v1/models", headers=headers).json()["data"]
        tools = over_http(f"{address}mcp", lambda client: client.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "search", "article"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_over_http(address: str, assistant: Assistant, mode: str) -> None:
    check(over_http(address, walk, mode), assistant)


def test_over_stdio(assistant: Assistant) -> None:
    data_dir = str(assistant.settings.data_dir)
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "web.stdio", "--data-dir", data_dir],
        env={"ASSISTANT_MODE": "extractive", "OMP_NUM_THREADS": "1"},
        cwd=ROOT,
    )

    async def run() -> Any:
        async with Client(command) as client:
            return await walk(client)

    check(asyncio.run(run()), assistant)


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        pytest.param("ask", {}, "question", id="nothing"),
        pytest.param("ask", {"question": " "}, "question", id="blank"),
        pytest.param("ask", {"question": "长" * 2001}, "2000", id="too-long"),
        pytest.param("ask", {"question": "甲", "x": 1}, "x", id="unknown-argument"),
        pytest.param("search", {"question": "甲", "top_k": 0}, "top_k", id="top-k"),
        pytest.param("search", {"question": "甲", "filters": {"date_to": "2022-13-01"}},
                     "2022-13-01", id="no-such-day"),
        pytest.param("article", {"article_id": "nobody"}, "nobody", id="no-article"),
        pytest.param("remove", {"article_id": "a"}, "ask, search, article", id="no-tool"),
    ],
)  # fmt: skip
def test_bad_calls_are_told(
    assistant: Assistant, tool: str, arguments: dict[str, Any], says: str
) -> None:
    result = directly(assistant, lambda client: client.call_tool(tool, arguments))
    assert result.is_error
    assert says in result.content[0].text


def test_many_at_once(address: str) -> None:
    async def crowd(client: Client) -> list[Any]:
        calls = [client.call_tool("ask", {"question": f"第{one}问：{ASKED}"}) for one in range(6)]
        return await asyncio.gather(*calls)

    results = over_http(address, crowd)
    asked = [result.structured_content["question"] for result in results]
    assert asked == [f"第{one}问：{ASKED}" for one in range(6)]


def test_the_key_is_needed(address: str) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert httpx.post(address, json=body).status_code == 401
    with pytest.raises(BaseExceptionGroup):
        over_http(address, lambda client: client.list_tools(), key="wrong")


def test_only_json_by_post(address: str) -> None:
    headers = {"authorization": f"Bearer {KEY}", "accept": "application/json, text/event-stream"}
    refused = httpx.get(address, headers=headers)
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert httpx.delete(address, headers=headers | {"content-length": "0"}).status_code == 405
    for content in (b"", b"{", b"[]", b'{"jsonrpc": "2.0"}'):
        sent = headers | {"content-type": "application/json"}
        response = httpx.post(address, content=content, headers=sent)
        assert 400 <= response.status_code < 500
        assert response.headers["content-type"].startswith("application/json")
        assert json.loads(response.content)["error"]["message"]


def test_a_wrong_setting_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_TOP_K", "0")
    assert stdio.main([]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "top_k" in told.err
