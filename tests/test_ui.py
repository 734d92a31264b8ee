"""The page's handlers and its start, without a browser."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from fake_assistant import FakeAssistant

import ui
from web.page.chat import Chat
from web.page.links import Links
from web.page.parts import Captions

ROOT = Path(__file__).parent.parent


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def chat(assistant: FakeAssistant) -> Chat:
    import gradio as gr

    with gr.Blocks():
        return Chat(assistant, Captions(gr.State("")), gr.BrowserState(""))


def last(chat: Chat, question: str, conversation: Any = ()) -> dict[Any, Any]:
    return list(chat.respond(question, conversation))[-1]


def test_import_is_light() -> None:
    code = (
        "import ui, sys; sys.exit(any(n in sys.modules for n in ('gradio', 'torch', 'chromadb')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_no_handler_but_ask_is_an_api(assistant: FakeAssistant) -> None:
    app = ui.build_app(assistant)
    assert list(app.get_api_info()["named_endpoints"]) == ["/ask"]
    visible = {function.api_visibility: function.api_name for function in app.fns.values()}
    assert visible.pop("public") == "ask"
    assert list(visible) == ["private"]


def test_steps_of_an_answer(chat: Chat) -> None:
    steps = list(chat.respond("  期限是哪几年？ ", ()))
    assert steps[0][chat._box] == ""
    assert steps[0][chat._stop]["visible"]
    assert not steps[-1][chat._stop]["visible"]
    assert not steps[-1][chat._offers]["visible"]
    (turn,) = steps[-1][chat.conversation]
    assert turn.question == "期限是哪几年？"
    assert turn.answer.short == "2022年至2030年"


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_empty_question_changes_nothing(
    chat: Chat, assistant: FakeAssistant, question: str
) -> None:
    before = last(chat, "期限？")[chat.conversation]
    assert last(chat, question, before)[chat.conversation] == before
    assert len(assistant.histories) == 1


def test_conversations_do_not_meet(chat: Chat, assistant: FakeAssistant) -> None:
    mine = last(chat, "期限？")[chat.conversation]
    theirs = last(chat, "8对是哪些？")[chat.conversation]
    last(chat, "那时候呢？", mine)
    assert len(theirs) == len(mine) == 1
    assert assistant.histories[-1][0]["content"] == "期限？"


def test_stop_and_clear(chat: Chat) -> None:
    running = next(iter(chat.respond("期限？", ())))[chat.conversation]
    stopped = chat.end(running)
    assert "没有完成" in stopped[chat.chatbot][-1]["content"]
    assert stopped[chat._send]["visible"]
    cleared = chat.clear()
    assert cleared[chat.conversation] == ()
    assert cleared[chat._offers]["visible"]


@pytest.mark.parametrize(
    ("target", "place", "shown"),
    [
        pytest.param("#cite-0-2 1", "panel", "<mark>郴州與佛山", id="cite"),
        pytest.param("#near-pairs 2", "panel", "广东是结对最多的省", id="near"),
        pytest.param("#read-%E6%B8%AF%E7%81%A3%2F1%23%3F 3", "reader", "佛郴攜手", id="read"),
        pytest.param("#cite-0-9 4", "panel", "已不在库中", id="no-such-number"),
        pytest.param("#cite-9-1 5", "panel", "已不在库中", id="no-such-turn"),
        pytest.param("#read-gone 6", "reader", "已不在库中", id="gone"),
    ],
)
def test_follow(chat: Chat, assistant: FakeAssistant, target: str, place: str, shown: str) -> None:
    conversation = last(chat, "期限？")[chat.conversation]
    update = Links(assistant, chat, "reader", "tabs").follow(target, conversation)
    box = chat.panel if place == "panel" else place
    assert list(update) == [box]
    assert shown in update[box]


@pytest.mark.parametrize("target", ["", "<script>", "#up-0 1", "#down-x 1", "#lang-en 1"])
def test_other_links_show_nothing(chat: Chat, assistant: FakeAssistant, target: str) -> None:
    conversation = last(chat, "期限？")[chat.conversation]
    update = Links(assistant, chat, "reader", "tabs").follow(target, conversation)
    assert set(update) == {"__type__"}


@pytest.mark.parametrize("before", [{}, {"publisher": ["携手问答示例"]}], ids=["all", "some"])
def test_one_article_alone(
    chat: Chat, assistant: FakeAssistant, before: dict[str, list[str]]
) -> None:
    visit = ("", "", "", before)
    update = Links(assistant, chat, "reader", "tabs").follow("#only-pairs 1", (), *visit)
    assert update["tabs"].selected == "chat"
    *days, publishers, ids, chosen, row, line = (update.get(box) for box in chat.scope.outputs)
    assert (*days, ids["value"]) == ("", "", ["pairs"])
    # Only what was in force is changed, and the new is in force at once.
    assert publishers == ([] if before else None)
    assert chosen == {"article_ids": ["pairs"]}
    assert row["visible"]
    assert "革命老区对口合作" in line


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        pytest.param({"HOST": "0.0.0.0"}, "ASSISTANT_UI_AUTH", id="no-users"),
        pytest.param({"HOST": "::"}, "ASSISTANT_UI_AUTH", id="no-users-ipv6"),
        pytest.param({"HOST": "192.168.0.5"}, "ASSISTANT_UI_AUTH", id="an-address"),
        pytest.param({"PAGE_HOSTS": '["qa.example.cn"]'}, "ASSISTANT_UI_AUTH", id="behind-a-proxy"),
        pytest.param(
            {"HOST": "0.0.0.0", "UI_AUTH": "wang:geheim"}, "ASSISTANT_API_KEY", id="no-key"
        ),
        pytest.param(
            {"HOST": "0.0.0.0", "UI_AUTH": "wang:geheim", "API_KEY": "k" * 20},
            "ASSISTANT_PAGE_HOSTS",
            id="no-name",
        ),
        pytest.param({"UI_AUTH": "wang"}, "ASSISTANT_UI_AUTH", id="no-password"),
    ],
)
def test_others_are_let_in_by_a_login_alone(
    settings: dict[str, str],
    names: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"ASSISTANT_{name}", value)
    assert ui.main() == 2
    said = capsys.readouterr().err
    assert names in said
    assert "geheim" not in said


def test_wrong_setting_is_a_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "七千")
    assert ui.main() == 2
    assert "设置有误：ASSISTANT_PORT：" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["ui", "web.stdio"])
def test_a_setting_that_is_no_list_is_a_clear_line(command: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ASSISTANT_PAGE_HOSTS=qa.example.cn\n", "utf-8")
    result = subprocess.run(
        [sys.executable, "-m", command],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert result.returncode == (2 if command == "ui" else 1)
    assert "page_hosts" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("command", "at"),
    [
        pytest.param("ui", "assistant.settings", id="page-first"),
        pytest.param("ui", "gradio", id="page-last"),
        pytest.param("web.stdio", "anyio", id="mcp-first"),
        pytest.param("web.stdio", "mcp", id="mcp-last"),
    ],
)
def test_ctrl_c_while_modules_load_is_clean(command: str, at: str, tmp_path: Path) -> None:
    """The signal comes from inside, when a certain module is loaded: no clock decides when."""
    probe = (
        "import os, runpy, signal, sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {at!r}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Stop())\n"
        "sys.argv = ['command']\n"
        f"runpy.run_module({command!r}, run_name='__main__', alter_sys=True)\n"
    )
    settings = {"ASSISTANT_DATA_DIR": str(tmp_path / "data"), "ASSISTANT_PORT": "0"}
    result = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env=os.environ | settings | {"PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert "Traceback" not in result.stderr
    assert result.returncode == (0 if at == "gradio" else 130)
    assert not result.stdout


def test_taken_port_is_a_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("ASSISTANT_PORT", str(port))
        monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
        assert ui.main() == 1
    assert f"127.0.0.1:{port} 不能用" in capsys.readouterr().err


def test_first_start_serves_and_ends_cleanly(tmp_path: Path) -> None:
    settings = {"ASSISTANT_DATA_DIR": str(tmp_path), "ASSISTANT_PORT": "0", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(ROOT / "ui.py")]
    with subprocess.Popen(
        command, env=os.environ | settings, cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as process:
        said, address = "", None
        assert process.stderr
        while not address:
            line = process.stderr.readline()
            assert line, f"it ended early: {said}"
            said += line
            address = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert "第一次启动：收入了" in said
        for _ in range(50):
            try:
                page = urllib.request.urlopen(address.group())
                break
            except OSError:
                time.sleep(0.2)
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert "携手问答" in page.read().decode()
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 0
    assert "Traceback" not in rest
