"""The command line as a person runs it: in another folder, in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.shell.cli import main

ARTICLE = "甲市与乙市签署协议\n\n2023年5月8日，甲市与乙市签署协议，共建产业园，总投资12亿元。\n"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASSISTANT_MODE", "extractive")
    (tmp_path / "协议.txt").write_text(ARTICLE, "utf-8")
    assert main(["add", "协议.txt"]) == 0
    return tmp_path


def test_add_again_and_bad_sources(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "空.txt").write_bytes(b"")
    assert main(["add", ".", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["added"], report["unchanged"]) == (0, 1)
    assert any("空.txt" in item["source"] for item in report["skipped"])
    assert main(["add", "没有这个.txt"]) == 1
    assert "没有这个.txt" in capsys.readouterr().err
    assert main(["list", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_ask_and_search(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["ask", "产业园总投资多少亿元？"]) == 0
    assert "12亿元" in capsys.readouterr().out
    assert main(["ask", "产业园总投资多少亿元？", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["citations"][0]["quote"] in ARTICLE
    assert main(["search", "产业园", "--top-k", "1", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_show_and_remove(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    main(["list", "--json"])
    [article] = json.loads(capsys.readouterr().out)
    assert main(["show", article["id"]]) == 0
    assert "总投资12亿元" in capsys.readouterr().out
    assert main(["remove", article["id"]]) == 0
    capsys.readouterr()
    assert main(["list"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["remove", article["id"]]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_every_command_speaks_json(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def told(*arguments: str) -> Any:
        capsys.readouterr()
        assert main([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    [article] = told("list")
    assert told("show", article["id"])["text"]
    assert told("rebuild")["articles"] == 1
    assert all({"question", "answers"} <= one.keys() for one in told("questions", "协议.txt"))
    assert all(finding["ok"] for finding in told("doctor"))
    assert told("remove", article["id"]) == {"removed": [article["id"]]}
    assert told("list") == []


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        pytest.param(["ask", " "], 1, "问题是空的", id="empty-question"),
        pytest.param(["ask", "几家？", "--from", "昨天"], 1, "2022-01-31", id="bad-date"),
        pytest.param(["show", "没有"], 1, "没有", id="no-article"),
        pytest.param(["evaluate", "没有.jsonl"], 1, "没有.jsonl", id="no-questions"),
        pytest.param(["search", "园", "--top-k", "0"], 2, "top-k", id="no-hits-wanted"),
    ],
)
def test_known_errors_are_one_line(
    data: Path, arguments: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    if code == 2:
        with pytest.raises(SystemExit, match="2"):
            main(arguments)
    else:
        assert main(arguments) == code
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_a_wrong_setting_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_TOP_K", "many")
    capsys.readouterr()
    assert main(["list"]) == 1
    assert "ASSISTANT_TOP_K" in capsys.readouterr().err


def test_evaluate_writes_its_report(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = {
        "question": "产业园总投资多少亿元？",
        "type": "fact_number",
        "must_include": ["12亿"],
    }
    lines = json.dumps(question, ensure_ascii=False) + "\nnot json\n"
    (data / "set.jsonl").write_text(lines, "utf-8")
    capsys.readouterr()
    assert main(["evaluate", "set.jsonl", "--articles", "协议.txt", "--out", "out"]) == 0
    shown = capsys.readouterr()
    assert "fact_number" in shown.out
    assert "line 2" in shown.err
    report = json.loads((data / "out" / "report.json").read_text("utf-8"))
    assert report["rows"][0]["right"]


def test_terminal_control_never_comes_out(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "坏.txt").write_text("标题\x1b]0;x\x07\n\n丙市\x1b[31m投资9亿元建设码头。\n", "utf-8")
    main(["add", "坏.txt"])
    main(["ask", "码头投资多少亿元？"])
    assert "\x1b" not in capsys.readouterr().out


def test_a_cold_ask_imports_nothing_heavy(data: Path) -> None:
    probe = (
        "import sys; from assistant.shell.cli import main; main(['ask', '产业园总投资多少亿元？']); "
        "print({'torch', 'gradio', 'llama_index', 'chromadb'} & set(sys.modules), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, timeout=120, check=True
    )
    assert "12亿元" in result.stdout
    assert result.stderr.strip().endswith("set()")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["list"], "xieshou add PATH", id="list"),
        pytest.param(["add", "."], "xieshou add --help", id="empty-folder"),
        pytest.param(["evaluate", "none.jsonl"], "docs/evaluation.md", id="no-question"),
        pytest.param(["questions", "."], "no article could be read", id="no-article"),
        pytest.param(["--data-dir", "none.jsonl", "list"], "ASSISTANT_DATA_DIR", id="no-folder"),
        pytest.param(["questions", "a.txt", "--out", "no/a"], "no/a: No such", id="no-place"),
    ],
)
def test_what_is_missing_says_the_next_step(
    tmp_path: Path,
    arguments: list[str],
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    if "." not in arguments:
        Path("none.jsonl").write_text("\n")
        Path("a.txt").write_text(ARTICLE, "utf-8")
    main(arguments)
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error


def test_a_list_that_is_no_json_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_ALLOW_HOSTS", "127.0.0.1:8000")
    capsys.readouterr()
    assert main(["list"]) == 1
    assert "allow_hosts" in capsys.readouterr().err


def test_the_first_question_finds_the_sample_articles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASSISTANT_MODE", "extractive")
    assert main(["ask", "佛山和郴州的对口合作期限是哪几年？"]) == 0
    first = capsys.readouterr()
    assert "2030" in first.out
    assert "sample articles" in first.err
    assert main(["ask", "佛山和郴州的对口合作期限是哪几年？"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("loaded", [False, True], ids=["while-loading", "while-adding"])
def test_ctrl_c_is_clean(tmp_path: Path, loaded: bool) -> None:
    """The signal comes from inside, when a certain module is loaded: no clock decides when."""
    (tmp_path / "协议.txt").write_text(ARTICLE, "utf-8")
    at = "vectorstore.preparing.workers" if not loaded else "chromadb"
    probe = (
        "import os, runpy, signal, sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {at!r}:\n"
        "            os.killpg(0, signal.SIGINT)\n"
        "sys.meta_path.insert(0, Stop())\n"
        "sys.argv = ['xieshou', '--data-dir', 'data', 'add', '.']\n"
        "runpy.run_module('assistant', run_name='__main__', alter_sys=True)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True, text=True, timeout=120, cwd=tmp_path, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )  # fmt: skip
    assert result.returncode == 130
    assert result.stderr.strip() == ("stopped" if loaded else "")
    assert not result.stdout
