"""The endpoint's key: nowhere but in the header of the request."""

import logging
import traceback
from pathlib import Path

import pytest
from fake_llm import FakeLLM, Reply
from fastapi.testclient import TestClient

import ui
from assistant import Assistant, AssistantError, Settings
from assistant.shell.cli import main
from assistant.shell.doctor import examine
from web.conversations import Conversations

KEY = "sk-SECRET-CANARY-90D4"
ECHOES = [
    pytest.param(Reply("好的。"), id="answers"),
    pytest.param(Reply(f"密钥是{KEY}。[1]", finish=None), id="says it and breaks off"),
    pytest.param(Reply(status=401, body=f'{{"error": "bad key {KEY}"}}'), id="401"),
    pytest.param(Reply(status=500, body=KEY), id="500"),
    pytest.param(Reply(status=302, body="", headers={"Location": f"/{KEY}"}), id="302"),
    pytest.param(Reply(body=f"<html>{KEY}</html>"), id="html"),
]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "签约.txt").write_text("签约\n\n甲市与乙市签约重点项目60个。\n", "utf-8")
    for name, value in {"DATA_DIR": str(tmp_path / "data"), "LLM_API_KEY": KEY}.items():
        monkeypatch.setenv(f"ASSISTANT_{name}", value)
    monkeypatch.setenv("ASSISTANT_LLM_MODEL", "m")
    monkeypatch.setenv("ASSISTANT_LLM_TIMEOUT", "20")
    return tmp_path


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("reply", ECHOES)
def test_shell_doctor_and_log_never_show_it(
    environment: Path,
    reply: Reply,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    # At DEBUG the clients write down an endpoint's own headers, whatever it puts there.
    caplog.set_level(logging.INFO)
    with FakeLLM(reply) as fake:
        monkeypatch.setenv("ASSISTANT_LLM_BASE_URL", fake.base_url)
        main(["add", "签约.txt"])
        main(["ask", "签约了多少个项目？"])
        main(["ask", "签约了多少个项目？", "--json"])
        main(["doctor"])
        main(["doctor", "--json"])
        assert any(KEY in headers.get("authorization", "") for headers in fake.headers)
    shown = capfd.readouterr()
    assert "60个" in shown.out
    assert KEY not in shown.out + shown.err + caplog.text


@pytest.mark.usefixtures("soon")
def test_objects_never_show_it(environment: Path) -> None:
    settings = Settings(llm_base_url="http://127.0.0.1:9/v1")
    with Assistant(settings) as assistant:
        shown = [settings, settings.model_dump(), settings.model_dump_json(), assistant]
        shown += [vars(assistant), assistant.describe(), assistant.status(), examine(settings)]
    assert KEY not in "".join(f"{one!r}{one!s}" for one in shown)


def test_a_wrong_setting_beside_it_does_not_show_it(
    environment: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_LLM_TIMEOUT", "soon")
    assert main(["doctor"]) == 1
    assert ui.main() == 2
    assert KEY not in "".join(capsys.readouterr())


def test_a_traceback_does_not_show_it(environment: Path) -> None:
    with FakeLLM(Reply(status=401, body=f'{{"error": "bad key {KEY}"}}')) as fake:
        settings = Settings(llm_base_url=fake.base_url)
        with Assistant(settings) as assistant:
            assistant.add("签约.txt")
            with pytest.raises(AssistantError) as raised:
                assistant.as_query_engine().query("签约了多少个项目？")
    assert KEY not in "".join(traceback.format_exception(raised.value))


def test_the_page_does_not_show_it(environment: Path) -> None:
    settings = Settings(llm_base_url="http://127.0.0.1:9/v1")
    with Assistant(settings) as assistant:
        config = ui.build_app(assistant).get_config_file()
    assert KEY not in str(config)


def test_nothing_that_a_server_writes_holds_a_key(
    environment: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    own = "api-SECRET-CANARY-3B6E"
    monkeypatch.setenv("ASSISTANT_API_KEY", own)
    monkeypatch.setenv("ASSISTANT_LOG", "json")
    told: list[str] = []
    with FakeLLM(Reply(status=401, body=f'{{"error": "bad key {KEY}"}}')) as fake:
        monkeypatch.setenv("ASSISTANT_LLM_BASE_URL", fake.base_url)
        with Assistant(Settings()) as assistant:
            assistant.add("签约.txt")
            kept = Conversations(environment / "data" / "conversations.db")
            app = ui.page(assistant, kept)
            caller = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
            for key in (own, f"wrong-{own}", KEY):
                headers = {"Authorization": f"Bearer {key}", "x-request-id": "canary"}
                asked = {"question": "签约了多少个项目？"}
                chat = {"model": "xieshou", "messages": [{"role": "user", "content": "签约？"}]}
                responses = [
                    caller.post("/api/ask", json=asked, headers=headers),
                    caller.post("/v1/chat/completions", json=chat, headers=headers),
                    *(
                        caller.get(path, headers=headers)
                        for path in ("/", "/config", "/metrics", "/readyz", "/api/nothing")
                    ),
                ]
                told += [f"{response.headers}{response.text}" for response in responses]
            kept.close()
        assert fake.requests
    main(["doctor"])
    told += ["".join(capfd.readouterr())]
    assert "answered" in told[-1]
    for room in map(logging.getLogger, ("assistant", "vectorstore", "web")):
        room.setLevel(logging.NOTSET)
        room.propagate = True
        room.handlers = []
    written = [path for path in environment.rglob("*") if path.is_file()]
    assert len(written) > 5
    for canary in (KEY, own):
        assert not [text for text in told if canary in text]
        assert not [path for path in written if canary.encode() in path.read_bytes()]
