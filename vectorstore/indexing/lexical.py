"""The lexical index: BM25 over Chinese terms, on disk.

The index lies in a folder with a random name; a note beside it names the folder and seals its
files. Making the index anew fills another folder and then switches the note, so a process that
searches meanwhile never sees half an index.
"""

import secrets
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.chinese import terms
from vectorstore.errors import IndexUnavailable
from vectorstore.indexing import engine
from vectorstore.indexing.engine import Entry, InTwoSteps
from vectorstore.indexing.seal import Note, Seal
from vectorstore.storage.filters import Filters

if TYPE_CHECKING:
    import tantivy

# Raised when the same text gets other terms, or the index other fields.
_VERSION = 3
_TRIES = 3
# An index of more chunks is searched in two steps.
_LARGE = 10_000
# Terms whose frequency is kept, 200 bytes each; to correct slips a question asks for hundreds.
_FREQUENCIES = 50_000


class LexicalIndex:
    """BM25 (k1 1.2, b 0.75) over characters and character bigrams of chunks and their titles.

    Derived from the article store: `revision` is the store's revision that it stands at. Only one
    process may write; searching needs no lock, and sees what another process writes at once.

    Args:
        path: folder of the index, made when it is first written; None keeps it in memory.
        store: identity of the article store that it is derived from.

    Raises:
        IndexUnavailable: by every method, if the index is damaged or can't be written.
    """

    def __init__(self, path: Path | None, store: str) -> None:
        self._path = path
        self._name = f"{store} {_VERSION}"
        self._seal = Seal(path) if path else None
        self._memory_revision = 0
        self._guard = threading.Lock()
        self._index: tantivy.Index | None = None
        self._folder = ""
        self._broken: Note | None = None
        self._seen: tuple[Note | None, _Reading] | None = None

    @property
    def revision(self) -> int:
        """The article store's revision that the index stands at; 0 for a new or damaged one."""
        if self._seal is None:
            return self._memory_revision
        note = self._seal.read()
        if note is None or note.name != self._name or note == self._broken:
            return 0
        return note.revision

    def check(self) -> None:
        """See whether the files are whole; if not, `revision` is 0 from then on."""
        note = self._seal.read() if self._seal else None
        if self._seal and note and not self._seal.holds(note):
            self._broken = note

    def update(self, gone: Iterable[int], new: Iterable[Entry], revision: int) -> None:
        """Take chunks out and put chunks in; doing it again changes nothing.

        Args:
            gone: ids of chunks to take out.
            new: chunks to put in.
            revision: the store's revision that the index then stands at.
        """
        try:
            index = self._opened()
            engine.write(index, gone, new)
            self._publish(index, self._folder, revision)
        except (OSError, ValueError) as error:
            raise self._unavailable(error) from error

    def rebuild(self, new: Iterable[Entry], revision: int) -> None:
        """Make the index anew of these chunks, see `update`; until it is done the former serves."""
        folder = secrets.token_hex(8)
        try:
            index = engine.create(self._path / folder if self._path else None)
            engine.write(index, (), new)
            self._publish(index, folder, revision)
        except (OSError, ValueError) as error:
            raise self._unavailable(error) from error

    def search(
        self, question: str | Mapping[str, float], top_k: int, filters: Filters | None = None
    ) -> list[tuple[int, float]]:
        """The chunks that match best: `(chunk id, BM25 score)`, best first, scores above 0.

        Args:
            question: free text, or its terms with their weights.
            top_k: most results, at least 1.
            filters: only chunks of articles that meet these.
        """
        counts = Counter(terms(question)) if isinstance(question, str) else question
        if not counts:
            return []
        for _ in range(_TRIES):
            note = self._seal.read() if self._seal else None
            try:
                return self._search(counts, top_k, filters or Filters())
            except (OSError, ValueError) as error:
                failure = error
            # The process that writes may have switched to another folder just now.
            if self._seal is None or self._seal.read() == note:
                break
        self._broken = note
        raise self._unavailable(failure) from failure

    def frequencies(self) -> Callable[[str], int]:
        """A function that says in how many chunks a term stands, of the index as it is now."""
        try:
            return self._reading().frequency
        except (OSError, ValueError) as error:
            raise self._unavailable(error) from error

    def _search(
        self, counts: Mapping[str, float], top_k: int, filters: Filters
    ) -> list[tuple[int, float]]:
        reading = self._reading()
        hits: engine.Ranking = []
        if reading.searcher.num_docs > _LARGE:
            in_two_steps = InTwoSteps(reading.searcher, reading.schema, reading.length)
            hits = in_two_steps.best(counts, top_k, filters)
        if len(hits) < top_k:
            hits = engine.best(reading.searcher, reading.schema, counts, top_k, filters)
        # Equal scores come in the order of segments, which depends on how the index was filled.
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:top_k]

    def _reading(self) -> "_Reading":
        """The index as it was last published, by any process."""
        index = self._opened()
        note = self._seal.read() if self._seal else None
        known = self._seen
        if known is None or known[1].index is not index or known[0] != note:
            index.reload()
            known = self._seen = note, _Reading(index)
        return known[1]

    def _opened(self) -> "tantivy.Index":
        """The index that the note names, opened if it is not; ValueError if it is not whole."""
        with self._guard:
            if self._seal is None and self._index is not None:
                return self._index
            note = self._seal.read() if self._seal else None
            if note is None or note.name != self._name:
                raise ValueError("there is none")
            if self._index is None or note.folder != self._folder:
                self._index, self._folder = self._open(note), note.folder
            return self._index

    def _open(self, note: Note) -> "tantivy.Index":
        assert self._seal
        assert self._path
        if note == self._broken or not self._seal.holds(note):
            raise ValueError("its files are not as they were left")
        return engine.open_index(self._path / note.folder)

    def _publish(self, index: "tantivy.Index", folder: str, revision: int) -> None:
        index.reload()
        with self._guard:
            if self._seal:
                self._seal.write(self._name, folder, revision)
            self._memory_revision = revision
            self._index, self._folder, self._broken, self._seen = index, folder, None, None
        for former in self._path.iterdir() if self._path else ():
            if former.is_dir() and former.name != folder:
                shutil.rmtree(former, ignore_errors=True)

    def _unavailable(self, error: Exception) -> IndexUnavailable:
        return IndexUnavailable(f"the lexical index in {self._path} can't be used: {error}")


class _Reading:
    """An index as it stood at one moment, and what was asked of it."""

    def __init__(self, index: "tantivy.Index") -> None:
        self.index = index
        self.schema = index.schema
        self.searcher = index.searcher()
        self.frequency = lru_cache(_FREQUENCIES)(partial(self.searcher.doc_freq, "terms"))

    @cached_property
    def length(self) -> float:
        """Number of terms of a chunk on average."""
        return engine.average_length(self.searcher)
