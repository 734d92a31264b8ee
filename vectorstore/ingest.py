"""From a source to stored articles: read, clean, tell reprints, cut, embed, put."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from vectorstore import chunk, clean, load, net, reprint
from vectorstore.articles import ArticleStore
from vectorstore.embed import Embedder, Vectors
from vectorstore.errors import FetchRefused, SourceUnreadable
from vectorstore.schema import AddReport, Article, Chunk, RawPage, Skipped
from vectorstore.tables import NewArticle

Progress = Callable[[int, int, str], None]
"""Called with the number of pages done, the number known of so far, and the page's source."""

# Raised when cleaning makes something else of the same page: known pages are then cleaned again.
_CLEANING = 1


@dataclass(frozen=True, slots=True)
class Cutting:
    """How articles are cut: see `chunk.chunk_text`."""

    max_tokens: int
    overlap: int


class Ingest:
    """Adds sources to an article store; one that can't be read never stops the others.

    Args:
        store: where the articles go.
        embedder: makes the vectors.
        cutting: how the articles are cut.
        allow_hosts: `host:port` that may be fetched though they are not public.
    """

    def __init__(
        self, store: ArticleStore, embedder: Embedder, cutting: Cutting, allow_hosts: frozenset[str]
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._cutting = cutting
        self._allow_hosts = allow_hosts
        self._signatures = reprint.Signatures(store.signatures())

    def run(self, source: str, progress: Progress | None = None) -> AddReport:
        """Add a file, a folder, a .jsonl file or a URL, and say what became of each page."""
        counts = {"added": 0, "updated": 0, "unchanged": 0}
        skipped: list[Skipped] = []
        for done, total, page in self._pages(source):
            outcome = page if isinstance(page, Skipped) else self._add(page)
            if isinstance(outcome, Skipped):
                skipped.append(outcome)
            else:
                counts[outcome] += 1
            if progress is not None:
                progress(done, total, page.source)
        return AddReport(**counts, skipped=skipped)

    # -- reading ----------------------------------------------------------------------------

    def _pages(self, source: str) -> Iterator[tuple[int, int, RawPage | Skipped]]:
        """Every page of the source, with the number of files done and found."""
        if source.startswith(("http://", "https://")):
            for page in self._fetched(source):
                yield 1, 1, page
            return
        files = list(load.discover(Path(source)))
        for done, file in enumerate(files, 1):
            if isinstance(file, Skipped):
                yield done, len(files), file
                continue
            for page in _read(file):
                yield done, len(files), page

    def _fetched(self, url: str) -> Iterator[RawPage | Skipped]:
        try:
            fetched = net.fetch(url, allow_hosts=self._allow_hosts)
        except (FetchRefused, SourceUnreadable) as error:
            yield Skipped(url, str(error))
            return
        for page in load.parse(fetched.data, fetched.url, fetched.suffix):
            if isinstance(page, RawPage):
                page = replace(page, metadata={"url": fetched.url, **page.metadata})
            yield page

    # -- storing ----------------------------------------------------------------------------

    def _add(self, page: RawPage) -> str | Skipped:
        """Store one page: added, updated, unchanged, or skipped with the reason."""
        uri = _uri(page)
        digest = _digest(page)
        known = self._store.source(uri)
        if known is not None and known[0] == digest:
            return "unchanged"
        try:
            article = replace(clean.clean(page), source=uri)
        except SourceUnreadable as error:
            return Skipped(page.source, str(error))
        mark = reprint.signature(article.text)
        twin = self._signatures.find(mark)
        if twin is not None and twin != article.id:
            self._store.link(uri, digest, twin)
            return "unchanged"
        existed = self._store.article(article.id) is not None
        self._store.put(self._new_article(article, digest, mark))
        self._signatures.discard(article.id)
        self._signatures.add(article.id, mark)
        return "updated" if existed else "added"

    def _new_article(self, article: Article, digest: str, mark: bytes) -> NewArticle:
        chunks = cut(article, self._cutting)
        vectors = embed(article, chunks, self._embedder)
        return NewArticle(article, digest, mark, chunks, vectors)


def cut(article: Article, cutting: Cutting) -> list[Chunk]:
    """The chunks of an article."""
    return chunk.chunk_text(
        article.id, article.text, max_tokens=cutting.max_tokens, overlap=cutting.overlap
    )


def embed(article: Article, chunks: list[Chunk], embedder: Embedder) -> Vectors:
    """The vectors of an article's chunks, shape (chunks, dimensions), title and date included."""
    heading = chunk.heading(article.title, article.published)
    return embedder.embed([heading + piece.text for piece in chunks])


def _read(path: Path) -> Iterator[RawPage | Skipped]:
    try:
        data = path.read_bytes()
    except OSError as error:
        yield Skipped(str(path), f"can't be read: {error.strerror}")
        return
    yield from load.parse(data, str(path), path.suffix.lower())


def _uri(page: RawPage) -> str:
    """The page's source; a record with an id keeps its place when lines of its file move."""
    identifier = page.metadata.get("id")
    if page.kind == "record" and identifier:
        return f"{page.source.rpartition('#')[0]}#{identifier}"
    return page.source


def _digest(page: RawPage) -> str:
    parts = [_CLEANING, page.kind, page.text, sorted(page.metadata.items())]
    return hashlib.sha256(
        json.dumps(parts, ensure_ascii=False).encode("utf-8", "replace")
    ).hexdigest()
