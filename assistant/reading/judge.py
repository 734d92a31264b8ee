"""How likely each sentence of the hits is to answer: the encoder's logits made one probability."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
_LIKELY = 0.5
READ_ALONE = 2
"""The best sentences, which are read once more, alone: of domain_dev's answerable questions the
first is evidence for 85 instead of 79 of a hundred; a third gains nothing."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each of the encoder's logits counts: the weights of a logistic regression.

    Attributes:
        answers: of "this passage answers".
        evidence: of "this sentence belongs to what answers".
        sure: of "here stands the short answer".
        bias: added to their weighted sum.
    """

    answers: float
    evidence: float
    sure: float
    bias: float = 0.0

    def sum(self, read: ReadSentence) -> float:
        """The weighted sum of what is said of a sentence."""
        logits = self.answers * read.answers + self.evidence * read.evidence
        return logits + self.sure * read.sure + self.bias


@dataclass(frozen=True, slots=True)
class Calibration:
    """Makes a probability of logits.

    Attributes:
        first: where a sentence was read in its passage only.
        again: for the same logits, where it was also read alone.
        alone: for those from its being read alone, added to `again`.
    """

    first: Weights
    again: Weights
    alone: Weights

    def probability(self, read: ReadSentence, alone: ReadSentence | None = None) -> float:
        """That a sentence answers, from what is said of it in its passage and alone."""
        if alone is None:
            return sigmoid(self.first.sum(read))
        return sigmoid(self.again.sum(read) + self.alone.sum(alone))


_Found = tuple[Evidence, ReadSentence]


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
        found: dict[tuple[str, int], _Found] = {}
        for part in (hits[:_FIRST], hits[_FIRST:MOST_READ]):
            if any(each.score >= _LIKELY for each, _ in found.values()):
                break
            self._read(question, part, found)
        ranked = sorted(found.values(), key=_rank)
        again = self._read_alone(question, ranked[:READ_ALONE])
        return [each for each, _ in sorted([*again, *ranked[READ_ALONE:]], key=_rank)]

    def _read(
        self, question: str, hits: Sequence[Hit], found: dict[tuple[str, int], _Found]
    ) -> None:
        passages = [(heading(hit.title, hit.published), hit.chunk.text) for hit in hits]
        for hit, read in zip(hits, self._network.read(question, passages), strict=True):
            for sentence in read:
                each = self._evidence(hit, sentence)
                key = (hit.chunk.article_id, each.start)
                # The last sentence of a chunk may be the first of the next.
                if key not in found or found[key][0].score < each.score:
                    found[key] = each, sentence

    def _read_alone(self, question: str, found: Sequence[_Found]) -> list[_Found]:
        passages = [(heading(each.hit.title, each.hit.published), each.text) for each, _ in found]
        read = self._network.read(question, passages) if passages else []
        return [
            (replace(each, score=self._calibration.probability(said, best_of(alone))), said)
            for (each, said), alone in zip(found, read, strict=True)
        ]

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


def _rank(found: _Found) -> float:
    return -found[0].score


def best_of(read: Sequence[ReadSentence]) -> ReadSentence | None:
    """Of the parts of a sentence that was read alone, the one that answers best."""
    return max(read, key=lambda each: each.answers + each.evidence, default=None)


def load_judge(threshold: float | None = None) -> Judge:
    """The bundled encoder with the calibration and threshold that were chosen for it.

    Args:
        threshold: see `Judge`; if None the one that was chosen.
    """
    config = _config()
    weights = {name: Weights(**each) for name, each in config["calibration"].items()}
    own = config["threshold"] if threshold is None else threshold
    return Judge(load_network(), Calibration(**weights), own)


@lru_cache(maxsize=1)
def _config() -> dict[str, Any]:
    config: dict[str, Any] = json.loads(bundled_file(NAME, "config.json"))
    return config


def sigmoid(logit: float) -> float:
    """The probability of a logit."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))
