"""Make the bundled ranker, the second stage of search: a few minutes of one CPU core.

``python -m training.train_ranker --data ../shared/data --dictionary cedict.txt.gz``

For each question that the embedder never saw, the candidates of both rankings get their features
by the code that searches; small networks learn to put a right one first (listwise softmax, as
ListNet, Cao et al. 2007), and their mean is the ranker. The table of piece vectors for late
interaction is the embedder's, turned to its main directions and cut to fewer of them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from training.embedding.english import Dictionary
from training.ranker.groups import Corpus, Group, matrix, piece_weights
from training.ranker.questions import tasks
from training.sums import write_sums
from vectorstore.preparing.embed import bundled_embedder
from vectorstore.searching.interaction import Interaction
from vectorstore.searching.rerank import NAME, feature_names, standardised

log = logging.getLogger("train_ranker")
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Recipe:
    """Every choice of the training; chosen on dev/ alone (docs/log.md has what did not help)."""

    dimensions: int = 160  # as good as all 512 on web questions; 96 lose half a point
    networks: int = 3
    hidden: int = 32
    epochs: int = 12
    batch: int = 32
    rate: float = 3e-3
    decay: float = 0.3
    dropout: float = 0.1
    seed: int = 20261121


def main_directions(table: Floats, dimensions: int) -> Floats:
    """Rows of length 1, turned to the directions in which they differ most, and cut."""
    unit = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    _, directions = np.linalg.eigh(unit.T @ unit)
    turned = unit @ directions[:, ::-1][:, :dimensions]
    lengths = np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9)
    return np.asarray(turned / lengths, dtype=np.float32)


def as_bytes(table: Floats) -> tuple[npt.NDArray[np.int8], Floats]:
    """The table as int8 rows and a scale for each."""
    scales = np.maximum(np.abs(table).max(axis=1), 1e-8).astype(np.float32) / 127
    return np.rint(table / scales[:, None]).astype(np.int8), scales


def fit(
    inputs: list[torch.Tensor], groups: list[Group], recipe: Recipe, seed: int
) -> torch.nn.Module:
    """One network, trained to give the right candidates of each group the most of a softmax."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = torch.nn.Sequential(
        torch.nn.Linear(inputs[0].shape[1], recipe.hidden),
        torch.nn.GELU(approximate="tanh"),
        torch.nn.Dropout(recipe.dropout),
        torch.nn.Linear(recipe.hidden, 1),
    )
    adam = torch.optim.AdamW(network.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    steps = recipe.epochs * (len(inputs) // recipe.batch)
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(adam, max(1, steps))
    right = [torch.tensor(group.right) for group in groups]
    for _ in range(recipe.epochs):
        order = random.permutation(len(inputs))
        for start in range(0, len(order) - recipe.batch + 1, recipe.batch):
            batch = order[start : start + recipe.batch]
            scores = network(torch.cat([inputs[i] for i in batch])).squeeze(1)
            parts = torch.split(scores, [len(inputs[i]) for i in batch])
            losses = [
                groups[i].weight * (part.logsumexp(0) - part[right[i]].logsumexp(0))
                for i, part in zip(batch, parts, strict=True)
            ]
            adam.zero_grad()
            torch.stack(losses).mean().backward()  # type: ignore[no-untyped-call]
            adam.step()
            rate.step()
    return network.eval()


def write(folder: Path, tensors: dict[str, npt.NDArray[np.generic]], card: str) -> None:
    """The model's folder; the config names the features and the digest of the tensors."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    # What does not lie in C order would be stored in the wrong one, and nothing said.
    ordered = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    save_file(ordered, folder / "model.safetensors")
    (folder / "model.safetensors").chmod(0o644)
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    config = {"features": feature_names(), "embedding": bundled_embedder().fingerprint}
    text = json.dumps(config | {"sha256": digest}, ensure_ascii=False, indent=1)
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")
    (folder / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    write_sums(folder)


CARD = """# {name}

The second stage of search: {networks} networks of {hidden} hidden units over {features} features
of a candidate (lexical and dense score, late interaction of question and chunk over a table of
{pieces:,} piece vectors of {dimensions} dimensions, int8), joined by their mean log-probability.

Made by `{command}` from the bundled embedder and these questions, whose texts were kept from the
embedder's training:

{data}

Sources and licences: CMRC 2018 (CC BY-SA 4.0), DRCD (CC BY-SA 3.0), DuReader (Apache-2.0), CRUD-RAG
web news (Apache-2.0 by its repository), and for English wordings CC-CEDICT (CC BY-SA 4.0).

Settings: `{recipe}`
"""


def make(options: argparse.Namespace, recipe: Recipe) -> None:
    """The whole way, from data to the folder."""
    model = bundled_embedder()
    found = tasks(options.data, Dictionary(options.dictionary), recipe.seed)
    corpora = [Corpus(task, model) for task in found]
    table, scales = as_bytes(main_directions(model.table, recipe.dimensions))
    weights = piece_weights(corpora[:-1], model.table)
    interaction = Interaction(table.astype(np.float32) * scales[:, None], weights)
    groups: list[Group] = []
    lines = ["| questions | number | texts |", "| --- | --- | --- |"]
    for task, corpus in zip(found, corpora, strict=True):
        own = corpus.groups()
        groups += own
        lines.append(f"| {task.name} | {len(own):,} | {len(task.texts):,} |")
        log.info(lines[-1])
    matrices = [matrix(group, interaction) for group in groups]
    everything = np.concatenate(matrices)
    mean, deviation = everything.mean(axis=0), everything.std(axis=0) + 1e-2
    inputs = [torch.from_numpy(standardised(rows, mean, deviation)) for rows in matrices]
    networks = [fit(inputs, groups, recipe, recipe.seed + n) for n in range(recipe.networks)]
    states = [{k: v.numpy() for k, v in network.state_dict().items()} for network in networks]
    tensors = {
        "table": table,
        "scales": scales,
        "weights": weights.astype(np.float16),
        "mean": mean,
        "deviation": deviation,
        "first": np.stack([state["0.weight"].T for state in states]),
        "first_bias": np.stack([state["0.bias"] for state in states]),
        "second": np.stack([state["3.weight"][0] for state in states]),
        "second_bias": np.stack([state["3.bias"][0] for state in states]),
    }
    fields = {"name": NAME, "networks": recipe.networks, "hidden": recipe.hidden}
    fields |= {"features": len(mean), "pieces": len(table), "dimensions": recipe.dimensions}
    command = f"python -m training.train_ranker --data {options.data} --dictionary cedict.txt.gz"
    card = CARD.format(**fields, command=command, data="\n".join(lines), recipe=recipe)
    write(options.out, tensors, card)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the options and make the model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with train/")
    parser.add_argument("--dictionary", type=Path, required=True, help="CC-CEDICT, .u8 or .gz")
    parser.add_argument("--out", type=Path, default=Path("vectorstore/models") / NAME)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    make(options, Recipe())


if __name__ == "__main__":
    main()
