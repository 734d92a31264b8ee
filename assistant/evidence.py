"""How well a sentence answers a question: features by rule, weighed by a small trained network."""

import json
import math
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from assistant.question import Question
from vectorstore import digits, fold, terms

FEATURES = (
    "coverage in the sentence",
    "coverage of characters in the sentence",
    "coverage with the sentences around it",
    "coverage with the title",
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
    "coverage of the best sentence",
    "asks for a number",
    "asks for a date",
    "asks who",
    "asks where",
    "asks for a list",
    "asks yes or no",
    "asks why or how",
    "asks to compare",
)
_KIND_FEATURES = ("number", "date", "who", "where", "list", "yes_no", "why_how", "compare")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DATE = re.compile(r"\d+年|\d+月|\d+[日号]|年初|年底|上旬|中旬|下旬|今年|去年|前年|世纪|时期")
_LIST = re.compile(r"[^、]{1,20}、[^、]{1,20}(?:、|和|及|与|等)")
_NAME = re.compile(
    r"[一-鿿]{2,}(?:公司|集团|大学|委员会|局|厅|部|院|会|中心|政府|协会|省|市|县|区|镇|州)|"
    r"(?:书记|市长|主任|记者|负责人|主席|局长|董事长|教授|院长|总经理|专家)[一-鿿]{2,4}"
)
_BUCKETS = 1 << 18


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence as the scorer sees it, with what surrounds it.

    Attributes:
        sentence: the sentence itself.
        context: the chunk that it stands in.
        title: its article's title and date.
    """

    sentence: str
    context: str
    title: str


class TermWeights:
    """How much a term matters: its rarity in Chinese news, less for a pair of unrelated characters.

    Args:
        frequency: uint8, shape (2**18,); for each bucket 8 · log2(1 + articles that hold it).
        articles: how many articles were counted.
    """

    def __init__(self, frequency: NDArray[np.uint8], articles: int) -> None:
        self._frequency = frequency
        self._articles = articles
        self._cache: dict[str, float] = {}

    def weight(self, term: str) -> float:
        """Weight of a term, from about 0 to 10."""
        known = self._cache.get(term)
        if known is None:
            known = self._cache[term] = self._weigh(term)
        return known

    def _weigh(self, term: str) -> float:
        rarity = math.log(self._articles / (self._count(term) + 0.5))
        if len(term) != 2 or term.isascii():
            return max(rarity, 0.0)
        # Pointwise mutual information: 龙岩 belongs together, 与龙 only met there.
        expected = self._count(term[0]) * self._count(term[1]) / self._articles
        bond = math.log((self._count(term) + 0.1) / (expected + 0.1))
        return max(rarity, 0.0) * min(max((bond + 1.0) / 3.0, 0.15), 1.0)

    def _count(self, term: str) -> float:
        return float(2.0 ** (float(self._frequency[bucket(term)]) / 8.0) - 1.0)


def bucket(term: str) -> int:
    """The bucket that a term's frequency is counted in."""
    return zlib.crc32(term.encode()) % _BUCKETS


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

    def score(self, question: Question, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """Probabilities, shape (passages,), float32."""
        if not passages:
            return np.zeros(0, dtype=np.float32)
        rows = (features(question, passages, self._weights) - self._layers["mean"]) / self._layers[
            "scale"
        ]
        hidden = np.maximum(rows @ self._layers["hidden.weight"] + self._layers["hidden.bias"], 0)
        logits = hidden @ self._layers["output.weight"] + self._layers["output.bias"]
        return np.asarray(1.0 / (1.0 + np.exp(-logits[:, 0])), dtype=np.float32)


@lru_cache(maxsize=1)
def load_scorer() -> Scorer:
    """The bundled scorer."""
    from safetensors.numpy import load

    folder = resources.files("assistant") / "models" / "xieshou-reader-v1"
    tensors = load(folder.joinpath("model.safetensors").read_bytes())
    config = json.loads(folder.joinpath("config.json").read_text("utf-8"))
    weights = TermWeights(tensors.pop("frequency"), int(config["articles"]))
    return Scorer(weights, tensors, float(config["threshold"]))


def features(
    question: Question, passages: Sequence[Passage], weights: TermWeights
) -> NDArray[np.float32]:
    """The features of each passage: float32, shape (passages, len(FEATURES))."""
    wanted = {term: weights.weight(term) for term in question.content}
    pairs = {term: weight for term, weight in wanted.items() if len(term) > 1}
    asked = [1.0 if question.kind == kind else 0.0 for kind in _KIND_FEATURES]
    contexts: dict[str, frozenset[str]] = {}
    rows = []
    for passage in passages:
        for text in (passage.context, passage.title):
            if text not in contexts:
                contexts[text] = _term_set(text)
        around = contexts[passage.context]
        titled = around | contexts[passage.title]
        rows.append([*_matching(question, passage, (wanted, pairs), around, titled), *asked])
    table = np.asarray(rows, dtype=np.float32)
    best = FEATURES.index("coverage of the best sentence")
    table[:, best] = table[:, 0].max() - table[:, 0]
    return table


def _matching(
    question: Question,
    passage: Passage,
    terms_wanted: tuple[dict[str, float], dict[str, float]],
    around: frozenset[str],
    titled: frozenset[str],
) -> list[float]:
    wanted, pairs = terms_wanted
    sentence = fold(passage.sentence)
    own = _term_set(passage.sentence)
    characters = {term: weight for term, weight in wanted.items() if len(term) == 1}
    return [
        _coverage(pairs, own),
        _coverage(characters, own),
        _coverage(pairs, own | around),
        _coverage(pairs, own | titled),
        _heaviest_missing(pairs, own),
        _heaviest_missing(pairs, own | titled),
        _longest_run(question.text, digits(sentence)),
        _share_present(question.numbers, own | titled),
        _share_inside(question.quoted, sentence),
        _together(pairs, own),
        *_typed(question, sentence),
        math.log1p(len(sentence)) / 5.0,
        _share_new(wanted, own),
        0.0,
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


def _share_present(items: Sequence[str], present: frozenset[str]) -> float:
    return sum(item in present for item in items) / len(items) if items else 1.0


def _share_inside(items: Sequence[str], text: str) -> float:
    return sum(item in text for item in items) / len(items) if items else 1.0


def _share_new(wanted: dict[str, float], own: frozenset[str]) -> float:
    return 1.0 - sum(term in wanted for term in own) / max(len(own), 1)


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
