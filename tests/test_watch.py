"""Watching the server: ids through all rooms, readiness, figures, spans, and no words in the log."""

import json
import logging
import re
import shutil
import time
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from serving import ASKED, over_samples

from assistant import Assistant, Settings
from assistant.logs import JsonLines
from vectorstore import VectorStore
from web.app import create_app

KEY = "sk-SECRET-CANARY-77A1"
WORDS = "邵阳高峰论坛"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample articles."""
    place = tmp_path_factory.mktemp("watched") / "data"
    over_samples(place).close()
    return place


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a log of JSON lines sets up is taken down again."""
    rooms = [logging.getLogger(room) for room in ("assistant", "vectorstore", "web")]
    before = [(room.level, room.propagate) for room in rooms]
    yield
    for room, (level, propagate) in zip(rooms, before, strict=True):
        room.setLevel(level)
        room.propagate = propagate
        room.handlers = [each for each in room.handlers if not isinstance(each, JsonLines)]


def client(place: Path, **settings: Any) -> TestClient:
    chosen = {"mode": "extractive", "api_key": ""} | settings
    app = create_app(Assistant(Settings(data_dir=place, **chosen)))
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


def ask(caller: TestClient, **headers: str) -> Any:
    return caller.post("/api/ask", json={"question": ASKED}, headers=headers)


def sample(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    assert found, name
    return float(found[1])


def test_one_id_goes_through_all_rooms(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], logged: None
) -> None:
    place = shutil.copytree(filled, tmp_path / "data")
    # The index is gone while another one owns the folder: a lower room has something to say.
    owner = VectorStore(place)
    owner.own()
    shutil.rmtree(place / "lexical")
    with client(place, log="json") as caller:
        response = ask(caller, **{"x-request-id": "proxy-1"})
    owner.close()
    assert response.headers["x-request-id"] == "proxy-1"
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    rooms = {line["logger"].split(".")[0] for line in lines if line["request"] == "proxy-1"}
    assert rooms == {"assistant", "vectorstore", "web"}
    [answered] = [line for line in lines if line["message"] == "answered"]
    assert (answered["mode"], answered["abstained"]) == ("extractive", False)
    [request] = [line for line in lines if line["message"] == "request"]
    assert (request["door"], request["method"], request["status"]) == ("api", "POST", 200)
    assert WORDS not in json.dumps(lines, ensure_ascii=False)


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "甲", 'a"}{"level":"error'], ids=ascii)
def test_an_id_that_could_forge_a_line_is_not_taken(filled: Path, given: str) -> None:
    with client(filled) as caller:
        headers = {"x-request-id": given.encode()}
        found = caller.get("/healthz", headers=headers).headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{16}", found)


def test_texts_stand_in_the_log_where_they_are_asked_for(
    filled: Path, capsys: pytest.CaptureFixture[str], logged: None
) -> None:
    with client(filled, log="json", log_texts=True) as caller:
        answer = ask(caller).json()
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    [answered] = [line for line in lines if line["message"] == "answered"]
    assert (answered["question"], answered["answer"]) == (ASKED, answer["text"])


def test_a_plain_log_says_nothing_of_what_went_well(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with client(filled) as caller:
        assert ask(caller).status_code == 200
    assert "answered" not in capsys.readouterr().err


def test_figures_are_counted(filled: Path) -> None:
    with client(filled) as caller:
        assert ask(caller).status_code == 200
        assert caller.post("/api/ask", json={"question": ""}).status_code == 400
        text = caller.get("/metrics").text
    for status in ("200", "400"):
        labels = f'{{door="api",method="POST",status="{status}"}}'
        assert sample(text, f"xieshou_request_seconds_count{labels}") == 1
    for stage in ("search", "lookup", "rank", "read"):
        assert sample(text, f'xieshou_stage_seconds_count{{stage="{stage}"}}') >= 1
        assert sample(text, f'xieshou_stage_seconds_sum{{stage="{stage}"}}') > 0
    assert sample(text, 'xieshou_stored{what="articles"}') == 22
    assert sample(text, "xieshou_open_requests") == 1
    assert sample(text, "process_resident_memory_bytes") > 1e7


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        pytest.param({}, {}, 200, id="loopback"),
        pytest.param({"api_key": KEY}, {}, 401, id="no-key-given"),
        pytest.param({"api_key": KEY}, {"Authorization": f"Bearer {KEY}"}, 200, id="key-given"),
        pytest.param({"host": "0.0.0.0"}, {}, 403, id="network-without-a-key"),
    ],
)
def test_figures_need_the_key_where_others_could_read_them(
    filled: Path, settings: dict[str, str], headers: dict[str, str], status: int
) -> None:
    with client(filled, **settings) as caller:
        response = caller.get("/metrics", headers=headers)
        assert response.status_code == status
        assert ("xieshou_stored" in response.text) is (status == 200)
        assert KEY not in response.text
        # A probe has no key, and learns nothing but whether it is ready.
        assert caller.get("/readyz").json() == {"ready": True, "problem": ""}


def test_paths_do_not_become_names_of_figures(filled: Path) -> None:
    with client(filled) as caller:
        for name in range(30):
            caller.get(f"/{name}/{WORDS}")
            caller.request(f"BREW{name}", "/", headers={"content-length": "0"})
        text = caller.get("/metrics").text
    assert WORDS not in text
    assert len(re.findall(r"^xieshou_request_seconds_count", text, re.M)) < 10


@pytest.mark.parametrize("fault", ["other-settings", "no-database", "behind"])
def test_what_is_not_ready_says_so_without_naming_places(
    filled: Path, tmp_path: Path, fault: str
) -> None:
    place = shutil.copytree(filled, tmp_path / "data")
    settings = {"chunk_tokens": 64} if fault == "other-settings" else {}
    with client(place, **settings) as caller:
        if fault == "no-database":
            (place / "articles.db").write_bytes(b"no database" * 9999)
        if fault == "behind":
            shutil.rmtree(place / "lexical")
        response = caller.get("/readyz")
        assert caller.get("/healthz").text == "ok"
    assert response.status_code == 503
    assert response.json()["ready"] is False
    assert str(tmp_path) not in response.text
    says = {"other-settings": "rebuild", "no-database": "can't be read", "behind": "behind"}
    assert says[fault] in response.json()["problem"]


def test_spans_reach_the_exporter_that_is_set(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import grpc
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as messages
    from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as service

    got: list[Any] = []

    class Collector(service.TraceServiceServicer):
        def Export(self, request: Any, context: Any) -> Any:
            got.extend(
                span
                for resource in request.resource_spans
                for scope in resource.scope_spans
                for span in scope.spans
            )
            return messages.ExportTraceServiceResponse()

    server = grpc.server(futures.ThreadPoolExecutor(1))
    service.add_TraceServiceServicer_to_server(Collector(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
    try:
        with client(filled) as caller:
            ask(caller, **{"x-request-id": "r9"})
            until = time.monotonic() + 20
            while not any(span.name == "api" for span in got) and time.monotonic() < until:
                time.sleep(0.05)
    finally:
        server.stop(0)
    mine = [
        span for span in got if any(item.value.string_value == "r9" for item in span.attributes)
    ]
    assert {span.name for span in mine} >= {"api", "search", "lookup", "rank", "read"}
    [request] = [span for span in mine if span.name == "api"]
    assert all(
        span.trace_id == request.trace_id and span.parent_span_id
        for span in mine
        if span != request
    )
    assert WORDS not in str(got)
