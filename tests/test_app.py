"""The guards around the page: hosts, origins, sizes, closed doors and headers."""

import base64
import hashlib
import re
from typing import Any, cast
from urllib.parse import quote

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, StreamingResponse
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from assistant import Settings
from tests.fake_assistant import FakeAssistant
from vectorstore import Article
from web.app import MAX_BODY, create_app

HTML = "<html><script>let a = 1;</script><script src='/x.js'></script><p>甲</p></html>"


@pytest.fixture
def app() -> FastAPI:
    app = create_app()

    @app.get("/html")
    def html() -> HTMLResponse:
        return HTMLResponse(HTML)

    @app.get("/pieces")
    def pieces() -> StreamingResponse:
        return StreamingResponse((HTML[at : at + 7] for at in range(0, len(HTML), 7)), 200,
                                 media_type="text/html")  # fmt: skip

    @app.post("/post")
    async def post(request: Request) -> int:
        return len(await request.body())

    @app.api_route("/gradio_api/{path:path}", methods=["GET", "POST"])
    def gradio(path: str) -> str:
        return path

    return app


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:7860")


@pytest.mark.parametrize("path", ["/healthz", "/page.js", "/page.css", "/html", "/nowhere"])
def test_headers_are_on_every_response(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'")
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert not re.search(r"https?:", policy)


@pytest.mark.parametrize("path", ["/html", "/pieces"])
def test_policy_names_the_inline_scripts_of_the_page(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.text == HTML
    digest = base64.b64encode(hashlib.sha256(b"let a = 1;").digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        pytest.param("127.0.0.1:7860", 200, id="loopback"),
        pytest.param("localhost", 200, id="name"),
        pytest.param("[::1]:7860", 200, id="ipv6"),
        pytest.param("evil.test", 400, id="rebinding"),
        pytest.param("127.0.0.1.evil.test", 400, id="prefix"),
        pytest.param("", 400, id="empty"),
    ],
)
def test_hosts(client: TestClient, host: str, status: int) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == status


def test_other_origins_may_neither_read_nor_post(client: TestClient) -> None:
    evil = {"origin": "https://evil.test"}
    assert "access-control-allow-origin" not in client.get("/healthz", headers=evil).headers
    assert client.post("/post", content=b"x", headers=evil).status_code == 403
    assert client.post("/post", content=b"x", headers={"origin": "null"}).status_code == 403
    own = {"origin": "http://127.0.0.1:7860"}
    assert client.post("/post", content=b"x", headers=own).status_code == 200


def test_bodies_have_a_length_and_a_limit(client: TestClient) -> None:
    assert client.post("/post", content=b"x" * MAX_BODY).json() == MAX_BODY
    assert client.post("/post", content=b"x" * (MAX_BODY + 1)).status_code == 413
    assert client.post("/post", content=iter([b"x"])).status_code == 411


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("queue/join", 200),
        ("queue/data", 200),
        ("info", 200),
        ("heartbeat/abc123", 200),
        ("upload", 404),
        ("file=http://evil.test/", 404),
        ("file=/etc/passwd", 404),
        ("proxy=http://evil.test/", 404),
        ("vibe-edit", 404),
        ("call/respond", 404),
        ("queue/join/../../upload", 404),
        ("", 404),
    ],
)
def test_only_what_the_page_calls_is_open(client: TestClient, path: str, status: int) -> None:
    assert client.get(f"/gradio_api/{path}").status_code == status


@pytest.mark.parametrize("path", ["/monitoring", "/monitoring/summary", "/login", "/docs"])
def test_closed_doors(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_web_sockets_are_refused(client: TestClient) -> None:
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        client.websocket_connect("ws://127.0.0.1/queue"),
    ):
        pass
    assert refused.value.code == 1008


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("", False),
        ("localhost.evil.test", False),
        ("127.0.0.1.evil.test", False),
    ],
)
def test_what_is_for_this_machine_alone(host: str, loopback: bool) -> None:
    assert Settings(host=host).is_private is loopback
    assert not Settings(host=host, page_hosts=["qa.example.cn"]).is_private


DOORS = ["/api/articles", "/api/openapi.json", "/v1/models", "/mcp"]


def opened(**settings: Any) -> TestClient:
    assistant: Any = FakeAssistant()
    assistant.settings = Settings(**settings)
    return TestClient(create_app(assistant), base_url="http://127.0.0.1:7860")


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "::", "host.test"])
def test_doors_are_shut_to_a_network_without_a_key(host: str, path: str) -> None:
    client = opened(host=host, api_key="")
    assert client.get(path).status_code == 403
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.1"])
def test_a_key_that_is_set_opens_them(host: str, path: str) -> None:
    client = opened(host=host, api_key="a long enough key")
    assert client.get(path).status_code == 401
    given = {"authorization": "Bearer a long enough key"}
    # MCP is spoken by POST alone.
    assert client.get(path, headers=given).status_code == (405 if path == "/mcp" else 200)


@pytest.mark.parametrize("key", ["", "a long enough key"], ids=["no-key", "key"])
def test_the_description_says_whether_a_key_is_needed(key: str) -> None:
    client = opened(api_key=key)
    described = client.get("/api/openapi.json", headers={"authorization": f"Bearer {key}"}).json()
    needs = [
        operation.get("security")
        for path in described["paths"].values()
        for operation in path.values()
    ]
    assert needs == [[{"ASSISTANT_API_KEY": []}] if key else None] * 4
    schemes = described["components"].get("securitySchemes", {})
    assert {scheme["scheme"] for scheme in schemes.values()} == ({"bearer"} if key else set())


def test_without_an_assistant_there_are_no_doors(client: TestClient) -> None:
    assert {client.get(path).status_code for path in DOORS} == {404}


def test_an_article_stays_data_whatever_its_id_and_words() -> None:
    evil = Article("a/../b?<i>#", "<script>alert(1)</script>", "</script><img src=x>\u2028正文。")
    client = TestClient(create_app(cast("Any", FakeAssistant(evil))), base_url="http://127.0.0.1")
    response = client.get(f"/api/articles/{quote(evil.id, safe='')}")
    assert response.json()["text"] == evil.text
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert client.get("/api/articles").json()["articles"][0]["title"] == evil.title
