"""Windows of articles to learn from: with the answer in them, and without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from assistant.reading.letters import Batch, Letters, batch, shared
from assistant.reading.span_reader import WINDOW, Bounds
from training.spans.questions import Item, QuestionSet

# So many windows lack the answer; of these so many are the article without the sentence of the
# answer, the rest what the search finds elsewhere.
_WITHOUT = 0.28
_TAKEN_OUT = 0.55
# So many windows begin with a sentence.
_AT_SENTENCE = 0.8


@dataclass(frozen=True, slots=True)
class Example:
    """A window, its question, and the first and last place of the answer; none if not there."""

    window: Letters
    sentences: list[Bounds]
    asked: Letters
    answer: Bounds | None


def example(found: QuestionSet, item: Item, generator: np.random.Generator) -> Example | None:
    """A window for a question, drawn anew each time; none where the draw fails."""
    if item.spans and generator.random() >= _WITHOUT:
        return _with_answer(found, item, generator)
    if not item.spans:
        end = len(found.texts[item.article])
        start = int(generator.integers(0, max(1, end - WINDOW + 1)))
        places = np.arange(start, min(end, start + WINDOW))
        return _window(found, item.article, places, item)
    if generator.random() < _TAKEN_OUT:
        return _taken_out(found, item, generator)
    return _elsewhere(found, item, generator)


def _with_answer(found: QuestionSet, item: Item, generator: np.random.Generator) -> Example | None:
    first, last = item.spans[0]
    end = len(found.texts[item.article])
    earliest, latest = max(0, last - WINDOW), max(0, min(first, end - WINDOW))
    start = int(generator.integers(min(earliest, latest), latest + 1)) if end > WINDOW else 0
    begins = [a for a, _ in found.sentences[item.article] if earliest <= a <= first]
    if end > WINDOW and begins and generator.random() < _AT_SENTENCE:
        start = int(generator.choice(begins))
    made = _window(found, item.article, np.arange(start, min(end, start + WINDOW)), item)
    answer = (first - start, last - 1 - start)
    if not 0 <= answer[0] <= answer[1] < len(made.window.text):
        return None
    return Example(made.window, made.sentences, made.asked, answer)


def _taken_out(found: QuestionSet, item: Item, generator: np.random.Generator) -> Example | None:
    """The article without the sentences that hold the answer, or its words."""
    text = found.texts[item.article]
    kept = [
        np.arange(a, b)
        for a, b in found.sentences[item.article]
        if not any(a < end and start < b for start, end in item.spans)
        and not _holds(text[a:b], item)
    ]
    if not kept:
        return None
    places = np.concatenate(kept)
    start = int(generator.integers(0, max(1, len(places) - WINDOW + 1)))
    return _window(found, item.article, places[start : start + WINDOW], item)


def _elsewhere(found: QuestionSet, item: Item, generator: np.random.Generator) -> Example | None:
    others = [
        hit
        for hit in item.hits
        if hit.article != item.article and not _holds(found.texts[hit.article], item)
    ]
    if not others:
        return None
    hit = others[int(generator.integers(len(others)))]
    places = np.arange(hit.start, min(hit.end, hit.start + WINDOW))
    return _window(found, hit.article, places, item)


def _holds(text: str, item: Item) -> bool:
    return any(len(answer) > 1 and answer in text for answer in item.answers)


def _window(found: QuestionSet, article: int, places: NDArray[np.int64], item: Item) -> Example:
    starts = {start for start, _ in found.sentences[article]}
    inner = [row for row in range(1, len(places)) if int(places[row]) in starts]
    cuts = [0, *inner, len(places)]
    bounds = list(pairwise(cuts))
    return Example(found.letters[article].at(places), bounds, item.asked, None)


def batches(examples: Sequence[Example]) -> tuple[Batch, Batch, NDArray[np.int64]]:
    """Passages, questions, and the places of the answers, shape (2, examples); else the last."""
    passages = batch(
        [(each.window, shared(each.window, each.asked, each.sentences)) for each in examples]
    )
    questions = batch([(each.asked, shared(each.asked, each.window)) for each in examples])
    nowhere = len(passages.characters)
    places = [each.answer or (nowhere, nowhere) for each in examples]
    return passages, questions, np.asarray(places, dtype=np.int64).T.copy()
