"""The doctor: what it finds well, and what it says to do where it is not."""

from pathlib import Path

from assistant import Assistant, Settings
from assistant.doctor import Finding, examine
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
