"""Evaluation over a hand-made assistant: rows, failures of an ask, and whom a citation names."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant, Question, Settings, evaluate, load_questions
from assistant.errors import ArticleNotFound, AssistantError, BadQuestion
from assistant.schema import Answer, Citation
from vectorstore import Article, Chunk, Hit

TEXT = "甲市与乙市于2023年5月签署协议，共建产业园，总投资12亿元。两市还建立了联席会议制度。"
ARTICLE = Article(
    "id-1", "甲乙携手", TEXT, source="/some/folder/甲乙.txt", also_in=("/b/转载.html",)
)
OTHER = Article("id-2", "丙丁携手", "丙市与丁市结对合作，聚焦物流。", source="/some/set.jsonl#2")
INVEST = Question(
    "产业园总投资多少？",
    id="q1",
    type="fact_number",
    answers=("12亿元",),
    must_include=("12亿",),
    source=("甲乙.txt",),
    evidence=("共建产业园,总投资12亿元",),
)


def cite(article: Article, quote: str, number: int = 1) -> Citation:
    start = article.text.index(quote)
    end = start + len(quote)
    return Citation(number, article.id, article.title, "", None, "", quote, start, end)


RIGHT = Answer(
    INVEST.question,
    INVEST.question,
    "总投资12亿元[1]。",
    short="12亿元",
    citations=[cite(ARTICLE, "共建产业园，总投资12亿元。")],
)


class ScriptedAssistant:
    """Gives the answers it was handed, by question; finds each stored article in turn."""

    def __init__(self, answers: dict[str, Answer | AssistantError]) -> None:
        self.answers = answers
        self.stored = {article.id: article for article in (OTHER, ARTICLE)}
        self.searched: list[tuple[str, int]] = []
        self.histories: list[list[dict[str, str]]] = []

    def ask(self, question: str, history: list[dict[str, str]], filters: None = None) -> Answer:
        """Give or raise what was scripted."""
        self.histories.append(history)
        answer = self.answers[question]
        if isinstance(answer, AssistantError):
            raise answer
        return answer

    def search(self, question: str, top_k: int = 8) -> Sequence[Hit]:
        """Find every article, whatever is asked."""
        self.searched.append((question, top_k))
        articles = list(self.stored.values())[:top_k]
        chunks = [Chunk(each.id, each.text, 0, len(each.text)) for each in articles]
        return [Hit(chunk, 1.0, None, None) for chunk in chunks]

    def article(self, article_id: str) -> Article:
        """Give a stored article."""
        if article_id not in self.stored:
            raise ArticleNotFound(article_id)
        return self.stored[article_id]


def test_a_right_answer_becomes_a_full_row() -> None:
    assistant = ScriptedAssistant({INVEST.question: RIGHT})
    (row,) = evaluate(assistant, [INVEST]).rows
    assert (row.mark.right, row.mark.credit, row.mark.reason) == (True, 1.0, "")
    assert (row.answered, row.short, row.abstained) == (RIGHT.text, "12亿元", False)
    (cited,) = row.citations
    assert (cited.number, cited.article) == (1, "甲乙.txt")
    assert cited.is_evidence
    assert cited.is_source
    assert (row.evidence_ranks, row.article_ranks) == ([2], [2])
    assert [found.is_evidence for found in row.found] == [False, True]
    assert row.seconds >= 0
    assert row.fault == ""
    assert assistant.searched == [(INVEST.question, 10)]


@pytest.mark.parametrize(
    ("source", "quote", "article", "is_source", "is_evidence"),
    [
        pytest.param("甲乙.txt", "两市还建立了联席会议制度", ARTICLE, True, False, id="elsewhere"),
        pytest.param("转载.html", "总投资12亿元", ARTICLE, True, True, id="reprint"),
        pytest.param("id-1", "总投资12亿元", ARTICLE, True, True, id="by-id"),
        pytest.param("set.jsonl#2", "丙市与丁市结对合作", OTHER, True, False, id="line-of-jsonl"),
        pytest.param("甲乙.txt", "丙市与丁市结对合作", OTHER, False, False, id="wrong-article"),
    ],
)
def test_whom_a_citation_names(
    source: str, quote: str, article: Article, is_source: bool, is_evidence: bool
) -> None:
    question = replace(INVEST, source=(source,))
    answer = replace(RIGHT, citations=[cite(article, quote)])
    (row,) = evaluate(ScriptedAssistant({INVEST.question: answer}), [question]).rows
    assert (row.cited_article, row.cited_evidence) == (is_source, is_evidence)
    assert bool(row.fault) is not is_source


def test_an_article_that_is_gone_is_named_by_its_id() -> None:
    assistant = ScriptedAssistant({INVEST.question: RIGHT})
    del assistant.stored["id-1"]
    (row,) = evaluate(assistant, [INVEST]).rows
    assert row.citations[0].article == "id-1"
    assert not row.cited_article


def test_an_ask_that_fails_is_a_wrong_row_and_the_run_goes_on() -> None:
    bad = replace(INVEST, question="坏？", id="bad")
    scripted: dict[str, Answer | AssistantError]
    scripted = {"坏？": BadQuestion("the question is too long"), INVEST.question: RIGHT}
    steps: list[tuple[int, int]] = []
    report = evaluate(
        ScriptedAssistant(scripted), [bad, INVEST], progress=lambda *step: steps.append(step)
    )
    assert [row.mark.right for row in report.rows] == [False, True]
    assert report.rows[0].mark.reason == "BadQuestion: the question is too long"
    assert steps == [(1, 2), (2, 2)]


def test_a_follow_up_carries_its_history_and_is_searched_as_it_stands_alone() -> None:
    turns = (
        {"role": "user", "content": "产业园在哪？"},
        {"role": "assistant", "content": "甲市。"},
    )
    question = replace(INVEST, question="它投资多少？", type="followup", history=turns)
    answer = replace(RIGHT, standalone_question="产业园投资多少？")
    assistant = ScriptedAssistant({"它投资多少？": answer})
    evaluate(assistant, [question])
    assert assistant.histories == [list(turns)]
    assert assistant.histories[0][0] is not turns[0]
    assert assistant.searched == [("产业园投资多少？", 10)]


def test_no_search_where_the_set_names_neither_evidence_nor_source() -> None:
    assistant = ScriptedAssistant({INVEST.question: RIGHT})
    (row,) = evaluate(assistant, [replace(INVEST, evidence=(), source=())]).rows
    assert (row.evidence_ranks, row.article_ranks, row.found) == ([], [], [])
    assert not any(name.endswith("mrr") for name in row.scores)
    assert assistant.searched == []


def test_from_file_to_json(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"question": "产业园总投资多少？", "answers": ["12亿元"]}\n坏行\n', "utf-8")
    _, bad_lines = load_questions(path)
    report = evaluate(ScriptedAssistant({INVEST.question: RIGHT}), path)
    (row,) = json.loads(json.dumps(report.to_dict(), ensure_ascii=False))["rows"]
    assert len(bad_lines) == 1
    assert (row["id"], row["right"], row["expected"]) == ("1", True, ["12亿元"])


def test_end_to_end_on_stored_articles(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "青溪白塘.txt").write_text(
        "青溪与白塘共建产业园\n\n2024年3月5日，青溪市与白塘市签署对口合作协议。"
        "两市共建的青白产业园总投资18亿元，预计2026年投产。\n",
        "utf-8",
    )
    (folder / "云桥.txt").write_text(
        "雲橋舉辦茶葉博覽會\n\n雲橋市上週舉辦了第三屆茶葉博覽會，共有265家企業參展。\n", "utf-8"
    )
    park = Question(
        "青白产业园总投资多少亿元？",
        type="fact_number",
        must_include=("18亿",),
        source=("青溪白塘.txt",),
        evidence=("青白产业园总投资18亿元",),
    )
    fair = Question(
        "云桥市茶叶博览会有多少家企业参展？",
        type="fact_number",
        must_include=("265",),
        source=("云桥.txt",),
        evidence=("共有265家企业参展",),
    )
    settings = Settings(data_dir=tmp_path / "data", mode="extractive")
    with Assistant(settings) as assistant:
        assistant.add(folder)
        report = evaluate(assistant, [park, fair])
    assert report.failures() == ""
    assert [(row.evidence_ranks, row.cited_evidence) for row in report.rows] == [([1], True)] * 2
