"""What the encoder says made one probability, and the threshold below which nothing is quoted.

Chosen on the domain dev set over what our own search finds, and on CMRC trial.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.reading.judge import MOST_READ, READ_ALONE, Calibration, Weights, best_of
from assistant.reading.network import ReadingNetwork, ReadSentence
from training.encoder.examples import Example, Row, example_of

AGAIN = Weights(answers=0.5, evidence=0.15, sure=0.05, bias=-0.4)
ALONE = Weights(answers=0.4, evidence=0.0, sure=0.0)
"""How the two readings of a sentence are weighed, chosen on a grid on domain_dev and on what CMRC
trial asks of passages of other subjects. A regression over domain_dev, whose hits are all related,
gives the passage's own logit no weight, or one below nothing, and answers from any passage."""
# Of the answerable domain questions so many may be left open: one that stands beside the question
# costs a reader more than one lost.
LOST = 0.09
_STEPS = 50
_RIDGE = 1e-3
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Seen:
    """The sentences for one question, as read in their passages.

    Attributes:
        asked: the question.
        sentences: each with the example of its passage.
        is_answerable: whether the articles answer the question at all.
    """

    asked: str
    sentences: Sequence[tuple[ReadSentence, Example]]
    is_answerable: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of the sentences for one question, the best first, and whether they answer.

    Attributes:
        within: of each sentence in its passage, `features_of`, shape (sentences, 3).
        alone: of the first ones, which were read alone, too, shape (`READ_ALONE`, 3).
        is_right: whether each is evidence, shape (sentences,).
        is_answerable: whether the articles answer the question at all.
    """

    within: Floats
    alone: Floats
    is_right: NDArray[np.bool_]
    is_answerable: bool


def features_of(read: ReadSentence) -> Floats:
    """The logits that a probability is made of, shape (3,)."""
    return np.asarray([read.answers, read.evidence, read.sure])


def seen(network: ReadingNetwork, rows: Sequence[Row]) -> Iterator[Seen]:
    """The sentences of each question's first hits."""
    for row in rows:
        asked = row["asked"] if row["history"] else row["question"]
        examples = [example_of(row, hit, asked) for hit in row["hits"][:MOST_READ]]
        if examples:
            yield _seen(network, examples, is_answerable=row["type"] != "unanswerable")


def seen_examples(network: ReadingNetwork, examples: Iterable[Example]) -> Iterator[Seen]:
    """The same of examples of one passage each."""
    for each in examples:
        yield _seen(network, [each], is_answerable=bool(each.answers))


def _seen(network: ReadingNetwork, examples: Sequence[Example], *, is_answerable: bool) -> Seen:
    asked = examples[0].asked
    read = network.read(asked, [(each.head, each.text) for each in examples])
    pairs = [(each, example) for own, example in zip(read, examples, strict=True) for each in own]
    return Seen(asked, pairs, is_answerable)


def first_weights(rows: Sequence[Seen]) -> Weights:
    """The weights by which a sentence is judged in its passage, fitted on all sentences."""
    pairs = [pair for row in rows for pair in row.sentences]
    logits = np.stack([features_of(read) for read, _ in pairs])
    found = regression(logits, np.asarray([_is_right(*pair) for pair in pairs]))
    return Weights(*_rounded(found))


def judged(network: ReadingNetwork, rows: Iterable[Seen], first: Weights) -> Iterator[Judged]:
    """The sentences in the order of their first judgement, the best read once more, alone."""
    for row in rows:
        ranked = sorted(row.sentences, key=lambda pair: -first.sum(pair[0]))
        best = ranked[:READ_ALONE]
        texts = [(example.head, example.text[slice(*read.bounds)]) for read, example in best]
        alone = [
            best_of(parts) or read
            for parts, (read, _) in zip(network.read(row.asked, texts), best, strict=True)
        ]
        yield Judged(
            np.stack([features_of(read) for read, _ in ranked]),
            np.stack([features_of(read) for read in alone]),
            np.asarray([_is_right(*pair) for pair in ranked]),
            row.is_answerable,
        )


def _is_right(read: ReadSentence, example: Example) -> bool:
    return read.bounds in example.evidence


def _rounded(weights: Floats) -> list[float]:
    return [round(float(weight), 4) for weight in weights]


def regression(logits: Floats, wanted: NDArray[np.bool_]) -> Floats:
    """Logistic regression by Newton's method, with a little ridge; the bias is the last weight."""
    matrix = np.hstack([logits, np.ones((len(logits), 1))])
    weights = np.zeros(matrix.shape[1])
    for _ in range(_STEPS):
        chance = _probability(matrix @ weights)
        slope = matrix.T @ (chance - wanted) + _RIDGE * weights
        bend = (matrix * (chance * (1 - chance))[:, None]).T @ matrix
        weights -= np.linalg.solve(bend + _RIDGE * np.eye(len(weights)), slope)
    return weights


def _probability(logits: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -30, 30))))


def chosen(calibration: Calibration, rows: Sequence[Judged]) -> tuple[Floats, NDArray[np.bool_]]:
    """The probability of the best sentence of each question, and whether it is right."""
    chances, right = [], []
    for row in rows:
        count = len(row.alone)
        first = row.within[count:] @ _of(calibration.first) + calibration.first.bias
        again = row.within[:count] @ _of(calibration.again) + calibration.again.bias
        own = _probability(np.concatenate([again + row.alone @ _of(calibration.alone), first]))
        best = int(own.argmax())
        chances.append(own[best])
        right.append(row.is_right[best])
    return np.asarray(chances), np.asarray(right)


def _of(weights: Weights) -> Floats:
    return np.asarray([weights.answers, weights.evidence, weights.sure])


def threshold_for(calibration: Calibration, rows: Sequence[Judged]) -> float:
    """The threshold that leaves `LOST` of the answerable questions open."""
    kept = [row for row in rows if row.is_answerable]
    return round(float(np.quantile(chosen(calibration, kept)[0], LOST)), 3)


def figures(
    calibration: Calibration, threshold: float, rows: Sequence[Judged]
) -> Mapping[str, Any]:
    """What is reached on the rows, in per cent: the best sentence right, lost, left open."""
    chances, right = chosen(calibration, rows)
    sure = chances >= threshold
    answerable = np.asarray([row.is_answerable for row in rows])
    return {
        "evidence first": round(100 * float(right[answerable].mean()), 1),
        "lost": round(100 * float((~sure)[answerable].mean()), 1),
        "left open": round(100 * float((~sure)[~answerable].mean()), 1),
        "questions": len(rows),
    }
