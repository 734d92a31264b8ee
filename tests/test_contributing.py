"""CONTRIBUTING.md: each worked example is followed step by step in a copy of the tree."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.writing.language import words_in
from tests.fake_llm import FakeLLM

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.S | re.M))
pytestmark = pytest.mark.skipif(
    not (shutil.which("git") and shutil.which("bash")), reason="git or bash is not installed"
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the examples change or use."""
    no_cache = shutil.ignore_patterns("__pycache__")
    for room in ("assistant", "vectorstore", "prompts"):
        shutil.copytree(ROOT / room, tmp_path / room, ignore=no_cache)
    (tmp_path / "articles").mkdir()
    for number in ("10", "19"):
        [article] = (ROOT / "articles").glob(f"{number}-*.md")
        shutil.copy(article, tmp_path / "articles")
    question = {"question": "邵阳高峰论坛一共签约了多少个省级项目？", "must_include": ["60"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(question), "utf-8")
    return tmp_path


def follow(title: str, tree: Path, **environment: str) -> tuple[str, str]:
    """Do what an example says, in its order; returns what it printed, and said beside it."""
    steps = []
    for number, (kind, text) in enumerate(re.findall(r"```(\w+)\n(.*?)```", EXAMPLES[title], re.S)):
        if kind == "diff":
            (tree / f"{number}.diff").write_text(text, "utf-8")
            text = f"git apply --recount --unidiff-zero {number}.diff\n"
        steps.append(text)
    result = subprocess.run(
        ["bash", "-ec", "".join(steps)],
        cwd=tree, capture_output=True, text=True, timeout=300,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(tree), "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1",
            "GIT_CEILING_DIRECTORIES": str(tree.parent), "ASSISTANT_DATA_DIR": str(tree / "data"),
            **environment,
        },
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return result.stdout, result.stderr


def test_change_the_answer_prompt(tree: Path) -> None:
    with FakeLLM("期限是2022年至2030年。[1]") as llm:
        printed, _ = follow(
            "Change the answer prompt", tree,
            ASSISTANT_LLM_BASE_URL=llm.base_url, ASSISTANT_LLM_MODEL="m",
        )  # fmt: skip
    assert json.loads(printed)["prompt_id"].startswith("answer/v3@")
    assert llm.requests[0]["messages"][0]["content"].endswith("回答不超过三句。")


def test_add_a_file_format(tree: Path) -> None:
    printed, _ = follow("Add a file format", tree)
    assert printed.startswith("1 added")
    assert "甲市出资3亿元建设码头。" in printed
    assert "-->" not in printed


def test_swap_the_embedder(tree: Path) -> None:
    from safetensors.numpy import load_file, save_file

    mine = tree / "models" / "mine"
    shutil.copytree(tree / "vectorstore" / "models" / "xieshou-embedding-v2", mine)
    (mine / "SHA256SUMS").unlink()
    tensors = load_file(mine / "model.safetensors")
    tensors["embeddings"] = tensors["embeddings"][:, ::-1].copy()
    save_file(tensors, mine / "model.safetensors")
    printed, beside = follow("Swap the embedder", tree)
    assert beside.count("xieshou rebuild") == 1
    assert "rebuilt: 2 articles" in printed
    assert printed.splitlines()[-1].strip()


def test_raise_the_abstention_threshold(tree: Path) -> None:
    printed, _ = follow("Raise the abstention threshold", tree)
    assert "answer_threshold=0.95" in printed
    assert words_in("hans").nothing in printed


def test_add_a_metric(tree: Path) -> None:
    printed, _ = follow("Add a metric", tree)
    assert re.search(r"^brief +1\.000 +1 ", printed, re.M)
    assert '"brief"' in printed.splitlines()[-1]


def test_every_example_is_followed() -> None:
    followed = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert {title.lower().replace(" ", "_") for title in EXAMPLES} <= followed
