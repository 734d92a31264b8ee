"""The whole way in Python with an LLM: what it writes is checked; where it fails, quotes."""

import json
from pathlib import Path

import pytest
from two_articles import check_citations, write_two_articles

from assistant import Assistant, Settings
from assistant.errors import LLMNotConfigured
from tests.fake_llm import FakeLLM, Reply


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_two_articles(tmp_path_factory.mktemp("articles"))


def llm_settings(data_dir: Path, llm: FakeLLM, provider: str = "openai") -> Settings:
    base = llm.base_url if provider == "openai" else llm.url
    return Settings(
        data_dir=data_dir,
        llm_provider=provider,  # type: ignore[arg-type]  # a parameter of the test
        llm_base_url=base,
        llm_model="test-model",
        llm_api_key="sk-test",  # type: ignore[arg-type]  # pydantic makes it a SecretStr
        llm_timeout=10,
    )


@pytest.mark.parametrize("provider", ["openai", "ollama"])
def test_a_written_answer_is_checked_sentence_by_sentence(
    folder: Path, tmp_path: Path, provider: str
) -> None:
    written = "两市共签约重点项目60个，投资总额325亿元。[1]合作期限到2035年。[1]"
    with FakeLLM(written) as llm, Assistant(llm_settings(tmp_path, llm, provider)) as assistant:
        assistant.add(folder)
        answer = assistant.ask("甲市与乙市签约了多少个项目？")
        check_citations(assistant, answer)
    assert (answer.mode, answer.model) == ("llm", "test-model")
    assert answer.prompt_id.startswith("answer/v2@")
    assert [sentence.status for sentence in answer.sentences] == ["supported", "unsupported"]
    assert "2035" in answer.sentences[1].reason


@pytest.mark.parametrize(
    ("question", "said", "language"),
    [
        pytest.param("甲市与乙市签约了多少个项目？", "签约重点项目60个。", "简体中文", id="hans"),
        pytest.param("甲市與乙市簽約了多少個項目？", "簽約重點項目60個。", "繁體中文", id="hant"),
        pytest.param(
            "How many projects did the two cities sign?",
            "They signed 60 projects.",
            "English",
            id="en",
        ),
    ],
)
def test_a_question_is_answered_in_its_language(
    folder: Path, tmp_path: Path, question: str, said: str, language: str
) -> None:
    def script(messages: list[dict[str, str]]) -> str:
        # Only a model that was asked for this language says it in this language.
        return f"{said}[1]" if language in messages[-1]["content"] else "没有听懂。"

    with FakeLLM(script) as llm, Assistant(llm_settings(tmp_path, llm)) as assistant:
        assistant.add(folder)
        answer = assistant.ask(question)
    assert answer.text.startswith(said.rstrip("。."))
    assert answer.mode == "llm"


@pytest.mark.parametrize("question", ["拉薩的機場有多大？", "How big is Lhasa airport?"])
def test_what_failed_is_said_in_the_language_of_the_question(
    folder: Path, tmp_path: Path, question: str
) -> None:
    with (
        FakeLLM(Reply(status=401, body="{}")) as llm,
        Assistant(llm_settings(tmp_path, llm)) as assistant,
    ):
        assistant.add(folder)
        answer = assistant.ask(question)
    said = "改為摘錄原文" if "拉" in question else "quoted from the articles instead"
    assert said in answer.reason


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(status=401, body='{"error": "bad key sk-test"}'), id="unauthorised"),
        pytest.param(Reply(status=500, body="oops"), id="broken"),
        pytest.param(Reply(body="<html>portal</html>"), id="no-llm"),
        pytest.param(Reply("两市共签约重点项目60个。", cut_after=2), id="cut"),
    ],
)
def test_a_failing_endpoint_still_gives_the_extractive_answer(
    folder: Path, tmp_path: Path, reply: Reply
) -> None:
    with FakeLLM(reply) as llm, Assistant(llm_settings(tmp_path, llm)) as assistant:
        assistant.add(folder)
        answer = assistant.ask("甲市与乙市签约了多少个重点项目？")
    assert answer.mode == "extractive"
    assert "60个" in answer.text
    assert "大模型" in answer.reason
    assert "sk-test" not in json.dumps(answer.to_dict())


def test_llm_mode_without_an_endpoint_says_what_is_missing(tmp_path: Path) -> None:
    with Assistant(Settings(data_dir=tmp_path, mode="llm")) as assistant:
        with pytest.raises(LLMNotConfigured, match="ASSISTANT_LLM_BASE_URL"):
            assistant.ask("有多少？")
        with pytest.raises(LLMNotConfigured):
            assistant.as_query_engine()


def test_any_llama_index_llm_and_the_query_engine(folder: Path, tmp_path: Path) -> None:
    from llama_index.core.llms import MockLLM

    settings = Settings(data_dir=tmp_path)
    with Assistant(settings, llm=MockLLM()) as assistant:
        assistant.add(folder)
        assert assistant.ask("论坛何时闭幕？").mode == "llm"
        response = assistant.as_query_engine().query("论坛何时闭幕？")
    assert response.source_nodes
    assert response.metadata["prompt_id"].startswith("answer/v2@")
