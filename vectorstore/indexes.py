"""The indexes derived from the article store: kept up with it, and searched together."""

import logging
import threading
import time
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
# How long a Chroma that failed is left alone, so that each search does not wait for it again.
_REST_SECONDS = 30.0


class Indexes:
    """The lexical index, Chroma, and what stands in for them.

    Chroma answers where this process has opened it and no filter narrows the search; everywhere
    else the stored vectors are searched exactly. Where the lexical index is damaged or can't be
    read, one in memory takes its place. So an index that is missing, behind or away makes a search
    slower and never wrong.

    Args:
        store: the article store that they are derived from.
        data_dir: folder that holds them.
        chroma_url: a Chroma server; empty for Chroma embedded in `data_dir`.
    """

    def __init__(self, store: ArticleStore, data_dir: Path, chroma_url: str) -> None:
        self._store = store
        self._data_dir = data_dir
        self._chroma_url = chroma_url
        self._lexical = LexicalIndex(data_dir / "lexical", store.identity)
        self._spare = LexicalIndex(None, store.identity)
        self._dense: DenseIndex | None = None
        self._rest_until = 0.0
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
            IndexUnavailable: if the Chroma server does not answer, or an index can't be written.
        """
        self.close()
        try:
            self._dense = self._open_dense(name, afresh)
        except IndexUnavailable as error:
            if self._chroma_url:
                raise
            logger.warning("%s; searching the stored vectors instead", error)
        if afresh:
            self._lexical.rebuild(self._texts(0), self._store.revision)
        else:
            self._lexical.check()
        self.catch_up()

    def close(self) -> None:
        """Give Chroma back."""
        dense, self._dense, self._rest_until = self._dense, None, 0.0
        if dense is not None:
            dense.close()

    def catch_up(self) -> None:
        """Bring the indexes to the article store's revision.

        Raises:
            IndexUnavailable: if the Chroma server does not answer, or an index can't be written.
        """
        self.catch_up_lexical()
        try:
            self._catch_up_dense(self._store.revision)
        except IndexUnavailable as error:
            self.close()
            if self._chroma_url:
                raise
            logger.warning("%s; searching the stored vectors instead", error)

    def catch_up_lexical(self) -> None:
        """Bring the lexical index to the article store's revision; the writing process only.

        Raises:
            IndexUnavailable: if it can't be written.
        """
        self._update_lexical(self._lexical)

    def search(
        self,
        question: str,
        vector: NDArray[np.float32],
        top_k: int,
        article_ids: set[str] | None,
    ) -> list[Fused]:
        """The candidates for `top_k` chunks that fit best by both rankings, best first.

        Args:
            question: free text.
            vector: its embedding, shape (dimensions,).
            top_k: how many are wanted; more are returned, for some may be gone by now.
            article_ids: only chunks of these articles; None for all.
        """
        candidates = max(_CANDIDATES, 5 * top_k)
        lexical = self._search_lexical(question, candidates, article_ids)
        return fuse(lexical, self._search_dense(vector, candidates, article_ids))

    # -- lexical ----------------------------------------------------------------------------

    def _search_lexical(
        self, question: str, top_k: int, article_ids: set[str] | None
    ) -> list[tuple[int, float]]:
        if not self._store.revision:
            return []
        try:
            return self._lexical.search(question, top_k, article_ids)
        except IndexUnavailable as error:
            with self._guard:
                if self._spare.revision != self._store.revision:
                    logger.warning("%s; searching one in memory instead", error)
                    self._update_lexical(self._spare)
            return self._spare.search(question, top_k, article_ids)

    def _update_lexical(self, lexical: LexicalIndex) -> None:
        revision, since = self._store.revision, lexical.revision
        if 0 < since < revision:
            try:
                lexical.update(self._store.gone_since(since), self._texts(since), revision)
            except IndexUnavailable as error:
                logger.warning("%s; it is made anew", error)
                since = 0
        if since > revision or since == 0 < revision:
            lexical.rebuild(self._texts(0), revision)

    # -- dense ------------------------------------------------------------------------------

    def _open_dense(self, name: str, afresh: bool) -> "DenseIndex":
        from vectorstore.collection import EmbeddedIndex, ServerIndex

        if not self._chroma_url:
            revision = -1 if afresh else self._store.revision
            return EmbeddedIndex(self._data_dir / "chroma", name, revision)
        dense = ServerIndex(self._chroma_url, name)
        if afresh:
            dense.clear()
        return dense

    def _catch_up_dense(self, revision: int) -> None:
        dense = self._dense
        if dense is None or dense.revision == revision:
            return
        if dense.revision > revision:
            dense.clear()
        since = dense.revision
        gone = self._store.gone_since(since) if since else []
        dense.update(gone, map(_vector, self._new(since)), revision)

    def _search_dense(
        self, vector: NDArray[np.float32], top_k: int, article_ids: set[str] | None
    ) -> list[tuple[int, float]]:
        dense, revision = self._dense, self._store.revision
        if dense is not None and article_ids is None and time.monotonic() >= self._rest_until:
            try:
                if dense.revision == revision and vector.any():
                    return dense.search(vector, top_k)
            except IndexUnavailable as error:
                logger.warning("%s; searching the stored vectors instead", error)
                self._rest_until = time.monotonic() + _REST_SECONDS
        return self._exact_index(revision).search(vector, top_k, article_ids)

    def _exact_index(self, revision: int) -> ExactIndex:
        with self._guard:
            if self._exact is None:
                self._exact = ExactIndex(*self._store.vectors(), revision)
            elif self._exact.revision < revision:
                since = self._exact.revision
                gone, new = self._store.gone_since(since), self._store.vectors(since)
                self._exact = self._exact.updated(gone, new, revision)
            return self._exact

    # -- rows -------------------------------------------------------------------------------

    def _texts(self, since: int) -> Iterator[tuple[int, str, str]]:
        for row in self._new(since):
            text = heading(row.title, row.published) + row.chunk.text
            yield row.id, row.chunk.article_id, text

    def _new(self, since: int) -> Iterator[StoredChunk]:
        for batch in self._store.chunks_since(since):
            yield from batch


def _vector(row: StoredChunk) -> "Vector":
    from vectorstore.collection import Vector

    return Vector(row.id, row.chunk.article_id, row.chunk.start, row.chunk.end, row.vector)
