"""The whole way in Python: articles in, cited answers out, by quoting, on real parts."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from two_articles import check_citations, write_two_articles

from assistant import Answer, Assistant, DeltaEvent, HitsEvent, Settings, StatusEvent
from assistant.errors import ArticleNotFound, BadQuestion


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_two_articles(tmp_path_factory.mktemp("articles"))


@pytest.fixture(scope="module")
def assistant(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), mode="extractive")
    with Assistant(settings) as assistant:
        report = assistant.add(folder)
        assert (report.added, report.skipped) == (2, [])
        yield assistant


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


def test_describe_names_the_mode(assistant: Assistant, tmp_path: Path) -> None:
    assert "摘录模式" in assistant.describe()
    named = Settings(data_dir=tmp_path, llm_base_url="http://127.0.0.1:9/v1", llm_model="qwen")
    with Assistant(named) as other:
        assert "qwen" in other.describe()
