"""The span network in torch, its weights named as `assistant.reading.span_network` reads them."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from assistant.reading.letters import FEATURES, Batch
from vectorstore.preparing.embed import bundled_embedder

SIZE = 96
"""Outputs of each direction of each LSTM; also the length of a character's vector."""
_WORD = 64
_BEGIN = 8
_FAR = -1e4
# A character's neighbours in one text are dropped less than the answers' few examples.
_DROP_LETTERS = 0.15
_DROP_STATES = 0.25


class Encoder(nn.Module):
    """Letters to states: shape (length, texts, 2 · SIZE)."""

    def __init__(self, characters: int) -> None:
        super().__init__()
        self.chars = nn.Embedding(characters, SIZE, padding_idx=0)
        nn.init.normal_(self.chars.weight, std=0.3)
        self.words = nn.Embedding.from_pretrained(_words(), freeze=False)  # type: ignore[no-untyped-call]
        self.begin = nn.Embedding(2, _BEGIN)
        width = SIZE + _WORD + _BEGIN
        self.norm = nn.LayerNorm(width)
        self.one = nn.LSTM(width + len(FEATURES), SIZE, bidirectional=True)
        self.two = nn.LSTM(2 * SIZE, SIZE, bidirectional=True)
        self.drop = nn.Dropout(_DROP_LETTERS)

    def forward(self, batch: dict[str, Tensor]) -> Tensor:
        """The states of a batch."""
        parts = [
            self.chars(batch["characters"]),
            self.words(batch["words"]),
            self.begin(batch["begins"]),
        ]
        rows = self.drop(self.norm(torch.cat(parts, -1)))
        first, _ = self.one(torch.cat([rows, batch["features"]], -1))
        second, _ = self.two(self.drop(first))
        states: Tensor = first + second
        return states


class SpanModule(nn.Module):
    """Passages and questions to logits of where the answer starts and ends."""

    def __init__(self, characters: int) -> None:
        super().__init__()
        width = 2 * SIZE
        self.enc = Encoder(characters)
        for name in ("wp", "wq", "sp", "sq"):
            self.add_module(name, nn.Linear(width, 1, bias=False))
        self.wm = nn.Parameter(torch.ones(width) / width**0.5)
        self.sm = nn.Parameter(torch.ones(width) / width**0.5)
        self.fuse = nn.Linear(4 * width + len(FEATURES), width)
        self.three = nn.LSTM(width, SIZE, bidirectional=True)
        self.mix = nn.Linear(3 * width, width)
        self.start = nn.Linear(width, 1)
        self.h = nn.Linear(width, SIZE)
        self.c = nn.Linear(width, SIZE, bias=False)
        self.end = nn.Linear(SIZE, 1)
        self.null = nn.Sequential(nn.Linear(3 * width, 64), nn.ReLU(), nn.Linear(64, 2))
        self.drop = nn.Dropout(_DROP_STATES)

    def forward(self, p: dict[str, Tensor], q: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
        """Logits of shape (passages, length + 1); the last column says "not here"."""
        passage = self.drop(self.enc(p)).transpose(0, 1)
        question = self.drop(self.enc(q)).transpose(0, 1)
        gap, none = (p["characters"] == 0).T, (q["characters"] == 0).T
        alike = _alike(self, "wp", "wq", "wm", passage, question)
        alike = alike.masked_fill(none[:, None], _FAR)
        attended = alike.softmax(-1) @ question
        most = alike.max(-1).values.masked_fill(gap, _FAR)
        met = most.softmax(-1)[:, None] @ passage
        features = p["features"].transpose(0, 1)
        joined = [passage, attended, passage * attended, passage * met, features]
        fused = functional.relu(self.fuse(torch.cat(joined, -1)))
        state = self.drop(fused + self._modelled(fused, gap))
        starts = self.start(state)[..., 0].masked_fill(gap, _FAR)
        centre = starts.softmax(-1)[:, None] @ state
        ends = self.end(torch.tanh(self.h(state) + self.c(centre)))[..., 0].masked_fill(gap, _FAR)
        whole = state.masked_fill(gap[..., None], _FAR).max(1).values
        asked = question.masked_fill(none[..., None], _FAR).max(1).values
        nowhere = self.null(torch.cat([whole, asked, met[:, 0]], -1))
        return torch.cat([starts, nowhere[:, :1]], 1), torch.cat([ends, nowhere[:, 1:]], 1)

    def _modelled(self, fused: Tensor, gap: Tensor) -> Tensor:
        rows, _ = self.three(self.drop(fused).transpose(0, 1))
        rows = rows.transpose(0, 1)
        own = self.drop(rows)
        alike = _alike(self, "sp", "sq", "sm", own, own).masked_fill(gap[:, None], _FAR)
        seen = alike.softmax(-1) @ own
        modelled: Tensor = rows + functional.relu(self.mix(torch.cat([own, seen, own * seen], -1)))
        return modelled


def _alike(module: Any, left: str, right: str, both: str, rows: Tensor, columns: Tensor) -> Tensor:
    """How alike each row and column are, shape (texts, rows, columns)."""
    own, other = getattr(module, left)(rows), getattr(module, right)(columns)
    alike: Tensor = (rows * getattr(module, both)) @ columns.transpose(1, 2)
    alike = alike + own + other.transpose(1, 2)
    return alike


def tensors(batch: Batch) -> dict[str, Tensor]:
    """A batch as the modules take it."""
    names = ("characters", "words", "begins", "features")
    return {name: torch.from_numpy(getattr(batch, name)) for name in names}


def _words() -> Tensor:
    """First vectors of words: what matters most in those of the embedder; row 0 is no word."""
    table = bundled_embedder().table
    unit = table / (np.linalg.norm(table, axis=1, keepdims=True) + 1e-6)
    centred = unit - unit.mean(axis=0)
    _, directions = np.linalg.eigh(centred.T @ centred)
    projected = centred @ directions[:, -_WORD:]
    projected *= 0.3 / projected.std()
    none: NDArray[np.float32] = np.zeros((1, _WORD), dtype=np.float32)
    return torch.from_numpy(np.concatenate([none, projected]).astype(np.float32))
