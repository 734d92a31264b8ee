"""Make the bundled sentence scorer: `python -m training.train_reader --data ../shared/data`.

From web news come the frequencies of terms; from Chinese question sets come examples. For each
question the search brings chunks as it does in use; a sentence that holds the answer is a positive
example, the others are negative. Each question is used twice: as it is, and with the sentences
that hold the answer taken out of the article, so that the scorer learns to say no where the
subject is right and the fact is absent.
"""

import argparse
import json
import lzma
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.evidence import FEATURES, features, passages, probabilities
from assistant.question import analyse
from assistant.weights import TermWeights, bucket
from benchmarks.embedding import held_out, read_lines
from training.sums import write_sums
from vectorstore import sentences, terms
from vectorstore.chunk import chunk_text
from vectorstore.engine import Entry
from vectorstore.lexical import LexicalIndex

_SETS = (
    "cmrc2018_train.jsonl",
    "drcd_dev_simplified.jsonl",
    "dureader_checklist_dev.jsonl",
    "dureader_qg_noleak.jsonl",
)
_HITS = 8
_HIDDEN = 32
# One network's sentence accuracy varies by a point with its seed; the mean of several does not.
_NETWORKS = 4
_EPOCHS = 12
_BATCH = 64
# Share of the answerable development questions that stay answered: an answer lost costs more than
# one given beside the question, whose words and article a person sees at once.
_KEPT = 0.9


@dataclass(frozen=True, slots=True)
class Example:
    """The sentences that were found for one question, and which of them hold the answer."""

    rows: NDArray[np.float32]
    """shape (sentences, features)"""
    labels: NDArray[np.float32]
    answerable: bool


def count_terms(data: Path, articles: int) -> tuple[NDArray[np.uint8], int]:
    """How many news articles hold each bucket of terms: 8 · log2(1 + n), shape (2**18,)."""
    counts = np.zeros(1 << 18, dtype=np.int64)
    number = 0
    with lzma.open(data / "train" / "news_articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if number == articles:
                break
            counts[list({bucket(term) for term in terms(json.loads(line)["text"])})] += 1
            number += 1
    return np.round(8 * np.log2(1 + counts)).clip(0, 255).astype(np.uint8), number


def read_questions(path: Path, most: int, seed: int) -> list[dict[str, Any]]:
    """Up to `most` questions of a set that have a span as answer.

    The third of the web questions that retrieval is measured on is left out.
    """
    items = read_lines(path)
    items = [item for item in items if any(start >= 0 for _, start in item["answers"])]
    if path.name.startswith("dureader"):
        items = [item for item in items if not held_out(item["context"])]
    random.Random(seed).shuffle(items)
    return items[:most]


def examples(items: list[dict[str, Any]], weights: TermWeights) -> Iterator[Example]:
    """Two examples of each question: with the answer among the sentences, and without it."""
    contexts = list(dict.fromkeys(item["context"] for item in items))
    number = {context: index for index, context in enumerate(contexts)}
    chunks = [
        piece
        for index, context in enumerate(contexts)
        for piece in chunk_text(str(index), context, max_tokens=256, overlap=1)
    ]
    index = LexicalIndex(None, "training")
    index.rebuild(
        (Entry(row, piece.article_id, "", "", piece.text) for row, piece in enumerate(chunks)), 1
    )
    for item in items:
        found = [chunks[row] for row, _ in index.search(item["question"], _HITS)]
        gold = str(number[item["context"]])
        marked = [(piece, piece.article_id == gold) for piece in found]
        for keep in (True, False):
            example = _example(item, marked, keep, weights)
            if example is not None:
                yield example


def _example(
    item: dict[str, Any], found: list[tuple[Any, bool]], keep: bool, weights: TermWeights
) -> Example | None:
    spans = [(start, start + len(text)) for text, start in item["answers"] if start >= 0]
    answers = [text for text, _ in item["answers"] if len(text) > 1]
    found_passages, labels, seen = [], [], set()
    for rank, (piece, is_gold) in enumerate(found, 1):
        parts = [(piece.start + a, piece.start + b) for a, b in sentences(piece.text)]
        holding = [is_gold and any(a <= s and e <= b for s, e in spans) for a, b in parts]
        texts = [piece.text[a - piece.start : b - piece.start] for a, b in parts]
        kept = [text for text, holds in zip(texts, holding, strict=True) if keep or not holds]
        held = {text for text, holds in zip(texts, holding, strict=True) if holds}
        title = item.get("title", "") if is_gold else ""
        for _, _, passage in passages("".join(kept), title, rank):
            text = passage.sentence
            # A sentence elsewhere that holds the same words may answer too: it teaches nothing.
            doubtful = text not in held and any(answer in text for answer in answers)
            if text not in seen and not doubtful:
                seen.add(text)
                found_passages.append(passage)
                labels.append(float(text in held))
    if not found_passages or (keep and not any(labels)):
        return None
    rows = features(analyse(item["question"]), found_passages, weights)
    return Example(rows, np.asarray(labels, dtype=np.float32), keep)


def fit_together(train: list[Example], seed: int) -> dict[str, NDArray[np.float32]]:
    """Train `_NETWORKS` networks and join them into one wider one that gives their mean score."""
    fitted = [fit(train, seed + number) for number in range(_NETWORKS)]
    joined = {"mean": fitted[0]["mean"], "scale": fitted[0]["scale"]}
    joined["hidden.weight"] = np.concatenate([each["hidden.weight"] for each in fitted], axis=1)
    joined["hidden.bias"] = np.concatenate([each["hidden.bias"] for each in fitted])
    outputs = np.concatenate([each["output.weight"] for each in fitted])
    joined["output.weight"] = (outputs / _NETWORKS).astype(np.float32)
    biases = np.mean([each["output.bias"] for each in fitted], axis=0)
    joined["output.bias"] = biases.astype(np.float32)
    return joined


def fit(train: list[Example], seed: int) -> dict[str, NDArray[np.float32]]:
    """Train a network: the right sentence before the others, and yes or no for the best one."""
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    rows = np.concatenate([example.rows for example in train])
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-3
    inputs = [torch.from_numpy((example.rows - mean) / scale) for example in train]
    hidden, output = torch.nn.Linear(len(FEATURES), _HIDDEN), torch.nn.Linear(_HIDDEN, 1)
    network = torch.nn.Sequential(hidden, torch.nn.ReLU(), output)
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
        "hidden.weight": hidden.weight.detach().numpy().T.copy(),
        "hidden.bias": hidden.bias.detach().numpy().copy(),
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


def judge(layers: dict[str, NDArray[np.float32]], dev: list[Example]) -> dict[str, float]:
    """Sentence accuracy on answerable examples, and the threshold that keeps `_KEPT` of them."""
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
    threshold = float(np.quantile(kept, 1 - _KEPT))
    return {
        "sentence_accuracy": round(float(np.mean(right)), 4),
        "threshold": round(threshold, 3),
        "answerable_kept": round(float((kept >= threshold).mean()), 4),
        "unanswerable_abstained": round(float((gone < threshold).mean()), 4),
        "dev_questions": len(kept),
    }


def save(folder: Path, tensors: dict[str, Any], config: dict[str, Any]) -> None:
    """Write the model's folder: safetensors, JSON and sums."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors")
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    (folder / "config.json").write_text(text, "utf-8")
    write_sums(folder)


def main() -> None:
    """Train, judge on the development set, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--out", type=Path, default=Path("assistant/models/xieshou-reader-v1"))
    parser.add_argument("--questions", type=int, default=1800, help="most questions of each set")
    parser.add_argument(
        "--articles", type=int, default=20000, help="news articles to count terms in"
    )
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    frequency, counted = count_terms(given.data, given.articles)
    weights = TermWeights(frequency, counted)
    train: list[Example] = []
    for name in _SETS:
        items = read_questions(given.data / "train" / name, given.questions, given.seed)
        train += examples(items, weights)
        print(f"{name}: {len(items)} questions, {len(train)} examples so far")
    layers = fit_together(train, given.seed)
    trial = read_questions(given.data / "dev" / "cmrc2018_trial.jsonl", 1002, given.seed)
    judged = judge(layers, list(examples(trial, weights)))
    print(json.dumps(judged))
    config = {"articles": counted, "features": list(FEATURES), **judged}
    save(given.out, {"frequency": frequency, **layers}, config)


if __name__ == "__main__":
    main()
