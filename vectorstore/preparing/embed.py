"""Text to vectors: the bundled static model without torch, or any sentence-transformers model."""

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from vectorstore.chinese import fold
from vectorstore.errors import ModelMissing

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]
"""Shape (texts, dimensions), float32; rows of length 1, zero for a text without known pieces."""

Pieces = NDArray[np.uint16]
"""Ids of a static model's pieces of a text, in order."""

BUNDLED = "xieshou-embedding-v2"
"""The bundled static model; the pieces that are stored are always its."""
SEPARATOR = 65535
"""Stands between the pieces of a heading and of each sentence; the id of no piece."""

_STATIC_FILES = ("model.safetensors", "tokenizer.json")
# Token lists take far more memory than their text; an article of 10 MB is embedded in parts.
_BATCH = 256
# Values of each tensor that the fingerprint of a transformer looks at.
_SAMPLE = 256


class Embedder(Protocol):
    """What the store needs of an embedding model."""

    fingerprint: str
    """Changes whenever the same text would get another vector."""
    dimensions: int

    def embed(self, texts: list[str]) -> Vectors:
        """Vectors of passages."""

    def embed_query(self, question: str) -> Vectors:
        """Vector of one question, shape (dimensions,)."""


class StaticEmbedder:
    """A table of token vectors: a text's vector is the mean over its tokens, made unit length.

    Reads the folder of a sentence-transformers StaticEmbedding (+ Normalize) with tokenizers and
    numpy alone: the vectors are the same and no torch is imported, which would take seconds.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tokenizer, self._table = _read_static(folder)
        self.dimensions: int = self._table.shape[1]
        self.fingerprint = _digest([folder / name for name in _STATIC_FILES])

    @property
    def vocabulary(self) -> dict[str, int]:
        """Id of each piece."""
        found: dict[str, int] = self._tokenizer.get_vocab()
        return found

    @property
    def table(self) -> Vectors:
        """Vector of each piece, shape (pieces, dimensions), of any length."""
        return self._table

    def embed(self, texts: list[str]) -> Vectors:
        """Vectors of passages, in folded script."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            self._fill(vectors, start, self._tokenize(texts[start : start + _BATCH]))
        return _unit(vectors)

    def embed_pieces(self, pieces: list[Pieces]) -> Vectors:
        """Vectors of passages by their pieces, `SEPARATOR` left out: those that `embed` gives."""
        vectors = np.zeros((len(pieces), self.dimensions), dtype=np.float32)
        self._fill(vectors, 0, [ids[ids != SEPARATOR] for ids in pieces])
        return _unit(vectors)

    def pieces(self, texts: list[str]) -> list[Pieces]:
        """The pieces of each text, in folded script; they never reach across punctuation.

        Only for a model of fewer than 65,535 pieces, as the bundled one.
        """
        found: list[Pieces] = []
        for start in range(0, len(texts), _BATCH):
            rows = self._tokenize(texts[start : start + _BATCH])
            found += [np.asarray(ids, dtype=np.uint16) for ids in rows]
        return found

    def _tokenize(self, texts: list[str]) -> list[list[int]]:
        # Folded at once, which is several times faster; a character stays one character.
        folded = fold("\n".join(texts))
        ends = list(accumulate(len(text) + 1 for text in texts))
        parts = [
            folded[end - len(text) - 1 : end - 1] for end, text in zip(ends, texts, strict=True)
        ]
        encodings = self._tokenizer.encode_batch_fast(parts, add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def _fill(self, vectors: Vectors, first: int, rows: Sequence[Sequence[int] | Pieces]) -> None:
        for row, ids in enumerate(rows, first):
            if len(ids):
                vectors[row] = self._table[ids].mean(axis=0)

    def embed_query(self, question: str) -> Vectors:
        """Vector of one question, shape (dimensions,)."""
        vector: Vectors = self.embed([question])[0]
        return vector


class TransformerEmbedder:
    """Any sentence-transformers model, by folder or hub name; imports torch when made."""

    def __init__(self, name: str, query_prompt: str = "") -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model: Any = SentenceTransformer(name, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelMissing(f"can't load embedding model {name!r}: {error}") from error
        self._query_prompt = query_prompt
        self.dimensions = int(self._model.get_embedding_dimension())
        self.fingerprint = _transformer_digest(self._model, query_prompt)

    def embed(self, texts: list[str]) -> Vectors:
        """Vectors of passages, with the model's own passage prompt where it has one."""
        encode = getattr(self._model, "encode_document", self._model.encode)
        vectors = encode(texts, normalize_embeddings=True, convert_to_numpy=True)
        return np.asarray(vectors, dtype=np.float32)

    def embed_query(self, question: str) -> Vectors:
        """Vector of one question, shape (dimensions,), after the configured or own prompt."""
        if self._query_prompt:
            vectors = self._model.encode([self._query_prompt + question], normalize_embeddings=True)
        else:
            encode = getattr(self._model, "encode_query", self._model.encode)
            vectors = encode([question], normalize_embeddings=True)
        return np.asarray(vectors[0], dtype=np.float32)


def load_embedder(name: str, query_prompt: str = "") -> Embedder:
    """The embedding model called `name`: bundled, a folder, or a sentence-transformers name.

    Raises:
        ModelMissing: if it is none of these, or a file of it is missing or damaged.
    """
    bundled = _bundled_folder(name)
    folder = bundled if bundled.is_dir() else Path(name)
    if folder == _bundled_folder(BUNDLED):
        return bundled_embedder()
    if folder.is_dir() and _is_static(folder):
        return StaticEmbedder(folder)
    if folder.is_absolute() and not folder.is_dir():
        raise ModelMissing(f"can't load embedding model {name!r}: there is no such folder")
    return TransformerEmbedder(str(folder) if folder.is_dir() else name, query_prompt)


@lru_cache(maxsize=1)
def bundled_embedder() -> StaticEmbedder:
    """The bundled static model, read once; whatever model embeds, the pieces are this one's.

    Raises:
        ModelMissing: if a file of it is missing or damaged.
    """
    return StaticEmbedder(_bundled_folder(BUNDLED))


def _bundled_folder(name: str) -> Path:
    return Path(str(resources.files("vectorstore"))) / "models" / name


def _is_static(folder: Path) -> bool:
    try:
        modules = json.loads((folder / "modules.json").read_text("utf-8"))
        types = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
        paths = [module["path"] for module in modules]
    except (OSError, ValueError, TypeError, KeyError):
        raise ModelMissing(
            f"{folder} is no sentence-transformers model: modules.json is missing or damaged"
        ) from None
    return types == ["StaticEmbedding", "Normalize"] and paths[0] == ""


def _read_static(folder: Path) -> tuple["Tokenizer", Vectors]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    for name in _STATIC_FILES:
        if not (folder / name).is_file():
            raise ModelMissing(f"{folder / name} is missing; install the package again")
    _check_sums(folder)
    try:
        table = _table(load_file(folder / "model.safetensors"))
    except (SafetensorError, KeyError, ValueError, OSError) as error:
        raise ModelMissing(f"{folder / 'model.safetensors'} is damaged: {error}") from error
    try:
        # The tokenizers library raises a bare Exception, which only this lets us tell apart.
        json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ModelMissing(f"{folder / 'tokenizer.json'} is damaged: {error}") from error
    if tokenizer.get_vocab_size() > len(table):
        raise ModelMissing(f"{folder}: tokenizer.json has more tokens than model.safetensors")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer, table


def _check_sums(folder: Path) -> None:
    """Compare the files that are read with SHA256SUMS, where the folder has one."""
    sums = folder / "SHA256SUMS"
    for line in sums.read_text("utf-8").splitlines() if sums.is_file() else ():
        digest, _, name = line.partition("  ")
        if name in _STATIC_FILES:
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    raise ModelMissing(f"{folder / name} is damaged; install the package again")


def _table(tensors: dict[str, Any]) -> Vectors:
    """Token vectors, in either layout of a StaticEmbedding: whole, or rows with a scale each."""
    if "embeddings" in tensors and "weights" in tensors:
        scales = tensors["weights"].astype(np.float32)
        table = np.asarray(tensors["embeddings"].astype(np.float32) * scales[:, None])
    else:
        table = np.asarray(tensors["embedding.weight"].astype(np.float32))
    if table.ndim != 2:
        raise ValueError(f"a table has 2 dimensions, this has {table.ndim}")
    return table


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _transformer_digest(model: Any, query_prompt: str) -> str:
    """Digest of a model's layers, prompts and a sample of each tensor.

    Of stored values only: a vector computed on another machine differs in its last digits.
    """
    digest = hashlib.sha256(f"{model}\0{model.prompts}\0{query_prompt}".encode())
    for name, tensor in sorted(model.state_dict().items()):
        values = tensor.flatten()
        sample = values[:: max(1, len(values) // _SAMPLE)].double()
        digest.update(f"{name} {tuple(tensor.shape)}".encode() + sample.numpy().tobytes())
    return digest.hexdigest()[:16]


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
