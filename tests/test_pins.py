"""What `make install` installs is pinned: one version, and digests that no other file has."""

import importlib.metadata
import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
FILES = sorted(ROOT.glob("requirements*.txt"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


def pins(path: Path) -> dict[str, tuple[str, list[str]]]:
    """Requirement and digests by name."""
    text = re.sub(r"^#.*\n", "", path.read_text("utf-8"), flags=re.M).replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        wanted, *digests = line.split("--hash=")
        found[Requirement(wanted).name.lower()] = wanted.strip(), [each.strip() for each in digests]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_everything_has_a_version_and_digests(path: Path) -> None:
    found = pins(path)
    assert found
    for wanted, digests in found.values():
        assert re.fullmatch(r"[\w.-]+==[\w.]+(\+cpu)?( ; sys_platform == 'linux')?", wanted)
        assert digests
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in digests)
    # Where files come from is each machine's own matter.
    assert not re.search(r"https?:|^-", path.read_text("utf-8"), re.M)


@pytest.mark.parametrize(
    ("where", "text"),
    [
        pytest.param("make", MAKEFILE, id="make"),
        pytest.param("image", (ROOT / "deploy" / "Dockerfile").read_text("utf-8"), id="image"),
    ],
)
def test_they_are_installed_by_digest(where: str, text: str) -> None:
    text = text.replace("$(LOCKED)", re.findall(r"^LOCKED := (.*)", MAKEFILE, re.M)[0])
    lines = [line for line in text.splitlines() if re.search(r"-r requirements", line)]
    assert lines
    assert all("--require-hashes --no-deps" in line for line in lines), where


def test_the_cpu_build_of_torch_is_of_the_version_that_is_pinned() -> None:
    [[(build, _)], (plain, _)] = (
        pins(ROOT / "requirements-cpu.txt").values(),
        pins(ROOT / "requirements.txt")["torch"],
    )
    # pip keeps what is installed if it is of the pinned version, in whichever build.
    assert build == f"{plain}+cpu"


def test_what_is_pinned_is_whole() -> None:
    # `--no-deps` brings only what is named: each thing that a named one needs must be named too.
    pinned = pins(ROOT / "requirements.txt")
    lacking = []
    for wanted, _ in pinned.values():
        name = Requirement(wanted).name
        for line in importlib.metadata.requires(name) or ():
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": ""}):
                one = need.name.lower()
                others = {one, one.replace("_", "-"), one.replace("-", "_")} & pinned.keys()
                if not others:
                    lacking.append(f"{name} needs {line}")
                    continue
                version = Requirement(pinned[others.pop()][0]).specifier
                pin = str(version).removeprefix("==")
                if not need.specifier.contains(pin, prereleases=True):
                    lacking.append(f"{name} needs {line}, not {pin}")
    assert not lacking


def test_what_runs_here_is_what_is_pinned() -> None:
    for wanted, _ in pins(ROOT / "requirements.txt").values():
        one = Requirement(wanted)
        assert one.specifier.contains(importlib.metadata.version(one.name), prereleases=True)
