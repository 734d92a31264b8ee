"""The indexes derived from the article store: kept up with it, and searched together."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import IndexUnavailable
from vectorstore.indexing.dense import DenseSide
from vectorstore.indexing.engine import Entry
from vectorstore.indexing.lexical import LexicalIndex
from vectorstore.indexing.search import Fused, fuse
from vectorstore.preparing.chunk import heading
from vectorstore.storage.articles import ArticleStore
from vectorstore.storage.filters import Filters
from vectorstore.trace import stage

logger = logging.getLogger(__name__)

# Each ranking brings this many candidates (or five times top_k) to the fusion.
_CANDIDATES = 50


class Indexes:
    """The lexical index, Chroma, and what stands in for them.

    Where the lexical index is damaged or can't be read, one in memory takes its place; for Chroma
    see `DenseSide`. So an index that is missing, behind or away makes a search slower and never
    wrong.

    Args:
        store: the article store that they are derived from.
        data_dir: folder that holds them.
        chroma_url: a Chroma server; empty for Chroma embedded in `data_dir`.
    """

    def __init__(self, store: ArticleStore, data_dir: Path, chroma_url: str) -> None:
        self._store = store
        self._lexical = LexicalIndex(data_dir / "lexical", store.identity)
        self._spare = LexicalIndex(None, store.identity)
        self._dense = DenseSide(store, data_dir / "chroma", chroma_url)
        self._guard = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether this process has opened Chroma."""
        return self._dense.is_open

    @property
    def lexical_revision(self) -> int:
        """The article store's revision that the lexical index stands at."""
        return self._lexical.revision

    def open(self, name: str, *, afresh: bool = False) -> None:
        """Open Chroma's collection `name`, empty if `afresh`, and bring all indexes up to date.

        Only the process that owns the data directory may call this.

        Raises:
            IndexUnavailable: if the Chroma server does not answer, or an index can't be written.
        """
        self.close()
        self._dense.open(name, afresh=afresh)
        if afresh:
            self._lexical.rebuild(self._texts(0), self._store.revision)
        else:
            self._lexical.check()
        self.catch_up()

    def close(self) -> None:
        """Give Chroma back."""
        self._dense.close()

    def catch_up(self) -> None:
        """Bring the indexes to the article store's revision.

        Raises:
            IndexUnavailable: if the Chroma server does not answer, or an index can't be written.
        """
        self.catch_up_lexical()
        self._dense.catch_up(self._store.revision)

    def catch_up_lexical(self) -> None:
        """Bring the lexical index to the article store's revision; the writing process only.

        Raises:
            IndexUnavailable: if it can't be written.
        """
        self._update(self._lexical, self._store.revision)

    def search(
        self,
        terms: Mapping[str, float],
        vector: NDArray[np.float32],
        top_k: int,
        filters: Filters,
        revision: int,
    ) -> list[Fused]:
        """The candidates for `top_k` chunks that fit best by both rankings, best first.

        Args:
            terms: the question's terms with their weights.
            vector: its embedding, shape (dimensions,).
            top_k: how many are wanted; more are returned, for some may be gone by now.
            filters: only chunks of articles that meet these.
            revision: the article store's, read just now.
        """
        wanted = max(_CANDIDATES, 5 * top_k)
        with stage("lookup"):
            lexical = self._search_lexical(terms, wanted, filters, revision)
            return fuse(lexical, self._dense.search(vector, wanted, filters, revision))

    def _search_lexical(
        self, terms: Mapping[str, float], top_k: int, filters: Filters, revision: int
    ) -> list[tuple[int, float]]:
        if not revision:
            return []
        try:
            return self._lexical.search(terms, top_k, filters)
        except IndexUnavailable as error:
            with self._guard:
                if self._spare.revision != revision:
                    logger.warning("%s; searching one in memory instead", error)
                    self._update(self._spare, revision)
            return self._spare.search(terms, top_k, filters)

    def frequencies(self) -> Callable[[str], int]:
        """A function that says in how many chunks a term stands; 0 where there is no index."""
        try:
            return self._lexical.frequencies()
        except IndexUnavailable:
            return lambda term: 0

    def _update(self, lexical: LexicalIndex, revision: int) -> None:
        since = lexical.revision
        if 0 < since < revision:
            try:
                lexical.update(self._store.gone_since(since), self._texts(since), revision)
            except IndexUnavailable as error:
                logger.warning("%s; it is made anew", error)
                since = 0
        if since > revision or since == 0 < revision:
            lexical.rebuild(self._texts(0), revision)

    def _texts(self, since: int) -> Iterator[Entry]:
        for batch in self._store.chunks_since(since):
            for row in batch:
                text = heading(row.title, row.published) + row.chunk.text
                published = row.published.isoformat() if row.published else ""
                yield Entry(row.id, row.chunk.article_id, row.publisher, published, text)
