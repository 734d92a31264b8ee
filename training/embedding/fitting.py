"""Fit the table of piece vectors: contrastive training in two stages."""

from __future__ import annotations

import ctypes
import logging
import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional
from tqdm import tqdm

from training.embedding.corpus import Corpus, Sampler
from training.embedding.recipe import Floats, Ids, Ints, Recipe

log = logging.getLogger("train_embedding")
Draw = Callable[[int], tuple[Ids, Ids]]


def sharing(tokenizer: Tokenizer, share: float) -> torch.Tensor:
    """(pieces, pieces) sparse: a piece is its own row and ``share`` of its sub-pieces' mean."""
    vocabulary = tokenizer.get_vocab()
    rows, columns, values = [], [], []
    for piece, row in vocabulary.items():
        parts = {piece[i:j] for i in range(len(piece)) for j in range(i + 1, len(piece) + 1)}
        found = sorted(vocabulary[p] for p in parts if p in vocabulary and p != piece)
        found = found if row else []
        rows += [row] * (1 + len(found))
        columns += [row, *found]
        values += [1.0, *[share / max(1, len(found))] * len(found)]
    shape = (len(vocabulary), len(vocabulary))
    return torch.sparse_coo_tensor(torch.tensor([rows, columns]), torch.tensor(values), shape)


def first_rows(corpus: Corpus, pieces: int, recipe: Recipe) -> torch.Tensor:
    """Random rows, longer for rarer pieces."""
    frequency = np.bincount(corpus.ids, minlength=pieces) / len(corpus.ids)
    weight = torch.from_numpy((1e-3 / (1e-3 + frequency)).astype(np.float32))
    generator = torch.Generator().manual_seed(recipe.seed)
    return torch.randn(pieces, recipe.dimensions, generator=generator) * 0.1 * weight[:, None]


def bag(table: torch.Tensor, texts: Sequence[Ids]) -> torch.Tensor:
    """Unit vectors of texts given as piece ids."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    flat = torch.from_numpy(np.concatenate(texts).astype(np.int64))
    offsets = torch.from_numpy(np.cumsum(lengths) - lengths)
    return functional.normalize(functional.embedding_bag(flat, table, offsets, mode="mean"))


def info_nce(queries: torch.Tensor, passages: torch.Tensor, temperature: float) -> torch.Tensor:
    """In-batch contrast, both ways; near-copies of a passage don't count as wrong."""
    scores = queries @ passages.T / temperature
    with torch.no_grad():
        copies = (passages @ passages.T > 0.97).fill_diagonal_(False)
    scores = scores.masked_fill(copies, -1e4)
    target = torch.arange(len(scores))
    return (
        functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)
    ) / 2


def alike(vectors: Floats, leaf: int, random: np.random.Generator) -> list[Ints]:
    """Groups of at most ``leaf`` alike rows, by halving along the line of two random rows."""
    groups, done = [np.arange(len(vectors))], []
    while groups:
        group = groups.pop()
        if len(group) <= leaf:
            done.append(group)
            continue
        left, right = random.choice(group, 2, replace=False)
        order = group[np.argsort(vectors[group] @ (vectors[left] - vectors[right]), kind="stable")]
        groups += [order[: len(order) // 2], order[len(order) // 2 :]]
    return done


def embed_passages(corpus: Corpus, table: torch.Tensor) -> Floats:
    """A vector for the first 200 pieces of every passage."""
    out = []
    total = len(corpus.passages) - 1
    for start in range(0, total, 2048):
        texts = [
            corpus.window(p, int(corpus.passages[p]), 200)
            for p in range(start, min(total, start + 2048))
        ]
        out.append(bag(table, texts).numpy())
    return np.concatenate(out)


def plan_batches(groups: Sequence[Ints], size: int, random: np.random.Generator) -> Iterator[Ints]:
    """Endless batches of ``size`` passages, made of whole groups in random order."""
    while True:
        order = np.concatenate([groups[i] for i in random.permutation(len(groups))])
        for start in range(0, len(order) - size + 1, size):
            yield order[start : start + size]


class Trainer:
    """The rows under training, their optimiser, and the folding into the final table."""

    def __init__(self, corpus: Corpus, tokenizer: Tokenizer, recipe: Recipe) -> None:
        self.recipe, self.sampler = recipe, Sampler(corpus, recipe)
        shared = sharing(tokenizer, recipe.share).coalesce()
        self.fold, self.fold_back = shared.to_sparse_csr(), shared.t().to_sparse_csr()
        self.rows = first_rows(corpus, tokenizer.get_vocab_size(), recipe).requires_grad_()
        self.adam = torch.optim.Adam([self.rows], lr=recipe.rate, betas=(0.9, 0.99), fused=True)
        self.done = 0

    def table(self) -> torch.Tensor:
        """The piece vectors as they will ship."""
        with torch.no_grad():
            return self.fold @ self.rows

    def step(self, batch: Ints, draw: Draw) -> float:
        """One update; the loss."""
        pairs = [draw(int(passage)) for passage in batch]
        pairs = [(query, passage) for query, passage in pairs if len(query) and len(passage)]
        table = self.table().requires_grad_()
        queries, passages = (bag(table, [pair[side] for pair in pairs]) for side in (0, 1))
        loss = info_nce(queries, passages, self.recipe.temperature)
        loss.backward()  # type: ignore[no-untyped-call]
        assert table.grad is not None
        self.rows.grad = self.fold_back @ table.grad
        total = self.recipe.first_steps + self.recipe.second_steps
        warm = min(1.0, (self.done + 1) / 100)
        rate = warm * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * self.done / total)))
        self.adam.param_groups[0]["lr"] = self.recipe.rate * rate
        self.adam.step()
        self.done += 1
        return float(loss.detach())

    def run(self, kinds: Sequence[tuple[float, Draw, Iterator[Ints]]], steps: int) -> None:
        """``steps`` updates; of each kind of pair (share of the steps, how drawn, batches)."""
        losses: dict[int, list[float]] = {number: [] for number in range(len(kinds))}
        done = np.zeros(len(kinds))
        shares = np.array([share for share, _, _ in kinds])
        for number in tqdm(range(1, steps + 1), mininterval=30):
            kind = int(np.argmax(number * shares - done))
            done[kind] += 1
            _, draw, batches = kinds[kind]
            losses[kind].append(self.step(next(batches), draw))
            if number % 250 == 0 or number == steps:
                means = " ".join(f"{np.mean(values[-50:]):.4f}" for values in losses.values())
                log.info("step %d, losses %s", self.done, means)


def quiet_machine() -> None:
    """One thread; and large blocks kept by the allocator (a third of the time is page faults)."""
    torch.set_num_threads(1)
    if hasattr(library := ctypes.CDLL(None), "mallopt"):
        library.mallopt(-3, 1 << 30)  # M_MMAP_THRESHOLD
        library.mallopt(-1, (1 << 31) - 1)  # M_TRIM_THRESHOLD


def train(corpus: Corpus, tokenizer: Tokenizer, recipe: Recipe) -> Floats:
    """Both stages; the finished table."""
    trainer = Trainer(corpus, tokenizer, recipe)
    random = np.random.default_rng(recipe.seed)
    lengths = corpus.sentences[corpus.passages[1:]] - corpus.sentences[corpus.passages[:-1]]
    usable = np.flatnonzero((lengths > 24) & (np.diff(corpus.passages) > 1))
    asked = np.array([p for p in usable if corpus.questions[p]])
    foreign = np.array([p for p in usable if corpus.english[p]])
    sampler, english = trainer.sampler, recipe.english

    def batches(passages: Ints, vectors: Floats | None = None) -> Iterator[Ints]:
        if vectors is None:
            return plan_batches(list(passages[:, None]), recipe.batch, random)
        groups = alike(vectors[passages], recipe.leaf, random)
        return plan_batches([passages[group] for group in groups], recipe.batch, random)

    plain = (1 - english, sampler.pair, batches(usable))
    trainer.run([plain, (english, sampler.foreign, batches(foreign))], recipe.first_steps)
    for start in range(0, recipe.second_steps, recipe.regroup):
        vectors = embed_passages(corpus, trainer.table())
        kinds = [
            (1 - english - recipe.supervised, sampler.pair, batches(usable, vectors)),
            (recipe.supervised, sampler.asked, batches(asked, vectors)),
            (english, sampler.foreign, batches(foreign, vectors)),
        ]
        trainer.run(kinds, min(recipe.regroup, recipe.second_steps - start))
    table: Floats = trainer.table().numpy()
    return table
