"""Make the bundled span network: `python -m training.train_span_reader --data ../shared/data`.

It first guesses masked words of news, encyclopaedia and laws, then learns to find answers on
Chinese question sets; on two cores that takes two hours. `--encoder FILE` keeps what the
first part made, and goes on from there where the file exists.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch

from assistant.reading.letters import FEATURES, FIRST, ids_of
from assistant.reading.span_network import SpanNetwork
from assistant.reading.span_reader import LSTM, SpanReader
from training.question_sets import read_questions
from training.spans.corpus import alphabet_of, corpus, row_of
from training.spans.fitting import fit
from training.spans.graph import lstm_graph
from training.spans.judging import judge
from training.spans.network import SIZE, SpanModule
from training.spans.pretraining import pretrain
from training.spans.questions import SETS, kept_for_scorer, question_set
from training.sums import save

_SHOWN_EACH = 50


def main() -> None:
    """Train, judge on the development set, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/")
    parser.add_argument("--out", type=Path, default=Path("assistant/models/xieshou-span-v1"))
    parser.add_argument("--encoder", type=Path, help="file of the encoder after the first part")
    parser.add_argument("--characters", type=int, default=27_000_000, help="of news to learn from")
    parser.add_argument("--first-steps", type=int, default=2800)
    parser.add_argument("--steps", type=int, default=3600)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    texts = list(corpus(given.data, given.characters))
    alphabet = alphabet_of(texts)
    module = SpanModule(FIRST + len(alphabet))
    if given.encoder and given.encoder.is_file():
        module.enc.load_state_dict(torch.load(given.encoder))
    else:
        row = row_of(texts, ids_of(alphabet))
        _show("masked", pretrain(module.enc, row, given.first_steps, given.seed))
        if given.encoder:
            torch.save(module.enc.state_dict(), given.encoder)
    del texts
    sets = []
    for name, most in SETS:
        found = read_questions(given.data / "train" / name, most, given.seed)
        own = [item for item in found if not kept_for_scorer(item["context"])]
        sets.append(question_set(own, ids_of(alphabet)))
    _show("spans", fit(module, sets, given.steps, given.seed))
    trial = read_questions(given.data / "dev" / "cmrc2018_trial.jsonl", None, given.seed)
    weights = {name: tensor.numpy() for name, tensor in module.state_dict().items()}
    small = {name: weight.astype(np.float16) for name, weight in weights.items()}
    graph = lstm_graph(SIZE)
    judged = judge(SpanReader(SpanNetwork(small, graph), alphabet), trial)
    print(json.dumps(judged))
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / LSTM).write_bytes(graph)
    save(given.out, small, {"features": list(FEATURES), **judged, "alphabet": alphabet})


def _show(name: str, losses: Iterable[float]) -> None:
    total = 0.0
    for step, loss in enumerate(losses, 1):
        total += loss
        if step % _SHOWN_EACH == 0:
            print(f"{name} {step}: {total / _SHOWN_EACH:.3f}", flush=True)
            total = 0.0


if __name__ == "__main__":
    main()
