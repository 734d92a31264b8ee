"""Vectors of chunks in Chroma, embedded or on a server. The only file that knows Chroma.

Chroma holds vectors under the numbers of chunks; with text adding takes three times as long, with
article ids and spans nearly twice. An embedded index that was not left whole is never opened
again: kill -9 in the middle of an add breaks it in about one case in fifty, and a damaged file
makes it answer wrongly or crash the process. A note beside it seals its files; where it does not
hold, a new folder is filled from the article store.
"""

import re
import secrets
import shutil
import time
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
from vectorstore.indexing.seal import Seal

# Ids that are taken out at once.
_BATCH = 200
# Embedded Chroma holds the GIL while it adds; after a small batch readers of the page come first.
_SMALL, _PAUSE_SECONDS = 50, 0.005
# Inner product of unit vectors is their cosine, and is defined for the zero vector as well.
# Of 20,000 chunks of news at 512 dimensions, questions between two chunks each, the 10 and the 50
# nearest were found to 95.4 and 97.5 % in 8 s of adding; with Chroma's own 16 neighbours, 100 and
# 100 to 93.0 and 95.1 % in 15 s.
_GRAPH = {"space": "ip", "max_neighbors": 24, "ef_construction": 40, "ef_search": 200}
# Chroma's own client would wait for ever for a server that hangs; one that works has answered a
# batch within a second.
_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Vector:
    """The vector of one chunk: all that Chroma is told of it."""

    chunk_id: int
    values: NDArray[np.float32]


class DenseIndex(Protocol):
    """Nearest chunks by vector; derived from the article store, at whose `revision` it stands."""

    @property
    def revision(self) -> int:
        """The article store's revision that the index stands at; 0 for a new one."""

    def update(self, gone: Iterable[int], new: Iterable[Vector], revision: int, batch: int) -> None:
        """Take chunks out and put chunks in, `batch` at once; doing it again changes nothing."""

    def search(self, vector: NDArray[np.float32], top_k: int) -> list[tuple[int, float]]:
        """The nearest chunks: `(chunk id, cosine similarity)`, best first."""

    def clear(self) -> None:
        """Throw the vectors away and start anew at revision 0."""

    def close(self) -> None:
        """Give back what is open."""


class EmbeddedIndex:
    """Chroma in a folder of this machine. Only the process that owns the folder may make one.

    Args:
        path: folder that holds the index's folder and the note that seals it.
        name: name of the collection.
        revision: the article store's; an index that stands beyond it is started anew.

    Raises:
        IndexUnavailable: here and in every method, if Chroma can't write or read its files.
    """

    def __init__(self, path: Path, name: str, revision: int) -> None:
        self._path, self._name = path, name
        self._seal = Seal(path)
        self._client: Any = None
        with _translated(str(path)):
            path.mkdir(parents=True, exist_ok=True)
            note = self._seal.read()
            if note and note.name == name and note.revision <= revision and self._seal.holds(note):
                self._open(note.folder, note.revision)
            else:
                self.clear()

    @property
    def revision(self) -> int:
        """The article store's revision that the index stands at."""
        return self._revision

    def update(
        self, gone: Iterable[int], new: Iterable[Vector], revision: int, batch: int = _BATCH
    ) -> None:
        """Take chunks out and put chunks in; until it is done the index does not count as whole."""
        with _translated(str(self._path)):
            self._seal.break_()
            _update(self._collection, gone, new, batch)
            self._seal.write(self._name, self._folder, revision)
            self._revision = revision

    def search(self, vector: NDArray[np.float32], top_k: int) -> list[tuple[int, float]]:
        """The nearest chunks: `(chunk id, cosine similarity)`, best first."""
        with _translated(str(self._path)):
            return _search(self._collection, vector, top_k)

    def clear(self) -> None:
        """Start anew in a new folder; the former ones are deleted."""
        with _translated(str(self._path)):
            self._seal.break_()
            self.close()
            for former in self._path.iterdir():
                if former.is_dir():
                    shutil.rmtree(former, ignore_errors=True)
            # Never the same path twice: a process keeps what Chroma knows of a path.
            self._open(secrets.token_hex(8), 0)

    def close(self) -> None:
        """Let go of the files; another process may then open them."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _open(self, folder: str, revision: int) -> None:
        import chromadb

        # Opening writes too. A question makes Chroma read all that it will, before the seal.
        self._seal.break_()
        self._client = chromadb.PersistentClient(str(self._path / folder), _chroma_settings())
        self._collection = _collection(self._client, self._name)
        self._folder, self._revision = folder, revision
        if revision:
            stored = self._collection.get(limit=1, include=["embeddings"])["embeddings"]
            for vector in stored:
                _search(self._collection, vector, 1)
        self._seal.write(self._name, folder, revision)


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
            _knock(url)
            self._client = chromadb.HttpClient(
                parts.hostname, port, ssl=parts.scheme == "https", settings=_chroma_settings()
            )
            _limit_waiting(self._client)
            self._collection = _collection(self._client, name)

    @property
    def revision(self) -> int:
        """The article store's revision that the index stands at; 0 for a new one."""
        return int((self._collection.metadata or {}).get("revision", 0))

    def update(
        self, gone: Iterable[int], new: Iterable[Vector], revision: int, batch: int = _BATCH
    ) -> None:
        """Take chunks out and put chunks in; doing it again changes nothing."""
        with _translated(self._url):
            _update(self._collection, gone, new, min(batch, _BATCH))
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
        """Close the HTTP connection."""
        self._client.close()


def _knock(url: str) -> None:
    """See in bounded time that a server of Chroma 1 answers; its client would wait for ever.

    To one of 0.6 that client says what it does not understand, and raises a bare `Exception`.
    """
    import httpx

    answer = httpx.get(f"{url.rstrip('/')}/api/v2/version", timeout=_SECONDS).raise_for_status()
    version = answer.json()
    if not isinstance(version, str) or not re.match(r"[1-9]", version):
        raise ValueError(f"it is no server of Chroma 1.0 or newer; it tells of version {version}")


def _limit_waiting(client: Any) -> None:
    # Chroma has no setting for it.
    client._server._session.timeout = _SECONDS  # noqa: SLF001


def _chroma_settings() -> Any:
    import chromadb.config

    return chromadb.config.Settings(anonymized_telemetry=False)


def _collection(client: Any, name: str) -> Any:
    return client.get_or_create_collection(
        name, embedding_function=None, configuration={"hnsw": _GRAPH}
    )


def _update(collection: Any, gone: Iterable[int], new: Iterable[Vector], size: int) -> None:
    for batch in _batched(gone, _BATCH):
        collection.delete(ids=[str(chunk_id) for chunk_id in batch])
    for batch in _batched(new, size):
        collection.upsert(
            ids=[str(vector.chunk_id) for vector in batch],
            embeddings=np.stack([vector.values for vector in batch]),
        )
        if size <= _SMALL:
            time.sleep(_PAUSE_SECONDS)


def _search(collection: Any, vector: NDArray[np.float32], top_k: int) -> list[tuple[int, float]]:
    found = collection.query(query_embeddings=[vector], n_results=top_k, include=["distances"])
    pairs = zip(found["ids"][0], found["distances"][0], strict=True)
    return [(int(chunk_id), 1.0 - float(distance)) for chunk_id, distance in pairs]


def _batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


@contextmanager
def _translated(place: str) -> Iterator[None]:
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (httpx.HTTPError, ChromaError, ValueError, OSError, RuntimeError) as error:
        # httpx adds a line that advertises a page on status codes.
        cause = " ".join(str(error).partition("\nFor more information")[0].split())
        raise IndexUnavailable(f"Chroma at {place} can't be used: {cause}") from error
