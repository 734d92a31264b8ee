"""How much of a claim's wording the cited words have, each term by its rarity."""

import re
from collections.abc import Sequence
from operator import add

from assistant.facts.overlap import parts, share, squeezed_content
from assistant.facts.weights import load_weights
from vectorstore import places

# A figure that both have counts like a rare word.
_FIGURE = 4.0
# A part of a sentence says something of its own where the terms that the cited words lack weigh so
# much, and those they have make up less than this share. Measured on invented clauses beside
# rewordings: development half of benchmarks/verification and tests/data/written_sentences.jsonl.
_UNSAID = 4.6
_LEAST_PART = 0.25
_LEAST_WHOLE = 0.3
# The same for words that stand side by side within a part: so many bigrams of so much weight.
_LEAST_RUN = 4
_UNSAID_RUN = 6.4
_HAN = re.compile("[一-鿿]+")


def unsaid_part(claim: str, texts: Sequence[str]) -> str:
    """The first part of a squeezed claim that none of the texts says; empty: there is none."""
    words = "|".join(texts)
    for part in parts(claim):
        said, unsaid = weigh(part, words)
        if unsaid >= _UNSAID and said < _LEAST_PART * (said + unsaid):
            return part
        if all(_longest_run(part, text) >= _UNSAID_RUN for text in texts):
            return part
    return ""


def _longest_run(part: str, text: str) -> float:
    """The most that words of a part weigh which stand side by side and which a text lacks.

    Bigrams of a run, none of which the text has; runs of fewer than four characters are one other
    word for the same.
    """
    known, weights = squeezed_content(text), load_weights()
    most = weight = 0.0
    length = 0
    for place in places(part):
        part = part.replace(place, " ")
    for run in _HAN.findall(part):
        for bigram in map(add, run, run[1:]):
            length, weight = (0, 0.0) if bigram in known else (length + 1, weight)
            weight += weights.weight(bigram) if length else 0.0
            most = max(most, weight) if length >= _LEAST_RUN else most
        length, weight = 0, 0.0
    return most


def is_about(claim: str, words: str) -> bool:
    """Whether a squeezed claim has enough in common with the words to be about the same."""
    said, unsaid = weigh(claim, words)
    return said >= _LEAST_WHOLE * (said + unsaid) or share(claim, words) >= _LEAST_WHOLE


def weigh(part: str, words: str) -> tuple[float, float]:
    """The weight of the terms of a text that `words` have, and of those that they lack."""
    known, weights = squeezed_content(words), load_weights()
    # Places are compared by name, short forms too, before.
    named = places(part)
    said = unsaid = 0.0
    for term in squeezed_content(part):
        if term[0].isdigit():
            said += _FIGURE if term in known else 0.0
        elif term in known:
            said += weights.weight(term)
        elif term not in named:
            unsaid += weights.weight(term)
    return said, unsaid
