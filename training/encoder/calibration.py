"""What the encoder says made one probability, and the threshold below which nothing is quoted.

Chosen on the domain dev set over what our own search finds, and on CMRC trial.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.reading.judge import MOST_READ, Calibration
from assistant.reading.network import ReadingNetwork, ReadSentence
from training.encoder.examples import Example, Row, example_of

# Of the answerable domain questions so many may be left open: one that stands beside the question
# costs a reader more than one lost.
LOST = 0.09
_STEPS = 50
_RIDGE = 1e-3


@dataclass(frozen=True, slots=True)
class Judged:
    """The best sentence for one question, and whether it answers.

    Attributes:
        features: of `features_of`, shape (4,).
        is_right: whether it is evidence.
        is_answerable: whether the articles answer the question at all.
    """

    features: NDArray[np.float64]
    is_right: bool
    is_answerable: bool


def features_of(read: ReadSentence) -> NDArray[np.float64]:
    """What a probability is made of, shape (4,): three logits within bounds, and 1."""
    return np.asarray([read.answers, read.evidence, read.sure, 1.0])


def judged(network: ReadingNetwork, rows: Sequence[Row]) -> Iterator[Judged]:
    """The best sentence of each question's first hits, as a first guess ranks them."""
    for row in rows:
        hits = row["hits"][:MOST_READ]
        examples = [example_of(row, hit, row["asked"]) for hit in hits]
        asked = row["asked"] if row["history"] else row["question"]
        read = network.read(asked, [(each.head, each.text) for each in examples])
        yield _best(read, examples, is_answerable=row["type"] != "unanswerable")


def judged_examples(network: ReadingNetwork, examples: Sequence[Example]) -> Iterator[Judged]:
    """The same of examples of one passage each."""
    for each in examples:
        read = network.read(each.asked, [(each.head, each.text)])
        yield _best(read, [each], is_answerable=bool(each.answers))


def _best(
    read: Sequence[Sequence[ReadSentence]], examples: Sequence[Example], *, is_answerable: bool
) -> Judged:
    pairs = [(each, example) for own, example in zip(read, examples, strict=True) for each in own]
    best, example = max(pairs, key=lambda pair: pair[0].answers + pair[0].evidence)
    return Judged(features_of(best), best.bounds in example.evidence, is_answerable)


def fitted(rows: Sequence[Judged]) -> Calibration:
    """Logistic regression of "it answers" by Newton's method, with a little ridge."""
    matrix = np.stack([row.features for row in rows])
    wanted = np.asarray([float(row.is_right) for row in rows])
    weights = np.zeros(matrix.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(matrix @ weights, -30, 30)))
        slope = matrix.T @ (chance - wanted) + _RIDGE * weights
        bend = (matrix * (chance * (1 - chance))[:, None]).T @ matrix
        weights -= np.linalg.solve(bend + _RIDGE * np.eye(len(weights)), slope)
    return Calibration(*(round(float(weight), 4) for weight in weights))


def chances(calibration: Calibration, rows: Sequence[Judged]) -> NDArray[np.float64]:
    """The probability of each, shape (rows,)."""
    weights = np.asarray(list(asdict(calibration).values()))
    found: NDArray[np.float64] = np.stack([row.features for row in rows]) @ weights
    return np.asarray(1 / (1 + np.exp(-np.clip(found, -30, 30))))


def threshold_for(calibration: Calibration, rows: Sequence[Judged]) -> float:
    """The threshold that leaves `LOST` of the answerable questions open."""
    kept = [row for row in rows if row.is_answerable]
    return round(float(np.quantile(chances(calibration, kept), LOST)), 3)


def figures(
    calibration: Calibration, threshold: float, rows: Sequence[Judged]
) -> Mapping[str, Any]:
    """What is reached on the rows, in per cent: the best sentence right, lost, left open."""
    sure = chances(calibration, rows) >= threshold
    answerable = np.asarray([row.is_answerable for row in rows])
    right = np.asarray([row.is_right for row in rows])
    return {
        "evidence first": round(100 * float(right[answerable].mean()), 1),
        "lost": round(100 * float((~sure)[answerable].mean()), 1),
        "left open": round(100 * float((~sure)[~answerable].mean()), 1),
        "questions": len(rows),
    }
