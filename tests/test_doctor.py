"""The doctor: what it finds well, and what it says to do where it is not."""

import shutil
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant import Assistant, Settings
from assistant.shell import doctor
from assistant.shell.doctor import Finding, examine
from tests.fake_llm import FakeLLM


def finding(settings: Settings, what: str) -> Finding:
    [found] = [item for item in examine(settings) if item.what == what]
    return found


def test_a_new_store_is_well_and_says_how_to_fill_it(tmp_path: Path) -> None:
    findings = examine(Settings(data_dir=tmp_path, mode="extractive"))
    assert all(item.ok for item in findings)
    assert "xieshou add" in finding(Settings(data_dir=tmp_path), "stored articles").next_step


def test_other_chunks_than_the_settings_say(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("甲市与乙市结对合作，共建产业园区，总投资12亿元。", "utf-8")
    with Assistant(Settings(data_dir=tmp_path / "data")) as assistant:
        assistant.add(tmp_path / "a.txt")
    found = finding(Settings(data_dir=tmp_path / "data", chunk_tokens=64), "embedding model")
    assert not found.ok
    assert "rebuild" in found.next_step


def test_an_endpoint_is_really_asked(tmp_path: Path) -> None:
    with FakeLLM("你好。") as llm:
        named = Settings(data_dir=tmp_path, llm_base_url=llm.base_url, llm_model="m")
        assert finding(named, "answers").ok
        assert llm.requests
    assert not finding(named, "answers").ok


def test_an_unknown_prompt(tmp_path: Path) -> None:
    assert not finding(Settings(data_dir=tmp_path, prompt="answer/v0"), "prompts").ok


def broken(settings: Settings, what: str, *says: str) -> None:
    found = finding(settings, what)
    assert not found.ok
    assert all(word in f"{found.found} {found.next_step}" for word in says)
    assert all(item.ok or item.next_step for item in examine(settings))


def test_a_package_that_is_missing_or_old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wanted = ["numpy>=999", "no-such-package", "pytest; extra == 'dev'", "pydantic>=2"]
    monkeypatch.setattr(doctor, "requires", lambda name: wanted)
    broken(Settings(data_dir=tmp_path), "packages", "numpy is", ">=999", "no-such", "make install")
    assert "pydantic" not in finding(Settings(data_dir=tmp_path), "packages").found


@pytest.mark.parametrize("where", ["environment", "file"])
def test_a_misspelt_setting(where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    if where == "file":
        (tmp_path / ".env").write_text("ASSISTANT_TOPK=3\n")
    else:
        monkeypatch.setenv("ASSISTANT_TOPK", "3")
    broken(Settings(data_dir=tmp_path), "settings", "ASSISTANT_TOPK", "mean ASSISTANT_TOP_K?")


def test_a_folder_that_is_full_or_closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    full = SimpleNamespace(free=5_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
    broken(Settings(data_dir=tmp_path / "new"), "data folder", "0.0 GB", "ASSISTANT_DATA_DIR")
    monkeypatch.setattr(doctor.os, "access", lambda path, mode: False)
    broken(Settings(data_dir=tmp_path / "new"), "data folder", "can't be written")


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    broken(Settings(data_dir=tmp_path / "data"), "stored articles", "ASSISTANT_DATA_DIR")


def test_a_store_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "articles.db").write_bytes(b"this is no database" * 100)
    broken(Settings(data_dir=tmp_path), "stored articles", "articles.db")


def test_an_embedding_model_that_is_not_there(tmp_path: Path) -> None:
    named = Settings(data_dir=tmp_path, embedding_model=str(tmp_path / "none"))
    broken(named, "embedding model", "ASSISTANT_EMBEDDING_MODEL")


def test_a_chroma_server_that_is_away(tmp_path: Path) -> None:
    away = Settings(data_dir=tmp_path, chroma_url="http://127.0.0.1:9")
    broken(away, "chroma", "127.0.0.1:9", "ASSISTANT_CHROMA_URL")


def test_a_reader_without_its_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "quotes" in finding(Settings(data_dir=tmp_path), "reader").found

    def missing(*names: object) -> None:
        raise FileNotFoundError("span.onnx")

    monkeypatch.setattr(Assistant, "answer_from", missing)
    broken(Settings(data_dir=tmp_path), "reader", "span.onnx", "make install")


def test_a_model_that_is_not_named(tmp_path: Path) -> None:
    broken(Settings(data_dir=tmp_path, mode="llm"), "answers", "ASSISTANT_LLM_BASE_URL")


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = finding(Settings(data_dir=tmp_path, port=port), "page")
    assert str(port) in found.found
    assert "ASSISTANT_PORT" in found.next_step
    assert "free" in finding(Settings(data_dir=tmp_path, port=port), "page").found


def test_a_key_that_can_be_guessed(tmp_path: Path) -> None:
    def keyed(key: str) -> Settings:
        return Settings(data_dir=tmp_path, api_key=key)  # type: ignore[arg-type]  # a SecretStr

    broken(keyed("hunter2"), "doors", "7 characters", "secrets")
    assert "hunter2" not in str(examine(keyed("hunter2")))
    assert finding(keyed("x" * 32), "doors").ok
    assert "loopback" in finding(keyed(""), "doors").found


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        pytest.param({"host": "0.0.0.0"}, "ASSISTANT_UI_AUTH", id="no-users"),
        pytest.param({"page_hosts": ["qa.example.cn"]}, "ASSISTANT_UI_AUTH", id="behind-a-proxy"),
        pytest.param(
            {"host": "0.0.0.0", "ui_auth": "wang:long-enough"}, "ASSISTANT_API_KEY", id="no-key"
        ),
        pytest.param({"ui_auth": "li:geheim,wang:long-enough"}, "guessed, of li", id="weak"),
    ],
)
def test_a_login_that_is_missing_or_weak(
    settings: dict[str, object], says: str, tmp_path: Path
) -> None:
    chosen = {"data_dir": tmp_path, "mode": "extractive", "api_key": ""} | settings
    found = doctor._examine_login(Settings(**chosen))
    assert not found.ok
    assert says in f"{found.found} {found.next_step}"
    assert "geheim" not in f"{found.found} {found.next_step}"


def test_a_login_that_is_well() -> None:
    assert doctor._examine_login(Settings(api_key="")).ok
    both = Settings(host="0.0.0.0", ui_auth="wang:long-enough", api_key="k" * 32)
    assert "1 with a password" in doctor._examine_login(both).found
