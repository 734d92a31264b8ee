"""New articles as they are put into an article store, and the ids their chunks get there."""

from datetime import date

import numpy as np

from vectorstore.schema import Article, Chunk, Dropped
from vectorstore.storage.articles import ArticleStore
from vectorstore.storage.tables import NewArticle


def new(
    identifier: str, text: str = "甲市。乙县。", source: str = "", digest: str = "d"
) -> NewArticle:
    article = Article(
        id=identifier,
        title=f"{identifier}的标题",
        text=text,
        publisher="某某日报",
        published=date(2022, 1, 2),
        source=source or f"/{identifier}.txt",
        dropped=(Dropped("spam", 3, "\0坏\ud800"),),
    )
    half = len(text) // 2
    chunks = [
        Chunk(identifier, text[:half], 0, half),
        Chunk(identifier, text[half:], half, len(text)),
    ]
    vectors = np.eye(2, 4, dtype=np.float32)
    pieces = [np.array(ids, dtype=np.uint16) for ids in ([7, 65535, 300, 65534], [])]
    mark = b"mark" + identifier.encode()
    return NewArticle(article, digest, mark, chunks, vectors, pieces)


def chunk_ids(store: ArticleStore, since: int = 0) -> list[int]:
    return [row.id for batch in store.chunks_since(since) for row in batch]
