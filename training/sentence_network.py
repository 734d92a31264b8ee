"""Small networks that score sentences: their examples, their training, and their threshold.

Of the sentences found for a question the right one should be first; and the best one's score should
say whether there is an answer at all.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.reading.evidence import probabilities

# One network's sentence accuracy varies by a point with its seed; the mean of several does not.
_NETWORKS = 4
_EPOCHS = 12
_BATCH = 64


@dataclass(frozen=True, slots=True)
class Example:
    """The sentences that were found for one question, and which of them hold the answer."""

    rows: NDArray[np.float32]
    """shape (sentences, features)"""
    labels: NDArray[np.float32]
    answerable: bool


def fit_together(train: list[Example], hidden: int, seed: int) -> dict[str, NDArray[np.float32]]:
    """Train `_NETWORKS` networks and join them into one wider one that gives their mean score."""
    fitted = [fit(train, hidden, seed + number) for number in range(_NETWORKS)]
    joined = {"mean": fitted[0]["mean"], "scale": fitted[0]["scale"]}
    joined["hidden.weight"] = np.concatenate([each["hidden.weight"] for each in fitted], axis=1)
    joined["hidden.bias"] = np.concatenate([each["hidden.bias"] for each in fitted])
    outputs = np.concatenate([each["output.weight"] for each in fitted])
    joined["output.weight"] = (outputs / _NETWORKS).astype(np.float32)
    biases = np.mean([each["output.bias"] for each in fitted], axis=0)
    joined["output.bias"] = biases.astype(np.float32)
    return joined


def fit(train: list[Example], hidden: int, seed: int) -> dict[str, NDArray[np.float32]]:
    """Train a network: the right sentence before the others, and yes or no for the best one."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rows = np.concatenate([example.rows for example in train])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-3
    inputs = [torch.from_numpy((example.rows - mean) / scale) for example in train]
    first, output = torch.nn.Linear(rows.shape[1], hidden), torch.nn.Linear(hidden, 1)
    network = torch.nn.Sequential(first, torch.nn.ReLU(), output)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, _EPOCHS)
    for _ in range(_EPOCHS):
        order: Any = torch.randperm(len(train))
        for batch in order.split(_BATCH):
            chosen = [(inputs[int(index)], train[int(index)]) for index in batch]
            loss = _loss(network, chosen)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        schedule.step()
    return {
        "mean": mean.astype(np.float32),
        "scale": scale.astype(np.float32),
        "hidden.weight": first.weight.detach().numpy().T.copy(),
        "hidden.bias": first.bias.detach().numpy().copy(),
        "output.weight": output.weight.detach().numpy().T.copy(),
        "output.bias": output.bias.detach().numpy().copy(),
    }


def _loss(network: Any, chosen: list[tuple[Any, Example]]) -> Any:
    """Listwise cross-entropy over the sentences, and binary cross-entropy of the best one."""
    import torch

    sizes = [len(rows) for rows, _ in chosen]
    scores = network(torch.cat([rows for rows, _ in chosen]))[:, 0].split(sizes)
    best = torch.stack([score.max() for score in scores])
    wanted = torch.tensor([float(example.answerable) for _, example in chosen])
    loss = torch.nn.functional.binary_cross_entropy_with_logits(best, wanted)
    ranked = [
        torch.logsumexp(score, 0) - torch.logsumexp(score[torch.from_numpy(example.labels) > 0], 0)
        for score, (_, example) in zip(scores, chosen, strict=True)
        if example.answerable
    ]
    return loss + torch.stack(ranked).mean() if ranked else loss


def judged(
    layers: dict[str, NDArray[np.float32]], dev: list[Example], kept_share: float
) -> dict[str, float]:
    """Sentence accuracy on answerable examples, and the threshold that keeps that share of them."""
    best, right, answerable = [], [], []
    for example in dev:
        scores = probabilities(layers, example.rows)
        best.append(float(scores.max()))
        answerable.append(example.answerable)
        if example.answerable:
            right.append(bool(example.labels[int(scores.argmax())]))
    kept = np.asarray(
        [score for score, is_answerable in zip(best, answerable, strict=True) if is_answerable]
    )
    gone = np.asarray(
        [score for score, is_answerable in zip(best, answerable, strict=True) if not is_answerable]
    )
    threshold = float(np.quantile(kept, 1 - kept_share))
    return {
        "sentence_accuracy": round(float(np.mean(right)), 4),
        "threshold": round(threshold, 3),
        "answerable_kept": round(float((kept >= threshold).mean()), 4),
        "unanswerable_abstained": round(float((gone < threshold).mean()), 4),
        "dev_questions": len(kept),
    }
