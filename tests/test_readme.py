"""README says what is so: its settings table, its commands, its Python."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from assistant import Settings
from assistant.cli import main

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]


def blocks(readme: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", readme.read_text("utf-8"), re.S)


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_no_placeholder_is_left(readme: Path) -> None:
    assert not re.search(r"@[A-Z_]+@|TODO", readme.read_text("utf-8"))


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_links_lead_somewhere(readme: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", readme.read_text("utf-8")):
        if "://" not in target:
            assert (ROOT / target).exists(), target


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_make_targets_exist(readme: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    for block in blocks(readme, "sh"):
        assert set(re.findall(r"^make ([a-z-]+)", block, re.M)) <= targets


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_shell_commands_work(
    readme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "articles", tmp_path / "articles")
    question = '{"question": "邵阳高峰论坛一共签约了多少个省级项目？", "must_include": ["60"]}\n'
    (tmp_path / "questions.jsonl").write_text(question, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    lines = [line for block in blocks(readme, "sh") for line in block.splitlines()]
    commands = [line for line in lines if line.startswith("python -m assistant ")]
    assert len(commands) >= 5
    for command in commands:
        assert main(shlex.split(command)[3:]) == 0, command


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_python_works(readme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "articles", tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_MODE", "extractive")
    [code] = blocks(readme, "python")
    names: dict[str, object] = {}
    exec(compile(code, readme.name, "exec"), names)
    assert "60" in str(names["answer"])
