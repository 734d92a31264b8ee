"""Who checks: the product as a model's text passes through it, and two baselines."""

import re
from collections.abc import Callable, Mapping

from assistant.checking.cite import Cited, cite
from assistant.writing.context import Source
from benchmarks.verification.cases import Case
from vectorstore import fold

Checker = Callable[[Case], bool]
"""Whether a case is flagged."""

_OVERLAP = 0.35


def ours(case: Case) -> bool:
    """The product: the sentence is marked, or none of its marks leads to a source it named.

    The second is what becomes of a true sentence that cites a wrong source while the right one is
    there: it is cited to that.
    """
    cited = checked(case)
    wrong = {case.sources[at].chunk.article_id for at in case.cited}
    if any(sentence.status == "unsupported" for sentence in cited.sentences):
        return True
    return case.is_moved and not wrong & {one.article_id for one in cited.citations}


def checked(case: Case) -> Cited:
    """What the product makes of a sentence that a model wrote with its marks."""
    sources = [Source(at, hit, hit.chunk.text) for at, hit in enumerate(case.sources, 1)]
    marks = "".join(f"[{at + 1}]" for at in case.cited)
    return cite(case.claim + marks, sources)


def overlap(case: Case) -> bool:
    """Accepts where at least 35 % of the sentence's characters stand in the cited sources."""
    words = set(fold(_words(case)))
    claim = [one for one in fold(case.claim) if one.isalnum()]
    return sum(one in words for one in claim) < _OVERLAP * len(claim)


def numbers(case: Case) -> bool:
    """Accepts where every number of the sentence stands in the cited sources, as a string."""
    words = fold(_words(case))
    found = re.findall(r"\d+(?:\.\d+)?", fold(case.claim))
    return not all(re.search(rf"(?<![\d.]){re.escape(one)}(?![\d.])", words) for one in found)


CHECKERS: Mapping[str, Checker] = {
    "ours": ours,
    "35 % of characters": overlap,
    "every number occurs": numbers,
}


def _words(case: Case) -> str:
    return "\n".join(case.sources[at].chunk.text for at in case.cited)
