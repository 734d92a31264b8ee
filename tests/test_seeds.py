"""The real crawled pages and their public questions, the whole way; skipped where they are absent."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings, load_questions

SHARED = Path(__file__).parent.parent.parent / "shared"
PAGES = SHARED / "articles"
QUESTIONS = SHARED / "qa" / "seeds_public.jsonl"

pytestmark = pytest.mark.skipif(
    not (PAGES.is_dir() and QUESTIONS.is_file()), reason="the real pages are not in ../shared"
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), mode="extractive")
    with Assistant(settings) as assistant:
        assert assistant.add(PAGES).added == 5
        assert assistant.add(PAGES).unchanged == 5
        yield assistant


def test_every_hit_and_citation_is_an_exact_span(assistant: Assistant) -> None:
    texts = {article.id: article.text for article in assistant.articles()}
    questions = load_questions(QUESTIONS)[0]
    for question in questions:
        for hit in assistant.search(question.question):
            chunk = hit.chunk
            assert texts[chunk.article_id][chunk.start : chunk.end] == chunk.text
    # All of them are answered where answers are measured.
    for question in questions[::5]:
        answer = assistant.ask(question.question, history=list(question.history))
        for citation in answer.citations:
            assert texts[citation.article_id][citation.start : citation.end] == citation.quote


def test_what_cleaning_dropped_is_not_answered(assistant: Assistant) -> None:
    for question in ("快照是由谁采集收录的？", "福建龙岩首次直航是哪条航线？", "视频在线观看免费"):
        answer = assistant.ask(question)
        shown = answer.text + "".join(hit.chunk.text for hit in answer.hits)
        assert not any(word in shown for word in ("爬虫", "快照", "无码", "喜讯"))
