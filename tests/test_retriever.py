"""The store for LlamaIndex: nodes carry exact offsets, and nothing loads LlamaIndex early."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from vectorstore import Chunk, Hit, VectorStore, sentences

# The same sentence stands here three times: a lookup by text would find the wrong one.
TEXT = "双方签署协议。甲市出资1.5亿元。双方签署协议。\n「綠色通道」已开通！双方签署协议。"


def cut(article_id: str, text: str) -> list[Chunk]:
    return [Chunk(article_id, text[start:end], start, end) for start, end in sentences(text)]


def hit(number: int) -> Hit:
    chunk = Chunk(f"a{number}", "双方签署协议。", 20 * number, 20 * number + 7)
    return Hit(
        chunk, 1.0 / number, None, number, "合作", "示例日报", date(2023, 2, 3), "https://x.cn"
    )


def test_nodes_know_where_they_stand() -> None:
    from llama_index.core.schema import Document

    from vectorstore.retriever import ChunkNodeParser

    document = Document(id_="page", text=TEXT, metadata={"title": "合作"})
    nodes = ChunkNodeParser(cut=cut).get_nodes_from_documents([document])
    spans = [(node.start_char_idx, node.end_char_idx) for node in nodes]
    assert spans == sentences(TEXT)
    assert all(
        TEXT[start:end] == node.text for node, (start, end) in zip(nodes, spans, strict=True)
    )
    assert {node.metadata["title"] for node in nodes} == {"合作"}
    assert {node.ref_doc_id for node in nodes} == {"page"}
    assert nodes[0].next_node.node_id == nodes[1].node_id


@pytest.mark.parametrize("text", ["", " \n "], ids=["empty", "blank"])
def test_a_page_without_text_gives_no_nodes(text: str) -> None:
    from llama_index.core.schema import Document

    from vectorstore.retriever import ChunkNodeParser

    assert ChunkNodeParser(cut=cut).get_nodes_from_documents([Document(text=text)]) == []


def test_hits_become_nodes_with_their_place() -> None:
    from vectorstore.retriever import ArticleRetriever

    asked: list[tuple[str, int]] = []

    def search(question: str, top_k: int) -> list[Hit]:
        asked.append((question, top_k))
        return [hit(1), hit(2)]

    first, second = ArticleRetriever(search, top_k=2).retrieve("签了什么？")
    assert asked == [("签了什么？", 2)]
    assert (first.score, second.score) == (1.0, 0.5)
    assert first.node.metadata == {
        "article_id": "a1",
        "title": "合作",
        "publisher": "示例日报",
        "published": "2023-02-03",
        "url": "https://x.cn",
        "start": 20,
        "end": 27,
    }
    assert first.node.node_id != second.node.node_id


def test_a_model_is_not_shown_what_only_code_needs() -> None:
    from llama_index.core.schema import MetadataMode

    from vectorstore.retriever import ArticleRetriever

    (found,) = ArticleRetriever(lambda question, top_k: [hit(3)]).retrieve("签了什么？")
    shown = found.node.get_content(metadata_mode=MetadataMode.LLM)
    assert "合作" in shown
    assert "article_id" not in shown
    assert "start" not in shown


def test_asked_for_without_blocking_it_searches_in_another_thread() -> None:
    from vectorstore.retriever import ArticleRetriever

    threads = []

    def search(question: str, top_k: int) -> list[Hit]:
        threads.append(threading.current_thread())
        return [hit(1)]

    (found,) = asyncio.run(ArticleRetriever(search).aretrieve("签了什么？"))
    assert found.text == hit(1).chunk.text
    assert threads != [threading.current_thread()]


def test_a_store_hands_its_filters_on(make_store: Callable[..., VectorStore]) -> None:
    store = make_store()
    store.add(Path(__file__).parent.parent / "articles")
    question = "佛山和郴州的对口合作期限是哪几年？"
    [best, *_] = store.as_retriever(top_k=3).retrieve(question)
    only = {"article_ids": [article.id for article in store.articles()][:2]}
    nodes = store.as_retriever(top_k=3, filters=only).retrieve(question)
    assert {node.metadata["article_id"] for node in nodes} <= set(only["article_ids"])
    article = store.article(best.metadata["article_id"])
    assert article
    assert article.text[best.metadata["start"] : best.metadata["end"]] == best.text


def test_the_doors_do_not_load_llama_index() -> None:
    code = (
        "import sys, vectorstore, assistant.writing.generate, assistant.writing.llm, assistant.asking.condense\n"
        "assert not [name for name in sys.modules if name.startswith('llama_index')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
