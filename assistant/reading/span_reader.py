"""Where the words that answer stand: the likeliest span of each sentence, by a small network."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assistant.bundled import bundled, bundled_file
from assistant.reading.letters import Floats, Letters, batch, ids_of, shared, spelled
from assistant.reading.span_network import SpanNetwork
from vectorstore import sentences

Bounds = tuple[int, int]
"""Start and end of a sentence within its passage."""

WINDOW = 256
"""Characters that the network reads at once, as it learned to."""
QUESTION = 48
"""Characters of a question that it reads."""
LONGEST = 60
"""Most characters of an answer."""
LSTM = "lstm.onnx"
"""The file of the LSTMs' graph in the model's folder."""
_NAME = "xieshou-span-v1"


@dataclass(frozen=True, slots=True)
class Span:
    """What the network finds in one sentence.

    Attributes:
        start: where the likeliest answer starts in the passage.
        end: where it ends.
        odds: how much likelier that span is than "not here", as a logarithm.
        mass: how much likelier any place of the sentence is than "not here" for an answer to start.
    """

    start: int
    end: int
    odds: float
    mass: float


class SpanReader:
    """Reads passages for the words that answer a question.

    Args:
        network: the trained network.
        alphabet: the characters that it knows, in the order of their ids.
    """

    def __init__(self, network: SpanNetwork, alphabet: str) -> None:
        self._network = network
        self._ids = ids_of(alphabet)

    def find(self, question: str, passages: Sequence[str]) -> list[dict[Bounds, Span]]:
        """The likeliest span of each sentence of each passage, by the sentence's bounds."""
        asked, *read = spelled([question, *passages], self._ids)
        asked = asked.at(slice(0, QUESTION))
        found: list[dict[Bounds, Span]] = [{} for _ in passages]
        whole = [sentences(text) for text in passages]
        cut = [(number, own) for number, bounds in enumerate(whole) for own in windows(bounds)]
        if not asked.text or not cut:
            return found
        parts = [read[number].at(slice(own[0][0], own[-1][1])) for number, own in cut]
        starts, ends = self._logits(asked, parts, [own for _, own in cut])
        for (number, own), start, end in zip(cut, starts, ends, strict=True):
            for piece, span in _by_piece(own, start, end).items():
                sentence = next(each for each in whole[number] if each[0] <= piece[0] < each[1])
                other = found[number].get(sentence, span)
                found[number][sentence] = max(other, span, key=lambda each: each.odds)
        return found

    def _logits(
        self, asked: Letters, parts: list[Letters], cut: list[list[Bounds]]
    ) -> tuple[Floats, Floats]:
        inside = [[(a - own[0][0], b - own[0][0]) for a, b in own] for own in cut]
        passages = [
            (part, shared(part, asked, own)) for part, own in zip(parts, inside, strict=True)
        ]
        questions = [(asked, shared(asked, part)) for part in parts]
        return self._network.logits(batch(passages), batch(questions))


@lru_cache(maxsize=1)
def load_span_reader() -> SpanReader:
    """The bundled network."""
    tensors, config = bundled(_NAME)
    return SpanReader(SpanNetwork(tensors, bundled_file(_NAME, LSTM)), config["alphabet"])


def windows(bounds: Sequence[Bounds]) -> list[list[Bounds]]:
    """Sentences put together to windows; a sentence longer than one is cut into several."""
    found: list[list[Bounds]] = []
    for sentence in bounds:
        for start in range(sentence[0], sentence[1], WINDOW):
            end = min(sentence[1], start + WINDOW)
            if found and end - found[-1][0][0] <= WINDOW:
                found[-1].append((start, end))
            else:
                found.append([(start, end)])
    return found


def _by_piece(bounds: Sequence[Bounds], starts: Floats, ends: Floats) -> dict[Bounds, Span]:
    first = bounds[0][0]
    found = {}
    for a, b in bounds:
        start, end = starts[a - first : b - first], ends[a - first : b - first]
        joint = start[:, None] + end[None] - starts[-1] - ends[-1]
        ahead = np.arange(b - a)[None] - np.arange(b - a)[:, None]
        joint[(ahead < 0) | (ahead >= LONGEST)] = -np.inf
        at, to = divmod(int(joint.argmax()), b - a)
        mass = float(np.logaddexp.reduce(start) - starts[-1])
        found[a, b] = Span(a + at, a + to + 1, float(joint[at, to]), mass)
    return found
