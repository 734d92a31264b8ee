"""Vectors of chunks in Chroma, embedded or on a server. The only file that knows Chroma.

Chroma holds vectors, article ids and spans, and no text (adding is then three times faster). An
embedded index that was not left cleanly is never opened again: kill -9 in the middle of an add
breaks it in about one case in fifty, sometimes so that opening it crashes the process. A file
beside it says that it is clean, at which revision, and in which folder; without that file a new
folder is filled from the article store.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import IndexUnavailable

# Embedded Chroma holds the GIL while it adds; small batches let readers of the page in between.
_BATCH = 200


@dataclass(frozen=True, slots=True)
class Vector:
    """The vector of one chunk, and where the chunk stands: what Chroma is told of it."""

    chunk_id: int
    article_id: str
    start: int
    end: int
    values: NDArray[np.float32]


class DenseIndex(Protocol):
    """Nearest chunks by vector; derived from the article store, at whose `revision` it stands."""

    @property
    def revision(self) -> int:
        """The article store's revision that the index stands at; 0 for a new one."""

    def update(self, gone: Iterable[int], new: Iterable[Vector], revision: int) -> None:
        """Take chunks out and put chunks in; doing it again changes nothing."""

    def search(self, vector: NDArray[np.float32], top_k: int) -> list[tuple[int, float]]:
        """The nearest chunks: `(chunk id, cosine similarity)`, best first."""

    def clear(self) -> None:
        """Throw the vectors away and start anew at revision 0."""

    def close(self) -> None:
        """Give back what is open."""


class EmbeddedIndex:
    """Chroma in a folder of this machine. Only the process that owns the folder may make one.

    Args:
        path: folder that holds the numbered folders of the index and the file that names one.
        name: name of the collection.
        revision: the article store's; an index that stands elsewhere is started anew.
    """

    def __init__(self, path: Path, name: str, revision: int) -> None:
        self._path, self._name = path, name
        self._note = path / "clean.json"
        path.mkdir(parents=True, exist_ok=True)
        folder, self._revision = self._read_note()
        if self._revision != revision or not (path / folder).is_dir():
            self.clear()
        else:
            self._open(folder)

    @property
    def revision(self) -> int:
        """The article store's revision that the index stands at."""
        return self._revision

    def update(self, gone: Iterable[int], new: Iterable[Vector], revision: int) -> None:
        """Take chunks out and put chunks in; until it is done the index does not count as clean."""
        self._note.unlink(missing_ok=True)
        _update(self._collection, gone, new)
        self._revision = revision
        _write_note(self._note, {"folder": self._folder, "revision": revision})

    def search(self, vector: NDArray[np.float32], top_k: int) -> list[tuple[int, float]]:
        """The nearest chunks: `(chunk id, cosine similarity)`, best first."""
        return _search(self._collection, vector, top_k)

    def clear(self) -> None:
        """Start anew in the next numbered folder; the former ones are deleted."""
        self._note.unlink(missing_ok=True)
        former = sorted(int(item.name) for item in self._path.iterdir() if item.name.isdigit())
        for number in former:
            shutil.rmtree(self._path / str(number), ignore_errors=True)
        self._revision = 0
        # Chroma keeps a client per path for the life of the process, so a path is never used twice.
        self._open(str(former[-1] + 1 if former else 1))

    def close(self) -> None:
        """Nothing: Chroma has written what it was given."""

    def _open(self, folder: str) -> None:
        import chromadb

        self._folder = folder
        client = chromadb.PersistentClient(str(self._path / folder), _chroma_settings())
        self._collection = _collection(client, self._name)

    def _read_note(self) -> tuple[str, int]:
        try:
            note = json.loads(self._note.read_text("utf-8"))
            return str(note["folder"]), int(note["revision"])
        except (OSError, ValueError, KeyError, TypeError):
            return "", -1


class ServerIndex:
    """Chroma on a server; the revision is kept in the collection's metadata.

    Args:
        url: the server's address, `http://host:port`.
        name: name of the collection.

    Raises:
        IndexUnavailable: here and in every method, if the server does not answer.
    """

    def __init__(self, url: str, name: str) -> None:
        import chromadb

        self._url, self._name = url, name
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise IndexUnavailable(
                f"{url!r} is no address of a Chroma server; write http://host:port"
            )
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with _translated(url):
            self._client = chromadb.HttpClient(
                parts.hostname, port, ssl=parts.scheme == "https", settings=_chroma_settings()
            )
            self._collection = _collection(self._client, name)

    @property
    def revision(self) -> int:
        """The article store's revision that the index stands at; 0 for a new one."""
        return int((self._collection.metadata or {}).get("revision", 0))

    def update(self, gone: Iterable[int], new: Iterable[Vector], revision: int) -> None:
        """Take chunks out and put chunks in; doing it again changes nothing."""
        with _translated(self._url):
            _update(self._collection, gone, new)
            self._collection.modify(metadata={"revision": revision})

    def search(self, vector: NDArray[np.float32], top_k: int) -> list[tuple[int, float]]:
        """The nearest chunks: `(chunk id, cosine similarity)`, best first."""
        with _translated(self._url):
            return _search(self._collection, vector, top_k)

    def clear(self) -> None:
        """Delete the collection and make a new one."""
        with _translated(self._url):
            self._client.delete_collection(self._name)
            self._collection = _collection(self._client, self._name)

    def close(self) -> None:
        """Nothing: the client holds no more than an HTTP connection."""


def _chroma_settings() -> Any:
    import chromadb.config

    return chromadb.config.Settings(anonymized_telemetry=False)


def _collection(client: Any, name: str) -> Any:
    # Inner product of unit vectors is their cosine, and is defined for the zero vector as well.
    return client.get_or_create_collection(
        name, embedding_function=None, configuration={"hnsw": {"space": "ip"}}
    )


def _update(collection: Any, gone: Iterable[int], new: Iterable[Vector]) -> None:
    for batch in _batched(gone):
        collection.delete(ids=[str(chunk_id) for chunk_id in batch])
    for batch in _batched(new):
        collection.upsert(
            ids=[str(vector.chunk_id) for vector in batch],
            embeddings=[vector.values for vector in batch],
            metadatas=[
                {"article_id": vector.article_id, "start": vector.start, "end": vector.end}
                for vector in batch
            ],
        )


def _search(collection: Any, vector: NDArray[np.float32], top_k: int) -> list[tuple[int, float]]:
    found = collection.query(query_embeddings=[vector], n_results=top_k, include=["distances"])
    pairs = zip(found["ids"][0], found["distances"][0], strict=True)
    return [(int(chunk_id), 1.0 - float(distance)) for chunk_id, distance in pairs]


def _batched(items: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, _BATCH)):
        yield batch


def _write_note(path: Path, note: dict[str, object]) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(note), "utf-8")
    temporary.replace(path)


@contextmanager
def _translated(url: str) -> Iterator[None]:
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (httpx.HTTPError, ChromaError, ValueError, OSError) as error:
        raise IndexUnavailable(f"the Chroma server at {url} can't be used: {error}") from error
