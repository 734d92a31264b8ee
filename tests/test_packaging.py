"""A wheel of the tree, installed alone into an empty environment: it brings all that it needs."""

import importlib.util
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
QUESTION = "佛山和郴州的对口合作期限是哪几年？"
pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("build", "hatchling", "pip", "venv")),
    reason="build, hatchling or pip is not installed",
)


def run(*command: object, cwd: Path, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A command with an environment that names nothing but an empty home."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home or cwd), "LANG": "C.UTF-8"}
    environment |= {"OMP_NUM_THREADS": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment,
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands in an environment with our wheel and the present dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    made = run(sys.executable, *build, cwd=folder)
    assert made.returncode == 0, made.stderr
    [wheel] = folder.glob("*.whl")
    assert run(sys.executable, "-m", "venv", "--without-pip", "env", cwd=folder).returncode == 0
    python = folder / "env" / "bin" / "python"
    install = ("install", "--quiet", "--no-deps", "--no-index", wheel)
    put = run(sys.executable, "-m", "pip", "--python", python, *install, cwd=folder)
    assert put.returncode == 0, put.stderr
    [own] = (folder / "env" / "lib").glob("python*/site-packages")
    # A path that a .pth file names is searched, but its own .pth files are not read: the editable
    # installation of the tree there stays out of sight.
    (own / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    wheel.unlink()
    return python.parent


def test_a_first_question_from_any_folder(programs: Path, tmp_path: Path) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    first = run(programs / "xieshou", "ask", QUESTION, cwd=work, home=home)
    assert first.returncode == 0, first.stderr
    assert "2030" in first.stdout
    assert "sample articles" in first.stderr
    assert (home / ".local/share/xieshou/articles.db").is_file()
    assert not list(work.iterdir())
    told = run(programs / "xieshou", "doctor", cwd=work, home=home)
    assert told.returncode == 0, told.stdout
    assert "22 articles" in told.stdout


def test_everything_comes_from_the_wheel(programs: Path, tmp_path: Path) -> None:
    probe = (
        "import assistant, vectorstore, prompts, web, ui, pathlib\n"
        "from assistant.bundled import sample_articles\n"
        "print(*(m.__file__ for m in (assistant, vectorstore, prompts, web, ui)))\n"
        "assert prompts.load('answer/v2').system\n"
        "here = pathlib.Path(web.__file__).parent / 'static'\n"
        "assert all((here / n).is_file() for n in ('page.css', 'page.js', 'favicon.svg'))\n"
        "assert len(list(sample_articles().glob('*.md'))) >= 22\n"
    )
    told = run(programs / "python", "-c", probe, cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert all(str(programs.parent) in path for path in told.stdout.split())


@pytest.mark.parametrize("name", ["xieshou", "xieshou-mcp"])
def test_the_commands_are_there(programs: Path, name: str, tmp_path: Path) -> None:
    told = run(programs / name, "--help", cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert f"usage: {name}" in told.stdout
    assert (programs / "xieshou-chat").is_file()
