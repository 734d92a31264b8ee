"""The lexical index: BM25 over Chinese terms, on disk. The only file that knows tantivy."""

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorstore.chinese import terms

if TYPE_CHECKING:
    import tantivy

_HEAP_BYTES = 64_000_000
_REVISION_FILE = "revision"


class LexicalIndex:
    """BM25 (k1 1.2, b 0.75) over characters and character bigrams of chunks and their titles.

    Derived from the article store: `revision` is the store's revision that it stands at. Reading
    needs no lock; another process that writes is seen at the next search.

    Args:
        path: folder of the index; made if need be.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._index = _open(path)

    @property
    def revision(self) -> int:
        """The article store's revision that the index stands at; 0 for a new one."""
        try:
            return int((self._path / _REVISION_FILE).read_text("ascii"))
        except (OSError, ValueError):
            return 0

    def update(
        self, gone: Iterable[int], new: Iterable[tuple[int, str, str]], revision: int
    ) -> None:
        """Take chunks out and put chunks in; doing it again changes nothing.

        Args:
            gone: ids of chunks to take out.
            new: id, article id and text (with its title) of chunks to put in.
            revision: the store's revision that the index then stands at.
        """
        writer = self._index.writer(_HEAP_BYTES, 1)
        for chunk_id in gone:
            writer.delete_documents("chunk", str(chunk_id))
        for chunk_id, article_id, text in new:
            writer.delete_documents("chunk", str(chunk_id))
            writer.add_document(_document(chunk_id, article_id, text))
        writer.commit()
        writer.wait_merging_threads()
        _write_atomically(self._path / _REVISION_FILE, str(revision))
        self._index.reload()

    def clear(self) -> None:
        """Empty the index and start a new one in its place."""
        shutil.rmtree(self._path)
        self._index = _open(self._path)

    def search(
        self, question: str, top_k: int, article_ids: set[str] | None = None
    ) -> list[tuple[int, float]]:
        """The chunks that match best: `(chunk id, BM25 score)`, best first, scores above 0.

        Args:
            question: free text.
            top_k: most results.
            article_ids: only chunks of these articles; None for all.
        """
        counts = Counter(terms(question))
        if not counts or article_ids == set():
            return []
        self._index.reload()
        searcher = self._index.searcher()
        found = searcher.search(_query(self._index.schema, counts, article_ids), top_k).hits
        addresses = [address for _, address in found]
        ids = [searcher.doc(address).get_first("chunk") for address in addresses]
        return [
            (int(chunk_id), float(score)) for chunk_id, (score, _) in zip(ids, found, strict=True)
        ]


def _open(path: Path) -> "tantivy.Index":
    import tantivy

    path.mkdir(parents=True, exist_ok=True)
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("chunk", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    try:
        return tantivy.Index(schema, str(path))
    except (OSError, ValueError):
        # Damaged, or of another format. It is derived: an empty one takes its place and is filled.
        shutil.rmtree(path)
        path.mkdir(parents=True)
        return tantivy.Index(schema, str(path))


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


def _write_atomically(path: Path, text: str) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, "ascii")
    temporary.replace(path)
