"""The lexical index: BM25 over Chinese terms, on disk. The only file that knows tantivy.

The index lies in a folder with a random name; a note beside it names the folder and seals its
files. Making the index anew fills another folder and then switches the note, so a process that
searches meanwhile never sees half an index.
"""

import secrets
import shutil
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorstore.chinese import terms
from vectorstore.errors import IndexUnavailable
from vectorstore.seal import Note, Seal

if TYPE_CHECKING:
    import tantivy

_HEAP_BYTES = 64_000_000
# Raised when the same text gets other terms, or the index other fields.
_VERSION = 2
_TRIES = 3


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

    def update(
        self, gone: Iterable[int], new: Iterable[tuple[int, str, str]], revision: int
    ) -> None:
        """Take chunks out and put chunks in; doing it again changes nothing.

        Args:
            gone: ids of chunks to take out.
            new: id, article id and text (with its title) of chunks to put in.
            revision: the store's revision that the index then stands at.
        """
        try:
            index = self._opened()
            _write(index, gone, new)
            self._publish(index, self._folder, revision)
        except (OSError, ValueError) as error:
            raise self._unavailable(error) from error

    def rebuild(self, new: Iterable[tuple[int, str, str]], revision: int) -> None:
        """Make the index anew of these chunks, see `update`; until it is done the former serves."""
        folder = secrets.token_hex(8)
        try:
            index = _create(self._path / folder if self._path else None)
            _write(index, (), new)
            self._publish(index, folder, revision)
        except (OSError, ValueError) as error:
            raise self._unavailable(error) from error

    def search(
        self, question: str, top_k: int, article_ids: set[str] | None = None
    ) -> list[tuple[int, float]]:
        """The chunks that match best: `(chunk id, BM25 score)`, best first, scores above 0.

        Args:
            question: free text.
            top_k: most results, at least 1.
            article_ids: only chunks of these articles; None for all.
        """
        counts = Counter(terms(question))
        if not counts or article_ids == set():
            return []
        for _ in range(_TRIES):
            note = self._seal.read() if self._seal else None
            try:
                return self._search(counts, top_k, article_ids)
            except (OSError, ValueError) as error:
                failure = error
            # The process that writes may have switched to another folder just now.
            if self._seal is None or self._seal.read() == note:
                break
        self._broken = note
        raise self._unavailable(failure) from failure

    def _search(
        self, counts: Counter[str], top_k: int, article_ids: set[str] | None
    ) -> list[tuple[int, float]]:
        index = self._opened()
        index.reload()
        searcher = index.searcher()
        found = searcher.search(_query(index.schema, counts, article_ids), top_k).hits
        addresses = [address for _, address in found]
        ids = [searcher.doc(address).get_first("chunk") for address in addresses]
        hits = [
            (int(chunk_id), float(score)) for chunk_id, (score, _) in zip(ids, found, strict=True)
        ]
        # Equal scores come in the order of segments, which depends on how the index was filled.
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

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
        import tantivy

        assert self._seal
        assert self._path
        if note == self._broken or not self._seal.holds(note):
            raise ValueError("its files are not as they were left")
        return tantivy.Index.open(str(self._path / note.folder))

    def _publish(self, index: "tantivy.Index", folder: str, revision: int) -> None:
        index.reload()
        with self._guard:
            if self._seal:
                self._seal.write(self._name, folder, revision)
            self._memory_revision = revision
            self._index, self._folder, self._broken = index, folder, None
        for former in self._path.iterdir() if self._path else ():
            if former.is_dir() and former.name != folder:
                shutil.rmtree(former, ignore_errors=True)

    def _unavailable(self, error: Exception) -> IndexUnavailable:
        return IndexUnavailable(f"the lexical index in {self._path} can't be used: {error}")


def _create(path: Path | None) -> "tantivy.Index":
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("chunk", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    if path is None:
        return tantivy.Index(schema)
    path.mkdir(parents=True)
    return tantivy.Index(schema, str(path))


def _write(
    index: "tantivy.Index", gone: Iterable[int], new: Iterable[tuple[int, str, str]]
) -> None:
    writer = index.writer(_HEAP_BYTES, 1)
    try:
        for chunk_id in gone:
            writer.delete_documents_by_term("chunk", str(chunk_id))
        for chunk_id, article_id, text in new:
            writer.delete_documents_by_term("chunk", str(chunk_id))
            writer.add_document(_document(chunk_id, article_id, text))
        writer.commit()
    finally:
        # This also gives the engine's lock back; what is not committed by then is dropped.
        writer.wait_merging_threads()


def _document(chunk_id: int, article_id: str, text: str) -> "tantivy.Document":
    import tantivy

    document = tantivy.Document()
    document.add_text("chunk", str(chunk_id))
    document.add_text("article", article_id)
    document.add_text("terms", " ".join(terms(text)))
    return document


def _query(schema: Any, counts: Counter[str], article_ids: set[str] | None) -> Any:
    from tantivy import Occur, Query

    should = [
        (
            Occur.Should,
            Query.boost_query(Query.term_query(schema, "terms", term, "freq"), float(count)),
        )
        for term, count in counts.items()
    ]
    matching = Query.boolean_query(should)
    if article_ids is None:
        return matching
    allowed = Query.const_score_query(
        Query.term_set_query(schema, "article", sorted(article_ids)), 0.0
    )
    return Query.boolean_query([(Occur.Must, matching), (Occur.Must, allowed)])
