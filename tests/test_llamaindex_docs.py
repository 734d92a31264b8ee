"""docs/llamaindex.md, run from its first line to its last with an LLM that follows a script."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.fake_llm import FakeLLM

ROOT = Path(__file__).parent.parent
ANSWER = "佛山与郴州的对口合作期限是2022年至2030年。[1]"


def test_the_notebook_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from llama_index.core.query_engine import RetrieverQueryEngine

    shutil.copytree(ROOT / "articles", tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "llamaindex.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert len(blocks) >= 6
    with FakeLLM(ANSWER) as llm:
        monkeypatch.setenv("ASSISTANT_LLM_BASE_URL", llm.base_url)
        monkeypatch.setenv("ASSISTANT_LLM_MODEL", "m")
        names: dict[str, Any] = {}
        for block in blocks:
            exec(compile(block, "llamaindex.md", "exec"), names)
    assert type(names["engine"]) is RetrieverQueryEngine
    assert str(names["response"]) == ANSWER
    assert "佛山" in names["response"].source_nodes[0].text
    # Four answers: whole, streamed, without blocking, checked. All sent what was found.
    assert len(llm.requests) == 4
    assert all(names["best"].text[:20] in str(request) for request in llm.requests[:3])
    assert names["checked"].metadata["citations"]
    assert capsys.readouterr().out.count("2022年至2030年") >= 4
