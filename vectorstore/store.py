"""VectorStore: articles in, hits out; the composer that knows the order of the stages.

The article store is written first, one transaction per article; the lexical index and Chroma then
catch up from it. One process owns a data directory for writing and for Chroma; any other may
search meanwhile: lexical index, and exact search over the stored vectors.
"""

import json
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from vectorstore.errors import (
    StoreBusy,
    StoreDamaged,
    StoreMismatch,
    VectorStoreError,
)
from vectorstore.filing import Filing, Progress, embed_again
from vectorstore.indexing.indexes import Indexes
from vectorstore.indexing.search import Fused
from vectorstore.ingest import Ingest
from vectorstore.owner import Owner, made
from vectorstore.preparing.embed import BUNDLED, Embedder, bundled_embedder, load_embedder
from vectorstore.preparing.prepare import Cutting, Preparer
from vectorstore.schema import AddReport, Article, Hit, Listing
from vectorstore.searching.query import read_query
from vectorstore.searching.ranking import Asked, as_hit, rank, search_terms
from vectorstore.storage.articles import ArticleStore, sqlite_url
from vectorstore.storage.filters import Filters
from vectorstore.storage.tables import Candidate

logger = logging.getLogger(__name__)

_FORMAT = 2
# A long `add` brings the indexes up to date each time that so many changes have been stored.
_CATCH_UP = 2_000


class VectorStore:
    """The articles of one data directory, and the search over them.

    Args:
        data_dir: folder of everything stored; made if need be.
        embedding_model: a bundled name, a folder, or a sentence-transformers name.
        query_prompt: text that the embedding model wants before a question.
        chunk_tokens: most tokens of a chunk.
        chunk_overlap: sentences that a chunk shares with the one before.
        chroma_url: a Chroma server; empty for Chroma embedded in `data_dir`.
        database_url: SQLAlchemy URL of the article store; empty for SQLite in `data_dir`.
        allow_hosts: `host:port` that may be fetched though they are not public.

    Raises:
        StoreDamaged: if the data directory or the database can't be used.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        embedding_model: str = BUNDLED,
        query_prompt: str = "",
        chunk_tokens: int = 256,
        chunk_overlap: int = 1,
        chroma_url: str = "",
        database_url: str = "",
        allow_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._data_dir = made(data_dir.absolute())
        self._model = (embedding_model, query_prompt)
        self._cutting = Cutting(chunk_tokens, chunk_overlap)
        self._chroma_url = chroma_url
        self._allow_hosts = allow_hosts
        self._store = ArticleStore(database_url or sqlite_url(self._data_dir / "articles.db"))
        self._indexes = Indexes(self._store, self._data_dir, chroma_url)
        self._owner = Owner(self._data_dir, self._indexes.close)
        self._loading = threading.Lock()
        self._embedder_loaded: Embedder | None = None
        # What the last `add` left behind, with the revision that it is right at.
        self._filing: tuple[Filing, int] | None = None

    # -- articles in ------------------------------------------------------------------------

    def add(self, source: str | Path, progress: Progress | None = None) -> AddReport:
        """Add a file, a folder, a .jsonl file or a URL; what is there already is left alone.

        Every source ends as added, updated, unchanged or skipped with its reason; one that can't
        be read never stops the others.

        Raises:
            StoreBusy: if another process is writing to this data directory.
            StoreMismatch: if it was filled with another embedding model or chunk size.
            IndexUnavailable: if the Chroma server is away. What was stored by then is kept, and
                indexed when the server is back.
            StoreDamaged: if the articles can't be written, for a full disk say.
        """
        with self._owner.holding():
            self.own()
            with self._indexed_even_if_stopped():
                preparer = Preparer(self._embedder, self._cutting)
                filing, self._filing = self._current_filing(), None
                ingest = Ingest(filing, preparer, self._allow_hosts, self._catch_up_at_times)
                report = ingest.run(str(source), progress)
            self._filing = filing, self._store.revision
            self._indexes.catch_up()
            return report

    def remove(self, article_id: str) -> bool:
        """Remove an article and all that was made of it; False where there is none."""
        with self._owner.holding():
            self.own()
            removed = self._store.remove(article_id)
            if removed:
                self._indexes.catch_up()
            return removed

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make chunks, vectors and indexes anew from the stored texts, by the present settings."""
        with self._owner.holding():
            if self._store.fact("fingerprint") != self._fingerprint():
                self._embed_again(progress)
            self._indexes.open(self._collection_name(), afresh=True)

    def own(self) -> None:
        """Become the one process that writes here and opens Chroma; nothing if it is already.

        Raises:
            StoreBusy: if another process is.
        """
        with self._owner.holding():
            stored = self._store.fact("fingerprint")
            self._check_fingerprint(stored)
            if stored != self._fingerprint():
                self._store.set_fact("fingerprint", self._fingerprint())
            if not self._indexes.is_open:
                self._indexes.open(self._collection_name())

    def close(self) -> None:
        """Give everything back; the store can't be used after it."""
        self._owner.release()
        self._store.close()

    # -- hits out ---------------------------------------------------------------------------

    def search(
        self, question: str, top_k: int = 10, filters: Mapping[str, Any] | None = None
    ) -> list[Hit]:
        """The chunks that fit the question best, best first: dense and lexical rankings fused.

        Args:
            question: free text in any script or width.
            top_k: most hits.
            filters: `date_from`, `date_to`, `publisher`, `article_ids`; see `Filters.read`.

        Raises:
            FilterError: for a filter that can't be read.
            StoreMismatch: if the store was filled with another embedding model.
        """
        conditions = Filters.read(filters)
        facts = self._store.facts("fingerprint", "revision")
        self._check_fingerprint(facts["fingerprint"])
        if top_k < 1:
            return []
        revision = int(facts["revision"] or 0)
        self._catch_up_for_others(revision)
        query = read_query(question)
        asked = Asked.of(query) if self._embedder is bundled_embedder() else None
        vector = asked.vector if asked else self._embedder.embed_query(question)
        terms = search_terms(query, self._indexes.frequencies())
        fused = self._indexes.search(terms, vector, top_k, conditions, revision)
        fused, known = rank(asked, fused, self._store) if asked else (fused, {})
        return self._hits(fused, known, top_k)

    def article(self, article_id: str) -> Article | None:
        """One article, None where there is none."""
        return self._store.article(article_id)

    def articles(self) -> list[Article]:
        """All articles, newest first."""
        return self._store.articles()

    def listing(
        self,
        words: str = "",
        filters: Mapping[str, Any] | None = None,
        order: str = "newest",
        place: tuple[int, int] = (0, 50),
    ) -> Listing:
        """One page of the articles without their texts, see `vectorstore.storage.listing`."""
        return self._store.listing(words, Filters.read(filters), order, place)

    def as_retriever(self, top_k: int = 10, filters: Mapping[str, Any] | None = None) -> Any:
        """This store's search, with filters as in `search`, as a LlamaIndex retriever."""
        from vectorstore.retriever import ArticleRetriever

        return ArticleRetriever(partial(self.search, filters=filters), top_k)

    def status(self) -> dict[str, Any]:
        """What is stored and in what state, as plain values for people and programs."""
        articles, chunks = self._store.counts()
        facts = self._store.facts("fingerprint", "revision")
        made_with, revision = facts["fingerprint"], int(facts["revision"] or 0)
        return {
            "data_dir": str(self._data_dir),
            "articles": articles,
            "chunks": chunks,
            "embedding_model": self._model[0],
            "matches_settings": not made_with or made_with == self._fingerprint(),
            "lexical_index": "current" if self._indexes.lexical_revision == revision else "behind",
            "chroma": self._chroma_url or str(self._data_dir / "chroma"),
        }

    # -- inside -----------------------------------------------------------------------------

    @property
    def _embedder(self) -> Embedder:
        # Not under the guard, which a long `add` holds while others search.
        with self._loading:
            if self._embedder_loaded is None:
                self._embedder_loaded = load_embedder(*self._model)
            return self._embedder_loaded

    def _current_filing(self) -> Filing:
        """What knows all that is stored; reading that anew takes a second of 70,000 articles."""
        if self._filing and self._filing[1] == self._store.revision:
            return self._filing[0]
        return Filing(self._store)

    def _fingerprint(self) -> str:
        parts = {
            "format": _FORMAT,
            "embedding": self._embedder.fingerprint,
            "pieces": bundled_embedder().fingerprint,
            **asdict(self._cutting),
        }
        return json.dumps(parts, sort_keys=True)

    def _check_fingerprint(self, stored: str) -> None:
        present = self._fingerprint()
        if stored and stored != present and self._store.counts()[0]:
            raise StoreMismatch(
                f"{self._data_dir} was filled with {stored}, the settings now say {present}; "
                "put the settings back, or run: xieshou rebuild"
            )

    @contextmanager
    def _indexed_even_if_stopped(self) -> Iterator[None]:
        """Where `add` is stopped half-way, make what it stored so far findable all the same."""
        with ExitStack() as stopped:
            stopped.callback(self._try_to_catch_up)
            yield
            stopped.pop_all()

    def _catch_up_for_others(self, revision: int) -> None:
        """Index what a process stored that was killed, or one with another data directory."""
        if self._indexes.lexical_revision != revision:
            with suppress(StoreBusy, StoreDamaged), self._owner.borrowing() as owned:
                if owned:
                    self._try_to_catch_up()

    def _catch_up_at_times(self) -> None:
        """Keep the indexes close behind while much is added."""
        if self._store.revision - self._indexes.lexical_revision >= _CATCH_UP:
            self._indexes.catch_up()

    def _try_to_catch_up(self) -> None:
        try:
            self._indexes.catch_up_lexical()
        except VectorStoreError as error:
            logger.warning("%s", error)

    def _collection_name(self) -> str:
        """A name that no other store has, nor this one with another model; servers are shared."""
        return f"xieshou-{self._store.identity}-{self._embedder.fingerprint[:8]}"

    def _hits(self, fused: list[Fused], known: Mapping[int, Candidate], top_k: int) -> list[Hit]:
        hits: list[Hit] = []
        # A chunk that an index still names though its article is gone never becomes a hit.
        for start in range(0, len(fused), top_k):
            batch = fused[start : start + top_k]
            ids = [item.chunk_id for item in batch]
            stored = known if known.keys() >= set(ids) else self._store.candidates(ids)
            hits += [
                as_hit(item, stored[item.chunk_id]) for item in batch if item.chunk_id in stored
            ]
            if len(hits) >= top_k:
                break
        return hits[:top_k]

    def _embed_again(self, progress: Progress | None) -> None:
        # Until all is done the store must match no settings, or a kill would leave a mixture.
        self._store.set_fact("fingerprint", "a rebuild that was not finished")
        embed_again(self._store, Preparer(self._embedder, self._cutting), progress)
        self._store.set_fact("fingerprint", self._fingerprint())
