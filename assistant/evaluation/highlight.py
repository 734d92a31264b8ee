"""Mark in a text the words that a quote of evidence shares with it."""

from collections.abc import Iterable, Sequence
from html import escape

from assistant.evaluation.marking import OVERLAP_CHARACTERS
from vectorstore import fold


def highlighted(text: str, evidence: Iterable[str]) -> str:
    """Give `text` as HTML, escaped, with the words of `evidence` in `<mark>`.

    Words count as shared by the rule by which a citation counts as evidence: a run of 12 folded
    characters, or the whole of a shorter quote.
    """
    places = [place for place, character in enumerate(text) if not character.isspace()]
    bare = "".join(fold(text)[place] for place in places)
    is_shared = [False] * len(text)
    for quote in evidence:
        for start, end in _shared(bare, "".join(fold(quote).split())):
            first, last = places[start], places[end - 1]
            is_shared[first : last + 1] = [True] * (last + 1 - first)
    return _marked(text, is_shared)


def _shared(bare: str, quote: str) -> Iterable[tuple[int, int]]:
    """The spans of the runs of `bare` that stand in `quote`."""
    size = min(OVERLAP_CHARACTERS, len(bare), len(quote))
    if not size:
        return
    runs = {quote[at : at + size] for at in range(len(quote) - size + 1)}
    for at in range(len(bare) - size + 1):
        if bare[at : at + size] in runs:
            yield at, at + size


def _marked(text: str, is_shared: Sequence[bool]) -> str:
    parts, start = [], 0
    for place in range(1, len(text) + 1):
        if place == len(text) or is_shared[place] != is_shared[start]:
            piece = escape(text[start:place])
            parts.append(f"<mark>{piece}</mark>" if is_shared[start] else piece)
            start = place
    return "".join(parts)
