"""The REST door, over a real socket: what goes in, what comes out, what is refused and how."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant import Assistant
from tests.serving import ASKED, over_samples, serving
from web.app import create_app


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with over_samples(tmp_path_factory.mktemp("rest")) as made:
        yield made


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[httpx.Client]:
    with (
        serving(create_app(assistant)) as address,
        httpx.Client(base_url=f"{address}api", timeout=60) as made,
    ):
        yield made


def test_ask_gives_what_the_assistant_gives(client: httpx.Client, assistant: Assistant) -> None:
    response = client.post("/ask", json={"question": ASKED})
    assert response.headers["content-type"] == "application/json"
    got, expected = response.json(), assistant.ask(ASKED).to_dict()
    assert got.pop("seconds") > 0
    expected.pop("seconds")
    assert got == expected
    assert "60" in got["text"]
    [first, *_] = got["citations"]
    article = client.get(f"/articles/{first['article_id']}").json()
    assert article["text"][first["start"] : first["end"]] == first["quote"]


def test_a_follow_up_and_filters(client: httpx.Client) -> None:
    history = [
        {"role": "user", "content": "佛山和哪个城市对口合作？"},
        {"role": "assistant", "content": "佛山与湖南郴州对口合作。"},
    ]
    follow_up = client.post("/ask", json={"question": "期限是哪几年？", "history": history}).json()
    assert "佛山" in follow_up["standalone_question"]
    none = client.post("/ask", json={"question": ASKED, "filters": {"date_to": "1999-12-31"}})
    assert none.json()["abstained"] is True


def test_search_and_articles(client: httpx.Client, assistant: Assistant) -> None:
    hits = client.post("/search", json={"question": ASKED, "top_k": 3.0}).json()
    assert len(hits) == 3
    assert hits[0]["score"] >= hits[1]["score"]
    stored = assistant.articles()
    page = client.get("/articles", params={"offset": 1, "limit": 2}).json()
    assert page["total"] == len(stored)
    assert [one["id"] for one in page["articles"]] == [one.id for one in stored[1:3]]
    assert page["articles"][0]["characters"] == len(stored[1].text)
    assert page["articles"][0]["chunks"] >= 1
    assert "text" not in page["articles"][0]
    chosen = {"article_ids": [stored[0].id]}
    only = client.post("/search", json={"question": "对口合作", "filters": chosen}).json()
    assert {hit["chunk"]["article_id"] for hit in only} == {stored[0].id}


def test_nothing_tells_where_files_lie(client: httpx.Client, assistant: Assistant) -> None:
    [first, *_] = assistant.articles()
    assert Path(first.source).is_absolute()
    told = client.get("/articles").text + client.get(f"/articles/{first.id}").text
    assert str(Path(first.source).parent) not in told


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        pytest.param("/ask", {}, 400, "body.question", id="nothing"),
        pytest.param("/ask", {"question": ""}, 400, "body.question", id="empty"),
        pytest.param("/ask", {"question": " \n　"}, 400, "body.question", id="blank"),
        pytest.param("/ask", {"question": "长" * 2001}, 400, "2000", id="too-long"),
        pytest.param("/ask", {"question": 3}, 400, "string", id="number"),
        pytest.param("/ask", {"question": "甲", "x": 1}, 400, "body.x", id="unknown-field"),
        pytest.param("/ask", {"question": "\ud800"}, 400, "body.question", id="half-a-pair"),
        pytest.param("/ask", {"question": "甲", "\ud800": 1}, 400, "body", id="odd-name"),
        pytest.param(
            "/ask",
            {"question": "甲", "history": [{"role": "system", "content": ""}]},
            400,
            "role",
            id="role",
        ),
        pytest.param("/ask", [], 400, "body", id="list"),
        pytest.param("/search", {"question": "甲", "top_k": 0}, 400, "top_k", id="top-k"),
        pytest.param("/search", {"question": "甲", "top_k": "3"}, 400, "top_k", id="text-top-k"),
        pytest.param(
            "/search",
            {"question": "甲", "filters": {"date_to": "2022-02-30"}},
            400,
            "2022-02-30",
            id="no-such-day",
        ),
        pytest.param(
            "/search",
            {"question": "甲", "filters": {"city": "佛山"}},
            400,
            "city",
            id="unknown-filter",
        ),
    ],
)
def test_bad_input_is_told(
    client: httpx.Client, path: str, body: Any, status: int, says: str
) -> None:
    sent = {"content-type": "application/json"}
    response = client.post(path, content=json.dumps(body), headers=sent)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    error = response.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert says in error["message"]


def test_bodies_that_are_no_json(client: httpx.Client) -> None:
    for content in (b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"question": ' + b"9" * 9999 + b"}"):
        sent = {"content-type": "application/json"}
        response = client.post("/ask", content=content, headers=sent)
        assert response.status_code == 400, content[:20]
        assert response.json()["error"]["message"]
    assert client.post("/ask", content=b"x" * 1_000_001).status_code == 413
    assert client.post("/ask", data={"question": "甲"}).status_code == 400


def test_unknown_places_and_methods(client: httpx.Client) -> None:
    for path in ("/nowhere", "/articles/nobody", "/articles/%00", "/articles/%ED%A0%80"):
        response = client.get(path)
        assert response.status_code == 404, path
        assert response.json()["error"]["message"]
    assert client.get("/ask").status_code == 405
    assert client.get("/docs").status_code == 404


def test_other_sites_and_hosts_are_refused(client: httpx.Client) -> None:
    evil = {"origin": "https://evil.test"}
    assert client.post("/ask", json={"question": "甲"}, headers=evil).status_code == 403
    assert client.get("/articles", headers={"host": "evil.test"}).status_code == 400


def test_many_at_once_get_their_own_answers(client: httpx.Client, assistant: Assistant) -> None:
    questions = [f"{article.title}是怎么回事？" for article in assistant.articles()] * 2
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda one: client.post("/ask", json={"question": one}).json(), questions)
        )
    for question, answer in zip(questions, answers, strict=True):
        assert answer["question"] == question
    alone = client.post("/ask", json={"question": questions[0]}).json()
    assert answers[0]["text"] == answers[len(questions) // 2]["text"] == alone["text"]


def test_the_description_names_every_path(client: httpx.Client) -> None:
    described = client.get("/openapi.json").json()
    assert set(described["paths"]) == {
        "/ask", "/search", "/articles", "/articles/{article_id}",
    }  # fmt: skip
    assert described["servers"] == [{"url": "/api"}]
    asked = described["paths"]["/ask"]["post"]["responses"]
    assert set(asked) == {"200", "4XX", "5XX"}
