"""Completion of the command line, asked of bash itself."""

import shutil
import subprocess
from pathlib import Path

import pytest

from assistant.cli import main

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="bash is not installed")


@pytest.fixture
def script(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["completion"]) == 0
    path = tmp_path / "completion.sh"
    path.write_text(capsys.readouterr().out, "utf-8")
    return path


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


@pytest.mark.parametrize(
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
def test_what_is_offered(script: Path, words: list[str], some: set[str], none: set[str]) -> None:
    found = offered(script, *words)
    assert some <= found
    assert not none & found
    assert all(one.startswith(words[-1]) for one in found)


@pytest.mark.parametrize("words", [["add", ""], ["ask", "art"], ["nonsense", "--"]])
def test_files_are_left_to_the_shell(script: Path, words: list[str]) -> None:
    assert offered(script, *words) == set()
    assert "complete -o default " in script.read_text("utf-8")
