"""How much of a claim's wording the cited words have, each term by its rarity."""

from assistant.overlap import content, parts, share
from assistant.weights import load_weights
from vectorstore import places

# A figure that both have counts like a rare word.
_FIGURE = 4.0
# A part of a sentence says something of its own where the terms that the cited words lack weigh so
# much, and those they have make up less than this share. Measured on invented clauses beside
# rewordings: development half of benchmarks/verification and tests/data/written_sentences.jsonl.
_UNSAID = 4.6
_LEAST_PART = 0.25
_LEAST_WHOLE = 0.3


def unsaid_part(claim: str, words: str) -> str:
    """The first part of a squeezed claim that the words say nothing of; empty: there is none."""
    for part in parts(claim):
        said, unsaid = weigh(part, words)
        if unsaid >= _UNSAID and said < _LEAST_PART * (said + unsaid):
            return part
    return ""


def is_about(claim: str, words: str) -> bool:
    """Whether a squeezed claim has enough in common with the words to be about the same."""
    said, unsaid = weigh(claim, words)
    return said >= _LEAST_WHOLE * (said + unsaid) or share(claim, words) >= _LEAST_WHOLE


def weigh(part: str, words: str) -> tuple[float, float]:
    """The weight of the terms of a text that `words` have, and of those that they lack."""
    known, weights = content(words), load_weights()
    # Places are compared by name, short forms too, before.
    named = places(part)
    said = unsaid = 0.0
    for term in content(part):
        if term[0].isdigit():
            said += _FIGURE if term in known else 0.0
        elif term in known:
            said += weights.weight(term)
        elif term not in named:
            unsaid += weights.weight(term)
    return said, unsaid
