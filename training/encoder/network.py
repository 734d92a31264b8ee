"""The encoder with its heads, in torch: what is trained, and what `export` writes."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.encoder.base import Base

TOKEN_HEADS = ("start", "end", "evidence")
"""What is said of each token: the answer starts here, ends here, and it belongs to evidence."""
PAIR_HEADS = ("answers", "yes", "supported", "contradicted", "not_found")
"""What is said of question and passage: it answers, the answer is yes; and of a claim."""


class Encoder(nn.Module):
    """A post-norm transformer with heads for tokens and for the pair of texts.

    Args:
        base: the pre-trained weights; its word embeddings are not trained.
        layers: how many of its layers, from the first one; None for all.
        frozen: how many of those, from the first one, are left as they are.
    """

    def __init__(self, base: Base, layers: int | None = None, frozen: int = 0) -> None:
        super().__init__()
        width = base.tensors["emb.word"].shape[1]
        words = _tensor(base.tensors["emb.word"])
        self.word = nn.Embedding.from_pretrained(words)  # type: ignore[no-untyped-call]
        position = base.tensors["emb.pos"] + base.tensors["emb.type"][0]
        self.position = nn.Parameter(_tensor(position))
        self.norm = _norm(base, "emb.ln")
        count = base.layers if layers is None else layers
        self.layers = nn.ModuleList(Layer(base, number) for number in range(count))
        if frozen:
            for part in (self.position, *self.norm.parameters()):
                part.requires_grad_(False)
        for layer in self.layers[:frozen]:
            layer.requires_grad_(requires_grad=False)
        self.tokens = nn.Linear(width, len(TOKEN_HEADS))
        self.pooled = nn.Linear(width, width)
        self.pair = nn.Linear(width, len(PAIR_HEADS))
        for head in (self.tokens, self.pooled, self.pair):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the heads.

        Args:
            ids: pieces, shape (batch, length).
            mask: True where a piece stands, the same shape.

        Returns:
            Of the tokens, shape (batch, length, len(TOKEN_HEADS)), and of the pair, shape
            (batch, len(PAIR_HEADS)).
        """
        states = self.norm(self.word(ids) + self.position[: ids.shape[1]])
        seen = mask[:, None, None, :]
        for layer in self.layers:
            states = layer(states, seen)
        pooled = torch.tanh(self.pooled(states[:, 0]))
        return self.tokens(states), self.pair(pooled)


class Layer(nn.Module):
    """Attention and feed-forward, each added to what came and normed."""

    def __init__(self, base: Base, number: int) -> None:
        super().__init__()
        tensors, name = base.tensors, f"l{number}"
        self.heads = base.heads
        joined = [np.concatenate([tensors[f"{name}.{p}.{k}"] for p in "qkv"]) for k in "wb"]
        self.qkv = _linear(*joined)
        self.attended = _linear(tensors[f"{name}.ao.w"], tensors[f"{name}.ao.b"])
        self.inner = _linear(tensors[f"{name}.fi.w"], tensors[f"{name}.fi.b"])
        self.outer = _linear(tensors[f"{name}.fo.w"], tensors[f"{name}.fo.b"])
        self.first_norm = _norm(base, f"{name}.aln")
        self.second_norm = _norm(base, f"{name}.oln")

    def forward(self, states: Tensor, seen: Tensor) -> Tensor:
        """The states after this layer; `seen` is True where a token may be looked at."""
        batch, length, width = states.shape
        split = self.qkv(states).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)
        states = self.first_norm(states + self.attended(mixed))
        bent = functional.gelu(self.inner(states))
        normed: Tensor = self.second_norm(states + self.outer(bent))
        return normed


def _tensor(values: np.ndarray[Any, np.dtype[np.float32]]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values))


def _linear(weight: Any, bias: Any) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        layer.weight.copy_(_tensor(weight))
        layer.bias.copy_(_tensor(bias))
    return layer


def _norm(base: Base, name: str) -> nn.LayerNorm:
    norm = nn.LayerNorm(len(base.tensors[f"{name}.w"]), eps=max(base.eps, 1e-12))
    with torch.no_grad():
        norm.weight.copy_(_tensor(base.tensors[f"{name}.w"]))
        norm.bias.copy_(_tensor(base.tensors[f"{name}.b"]))
    return norm
