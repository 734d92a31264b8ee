"""Learning to find answers: cross-entropy of their first and last place, "not here" among them."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from training.spans.examples import Example, batches, example
from training.spans.network import SpanModule, tensors
from training.spans.questions import QuestionSet

_BATCH = 32
# Batches are cut from so many examples sorted by length, so that little is padding.
_SORTED = 16
_RATE = 2e-3
_OF_ENCODER = 0.6
_WARM = 150


def fit(module: SpanModule, sets: Sequence[QuestionSet], steps: int, seed: int) -> Iterator[float]:
    """Train the network; gives the loss of each step."""
    encoder = [weight for name, weight in module.named_parameters() if name.startswith("enc.")]
    rest = [weight for name, weight in module.named_parameters() if not name.startswith("enc.")]
    groups = [{"params": encoder, "share": _OF_ENCODER}, {"params": rest, "share": 1.0}]
    optimiser = torch.optim.AdamW(groups, lr=_RATE, weight_decay=1e-4)
    drawn = _draw(sets, np.random.default_rng(seed))
    module.train()
    for step in range(steps):
        rate = _RATE * min(1.0, (step + 1) / _WARM) * max(0.02, 1 - step / steps)
        for group in optimiser.param_groups:
            group["lr"] = rate * group["share"]
        passages, questions, places = batches(next(drawn))
        starts, ends = module(tensors(passages), tensors(questions))
        first, last = torch.from_numpy(places)
        loss = functional.cross_entropy(starts, first) + functional.cross_entropy(ends, last)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(module.parameters(), 5.0)
        optimiser.step()
        yield float(loss.detach())
    module.eval()


def _draw(sets: Sequence[QuestionSet], generator: np.random.Generator) -> Iterator[list[Example]]:
    """Batches without end, each question once before any comes again."""
    flat = [(each, item) for each in sets for item in each.items]
    while True:
        order = generator.permutation(len(flat))
        for start in range(0, len(order), _BATCH * _SORTED):
            rows = order[start : start + _BATCH * _SORTED]
            drawn = (example(flat[row][0], flat[row][1], generator) for row in rows)
            examples = sorted(
                (each for each in drawn if each is not None), key=lambda each: len(each.window.text)
            )
            cut = [examples[at : at + _BATCH] for at in range(0, len(examples), _BATCH)]
            yield from (cut[row] for row in generator.permutation(len(cut)))
