"""The whole way in Python: articles in, cited answers out, in both modes, on real parts."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant import Answer, Assistant, DeltaEvent, HitsEvent, Settings, StatusEvent
from assistant.answering import gather
from assistant.errors import ArticleNotFound, BadQuestion, LLMNotConfigured
from tests.fake_llm import FakeLLM, Reply
from vectorstore import Chunk, Hit

PAIR = """---
title: 甲市与乙市建立对口合作关系
publisher: 示例日报
published: 2022-06-21
---

2022年6月20日，甲市与乙市召开座谈会，宣布建立对口合作关系，合作期限为2022年至2030年。

两市共签约重点项目60个，投资总额325亿元，其中锂电池产业园由甲市高新区牵头建设。
"""
FORUM = """---
title: 丙市高峰论坛闭幕
publisher: 示例晚报
published: 2019-08-01
---

丙市高峰论坛于7月31日闭幕，参会企业199家，参会客商265人。

论坛期间，专家建议发展“飞地经济”，吸引大湾区企业转移。
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "pair.md").write_text(PAIR, "utf-8")
    (folder / "forum.md").write_text(FORUM, "utf-8")
    return folder


@pytest.fixture(scope="module")
def assistant(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), mode="extractive")
    with Assistant(settings) as assistant:
        report = assistant.add(folder)
        assert (report.added, report.skipped) == (2, [])
        yield assistant


def check_citations(assistant: Assistant, answer: Answer) -> None:
    for citation in answer.citations:
        text = assistant.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
    numbers = [number for sentence in answer.sentences for number in sentence.citations]
    assert set(numbers) <= {citation.number for citation in answer.citations}


@pytest.mark.parametrize(
    ("question", "expected", "publisher"),
    [
        pytest.param("甲市和乙市的投资总额是多少？", "325亿元", "示例日报", id="money"),
        pytest.param("丙市高峰论坛有多少家企业参会？", "199家", "示例晚报", id="count"),
        pytest.param(
            "甲市與乙市的合作期限是哪幾年？", "2022年至2030年", "示例日报", id="traditional"
        ),
    ],
)
def test_ask(assistant: Assistant, question: str, expected: str, publisher: str) -> None:
    answer = assistant.ask(question)
    assert expected in answer.text
    assert answer.citations[0].publisher == publisher
    assert not answer.abstained
    assert answer.mode == "extractive"
    assert answer.seconds > 0
    check_citations(assistant, answer)


def test_abstaining_names_the_nearest_articles(assistant: Assistant) -> None:
    answer = assistant.ask("丁市跨境电商专列去年开行了多少列？")
    assert answer.abstained
    assert answer.citations == []
    assert answer.reason
    assert "《" in answer.text


def test_a_follow_up_leans_on_the_talk_before_it(assistant: Assistant) -> None:
    history = [
        {"role": "user", "content": "甲市与乙市签约了多少个重点项目？"},
        {"role": "assistant", "content": "60个。"},
    ]
    answer = assistant.ask("它们的投资总额是多少？", history=history)
    assert "325亿元" in answer.text
    assert answer.standalone_question != answer.question


def test_the_stream_ends_with_the_answer(assistant: Assistant) -> None:
    events = list(assistant.stream("参会客商有多少人？"))
    assert isinstance(events[0], StatusEvent)
    assert any(isinstance(event, HitsEvent) for event in events)
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert answer.text == "".join(event.text for event in events if isinstance(event, DeltaEvent))


def test_answer_from_passages_needs_no_index(tmp_path: Path) -> None:
    with Assistant(Settings(data_dir=tmp_path, mode="extractive")) as assistant:
        passages = ["天气晴。", "甲市高新区牵头建设产业园，规划面积30平方公里。", " "]
        answer = assistant.answer_from("产业园规划面积多大？", passages)
    citation = answer.citations[0]
    assert citation.article_id == "passage-2"
    assert passages[1][citation.start : citation.end] == citation.quote


def test_filters_and_bad_questions(assistant: Assistant) -> None:
    hits = assistant.search("论坛", filters={"date_from": "2022-01-01"})
    assert {hit.publisher for hit in hits} == {"示例日报"}
    with pytest.raises(BadQuestion):
        assistant.ask("  \n")
    with pytest.raises(BadQuestion, match="2000"):
        assistant.ask("问" * 2001)
    with pytest.raises(ArticleNotFound, match="no-such"):
        assistant.article("no-such")


def test_a_removed_article_is_gone_from_every_answer(folder: Path, tmp_path: Path) -> None:
    with Assistant(Settings(data_dir=tmp_path, mode="extractive")) as assistant:
        assistant.add(folder)
        [forum] = [article for article in assistant.articles() if "论坛" in article.title]
        assert "199家" in assistant.ask("丙市高峰论坛有多少家企业参会？").text
        assistant.remove(forum.id)
        answer = assistant.ask("丙市高峰论坛有多少家企业参会？")
        shown = json.dumps(answer.to_dict(), ensure_ascii=False)
        assert "199家" not in shown
        assert forum.id not in shown
        with pytest.raises(ArticleNotFound):
            assistant.remove(forum.id)


def test_a_page_by_its_address(tmp_path: Path) -> None:
    page = """<html><head><title>甲市与乙市签约</title>
    <meta property="article:published_time" content="2023-05-08T09:00:00+08:00"></head><body>
    <nav>首页 | 新闻 | 专题</nav><article><h1>甲市与乙市签约</h1>
    <p>5月8日，甲市与乙市签署协议，共建新材料产业园，项目总投资12亿元。</p>
    <p>双方约定，园区由甲市主导建设，预计2025年投产。</p></article>
    <script>var secret = "9999亿元";</script></body></html>"""
    (tmp_path / "page.html").write_text(page, "utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    try:
        refused = Settings(data_dir=tmp_path / "a", mode="extractive")
        with Assistant(refused) as assistant:
            assert assistant.add(f"http://{host}/page.html").skipped
        allowed = Settings(data_dir=tmp_path / "b", mode="extractive", allow_hosts=[host])
        with Assistant(allowed) as assistant:
            assert assistant.add(f"http://{host}/page.html").added == 1
            answer = assistant.ask("新材料产业园总投资多少亿元？")
            check_citations(assistant, answer)
    finally:
        server.shutdown()
        server.server_close()
    assert answer.short == "12亿元"
    assert answer.citations[0].url == f"http://{host}/page.html"
    assert str(answer.citations[0].published) == "2023-05-08"


def test_a_changed_file_is_answered_anew(tmp_path: Path) -> None:
    file = tmp_path / "园区.txt"
    file.write_text("园区开工\n\n甲乙园区于2023年5月开工，总投资12亿元。\n", "utf-8")
    with Assistant(Settings(data_dir=tmp_path / "data", mode="extractive")) as assistant:
        assistant.add(file)
        assert assistant.ask("甲乙园区总投资多少？").short == "12亿元"
        file.write_text("园区开工\n\n甲乙园区于2023年5月开工，总投资15亿元。\n", "utf-8")
        assert assistant.add(file).updated == 1
        answer = assistant.ask("甲乙园区总投资多少？")
    assert answer.short == "15亿元"
    assert "12亿" not in json.dumps(answer.to_dict(), ensure_ascii=False)


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


@pytest.mark.parametrize(
    ("question", "text", "reason"),
    [
        pytest.param("丁市专列开行了多少列？", "现有文章没有回答", "文章", id="hans"),
        pytest.param("丁市專列開行了多少列？", "現有文章沒有回答", "文章", id="hant"),
        pytest.param("How many trains did Lhasa run?", "The articles do not say.", "No ", id="en"),
    ],
)
def test_abstaining_is_said_in_the_language_of_the_question(
    assistant: Assistant, question: str, text: str, reason: str
) -> None:
    answer = assistant.ask(question)
    assert answer.abstained
    assert answer.text.startswith(text)
    assert reason in answer.reason


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


def test_describe_names_the_mode(assistant: Assistant, tmp_path: Path) -> None:
    assert "摘录模式" in assistant.describe()
    named = Settings(data_dir=tmp_path, llm_base_url="http://127.0.0.1:9/v1", llm_model="qwen")
    with Assistant(named) as other:
        assert "qwen" in other.describe()


def test_a_quoted_name_that_no_hit_has_is_searched_for_alone() -> None:
    one, other = (Hit(Chunk(text, text, 0, len(text)), 1.0, 1, 1) for text in ("圈", "“产业圈”"))
    assert gather("“产业圈”多大？", lambda words: [other] if words == "产业圈" else [one]) == [
        one,
        other,
    ]
    assert gather("“产业圈”多大？", lambda _: [other]) == [other]
