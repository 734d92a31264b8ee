"""The product as a ranker: what `VectorStore.search` finds, and each of its two sides alone."""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

import vectorstore
from assistant import Settings
from benchmarks.command import code_digest
from benchmarks.retrieval.corpus import RESULTS, Corpus, spent_seconds, unique
from benchmarks.retrieval.task import Passage
from vectorstore import VectorStore
from vectorstore.indexing.lexical import LexicalIndex
from vectorstore.preparing.embed import load_embedder
from vectorstore.searching.query import read_query
from vectorstore.searching.ranking import search_terms
from vectorstore.storage.articles import ArticleStore, sqlite_url

MODEL: str = Settings.model_fields["embedding_model"].default


class OurStore:
    """A VectorStore filled with a corpus through `add`, as a user fills one.

    The store stays in the corpus' work folder until the product's code or model changes.
    """

    def __init__(self, corpus: Corpus) -> None:
        before = spent_seconds()
        folder = _folder(corpus.work / "stores" / corpus.name)
        self.data_dir = folder / "data"
        self.store = VectorStore(self.data_dir, embedding_model=MODEL)
        noted = folder / "seconds"
        if not noted.is_file():
            lines = folder / "passages.jsonl"
            text = "".join(map(_line, range(len(corpus.passages)), corpus.passages))
            lines.write_text(text, encoding="utf-8")
            self.store.add(lines)
            noted.write_text(str(spent_seconds() - before), encoding="utf-8")
        self.store.own()
        self.seconds = float(noted.read_text("utf-8"))
        self.place: dict[str, int] = {}
        self.folded: dict[int, int] = {}
        for article in self.store.articles():
            first, *others = (
                int(source.rpartition("#")[2]) for source in (article.source, *article.also_in)
            )
            self.place[article.id] = first
            self.folded |= dict.fromkeys(others, first)

    def close(self) -> None:
        """Close the store; its folder stays."""
        self.store.close()

    @classmethod
    def of(cls, corpus: Corpus) -> "OurStore":
        """The corpus' store, opened once."""
        found = corpus.opened.get("store")
        if not isinstance(found, OurStore):
            found = corpus.opened["store"] = cls(corpus)
        return found


def _folder(stores: Path) -> Path:
    """The folder for the store of the present code and model; those of former ones go."""
    folder = stores / code_digest(vectorstore)
    for former in stores.glob("*"):
        if former != folder:
            shutil.rmtree(former)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _line(place: int, passage: Passage) -> str:
    fields = {"id": str(place), "title": passage.title, "text": passage.text}
    if passage.published:
        fields["published"] = passage.published
    return json.dumps(fields, ensure_ascii=False) + "\n"


class Ours:
    """The product: what a search over the store gives, chunks collapsed to articles."""

    def __init__(self, corpus: Corpus) -> None:
        self._filled = OurStore.of(corpus)
        self.folded: Mapping[int, int] = self._filled.folded
        self.build_seconds = self._filled.seconds

    def rank(self, query: str) -> list[int]:
        """The articles of the best chunks."""
        hits = self._filled.store.search(query, top_k=RESULTS)
        return unique([self._filled.place[hit.chunk.article_id] for hit in hits])


class _Side:
    """One side of the search, over the chunks of the same store."""

    def __init__(self, corpus: Corpus) -> None:
        self._filled = OurStore.of(corpus)
        self.folded: Mapping[int, int] = self._filled.folded
        self.build_seconds = self._filled.seconds
        self._articles = ArticleStore(sqlite_url(self._filled.data_dir / "articles.db"))
        self._owner: dict[int, str] = {}
        vectors = []
        for batch in self._articles.chunks_since(0):
            self._owner |= {row.id: row.chunk.article_id for row in batch}
            vectors += [row.vector for row in batch]
        self._vectors = np.stack(vectors)

    def _collapse(self, chunk_ids: Iterable[int]) -> list[int]:
        return unique([self._filled.place[self._owner[chunk_id]] for chunk_id in chunk_ids])


class DenseSide(_Side):
    """Our vectors alone, searched exactly."""

    def __init__(self, corpus: Corpus) -> None:
        super().__init__(corpus)
        self._embedder = load_embedder(MODEL)
        self._ids = np.array(list(self._owner))

    def rank(self, query: str) -> list[int]:
        """The articles of the nearest chunks; none for a query without any known piece."""
        vector = self._embedder.embed_query(query)
        if not vector.any():
            return []
        best = np.argsort(-(self._vectors @ vector), kind="stable")[:RESULTS]
        return self._collapse(self._ids[best].tolist())


class LexicalSide(_Side):
    """Our lexical index alone."""

    def __init__(self, corpus: Corpus) -> None:
        super().__init__(corpus)
        self._index = LexicalIndex(self._filled.data_dir / "lexical", self._articles.identity)

    def rank(self, query: str) -> list[int]:
        """The articles of the chunks with the highest BM25 score."""
        terms = search_terms(read_query(query), self._index.frequencies())
        return self._collapse(chunk_id for chunk_id, _ in self._index.search(terms, RESULTS))
