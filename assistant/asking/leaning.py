"""Whether a question leans on the one before it: a linear model of its characters, learned."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from assistant.bundled import bundled
from assistant.facts.weights import bucket
from vectorstore import fold, places

NAME = "xieshou-followup-v1"
BUCKETS = 1 << 14
_LENGTHS = (6, 9, 12, 16, 20, 26)
_LONGEST_GRAM = 3
_WORD = re.compile(r"[a-z']+")
_YEAR = re.compile(r"\d{4}")


def leans(question: str, before: str) -> bool:
    """Whether a question can't be understood without the one before it.

    Args:
        question: in any script, or in English.
        before: the question that was asked last.
    """
    weights, config = _model()
    logit = config["bias"]
    for name, value in features(question, before):
        logit += value * float(weights[bucket(name, BUCKETS)])
    return bool(logit > config["threshold"])


def features(question: str, before: str) -> Iterator[tuple[str, float]]:
    """What the model sees of a question after another: names of features, each once, and values.

    Runs of one to three characters, the first and the last characters, words of Latin letters, how
    long it is, which places it shares with the question before or names anew, how many of its
    bigrams stood there.
    """
    text, known = " ".join(fold(question).split()), fold(before)
    framed = f"^{text}$"
    for size in range(1, _LONGEST_GRAM + 1):
        for gram in {framed[at : at + size] for at in range(len(framed) - size + 1)}:
            yield f"gram {gram}", 1.0
    words = _WORD.findall(text)
    for word in set(words):
        yield f"word {word}", 1.0
    for size in (2, 3, 4):
        yield f"first {framed[:size]}", 1.0
        yield f"last {framed[-size:]}", 1.0
    letters = sum(each.isalnum() for each in text) - sum(len(word) - 2 for word in words)
    for length in _LENGTHS:
        if letters >= length:
            yield f"length {length}", 1.0
    named, old = set(places(text)), set(places(known))
    if named - old:
        yield "another place", 3.0
    if named & old:
        yield "the same place", 3.0
    own, theirs = _bigrams(text), _bigrams(known)
    yield "said before", 3 * len(own & theirs) / max(1, len(own))
    if _YEAR.search(text):
        yield "a year", 1.0


def _bigrams(text: str) -> set[str]:
    kept = "".join(each for each in text if each.isalnum())
    return {kept[at : at + 2] for at in range(len(kept) - 1)}


@lru_cache(maxsize=1)
def _model() -> tuple[np.ndarray[Any, np.dtype[np.float32]], dict[str, Any]]:
    tensors, config = bundled(NAME)
    return tensors["weights"], config
