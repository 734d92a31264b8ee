"""How likely each sentence of the hits is to answer: the encoder's logits made one probability."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.bundled import bundled_file
from assistant.reading.network import NAME, ReadingNetwork, ReadSentence, load_network
from assistant.reading.records import Evidence
from vectorstore import Hit, heading

# The hits that are read. On domain_dev the evidence is among the first three for 96 of a hundred
# questions, among five for 98, among eight for 99; each costs its share of the time, so that the
# last two are read only where the first three have no likely answer.
MOST_READ, _FIRST = 5, 3
_LIKELY = 0.6


@dataclass(frozen=True, slots=True)
class Calibration:
    """Makes a probability of logits: the weights of a logistic regression.

    Attributes:
        answers: of "this passage answers".
        evidence: of "this sentence belongs to what answers".
        sure: of "here stands the short answer".
        bias: added to their weighted sum.
    """

    answers: float
    evidence: float
    sure: float
    bias: float

    def probability(self, read: ReadSentence) -> float:
        """That a sentence answers."""
        return sigmoid(
            self.answers * read.answers
            + self.evidence * read.evidence
            + self.sure * read.sure
            + self.bias
        )


class Judge:
    """Gives each sentence the probability that it answers.

    Args:
        network: reads question and passage.
        calibration: makes a probability of what it says.
        threshold: the probability below which the best sentence is no answer, 0 to 1.
    """

    def __init__(self, network: ReadingNetwork, calibration: Calibration, threshold: float) -> None:
        self._network = network
        self._calibration = calibration
        self.threshold = threshold

    def candidates(self, question: str, hits: Sequence[Hit]) -> list[Evidence]:
        """The sentences of the first hits, once, the likeliest first; of `MOST_READ` at most."""
        found: dict[tuple[str, int], Evidence] = {}
        for part in (hits[:_FIRST], hits[_FIRST:MOST_READ]):
            if any(each.score >= _LIKELY for each in found.values()):
                break
            self._read(question, part, found)
        return sorted(found.values(), key=lambda each: -each.score)

    def _read(
        self, question: str, hits: Sequence[Hit], found: dict[tuple[str, int], Evidence]
    ) -> None:
        passages = [(heading(hit.title, hit.published), hit.chunk.text) for hit in hits]
        for hit, read in zip(hits, self._network.read(question, passages), strict=True):
            for sentence in read:
                each = self._evidence(hit, sentence)
                key = (hit.chunk.article_id, each.start)
                # The last sentence of a chunk may be the first of the next.
                if key not in found or found[key].score < each.score:
                    found[key] = each

    def _evidence(self, hit: Hit, read: ReadSentence) -> Evidence:
        first, (start, end) = hit.chunk.start, read.bounds
        return Evidence(
            hit,
            hit.chunk.text[start:end],
            first + start,
            first + end,
            score=self._calibration.probability(read),
            belongs=sigmoid(read.evidence),
            yes=sigmoid(read.yes),
            answer=(first + read.span[0], first + read.span[1]),
            sure=sigmoid(read.sure),
        )


def load_judge(threshold: float | None = None) -> Judge:
    """The bundled encoder with the calibration and threshold that were chosen for it.

    Args:
        threshold: see `Judge`; if None the one that was chosen.
    """
    config = _config()
    own = config["threshold"] if threshold is None else threshold
    return Judge(load_network(), Calibration(**config["calibration"]), own)


@lru_cache(maxsize=1)
def _config() -> dict[str, Any]:
    config: dict[str, Any] = json.loads(bundled_file(NAME, "config.json"))
    return config


def sigmoid(logit: float) -> float:
    """The probability of a logit."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
