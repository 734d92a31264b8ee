"""Invented articles and questions of every type, the whole way without an LLM."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings, evaluate, load_questions

DATA = Path(__file__).parent / "data"
# Floors a little below what is reached; they only rise.
RIGHT, ABSTAINED = 0.88, 0.94


# Of the questions about the sample articles.
OF_SAMPLES = 0.88


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), mode="extractive")
    with Assistant(settings) as assistant:
        assert assistant.add(DATA / "reader_articles.jsonl").added == 6
        yield assistant


def test_questions_of_every_type(assistant: Assistant) -> None:
    questions, problems = load_questions(DATA / "reader_questions.jsonl")
    assert problems == []
    totals = evaluate(assistant, questions).to_dict()["totals"]
    assert totals["answerable_right"]["value"] >= RIGHT
    assert totals["unanswerable_right"]["value"] >= ABSTAINED


def test_questions_about_the_sample_articles(tmp_path: Path) -> None:
    questions, problems = load_questions(DATA / "reader_samples.jsonl")
    assert problems == []
    with Assistant(Settings(data_dir=tmp_path, mode="extractive")) as assistant:
        assistant.add(DATA.parents[1] / "articles")
        totals = evaluate(assistant, questions).to_dict()["totals"]
    assert totals["answerable_right"]["value"] >= OF_SAMPLES
    assert totals["unanswerable_right"]["value"] >= OF_SAMPLES


@pytest.mark.parametrize(
    ("question", "begins", "holds"),
    [
        pytest.param("园区会收取企业第一年的厂房租金吗？", "否。", "不收取", id="no"),
        pytest.param("烟毕产业园由毕节市投资促进局牵头吗？", "是。", "投资促进局", id="yes"),
        pytest.param("烟台与酒泉的合作聚焦什么？", "文中没有说到烟台与酒泉", "毕节", id="pair"),
        pytest.param(
            "烟毕产业园落户了多少家企业？",
            "云岭晨报（2022年7月12日）",
            "较晚的黔西观察",
            id="later",
        ),
    ],
)
def test_what_is_said_before_the_quotation(
    assistant: Assistant, question: str, begins: str, holds: str
) -> None:
    answer = assistant.ask(question)
    assert answer.text.startswith(begins)
    assert holds in answer.text
    texts = {article.id: article.text for article in assistant.articles()}
    for sentence, citation in zip(answer.sentences, answer.citations, strict=True):
        assert texts[citation.article_id][citation.start : citation.end] == citation.quote
        assert sentence.text.endswith(citation.quote)
        assert sentence.citations == [citation.number]
