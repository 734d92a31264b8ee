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
_REPLACED = dict.fromkeys([0, *range(0xD800, 0xE000)], "\ufffd")


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
        self._seen: set[str] = set()

    def run(self, source: str, progress: Progress | None = None) -> AddReport:
        """Add a file, a folder, a .jsonl file or a URL, and say what became of each page."""
        counts = {"added": 0, "updated": 0, "unchanged": 0}
        skipped: list[Skipped] = []
        for done, total, page in self._pages(source):
            outcome = page if isinstance(page, Skipped) else self._add(page)
            if isinstance(outcome, Skipped):
                skipped.append(Skipped(_printable(outcome.source), outcome.reason))
            else:
                counts[outcome] += 1
            if progress is not None:
                progress(done, total, page.source)
        return AddReport(**counts, skipped=skipped)

    # -- reading ----------------------------------------------------------------------------

    def _pages(self, source: str) -> Iterator[tuple[int, int, RawPage | Skipped]]:
        """Every page of the source, with the number of files done and found."""
        if not source.strip() or "\0" in source:
            yield 1, 1, Skipped(source, "names no file, folder or URL")
            return
        if source.lower().startswith(("http://", "https://")):
            for page in self._fetched(source):
                yield 1, 1, page
            return
        files = list(load.discover(_absolute(source)))
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
        page = _storable(page)
        uri, digest = _uri(page), _digest(page)
        if uri in self._seen:
            return Skipped(page.source, "an id that came before in this file; the first one counts")
        self._seen.add(uri)
        known = self._store.source(uri)
        if known is not None and known[0] == digest:
            return "unchanged"
        try:
            article = replace(clean.clean(page), source=uri)
        except SourceUnreadable as error:
            return Skipped(page.source, str(error))
        mark = reprint.signature(article.text)
        twin = self._twin(article, mark)
        if known is None and self._store.is_filed(article.id, digest):
            twin = article.id
        elif twin == article.id:
            twin = None
        if twin is not None:
            self._forget(self._store.link(uri, digest, twin))
            return "unchanged"
        return self._put(article, digest, mark)

    def _put(self, article: Article, digest: str, mark: bytes) -> str:
        """Store an article; its reprints keep the former text where this one is another."""
        former = self._store.article(article.id)
        if former is not None and former.also_in and not _is_alike(former, article, mark):
            heir = hashlib.sha256(f"{former.id} {former.also_in}".encode()).hexdigest()[:16]
            if self._store.part(former.id, heir):
                self._signatures.add(heir, reprint.signature(former.text))
        self._forget(self._store.put(self._new_article(article, digest, mark)))
        self._signatures.add(article.id, mark)
        return "added" if former is None else "updated"

    def _twin(self, article: Article, mark: bytes) -> str | None:
        """Id of the stored article that this one is a reprint of, or an edition of the same."""
        found = self._signatures.find(mark)
        if found is None or found == article.id:
            return found
        other = self._store.article(found)
        return found if other and reprint.is_reprint(article.text, other.text) else None

    def _forget(self, article_id: str | None) -> None:
        if article_id is not None:
            self._signatures.discard(article_id)

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


def _is_alike(former: Article, article: Article, mark: bytes) -> bool:
    known = reprint.Signatures({former.id: reprint.signature(former.text)})
    return known.find(mark) is not None and reprint.is_reprint(article.text, former.text)


def _absolute(source: str) -> Path:
    """The path by which a file is known, wherever it is named from; a link stays a link."""
    path = Path(source)
    return path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()


def _printable(text: str) -> str:
    """`text` with what no database and no terminal takes, bytes of a file name say, spelled out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def _storable(page: RawPage) -> RawPage:
    """The page without NUL and halves of surrogate pairs in what cleaning takes over as it is."""
    fields = {name: value.translate(_REPLACED) for name, value in page.metadata.items()}
    return replace(page, source=_printable(page.source), metadata=fields)


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
