"""A newcomer's walk: a fresh copy, an empty home, README's command, a cited answer in the page."""

import os
import re
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from chromium import ARGUMENTS, BOX, CHROMIUM

ROOT = Path(__file__).parent.parent
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no clone, so nothing to copy from"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What a clone holds, with this interpreter in the place of an environment of its own."""
    command = ["git", "-C", str(ROOT), "archive", "HEAD"]
    packed = subprocess.run(command, capture_output=True, check=True).stdout
    folder = tmp_path / "xieshou"
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    # `make install` would take minutes and gigabytes; all that it installs is here already.
    (folder / ".venv" / ".installed").touch()
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    home = tmp_path / "home"
    home.mkdir()
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ASSISTANT_", "GRADIO_", "XDG_", "PYTHON", "MAKE"))
    }
    return inherited | {"HOME": str(home), "ASSISTANT_PORT": "0", "OMP_NUM_THREADS": "1"}


def commands() -> Iterator[str]:
    """The first commands of README."""
    [block, *_] = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    yield from (line.split("  #")[0].strip() for line in block.splitlines())


def answered(address: str) -> tuple[str, str]:
    """Ask the first example of the page; its answer, and the words marked in the article."""
    playwright: Any = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector(BOX)
        page.click("#xs-examples button >> nth=0")
        page.wait_for_selector(".xs-text a.xs-cite", timeout=60_000)
        page.wait_for_selector("#xs-send:visible")
        page.locator(".xs-text a.xs-cite").first.click()
        page.wait_for_selector("#xs-panel mark")
        told = page.inner_text(".xs-answer"), page.inner_text("#xs-panel mark")
        browser.close()
    return told


def test_from_a_clone_to_a_cited_answer(copy: Path, environment: dict[str, str]) -> None:
    chat, *_ = commands()
    assert chat == "make chat"
    with subprocess.Popen(
        chat.split(),
        cwd=copy,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        said, address = "", None
        assert process.stderr
        try:
            while not address:
                line = process.stderr.readline()
                assert line, f"it ended early: {said}"
                said += line
                address = re.search(r"http://127\.0\.0\.1:\d+", line)
            text, marked = answered(address.group())
        finally:
            os.killpg(process.pid, signal.SIGINT)
    assert "第一次启动：收入了" in said
    assert "2022年至2030年" in text
    assert "2022" in marked
    # Everything that was made lies where README says.
    made = sorted(path.name for path in Path(environment["HOME"]).iterdir())
    assert (Path(environment["HOME"]) / ".local" / "share" / "xieshou" / "articles.db").exists()
    assert set(made) <= {".local", ".cache", ".config"}


def test_the_shell_answers_too(copy: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        ["make", "ask", "Q=佛山和郴州的对口合作期限是哪几年？"],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert "2022年至2030年" in done.stdout
    assert "[1]" in done.stdout
