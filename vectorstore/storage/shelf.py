"""Candidates that were read before, kept in memory for as long as the store holds them so."""

import threading
from collections.abc import Iterable

from vectorstore.storage.tables import Candidate

# About 5 kB each.
_MOST = 4_096


class Shelf:
    """The candidates read last, as they are at one revision of the article store."""

    def __init__(self) -> None:
        self._kept: dict[int, Candidate] = {}
        self._guard = threading.Lock()
        self.revision = 0
        """The article store's revision that they are known to be right at."""

    def move(self, revision: int, outdated: Iterable[int]) -> None:
        """Go on to a later revision, without the chunks that have changed or gone by then."""
        with self._guard:
            for chunk_id in outdated:
                self._kept.pop(chunk_id, None)
            self.revision = max(self.revision, revision)

    def get(self, chunk_ids: Iterable[int]) -> dict[int, Candidate]:
        """Those of these chunks that are kept."""
        with self._guard:
            found = {
                chunk_id: self._kept.pop(chunk_id)
                for chunk_id in dict.fromkeys(chunk_ids)
                if chunk_id in self._kept
            }
            # What was asked for last stands last, and stays longest.
            self._kept |= found
            return found

    def put(self, candidates: dict[int, Candidate], revision: int) -> None:
        """Keep what was read when the store stood at a revision, or later."""
        with self._guard:
            # Those of an older revision may be outdated, and nobody would take them out again.
            if revision == self.revision:
                self._kept |= candidates
                while len(self._kept) > _MOST:
                    del self._kept[next(iter(self._kept))]
