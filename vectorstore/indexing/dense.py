"""The dense side of search: Chroma, and the exact search that stands in where it can't answer."""

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import IndexUnavailable
from vectorstore.indexing.search import ExactIndex
from vectorstore.storage.articles import ArticleStore
from vectorstore.storage.filters import Catalogue, Filters

if TYPE_CHECKING:
    from vectorstore.indexing.collection import DenseIndex, Vector

logger = logging.getLogger(__name__)

# How long a Chroma that failed is left alone, so that each search does not wait for it again.
_REST_SECONDS = 30.0
# A process that answered a question not longer ago is taken to be serving people: Chroma holds the
# GIL while it adds, about a millisecond a vector, so it is then fed a few at a time.
_SERVING_SECONDS = 60.0
_GENTLE, _BULK = 8, 1000
# As many chunks that Chroma does not hold yet are searched beside it; more, in place of it.
_MOST_BESIDE = 20_000
# Up to so many chunks are always searched exactly: 3,000 at 512 dimensions take 0.5 ms, and 3 ms
# by way of Chroma.
_FEW = 8_000
# A filter that leaves so few chunks, or so small a share, is searched exactly; for a wider one
# Chroma is asked for as many more as the filter may take away.
_NARROW_CHUNKS, _NARROW_SHARE = 5_000, 0.05
_SPARE = 1.5


class DenseSide:
    """Chroma where this process has opened it, and the stored vectors.

    What Chroma does not hold yet is searched exactly beside it; where a filter leaves few chunks,
    or Chroma is not open, all stored vectors are.

    Args:
        store: the article store that it is derived from.
        folder: folder of embedded Chroma.
        chroma_url: a Chroma server; empty for Chroma embedded in `folder`.
    """

    def __init__(self, store: ArticleStore, folder: Path, chroma_url: str) -> None:
        self._store = store
        self._folder = folder
        self._chroma_url = chroma_url
        self._chroma: DenseIndex | None = None
        self._rest_until = 0.0
        self._asked_at = -_SERVING_SECONDS
        self._exact: ExactIndex | None = None
        self._beside: tuple[int, ExactIndex] | None = None
        self._catalogue: Catalogue | None = None
        self._last_chunk = (-1, 0)
        self._guard = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether this process has opened Chroma."""
        return self._chroma is not None

    def open(self, name: str, *, afresh: bool) -> None:
        """Open Chroma's collection `name`, empty if `afresh`.

        Raises:
            IndexUnavailable: if the Chroma server does not answer.
        """
        try:
            self._chroma = self._opened(name, afresh)
        except IndexUnavailable as error:
            self._fail(error)

    def close(self) -> None:
        """Give Chroma back."""
        chroma, self._chroma, self._rest_until = self._chroma, None, 0.0
        if chroma is not None:
            chroma.close()

    def catch_up(self, revision: int) -> None:
        """Bring Chroma to the article store's revision.

        Raises:
            IndexUnavailable: if the Chroma server does not answer.
        """
        chroma = self._chroma
        if chroma is None or chroma.revision == revision:
            return
        try:
            if chroma.revision > revision:
                chroma.clear()
            since = chroma.revision
            gone = self._store.gone_since(since) if since else []
            serving = time.monotonic() - self._asked_at < _SERVING_SECONDS
            batch = _GENTLE if serving and not self._chroma_url else _BULK
            chroma.update(gone, self._vectors(since), revision, batch)
        except IndexUnavailable as error:
            self.close()
            self._fail(error)

    def search(
        self, vector: NDArray[np.float32], top_k: int, filters: Filters, revision: int
    ) -> list[tuple[int, float]]:
        """The nearest chunks: `(chunk id, cosine similarity)`, best first.

        Args:
            vector: shape (dimensions,).
            top_k: most results.
            filters: only chunks of articles that meet these.
            revision: the article store's, read just now.
        """
        self._asked_at = time.monotonic()
        allowed = None
        if filters != Filters():
            allowed = self._catalogue_at(revision).chunks(filters)
        chroma = self._chroma if time.monotonic() >= self._rest_until else None
        if chroma is not None and vector.any() and not self._is_small(revision):
            found = self._by_chroma(chroma, vector, top_k, (allowed, revision))
            if found:
                return found
        return self._exact_at(revision).search(vector, top_k, allowed)

    # -- Chroma -----------------------------------------------------------------------------

    def _opened(self, name: str, afresh: bool) -> "DenseIndex":
        from vectorstore.indexing.collection import EmbeddedIndex, ServerIndex

        if not self._chroma_url:
            revision = -1 if afresh else self._store.revision
            return EmbeddedIndex(self._folder, name, revision)
        server = ServerIndex(self._chroma_url, name)
        if afresh:
            server.clear()
        return server

    def _fail(self, error: IndexUnavailable) -> None:
        if self._chroma_url:
            raise error
        logger.warning("%s; searching the stored vectors instead", error)

    def _by_chroma(
        self,
        chroma: "DenseIndex",
        vector: NDArray[np.float32],
        top_k: int,
        scope: tuple[NDArray[np.int64] | None, int],
    ) -> list[tuple[int, float]]:
        """Chroma's answer, of allowed chunks as the store holds them at a revision; or none."""
        allowed, revision = scope
        wanted = top_k if allowed is None else self._with_spare(top_k, len(allowed), revision)
        if not wanted:
            return []
        try:
            found = self._with_newest(chroma, vector, wanted, revision)
        except IndexUnavailable as error:
            logger.warning("%s; searching the stored vectors instead", error)
            self._rest_until = time.monotonic() + _REST_SECONDS
            return []
        if allowed is None:
            return found
        found = [hit for hit in found if _holds(allowed, hit[0])]
        return found[:top_k] if len(found) >= top_k else []

    def _is_small(self, revision: int) -> bool:
        if self._last_chunk[0] != revision:
            self._last_chunk = revision, self._store.last_chunk()
        return self._last_chunk[1] <= _FEW

    def _with_spare(self, top_k: int, allowed: int, revision: int) -> int:
        """How many to ask Chroma for where a filter leaves so many chunks; 0 not to ask it."""
        share = allowed / max(1, self._catalogue_at(revision).size)
        if allowed < _NARROW_CHUNKS or share < _NARROW_SHARE:
            return 0
        return int(top_k / share * _SPARE) + top_k

    def _with_newest(
        self, chroma: "DenseIndex", vector: NDArray[np.float32], top_k: int, revision: int
    ) -> list[tuple[int, float]]:
        """Chroma's answer and that of the chunks it does not hold yet; none if these are many."""
        base = chroma.revision
        if base == revision:
            return chroma.search(vector, top_k)
        beside = self._beside_at(base, revision) if 0 < base < revision else None
        if beside is None:
            return []
        both = dict([*chroma.search(vector, top_k), *beside.search(vector, top_k)])
        return sorted(both.items(), key=lambda hit: (-hit[1], hit[0]))[:top_k]

    # -- what is kept in memory -------------------------------------------------------------

    def _beside_at(self, base: int, revision: int) -> ExactIndex | None:
        """The chunks stored after revision `base`; None if there are too many."""
        with self._guard:
            known = self._beside
            if known is None or known[0] != base:
                if revision - base > _MOST_BESIDE:
                    return None
                known = (base, ExactIndex(*self._store.vectors(base), revision))
            index = self._refreshed(known[1], revision)
            self._beside = (base, index)
            return index if index.size <= _MOST_BESIDE else None

    def _exact_at(self, revision: int) -> ExactIndex:
        with self._guard:
            if self._exact is None:
                self._exact = ExactIndex(*self._store.vectors(), revision)
            self._exact = self._refreshed(self._exact, revision)
            return self._exact

    def _refreshed(self, index: ExactIndex, revision: int) -> ExactIndex:
        since = index.revision
        if since >= revision:
            return index
        return index.updated(self._store.gone_since(since), self._store.vectors(since), revision)

    def _catalogue_at(self, revision: int) -> Catalogue:
        with self._guard:
            known = self._catalogue
            if known is None:
                known = Catalogue(self._store.places(), revision)
            elif known.revision < revision:
                since = known.revision
                gone, places = self._store.gone_since(since), self._store.places(since)
                known = known.updated(gone, places, revision)
            self._catalogue = known
            return known

    def _vectors(self, since: int) -> "Iterator[Vector]":
        from vectorstore.indexing.collection import Vector

        for ids, vectors in self._store.vectors_since(since):
            yield from map(Vector, ids, vectors)


def _holds(chunk_ids: NDArray[np.int64], chunk_id: int) -> bool:
    place = int(np.searchsorted(chunk_ids, chunk_id))
    return place < len(chunk_ids) and int(chunk_ids[place]) == chunk_id
