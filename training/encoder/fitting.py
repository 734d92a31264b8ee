"""Training the encoder and its heads together, in steps that can be taken up again."""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from assistant.reading.pieces import Pair, Pieces, batch
from training.encoder.examples import Example, Unit
from training.encoder.network import PAIR_HEADS, Encoder

BATCH = 16
# Batches of like length are made of so many examples, in their order otherwise.
_POOL = 32 * BATCH
_WARMUP = 60
_LEAST = 0.04
_HEADS_FASTER = 4.0
_NONE = -100
_ANSWERS, _YES = PAIR_HEADS.index("answers"), PAIR_HEADS.index("yes")
_LABEL = PAIR_HEADS.index("supported")
# A wrong sentence is as bad as a wrong passage; where exactly the short answer stands, half so.
_WEIGHTS = {"answers": 1.0, "evidence": 1.0, "span": 0.5, "yes": 1.0, "label": 1.0}


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step learns from; `_NONE` or NaN where nothing is known.

    Attributes:
        ids, mask: shape (batch, length).
        pair: wanted of the heads "answers" and "yes", shape (batch, 2).
        label: of claims, shape (batch,).
        span: pieces where the short answer starts and ends, 0 for none, shape (batch, 2).
        passage: True at the pieces of the passage and at the first, which says "not here".
        sentence: number of the sentence that a piece belongs to, counted through the batch, −1
            outside; shape (batch, length).
        evidence: whether each sentence is evidence, shape (sentences,).
    """

    ids: Tensor
    mask: Tensor
    pair: Tensor
    label: Tensor
    span: Tensor
    passage: Tensor
    sentence: Tensor
    evidence: Tensor


def batches(units: Sequence[Unit], seed: int) -> list[list[Example]]:
    """Units in their order as batches of like length, the batches of a pool in any order.

    Args:
        units: examples that are to stand in one batch.
        seed: of the order of batches.
    """
    chance = random.Random(seed)
    pools: list[list[Unit]] = [[]]
    for unit in units:
        if sum(map(len, pools[-1])) >= _POOL:
            pools.append([])
        pools[-1].append(unit)
    found = []
    for pool in pools:
        own: list[list[Example]] = [[]]
        for unit in sorted(pool, key=lambda each: max(map(_length, each))):
            if own[-1] and len(own[-1]) + len(unit) > BATCH:
                own.append([])
            own[-1] += unit
        chance.shuffle(own)
        found += own
    return [batch for batch in found if batch]


def _length(example: Example) -> int:
    return len(example.asked) + len(example.head) + len(example.text)


def collate(examples: Sequence[Example], pieces: Pieces) -> Batch:
    """Examples as tensors."""
    pairs = pieces.pairs([e.asked for e in examples], [(e.head, e.text) for e in examples])
    ids, mask = batch(pairs)
    sentence = np.full(ids.shape, -1, dtype=np.int64)
    passage = np.zeros(ids.shape, dtype=bool)
    evidence: list[float] = []
    spans = []
    for row, (example, pair) in enumerate(zip(examples, pairs, strict=True)):
        spans.append(_span(example, pair))
        passage[row, : len(pair.ids)] = pair.starts >= 0
        passage[row, 0] = True
        if example.answers is None:
            continue
        for bounds in example.sentences:
            inside = (pair.starts >= bounds[0]) & (pair.ends <= bounds[1]) & (pair.ends > 0)
            if inside.any():
                sentence[row, : len(inside)][inside] = len(evidence)
                evidence.append(float(bounds in example.evidence))
    pair_wanted = [
        [math.nan if each is None else float(each) for each in (e.answers, e.yes)] for e in examples
    ]
    labels = [_NONE if e.label is None else e.label for e in examples]
    return Batch(
        torch.from_numpy(ids),
        torch.from_numpy(mask > 0),
        torch.tensor(pair_wanted),
        torch.tensor(labels),
        torch.tensor(spans),
        torch.from_numpy(passage),
        torch.from_numpy(sentence),
        torch.tensor(evidence),
    )


def _span(example: Example, pair: Pair) -> tuple[int, int]:
    if example.answers is None or (example.answers and example.span is None):
        return _NONE, _NONE
    if example.span is None:
        return 0, 0
    start, end = example.span
    inside = np.flatnonzero((pair.ends > start) & (pair.starts < end) & (pair.starts >= 0))
    return (int(inside[0]), int(inside[-1])) if len(inside) else (_NONE, _NONE)


def losses(network: Encoder, wanted: Batch) -> dict[str, Tensor]:
    """The loss of each head that the batch has something for."""
    tokens, pair = network(wanted.ids, wanted.mask)
    found: dict[str, Tensor] = {}
    for place, name in ((0, "answers"), (1, "yes")):
        known = ~wanted.pair[:, place].isnan()
        if known.any():
            logit = pair[known, (_ANSWERS, _YES)[place]]
            found[name] = functional.binary_cross_entropy_with_logits(
                logit, wanted.pair[known, place]
            )
    if (wanted.label != _NONE).any():
        found["label"] = functional.cross_entropy(pair[:, _LABEL:], wanted.label)
    if (wanted.span != _NONE).any():
        scores = tokens[:, :, :2].masked_fill(~wanted.passage[:, :, None], -1e4)
        found["span"] = functional.cross_entropy(
            scores.transpose(1, 2).reshape(-1, scores.shape[1]), wanted.span.reshape(-1)
        )
    if len(wanted.evidence):
        logits = sentence_logits(tokens[:, :, 2], wanted.sentence, len(wanted.evidence))
        found["evidence"] = functional.binary_cross_entropy_with_logits(
            logits, wanted.evidence, pos_weight=torch.tensor(2.0)
        )
    return found


def sentence_logits(tokens: Tensor, sentence: Tensor, count: int) -> Tensor:
    """The mean of a head over the pieces of each sentence, shape (count,)."""
    inside = sentence >= 0
    number = sentence[inside]
    total = torch.zeros(count).index_add(0, number, tokens[inside])
    size = torch.zeros(count).index_add(0, number, torch.ones(len(number)))
    return total / size.clamp(min=1)


class Fit:
    """A training that can be stopped and taken up again.

    Args:
        network: changed in place.
        steps: of the whole training, for the schedule.
        rate: the highest learning rate of the encoder.
        kept: the file that holds its state.
    """

    def __init__(self, network: Encoder, steps: int, rate: float, kept: Path) -> None:
        self._network, self._steps, self._kept = network, steps, kept
        heads = [*network.tokens.parameters(), *network.pooled.parameters()]
        heads += network.pair.parameters()
        known = {id(each) for each in heads}
        body = [p for p in network.parameters() if p.requires_grad and id(p) not in known]
        groups = [{"params": body, "lr": rate}, {"params": heads, "lr": rate * _HEADS_FASTER}]
        self._optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimiser, self._rate)
        self.done = 0
        if kept.is_file():
            state = torch.load(kept)
            network.load_state_dict(state["network"])
            self._optimiser.load_state_dict(state["optimiser"])
            self._schedule.load_state_dict(state["schedule"])
            self.done = state["done"]

    def _rate(self, step: int) -> float:
        left = (self._steps - step) / max(1, self._steps - _WARMUP)
        return min((step + 1) / _WARMUP, max(_LEAST, left))

    def run(self, order: Sequence[Sequence[Example]], pieces: Pieces) -> Iterator[dict[str, float]]:
        """Take the steps that are left, each on one batch of `order`."""
        self._network.train()
        while self.done < min(self._steps, len(order)):
            found = losses(self._network, collate(order[self.done], pieces))
            total = sum((_WEIGHTS[name] * loss for name, loss in found.items()), torch.zeros(()))
            total.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self._network.parameters(), 1.0)
            self._optimiser.step()
            self._optimiser.zero_grad()
            self._schedule.step()
            self.done += 1
            yield {name: loss.item() for name, loss in found.items()}

    def save(self) -> None:
        """Keep the state, so that a later run goes on from here."""
        state: dict[str, Any] = {
            "network": self._network.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "schedule": self._schedule.state_dict(),
            "done": self.done,
        }
        half = self._kept.with_suffix(".part")
        torch.save(state, half)
        half.replace(self._kept)
