"""Adding to an article store, call by call, and what each call did."""

from pathlib import Path

from vectorstore.filing import Filing
from vectorstore.ingest import Ingest
from vectorstore.preparing.embed import Embedder
from vectorstore.preparing.prepare import Cutting, Preparer
from vectorstore.schema import AddReport
from vectorstore.storage.articles import ArticleStore


class Add:
    """Adds as a new call of `add` would, and knows the store."""

    def __init__(self, store: ArticleStore, embedder: Embedder) -> None:
        self.store = store
        self._embedder = embedder

    def __call__(self, source: Path | str) -> AddReport:
        """Add one source."""
        ingest = Ingest(Filing(self.store), Preparer(self._embedder, Cutting(120, 1)), frozenset())
        return ingest.run(str(source))

    def state(self) -> tuple[object, ...]:
        """All that a further `add` of the same must leave alone."""
        chunks = [
            (row.id, row.chunk, row.vector.tobytes())
            for batch in self.store.chunks_since(0)
            for row in batch
        ]
        return self.store.revision, self.store.articles(), chunks


def counts(report: AddReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.skipped)
