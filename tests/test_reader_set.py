"""Invented articles, the whole way without an LLM: what is said before the quotation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), mode="extractive")
    with Assistant(settings) as assistant:
        assert assistant.add(DATA / "reader_articles.jsonl").added == 6
        yield assistant


@pytest.mark.parametrize(
    ("question", "begins", "holds"),
    [
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
