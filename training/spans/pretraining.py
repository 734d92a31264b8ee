"""Learning Chinese from plain text: whole words are masked and their characters guessed.

Whole-word masking is of Cui et al. 2021; the words are the embedder's pieces.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from assistant.reading.letters import FEATURES, FIRST, MASK
from training.spans.corpus import Row
from training.spans.network import SIZE, Encoder

_LENGTH = 256
_BATCH = 32
_MASKED = 0.17
# Of what is masked, so much is hidden and so much replaced; the rest stays and is guessed too.
_HIDDEN, _REPLACED = 0.85, 0.08
# What replaces is one of the commonest characters.
_COMMON = 2000
_RATE = 3e-3
_WARM = 200


@dataclass(frozen=True, slots=True)
class Masked:
    """A batch of masked text, arrays of shape (length, texts)."""

    letters: Mapping[str, Tensor]
    gold: Tensor
    where: Tensor


class _Guesser(nn.Module):
    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.out = nn.Linear(2 * SIZE, SIZE)
        self.bias = nn.Parameter(torch.zeros(encoder.chars.num_embeddings))

    def forward(self, masked: Masked) -> Tensor:
        states = self.encoder(dict(masked.letters))[masked.where]
        guessed: Tensor = functional.gelu(self.out(states)) @ self.encoder.chars.weight.T
        return guessed + self.bias


def pretrain(encoder: Encoder, row: Row, steps: int, seed: int) -> Iterator[float]:
    """Train the encoder; gives the loss of each step."""
    guesser = _Guesser(encoder)
    optimiser = torch.optim.Adam(guesser.parameters(), lr=_RATE, betas=(0.9, 0.98))
    for step, masked in enumerate(masked_batches(row, steps, seed)):
        rate = _RATE * min(1.0, (step + 1) / _WARM) * max(0.03, 1 - step / steps)
        for group in optimiser.param_groups:
            group["lr"] = rate
        loss = functional.cross_entropy(guesser(masked), masked.gold[masked.where])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(guesser.parameters(), 1.0)
        optimiser.step()
        yield float(loss.detach())


def masked_batches(row: Row, steps: int, seed: int) -> Iterator[Masked]:
    """Batches of the row, its pieces in a random order."""
    generator = np.random.default_rng(seed)
    number = len(row.characters) // _LENGTH
    shape = (number, _LENGTH)
    characters, words, begins = (
        each[: number * _LENGTH].reshape(shape) for each in (row.characters, row.words, row.begins)
    )
    order = generator.permutation(number)
    for step in range(steps):
        own = order[np.arange(step * _BATCH, (step + 1) * _BATCH) % number]
        part = [each[own].astype(np.int64) for each in (characters, words, begins)]
        yield _mask(part[0], part[1], part[2], generator)


def _mask(
    characters: NDArray[np.int64],
    words: NDArray[np.int64],
    begins: NDArray[np.int64],
    generator: np.random.Generator,
) -> Masked:
    """Mask words of rows of text, arrays of shape (texts, length)."""
    number = np.cumsum(begins, axis=1)  # which word of its row each character is in
    shape = (len(characters), characters.shape[1] + 1)
    chosen = np.take_along_axis(generator.random(shape) < _MASKED, number, axis=1)
    chosen &= characters >= FIRST
    fate = np.take_along_axis(generator.random(shape), number, axis=1)
    shown = np.where(chosen & (fate < _HIDDEN), MASK, characters)
    swapped = chosen & (fate >= _HIDDEN) & (fate < _HIDDEN + _REPLACED)
    common = min(_COMMON, int(characters.max()) + 1)
    shown[swapped] = generator.integers(FIRST, common, int(swapped.sum()))
    kept = np.where(chosen & (fate < _HIDDEN + _REPLACED), 0, words)
    letters = {
        name: torch.from_numpy(np.ascontiguousarray(each.T))
        for name, each in (("characters", shown), ("words", kept), ("begins", begins))
    }
    letters["features"] = torch.zeros(*letters["characters"].shape, len(FEATURES))
    gold, where = (torch.from_numpy(np.ascontiguousarray(each.T)) for each in (characters, chosen))
    return Masked(letters, gold, where)
