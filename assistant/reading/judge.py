"""How likely each sentence of the hits is to answer, by what scorer and span network say of it.

Both have their faults: the scorer weighs the question's words and knows no meaning; the network
knows what kind of words answer, and only of what it learned. A third, tiny network weighs them by
the kind of question; the probability it gives decides what is quoted, and whether anything is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from assistant.asking.question import Kind, Question
from assistant.bundled import bundled
from assistant.reading.evidence import Passage, Scorer, load_scorer, passages, probabilities
from assistant.reading.records import Evidence
from assistant.reading.span_reader import Span, SpanReader, load_span_reader
from vectorstore import Hit, heading

_SAID = (
    "scorer",
    "scorer beside the best",
    "mass of the network",
    "mass beside the best",
    "best span",
    "best span beside the best",
    "rank of the chunk",
    "share of the question that its article lacks",
)
_KINDS: tuple[Kind, ...] = get_args(Kind)
FEATURES = (*_SAID, *(f"asks for {kind}" for kind in _KINDS))
# A short line without an end is a heading.
_HEADING = re.compile(r".{1,30}(?<![。！？!?；;…”」』）)])")
# Logits beyond this say nothing more.
_SURE = 12.0
# What is found where nothing is asked.
_UNREAD = Span(0, 0, -_SURE, -_SURE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a hit.

    Attributes:
        hit: where it stands.
        start: its start within the chunk's text.
        end: its end there.
        passage: the sentence as the scorer sees it.
        span: what the network finds in it.
    """

    hit: Hit
    start: int
    end: int
    passage: Passage
    span: Span


class Judge:
    """Gives each sentence the probability that it answers.

    Args:
        scorer: weighs the question's words.
        reader: finds the words that answer.
        layers: the weights of the network over `FEATURES`.
        threshold: the probability below which the best sentence is no answer, 0 to 1.
    """

    def __init__(
        self,
        scorer: Scorer,
        reader: SpanReader,
        layers: dict[str, NDArray[np.float32]],
        threshold: float,
    ) -> None:
        self._scorer = scorer
        self._reader = reader
        self._layers = layers
        self.threshold = threshold

    def candidates(self, question: Question, hits: Sequence[Hit]) -> list[Evidence]:
        """Every sentence of the hits, once, the likeliest first."""
        found = self.sentences(question, hits)
        if not found:
            return []
        scores = probabilities(self._layers, self.features(question, found))
        order = np.argsort(-scores, kind="stable")
        return [_evidence(found[row], float(scores[row])) for row in order]

    def sentences(self, question: Question, hits: Sequence[Hit]) -> list[Sentence]:
        """Every sentence of the hits, once, in order; headings only where there is nothing else."""
        texts = [hit.chunk.text for hit in hits]
        found: dict[tuple[str, int], Sentence] = {}
        read = self._reader.find(question.asked, texts)
        for rank, (hit, spans) in enumerate(zip(hits, read, strict=True), 1):
            title = heading(hit.title, hit.published)
            for start, end, passage in passages(hit.chunk.text, title, rank):
                span = spans.get((start, end), _UNREAD)
                key = (hit.chunk.article_id, hit.chunk.start + start)
                found.setdefault(key, Sentence(hit, start, end, passage, span))
        whole = [each for each in found.values() if not _HEADING.fullmatch(each.passage.sentence)]
        return whole or list(found.values())

    def features(self, question: Question, found: Sequence[Sentence]) -> NDArray[np.float32]:
        """`FEATURES` of each sentence, shape (sentences, len(FEATURES))."""
        scores = self._scorer.score(question, [each.passage for each in found])
        scored = np.log(np.maximum(scores, 1e-6)) - np.log(np.maximum(1 - scores, 1e-6))
        masses = np.asarray([each.span.mass for each in found])
        odds = np.asarray([each.span.odds for each in found])
        said = [part for each in (scored, masses, odds) for part in _beside(each)]
        said.append(np.asarray([1 / each.passage.rank for each in found]))
        said.append(self._unsaid(question, found))
        kinds = np.zeros((len(found), len(_KINDS)))
        kinds[:, _KINDS.index(question.kind)] = 1
        return np.concatenate([np.stack(said, axis=1), kinds], axis=1).astype(np.float32)

    def _unsaid(self, question: Question, found: Sequence[Sentence]) -> NDArray[np.float64]:
        """Of each sentence the share of what is asked that its article never says, by weight."""
        texts: dict[str, list[str]] = {}
        for each in found:
            own = texts.setdefault(each.hit.chunk.article_id, [each.passage.title])
            own.append(each.passage.context)
        lacks = {
            article: self._scorer.unsaid(question, dict.fromkeys(own))
            for article, own in texts.items()
        }
        return np.asarray([lacks[each.hit.chunk.article_id] for each in found])


def load_judge(threshold: float | None = None) -> Judge:
    """The bundled judge, with the bundled scorer and network.

    Args:
        threshold: see `Judge`; if None the one that was chosen with the judge.
    """
    layers, chosen = _bundled()
    own = chosen if threshold is None else threshold
    return Judge(load_scorer(), load_span_reader(), layers, own)


@lru_cache(maxsize=1)
def _bundled() -> tuple[dict[str, NDArray[np.float32]], float]:
    layers, config = bundled("xieshou-judge-v1")
    return layers, float(config["threshold"])


def _beside(values: Iterable[float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values within bounds, and how far each is below the greatest."""
    bounded = np.clip(np.asarray(values, dtype=np.float64), -_SURE, _SURE)
    return bounded, bounded.max() - bounded


def _evidence(found: Sentence, score: float) -> Evidence:
    hit, start, end = found.hit, found.start, found.end
    text = hit.chunk.text[start:end]
    first = hit.chunk.start
    answer = (first + found.span.start, first + found.span.end) if found.span != _UNREAD else None
    return Evidence(hit, text, first + start, first + end, score, answer=answer)
