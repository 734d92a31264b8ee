"""How well a sentence answers a question: features by rule, weighed by a small trained network."""

import math
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.asking.question import Question
from assistant.bundled import bundled
from assistant.facts.weights import NAME, TermWeights, load_weights
from vectorstore import digits, fold, sentences, terms

FEATURES = (
    "coverage in the sentence",
    "coverage of characters in the sentence",
    "coverage with the sentences beside it",
    "coverage with the chunk",
    "coverage with the title",
    "focus in the sentence",
    "focus with the sentences beside it",
    "heaviest missing term",
    "heaviest missing term around it",
    "longest common run",
    "numbers of the question present",
    "quoted names present",
    "rarest two terms together",
    "has a number",
    "has a number not asked about",
    "has the unit",
    "has a date",
    "has a list",
    "has a name",
    "length",
    "share of new words",
    "rank of the chunk",
    "coverage of the best sentence",
    "coverage of the chunk beside the best",
    "asks for a number",
    "asks for a date",
    "asks who",
    "asks where",
)
_KIND_FEATURES = ("number", "date", "who", "where")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DATE = re.compile(r"\d+年|\d+月|\d+[日号]|年初|年底|上旬|中旬|下旬|今年|去年|前年|世纪|时期")
_LIST = re.compile(r"[^、]{1,20}、[^、]{1,20}(?:、|和|及|与|等)")
_NAME = re.compile(
    r"[一-鿿]{2,}(?:公司|集团|大学|委员会|局|厅|部|院|会|中心|政府|协会|省|市|县|区|镇|州)|"
    r"(?:书记|市长|主任|记者|负责人|主席|局长|董事长|教授|院长|总经理|专家)[一-鿿]{2,4}"
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence as the scorer sees it, with what surrounds it.

    Attributes:
        sentence: the sentence itself.
        beside: the sentences before and after it in its chunk.
        context: the chunk that it stands in.
        title: its article's title and date.
        rank: its chunk's rank among the hits, from 1.
    """

    sentence: str
    beside: str
    context: str
    title: str
    rank: int


def passages(text: str, title: str, rank: int) -> list[tuple[int, int, Passage]]:
    """The sentences of a chunk's text, each with its span in the text."""
    spans = sentences(text)
    shown = [text[start:end] for start, end in spans]
    return [
        (
            start,
            end,
            Passage(
                shown[i],
                "".join(shown[max(0, i - 1) : i] + shown[i + 1 : i + 2]),
                text,
                title,
                rank,
            ),
        )
        for i, (start, end) in enumerate(spans)
    ]


def probabilities(
    layers: Mapping[str, NDArray[np.float32]], rows: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What a network says of rows of features: 0 to 1, shape (rows,), float32."""
    scaled = (rows - layers["mean"]) / layers["scale"]
    hidden = np.maximum(scaled @ layers["hidden.weight"] + layers["hidden.bias"], 0)
    logits = hidden @ layers["output.weight"] + layers["output.bias"]
    return np.asarray(1.0 / (1.0 + np.exp(-logits[:, 0])), dtype=np.float32)


class Scorer:
    """Scores sentences: the probability that a sentence answers the question.

    A network of one hidden layer over `FEATURES`, made by `training/train_reader.py`. Below the
    `threshold` that was chosen with it, the best sentence is no answer.
    """

    def __init__(
        self, weights: TermWeights, layers: dict[str, NDArray[np.float32]], threshold: float
    ) -> None:
        self._weights = weights
        self._layers = layers
        self.threshold = threshold

    def score(self, question: Question, found: Sequence[Passage]) -> NDArray[np.float32]:
        """How likely each passage answers the question: 0 to 1, shape (passages,), float32."""
        if not found:
            return np.zeros(0, dtype=np.float32)
        return probabilities(self._layers, features(question, found, self._weights))

    def unsaid(self, question: Question, texts: Iterable[str]) -> float:
        """The share of what a question names, by weight, that stands in none of the texts."""
        wanted = _weighed((term for term in question.content if len(term) > 1), self._weights)
        present = frozenset[str]().union(*(_term_set(text) for text in texts))
        return 1.0 - _coverage(wanted, present) if wanted else 0.0


@lru_cache(maxsize=1)
def load_scorer() -> Scorer:
    """The bundled scorer."""
    tensors, config = bundled(NAME)
    layers = {name: tensor for name, tensor in tensors.items() if name != "frequency"}
    return Scorer(load_weights(), layers, float(config["threshold"]))


def features(
    question: Question, found: Sequence[Passage], weights: TermWeights
) -> NDArray[np.float32]:
    """The features of each passage: float32, shape (passages, len(FEATURES))."""
    wanted = _Wanted(
        pairs=_weighed((term for term in question.content if len(term) > 1), weights),
        characters=_weighed((term for term in question.content if len(term) == 1), weights),
        focus=_weighed((term for term in question.focus if len(term) > 1), weights),
    )
    asked = [1.0 if question.kind == kind else 0.0 for kind in _KIND_FEATURES]
    rows = [[*_matching(question, passage, wanted), 0.0, 0.0, *asked] for passage in found]
    table = np.asarray(rows, dtype=np.float32)
    own, chunk, best, best_chunk = (FEATURES.index(name) for name in _RELATIVE)
    table[:, best] = table[:, own].max() - table[:, own]
    table[:, best_chunk] = table[:, chunk].max() - table[:, chunk]
    return table


_RELATIVE = (
    "coverage in the sentence",
    "coverage with the chunk",
    "coverage of the best sentence",
    "coverage of the chunk beside the best",
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The question's terms with their weights: bigrams and words, characters, and the focus."""

    pairs: dict[str, float]
    characters: dict[str, float]
    focus: dict[str, float]


def _weighed(chosen: Iterable[str], weights: TermWeights) -> dict[str, float]:
    return {term: weights.weight(term) for term in chosen}


def _matching(question: Question, passage: Passage, wanted: _Wanted) -> list[float]:
    sentence = fold(passage.sentence)
    own = _term_set(passage.sentence)
    near = own | _term_set(passage.beside)
    around = _term_set(passage.context)
    titled = around | _term_set(passage.title)
    return [
        _coverage(wanted.pairs, own),
        _coverage(wanted.characters, own),
        _coverage(wanted.pairs, near),
        _coverage(wanted.pairs, around),
        _coverage(wanted.pairs, titled),
        _coverage(wanted.focus, own),
        _coverage(wanted.focus, near),
        _heaviest_missing(wanted.pairs, own),
        _heaviest_missing(wanted.pairs, titled),
        _longest_run(question.text, digits(sentence)),
        _share_present(question.numbers, titled),
        _share_present(question.quoted, sentence),
        _together(wanted.pairs, own),
        *_typed(question, sentence),
        math.log1p(len(sentence)) / 5.0,
        _share_new(wanted.characters, own),
        1.0 / passage.rank,
    ]


@lru_cache(maxsize=16384)
def _term_set(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def _coverage(wanted: dict[str, float], present: frozenset[str]) -> float:
    total = sum(wanted.values())
    return (
        sum(weight for term, weight in wanted.items() if term in present) / total if total else 0.0
    )


def _heaviest_missing(wanted: dict[str, float], present: frozenset[str]) -> float:
    return (
        max((weight for term, weight in wanted.items() if term not in present), default=0.0) / 10.0
    )


def _together(wanted: dict[str, float], present: frozenset[str]) -> float:
    heaviest = sorted(wanted, key=lambda term: -wanted[term])[:2]
    return sum(term in present for term in heaviest) / 2.0


def _longest_run(question: str, sentence: str) -> float:
    longest = 0
    for start in range(len(question)):
        while start + longest < len(question) and question[start : start + longest + 1] in sentence:
            longest += 1
    return min(longest, 12) / 12.0


def _share_present(items: Sequence[str], present: Container[str]) -> float:
    return sum(item in present for item in items) / len(items) if items else 1.0


def _share_new(wanted: dict[str, float], own: frozenset[str]) -> float:
    characters = [term for term in own if len(term) == 1]
    return 1.0 - sum(term in wanted for term in characters) / max(len(characters), 1)


def _typed(question: Question, sentence: str) -> list[float]:
    """What of the kind that the question asks for stands in the sentence."""
    numeric = digits(sentence)
    found = set(_NUMBER.findall(numeric))
    unit = bool(question.unit) and bool(re.search(rf"\d[多余]?{question.unit}", numeric))
    return [
        float(bool(found)),
        float(bool(found - set(question.numbers))),
        float(unit),
        float(bool(_DATE.search(numeric))),
        float(bool(_LIST.search(sentence))),
        float(bool(_NAME.search(sentence))),
    ]
