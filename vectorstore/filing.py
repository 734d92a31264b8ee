"""What a prepared page becomes in the store: a new article, a newer one, a reprint of another."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from vectorstore.preparing.prepare import Prepared, Preparer
from vectorstore.reprints import official, reprint
from vectorstore.schema import Article
from vectorstore.storage.articles import ArticleStore
from vectorstore.storage.tables import NewArticle

Progress = Callable[[int, int, str], None]
"""Called with the number of pages done, the number known of so far, and the page's source."""

# Articles that are embedded again in one transaction.
_TOGETHER = 32


class Filing:
    """Puts prepared pages into an article store, and knows the signatures of all that is there.

    New articles are held back, to be stored together, until `flush` or until one is asked for.

    Args:
        store: where the articles go.
    """

    def __init__(self, store: ArticleStore) -> None:
        self.store = store
        known = store.signatures()
        self._signatures = reprint.Signatures(known)
        self._ids = set(known)
        self._outranked: Article | None = None
        self._held: list[NewArticle] = []
        self.partings = 0
        """How often a reprint had to be left on its own: it is to be read again then."""

    def file(self, prepared: Prepared, uri: str, digest: str, *, is_known: bool) -> str:
        """Store one page: added, updated or unchanged.

        Args:
            prepared: what was made of it.
            uri: the source that it is filed under.
            digest: SHA-256 of what the source held.
            is_known: whether something was filed under this source before.
        """
        article = replace(prepared.article, source=uri)
        twin = self._twin(article, prepared.signature)
        is_there = article.id in self._ids
        if is_there or is_known:
            self.flush()
        if not is_known and is_there and self.store.is_filed(article.id, digest):
            twin = article.id
        elif twin == article.id:
            twin = None
        if twin is not None:
            self.flush()
            self._forget(self.store.link(uri, digest, twin))
            return "unchanged"
        former = self.store.article(article.id) if is_there else None
        self._put(replace(prepared, article=article), digest, former)
        if is_known or former is not None:
            self.flush()
        return "added" if former is None else "updated"

    def flush(self) -> None:
        """Store what is held back."""
        if self._held:
            held, self._held = self._held, []
            for article_id in self.store.put_all(held):
                self._forget(article_id)

    def _put(self, prepared: Prepared, digest: str, former: Article | None) -> None:
        """Store an article; its reprints keep the former text where this one is another."""
        article, cut = prepared.article, prepared.cut
        if former and former.also_in and not reprint.is_reprint(article.text, former.text):
            heir = hashlib.sha256(f"{former.id} {former.also_in}".encode()).hexdigest()[:16]
            if self.store.part(former.id, heir):
                self.partings += 1
                self._remember(heir, reprint.signature(former.text))
        signature = prepared.signature
        new = NewArticle(article, digest, signature, cut.chunks, cut.vectors, cut.pieces)
        self._held.append(new)
        self._remember(article.id, signature)
        if self._outranked is not None:
            self.flush()
            self._take_over(self._outranked, article.id)

    def _take_over(self, outranked: Article, article_id: str) -> None:
        """File what an article was filed under as reprints of the one that goes before it."""
        for uri in (outranked.source, *outranked.also_in):
            known = self.store.source(uri)
            if known is not None and known[1] == outranked.id:
                self._forget(self.store.link(uri, known[0], article_id))

    def _twin(self, article: Article, mark: bytes) -> str | None:
        """Id of the stored article that this one is a reprint of, or an edition of the same."""
        self._outranked = None
        for found in self._signatures.find(mark):
            if found == article.id:
                return found
            if any(each.article.id == found for each in self._held):
                self.flush()
            other = self.store.article(found)
            if other is not None and reprint.is_reprint(article.text, other.text):
                if not official.outranks(article, other):
                    return found
                self._outranked = other
                return None
        return None

    def _remember(self, article_id: str, signature: bytes) -> None:
        self._signatures.add(article_id, signature)
        self._ids.add(article_id)

    def _forget(self, article_id: str | None) -> None:
        if article_id is not None:
            self._signatures.discard(article_id)
            self._ids.discard(article_id)


def embed_again(store: ArticleStore, preparer: Preparer, progress: Progress | None) -> None:
    """Cut and embed all stored articles anew; `progress` is told of what is stored for good."""
    ids = list(store.signatures())
    for start in range(0, len(ids), _TOGETHER):
        sources = []
        with store.together():
            for article_id in ids[start : start + _TOGETHER]:
                article = store.article(article_id)
                if article is not None:
                    cut = preparer.cut(article)
                    store.replace_chunks(article_id, cut.chunks, cut.vectors, cut.pieces)
                    sources.append(article.source)
        for done, source in enumerate(sources, start + 1):
            if progress is not None:
                progress(done, len(ids), source)
