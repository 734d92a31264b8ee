"""The second stage: a small learned model over lexical, dense and late-interaction scores."""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectorstore.errors import ModelMissing
from vectorstore.searching.interaction import Interaction
from vectorstore.searching.layout import Floats, Layout, Pieces

NAME = "xieshou-ranker-v2"
_ASKS = re.compile(r"[?？吗呢]|什么|哪|谁|多少|[几何怎咋啥]|是否|是不是|有没有|为了?什么")
_LATIN = re.compile(r"[A-Za-z]")
# Features of an article's opening, which only its first chunk has.
_OF_OPENING = ("lead", "opening", "main lead", "telling opening", "focus_lead")
# Most standard deviations of a feature.
_MOST = np.float32(4)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the second stage compares it.

    Attributes:
        text: the question.
        pieces: ids of its pieces, in order, by the tokenizer that the candidates' are from.
        is_main: which of them stand outside labels such as 【…】; shape (pieces,).
    """

    text: str
    pieces: Pieces
    is_main: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What is known of the candidates for one question, an entry for each.

    Attributes:
        pieces: ids of the chunk's pieces, heading first, see `interaction`.
        articles: the chunk's article.
        lexical: score of the lexical ranking, 0 where it does not hold the chunk.
        dense: cosine of question and chunk.
        is_first: whether the chunk opens its article.
    """

    pieces: list[Pieces]
    articles: list[str]
    lexical: Floats
    dense: Floats
    is_first: NDArray[np.bool_]


class Reranker:
    """A few small networks over the features of a candidate, trained as one ranking of a list.

    Args:
        folder: holds `model.safetensors` and `config.json`; the bundled one by default.

    Raises:
        ModelMissing: if a file is missing or damaged.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or Path(str(resources.files("vectorstore"))) / "models" / NAME
        config, tensors = _read(folder)
        scales = tensors["scales"].astype(np.float32)
        weights = tensors["weights"].astype(np.float32)
        self._interaction = Interaction(tensors["table"], weights, scales)
        if config["features"] != feature_names():
            raise ModelMissing(f"{folder} was made for other features; install the package again")
        self._mean, self._deviation = tensors["mean"], tensors["deviation"]
        self._first, self._first_bias = tensors["first"], tensors["first_bias"]
        self._second, self._second_bias = tensors["second"], tensors["second_bias"]

    def score(self, question: Question, candidates: Candidates) -> Floats:
        """Logarithm of the probability that each candidate is the one that fits best.

        Args:
            question: the question.
            candidates: at least one.

        Returns:
            Shape (candidates,), float32, at most 0.
        """
        # Now and then a product of finite numbers is reported as invalid; the result is finite.
        with np.errstate(invalid="ignore"):
            matrix = features(self._interaction, question, candidates)
        inputs = standardised(matrix, self._mean, self._deviation)
        hidden = inputs @ self._first + self._first_bias[:, None, :]
        gate = 1 + np.tanh(0.7978845608 * hidden * (1 + 0.044715 * hidden * hidden))
        scores = (hidden * gate / 2 @ self._second[:, :, None])[:, :, 0]
        scores = scores + self._second_bias[:, None]
        scores = scores - scores.max(axis=1, keepdims=True)
        scores = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        joined: Floats = scores.mean(axis=0).astype(np.float32)
        return joined


def standardised(matrix: Floats, mean: Floats, deviation: Floats) -> Floats:
    """Features as the networks take them; what lies far out counts as a little out."""
    inputs: Floats = np.clip((matrix - mean) / deviation, -_MOST, _MOST)
    return inputs


def features(interaction: Interaction, question: Question, candidates: Candidates) -> Floats:
    """The features of each candidate, shape (candidates, features), named by `feature_names`."""
    own, shared = _features(interaction, question, candidates)
    matrix = np.stack([values.astype(np.float32) for values in own.values()], axis=1)
    common = np.empty((len(matrix), len(shared)), dtype=np.float32)
    common[:] = list(shared.values())
    return np.concatenate([matrix, matrix - matrix.max(axis=0), common], axis=1)


@lru_cache(maxsize=1)
def feature_names() -> list[str]:
    """Names of the features: a candidate's, the same less the best one's, the question's."""
    interaction = Interaction(np.eye(1, dtype=np.float32), np.ones(1, dtype=np.float32))
    piece, one = np.zeros(1, dtype=np.uint16), np.ones(1, dtype=np.float32)
    alone = Candidates([piece], [""], one, one, np.array([True]))
    own, shared = _features(interaction, Question("", piece, np.array([True])), alone)
    return [*own, *(f"{name} to best" for name in own), *shared]


def _features(
    interaction: Interaction, question: Question, candidates: Candidates
) -> tuple[dict[str, Floats], dict[str, float]]:
    """Features of the candidates, and of the question, by name."""
    layout = Layout.of(candidates.pieces, candidates.articles)
    own = {
        **_of_rankings(candidates),
        **interaction.features(question.pieces, layout, question.is_main),
    }
    own |= _of_articles(own, layout)
    first = candidates.is_first.astype(np.float32)
    own |= {name: own[name] * first for name in _OF_OPENING} | {"is_first": first}
    shared = {
        "pieces": len(question.pieces) / 20,
        "asks": float(bool(_ASKS.search(question.text))),
        "latin": len(_LATIN.findall(question.text)) / max(1, len(question.text)),
    }
    return own, shared


def _of_rankings(candidates: Candidates) -> dict[str, Floats]:
    lexical, dense = candidates.lexical, candidates.dense
    best, span = max(float(lexical.max()), 1e-6), max(float(np.ptp(dense)), 1e-6)
    return {
        "lexical": lexical / best,
        "lexical score": np.minimum(lexical / 50, 4),
        "lexical place": 1 / (1 + _places(lexical)),
        "dense": dense,
        "dense stretched": (dense - dense.min()) / span,
        "dense place": 1 / (1 + _places(dense)),
    }


def _places(scores: Floats) -> NDArray[np.int64]:
    """Places from 0 by descending score; equals share one."""
    return np.searchsorted(np.sort(-scores), -scores)


def _of_articles(own: dict[str, Floats], layout: Layout) -> dict[str, Floats]:
    """What an article's other candidates say for it."""
    rows, names = layout.articles, ("lexical", "whole", "sentence")
    best = layout.by_article(np.stack([own[name] for name in names]))[:, rows]
    total = np.bincount(rows, weights=own["lexical"] ** 2)
    return {
        **{f"article {name}": most for name, most in zip(names, best, strict=True)},
        "article sum": total[rows].astype(np.float32),
        "article chunks": np.log1p(np.bincount(rows)[rows]).astype(np.float32),
    }


def _read(folder: Path) -> tuple[dict[str, list[str]], dict[str, NDArray[np.float32]]]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        stored = (folder / "model.safetensors").read_bytes()
        if hashlib.sha256(stored).hexdigest() != config["sha256"]:
            raise ModelMissing(f"{folder / 'model.safetensors'} is damaged; install it again")
        return config, load_file(folder / "model.safetensors")
    except (OSError, ValueError, KeyError, SafetensorError) as error:
        raise ModelMissing(f"{folder} holds no ranker: {error}") from error
