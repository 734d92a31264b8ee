"""The indexes derived from the article store: kept up with it, and searched together."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vectorstore.articles import ArticleStore
from vectorstore.chunk import heading
from vectorstore.errors import IndexUnavailable
from vectorstore.lexical import LexicalIndex
from vectorstore.search import ExactIndex, Fused, fuse
from vectorstore.tables import StoredChunk

if TYPE_CHECKING:
    from vectorstore.collection import DenseIndex, Vector

logger = logging.getLogger(__name__)

# Each ranking brings this many candidates (or five times top_k) to the fusion.
_CANDIDATES = 50


class Indexes:
    """The lexical index, Chroma, and the exact search that stands in for Chroma.

    Chroma answers where this process has opened it and no filter narrows the search; everywhere
    else the stored vectors are searched exactly, so an index that is missing, behind or away makes
    a search slower and never wrong.

    Args:
        store: the article store that they are derived from.
        data_dir: folder that holds them.
        chroma_url: a Chroma server; empty for Chroma embedded in `data_dir`.
    """

    def __init__(self, store: ArticleStore, data_dir: Path, chroma_url: str) -> None:
        self._store = store
        self._data_dir = data_dir
        self._chroma_url = chroma_url
        self._lexical = LexicalIndex(data_dir / "lexical")
        self._dense: DenseIndex | None = None
        self._exact: ExactIndex | None = None
        self._guard = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether this process has opened Chroma."""
        return self._dense is not None

    @property
    def is_current(self) -> bool:
        """Whether the lexical index stands at the article store's revision."""
        return self._lexical.revision == self._store.revision

    def open(self, name: str, *, afresh: bool = False) -> None:
        """Open Chroma's collection `name`, empty if `afresh`, and bring all indexes up to date.

        Only the process that owns the data directory may call this.

        Raises:
            IndexUnavailable: if the Chroma server does not answer.
        """
        from vectorstore.collection import EmbeddedIndex, ServerIndex

        if self._chroma_url:
            self._dense = ServerIndex(self._chroma_url, name)
            if afresh:
                self._dense.clear()
        else:
            revision = -1 if afresh else self._store.revision
            self._dense = EmbeddedIndex(self._data_dir / "chroma", name, revision)
        if afresh:
            self._lexical.clear()
        self.catch_up()

    def close(self) -> None:
        """Give Chroma back."""
        self._dense = None

    def catch_up(self) -> None:
        """Bring the indexes to the article store's revision."""
        revision = self._store.revision
        since = self._lexical.revision
        if since != revision:
            new = ((row.id, row.chunk.article_id, _indexed(row)) for row in self._new(since))
            self._lexical.update(self._store.gone_since(since), new, revision)
        if self._dense is not None and self._dense.revision != revision:
            since = self._dense.revision
            gone = self._store.gone_since(since)
            self._dense.update(gone, map(_vector, self._new(since)), revision)

    def search(
        self,
        question: str,
        vector: NDArray[np.float32],
        top_k: int,
        article_ids: set[str] | None,
    ) -> list[Fused]:
        """The chunks that fit best by both rankings, best first.

        Args:
            question: free text.
            vector: its embedding, shape (dimensions,).
            top_k: most results.
            article_ids: only chunks of these articles; None for all.
        """
        candidates = max(_CANDIDATES, 5 * top_k)
        lexical = self._lexical.search(question, candidates, article_ids)
        return fuse(lexical, self._search_dense(vector, candidates, article_ids), top_k)

    def _search_dense(
        self, vector: NDArray[np.float32], top_k: int, article_ids: set[str] | None
    ) -> list[tuple[int, float]]:
        dense, revision = self._dense, self._store.revision
        if dense is not None and article_ids is None and dense.revision == revision:
            try:
                return dense.search(vector, top_k)
            except IndexUnavailable as error:
                logger.warning("%s; searching the stored vectors instead", error)
        return self._exact_index(revision).search(vector, top_k, article_ids)

    def _exact_index(self, revision: int) -> ExactIndex:
        with self._guard:
            if self._exact is None or self._exact.revision != revision:
                self._exact = ExactIndex(*self._store.vectors(), revision)
            return self._exact

    def _new(self, since: int) -> Iterator[StoredChunk]:
        for batch in self._store.chunks_since(since):
            yield from batch


def _indexed(row: StoredChunk) -> str:
    return heading(row.title, row.published) + row.chunk.text


def _vector(row: StoredChunk) -> "Vector":
    from vectorstore.collection import Vector

    return Vector(row.id, row.chunk.article_id, row.chunk.start, row.chunk.end, row.vector)
