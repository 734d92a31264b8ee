"""The providers of docs/providers.md: what is sent to each is what its protocol asks for."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fake_llm import FakeLLM

from assistant import Settings
from assistant.writing.llm import complete_chat
from assistant.writing.writer import connect

DOC = Path(__file__).parent.parent / "docs" / "providers.md"
ROW = re.compile(r"^\| (.+?) \| `(https?://[^`]+)` \| (.+?) \|", re.MULTILINE)
ROWS = [
    pytest.param(url, model.strip("`"), name == "Ollama", id=name)
    for name, url, model in ROW.findall(DOC.read_text("utf-8"))
]
CHAT = [{"role": "system", "content": "规则"}, {"role": "user", "content": "问题？"}]
# What every OpenAI-compatible endpoint takes; some refuse anything else.
STANDARD = {"messages", "model", "stream", "temperature", "max_tokens"}
OLLAMA = {"messages", "model", "stream", "options", "tools", "think", "format", "keep_alive"}


def test_the_table_names_them_all() -> None:
    assert len(ROWS) == 11
    for name in (
        "DeepSeek",
        "DashScope",
        "Moonshot",
        "Zhipu",
        "OpenAI",
        "SiliconFlow",
        "LM Studio",
    ):
        assert name in DOC.read_text("utf-8")


@pytest.mark.parametrize(("url", "model", "ollama"), ROWS)
def test_what_is_sent(url: str, model: str, ollama: bool) -> None:
    path = urlsplit(url).path
    with FakeLLM("好。") as fake:
        settings = Settings(
            llm_provider="ollama" if ollama else "openai",
            llm_base_url=f"{fake.url}{path}",
            llm_model=model,
            llm_api_key="sk-test",  # type: ignore[arg-type]  # becomes a SecretStr
        )
        assert complete_chat(connect(settings), CHAT, timeout=30) == "好。"
    [body], [sent_to], [headers] = fake.requests, fake.paths, fake.headers
    assert sent_to == ("/api/chat" if ollama else f"{path}/chat/completions")
    assert headers["authorization"] == "Bearer sk-test"
    assert body["model"] == model
    assert body["stream"] is True
    assert [(one["role"], one["content"]) for one in body["messages"]] == [
        ("system", "规则"),
        ("user", "问题？"),
    ]
    assert body.keys() <= (OLLAMA if ollama else STANDARD)
    if ollama:
        assert body["options"]["num_ctx"] == settings.llm_context_tokens
        assert body["options"]["num_predict"] == settings.llm_answer_tokens
        assert not body.get("tools")
        assert not body.get("format")
    else:
        assert body["max_tokens"] == settings.llm_answer_tokens
        assert body["temperature"] == settings.llm_temperature


@pytest.mark.parametrize("end", ["", "/"])
def test_a_slash_at_the_end_changes_nothing(end: str) -> None:
    with FakeLLM("好。") as fake:
        settings = Settings(llm_base_url=fake.base_url + end, llm_model="m")
        complete_chat(connect(settings), CHAT, timeout=30)
    assert fake.paths == ["/v1/chat/completions"]
