"""Completion of the command line, asked of the shells themselves."""

import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.shell.cli import main

BASH = shutil.which("bash")
ZSH, FISH = shutil.which("zsh"), shutil.which("fish")
needs_bash = pytest.mark.skipif(BASH is None, reason="bash is not installed")
needs_zsh = pytest.mark.skipif(ZSH is None, reason="zsh is not installed")
needs_fish = pytest.mark.skipif(FISH is None, reason="fish is not installed")


@pytest.fixture
def scripts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Path]:
    paths = {shell: tmp_path / f"completion.{shell}" for shell in ("bash", "zsh", "fish")}
    for shell, path in paths.items():
        assert main(["completion", shell]) == 0
        path.write_text(capsys.readouterr().out, "utf-8")
    assert main(["completion"]) == 0
    assert capsys.readouterr().out == paths["bash"].read_text("utf-8")
    return paths


@pytest.fixture
def script(scripts: dict[str, Path]) -> Path:
    return scripts["bash"]


def offered(script: Path, *words: str) -> set[str]:
    """What bash offers for the last of `words`, typed after the command."""
    assert BASH
    line = (
        'source "$0"; COMP_WORDS=(xieshou "$@"); COMP_CWORD=$#; '
        '$(complete -p xieshou | sed "s/.*-F \\([^ ]*\\).*/\\1/"); printf "%s\\n" "${COMPREPLY[@]}"'
    )
    result = subprocess.run(
        [BASH, "--norc", "-u", "-c", line.replace("$(complete", "eval $(complete"), script, *words],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert result.stderr == ""
    return set(result.stdout.split())


CASES = pytest.mark.parametrize(
    ("words", "some", "none"),
    [
        pytest.param([""], {"ask", "doctor", "--data-dir"}, {"--json"}, id="nothing-yet"),
        pytest.param(["s"], {"search", "show"}, {"ask"}, id="a-letter"),
        pytest.param(["--d"], {"--data-dir"}, {"ask"}, id="an-option"),
        pytest.param(["--data-dir", "x", "as"], {"ask"}, set(), id="after-a-folder"),
        pytest.param(
            ["ask", "--"], {"--json", "--from", "--to", "--publisher"}, {"--top-k"}, id="ask"
        ),
        pytest.param(["search", "佛山", "--t"], {"--top-k", "--to"}, {"--json"}, id="after-words"),
        pytest.param(["evaluate", "--s"], {"--sweep"}, {"--judge"}, id="evaluate"),
        pytest.param(["completion", "--"], {"--help"}, {"--json"}, id="completion"),
    ],
)


@needs_bash
@CASES
def test_what_is_offered(script: Path, words: list[str], some: set[str], none: set[str]) -> None:
    found = offered(script, *words)
    assert some <= found
    assert not none & found
    assert all(one.startswith(words[-1]) for one in found)


@needs_bash
@pytest.mark.parametrize("words", [["add", ""], ["ask", "art"], ["nonsense", "--"]])
def test_files_are_left_to_the_shell(script: Path, words: list[str]) -> None:
    assert offered(script, *words) == set()
    assert "complete -o default " in script.read_text("utf-8")


@needs_zsh
@CASES
def test_what_zsh_offers(
    scripts: dict[str, Path], words: list[str], some: set[str], none: set[str]
) -> None:
    """Its completion system stands aside: what is handed to it is looked at."""
    assert ZSH
    line = (
        "compdef() { :; }; _files() { :; }; compadd() { shift; print -l -- $@; };"
        ' source $0; words=(xieshou "$@"); CURRENT=$#words; _xieshou'
    )
    command = [ZSH, "-f", "-c", line, scripts["zsh"], *words]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert result.stderr == ""
    found = set(result.stdout.split())
    matching = {one for one in found if one.startswith(words[-1])}
    assert some <= matching
    assert not none & matching


@needs_fish
@CASES
def test_what_fish_offers(
    scripts: dict[str, Path], words: list[str], some: set[str], none: set[str]
) -> None:
    assert FISH
    line = f"source {scripts['fish']}; complete -C 'xieshou {' '.join(words)}'"
    result = subprocess.run(
        [FISH, "--no-config", "-c", line], capture_output=True, text=True, check=True
    )
    found = {each.split("\t")[0] for each in result.stdout.splitlines()}
    # It offers options once a dash is typed.
    assert {one for one in some if words[-1].startswith("-") or not one.startswith("-")} <= found
    assert not none & found


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_script_knows_every_command(scripts: dict[str, Path], shell: str) -> None:
    text = scripts[shell].read_text("utf-8")
    for command, option in (("ask", "publisher"), ("search", "top-k"), ("evaluate", "sweep")):
        lines = [line for line in text.splitlines() if command in line and option in line]
        assert lines, (command, option)


def test_another_shell_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["completion", "tcsh"])
    assert "invalid choice: 'tcsh'" in capsys.readouterr().err
