"""A tiny encoder with invented pieces and random weights, for the tests of its training."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from tokenizers import Tokenizer

from assistant.reading.pieces import Pieces
from training.encoder.base import Base
from training.encoder.vocabulary import tokenizer_of

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
START, PAD, END, UNKNOWN = range(4)
HEADS, LAYERS, WIDTH, INNER, POSITIONS = 4, 2, 24, 40, 400

# The articles of 云川 and 石桥 that the tests tell of.
TITLE = "云川石桥携手办学"
TEXT = (
    "云川市与石桥市在2019年签下协议。云川方面负责资金,石桥方面提供场地。"
    "到年底,已有73家企业落户园区。\n带动480名农户就业,收入增加。下一步还要把经验推广到青岭。"
)
# Of these the tests' texts are made, beside all of ASCII.
_CHARACTERS = sorted(
    {*TITLE, *TEXT, *"市县月日吗多少哪年几谁的了是否水山路桥有无何时为《》、：？！"} - {"\n"}
)
_ASCII = [chr(code) for code in range(33, 127)]
_LONGER = ("云川", "石桥", "协议", "企业", "▁云川", "▁2019", "20", "19", "...")


def tiny_base(longer: Iterable[str] = _LONGER, seed: int = 0) -> Base:
    """A base of the characters of the texts here and some longer pieces, with random weights."""
    single = dict.fromkeys([*_CHARACTERS, *_ASCII])
    pieces = [(piece, 0.0) for piece in SPECIAL]
    pieces += [("▁", -4.0), *((piece, -6.0) for piece in single)]
    pieces += [(piece, -7.0) for piece in longer]
    random = np.random.default_rng(seed)

    def drawn(*shape: int, around: float = 0.0) -> np.ndarray:
        return random.normal(around, 0.2, shape).astype(np.float32)

    tensors = {
        "emb.word": drawn(len(pieces), WIDTH),
        "emb.pos": drawn(POSITIONS, WIDTH),
        "emb.type": drawn(2, WIDTH),
        "emb.ln.w": drawn(WIDTH, around=1.0),
        "emb.ln.b": drawn(WIDTH),
    }
    for layer in range(LAYERS):
        shapes = dict.fromkeys(("q", "k", "v", "ao"), (WIDTH, WIDTH))
        for name, shape in {**shapes, "fi": (INNER, WIDTH), "fo": (WIDTH, INNER)}.items():
            tensors[f"l{layer}.{name}.w"] = drawn(*shape)
            tensors[f"l{layer}.{name}.b"] = drawn(shape[0])
        for name in ("aln", "oln"):
            tensors[f"l{layer}.{name}.w"] = drawn(WIDTH, around=1.0)
            tensors[f"l{layer}.{name}.b"] = drawn(WIDTH)
    return Base(pieces, tensors, LAYERS, HEADS, 1e-12)


@lru_cache(maxsize=1)
def tiny_tokenizer() -> Tokenizer:
    """The tokenizer of `tiny_base`."""
    return tokenizer_of(tiny_base())


@lru_cache(maxsize=1)
def tiny_pieces() -> Pieces:
    """What cuts texts by it."""
    return Pieces(tiny_tokenizer())
