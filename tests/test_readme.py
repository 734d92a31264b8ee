"""Both READMEs say what is so: their commands, their Python, their blocks; and the same thing."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from assistant.evaluation.report import Report
from assistant.shell.cli import main
from tests.fake_llm import FakeLLM

ROOT = Path(__file__).parent.parent
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def blocks(readme: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", readme.read_text("utf-8"), re.S)


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_no_placeholder_is_left(readme: Path) -> None:
    assert not re.search(r"@[A-Z_]+@|TODO", readme.read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_block_is_of_a_kind_that_is_run(readme: Path) -> None:
    fences = re.findall(r"^```(\w*)$", readme.read_text("utf-8"), re.M)
    assert set(fences[::2]) == {"sh", "python", "text"}
    starts = re.compile(r"make |python -m assistant |export ")
    for block in blocks(readme, "sh"):
        assert all(starts.match(line) for line in block.splitlines())


def make(*arguments: str) -> str:
    """What make prints; the environment of this test stands for the installed one."""
    home = f"BIN={Path(sys.executable).parent}"
    result = subprocess.run(
        ["make", "--no-print-directory", "-o", ".venv/.installed", "-o", "install", home, *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_make_knows_its_targets(readme: Path) -> None:
    """Each is taken apart but not run: one of them is this very suite."""
    text = readme.read_text("utf-8")
    targets = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.M))
    assert {"chat", "test", "ask", "bench-retrieval"} <= targets
    runs = {target: make("-n", target) for target in targets - {"install"}}
    assert "ui.py" in runs["chat"]
    assert "pytest" in runs["test"]
    assert all("python" in told for told in runs.values())


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_first_question_is_answered_as_shown(
    readme: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("ASSISTANT_MODE", "extractive")
    [question] = re.findall(r"`make ask (Q='[^']+')`", readme.read_text("utf-8"))
    assert make("ask", *shlex.split(question)) == blocks(readme, "text")[0]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_settings_of_an_llm_are_enough(
    readme: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    [block] = [block for block in blocks(readme, "sh") if block.startswith("export ")]
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path))
    with FakeLLM("期限是2022年至2030年。[1]") as llm:
        for name, value in re.findall(r"^export (\w+)=(.+)$", block, re.M):
            monkeypatch.setenv(name, llm.base_url if name.endswith("_URL") else value)
        monkeypatch.setenv("ASSISTANT_LLM_API_KEY", "k")
        assert main(["ask", "佛山和郴州的对口合作期限是哪几年？"]) == 0
    assert llm.requests[0]["model"] == "qwen3"
    assert "期限是2022年至2030年。" in capsys.readouterr().out


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_commands_in_the_text_exist(readme: Path) -> None:
    spans = re.findall(
        r"`(python -m assistant [^`\n]+|xieshou [^`\n]+)`", readme.read_text("utf-8")
    )
    for span in spans:
        command = shlex.split(span.removeprefix("python -m assistant").removeprefix("xieshou"))
        with pytest.raises(SystemExit, match="0"):
            main([command[0], "--help"])


def test_the_figures_have_the_columns_of_a_report() -> None:
    assert blocks(ROOT / "README.md", "text")[1].split("\n")[0].split() == (
        Report([]).table().split("\n")[0].split()
    )


def sections(readme: Path) -> list[str]:
    return re.split(r"^## ", readme.read_text("utf-8"), flags=re.M)


def test_both_say_the_same_in_the_same_order() -> None:
    english, chinese = map(sections, READMES)
    assert len(english) == len(chinese)
    for one, other in zip(english, chinese, strict=True):
        name = one.partition("\n")[0]
        for kind in ("python", "sh"):
            assert bare(one, kind) == bare(other, kind), name
        pictures = [re.findall(r"^!\[.*\]\((.*)\)", each, re.M) for each in (one, other)]
        # Diagrams beside the figures, which the Chinese page only sums up.
        assert [path for path in pictures[0] if not path.endswith(".svg")] == pictures[1], name


def bare(section: str, kind: str) -> list[str]:
    """The code of a section without its comments."""
    return [
        re.sub(r" +#.*", "", code) for code in re.findall(rf"```{kind}\n(.*?)```", section, re.S)
    ]


def test_they_are_no_longer_than_a_person_reads() -> None:
    for path, most in zip(READMES, (250, 150), strict=True):
        assert path.read_text("utf-8").count("\n") <= most


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


def test_the_architecture_names_all_that_is_there_and_nothing_else() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    words = set(re.findall(r"`([a-z_]+)`", text))
    rooms = {"vectorstore", "assistant", "web"}
    modules = {path.stem for room in rooms for path in (ROOT / room).rglob("*.py")}
    assert words <= modules | rooms | {"prompts"}
    told_by_themselves = {"__init__", "schema", "errors"}
    assert modules - words <= told_by_themselves


def test_the_architecture_has_each_module_in_its_folder() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for room, rows in re.findall(r"^\| `(\w+)/` \| what.*\n\| --- .*\n((?:\|.*\n)+)", text, re.M):
        for folder, told in re.findall(r"^\| `(\w+)/` \|(.*)\|$", rows, re.M):
            named = set(re.findall(r"`([a-z_]+)`", told))
            there = {path.stem for path in (ROOT / room / folder).glob("*.py")}
            assert named <= there | {"__main__"}, folder


def test_the_citation_has_the_version_of_the_package() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
    assert {"cff-version", "message", "title", "authors"} <= cited.keys()
