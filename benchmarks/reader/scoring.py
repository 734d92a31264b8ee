"""Figures of answers: F1 as ExpMRC scores, and who holds an answer."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.evaluation.marking import contains
from assistant.evaluation.scores import MARKS, TOKEN, f1
from vectorstore import fold

# ExpMRC's scorer drops the marks of ASCII and … as well.
_EXPMRC_MARKS = MARKS | frozenset("!\"#$%&'(),.;<>?@[]{|}…")
_EXPMRC_DROPPED = frozenset({"a", "an", "the"})
_NUMERAL = re.compile(r"[\d零〇一二三四五六七八九十百千万亿两]")
_SPACE = re.compile(r"\s+")


def expmrc_tokens(text: str) -> list[str]:
    """Tokens as ExpMRC's scorer sees them: marks part words and then fall away."""
    parted = "".join(f" {char} " if char in MARKS else char for char in text)
    tokens = (token for token in TOKEN.findall(parted) if token not in _EXPMRC_MARKS)
    return [token.lower() for token in tokens if token not in _EXPMRC_DROPPED]


def expmrc_f1(references: Iterable[str], predicted: str) -> float:
    """F1 of the bags of tokens, best of the references, for answers and evidence; 0 to 1.

    (eval_expmrc.py of Cui et al. 2022, "ExpMRC".)
    """
    own = expmrc_tokens(predicted)
    return max((_bag_f1(expmrc_tokens(each), own) for each in references), default=0.0)


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether one of the answers stands in a text: as written, or in other numerals."""
    plain = _plain(text)
    return any(
        _plain(answer) in plain or bool(_NUMERAL.search(answer) and contains(text, answer))
        for answer in answers
    )


def percent(right: Sequence[float | bool]) -> float:
    """The mean, in per cent; 0 of nothing."""
    return 100 * sum(right) / len(right) if right else 0.0


def _bag_f1(gold: Sequence[str], own: Sequence[str]) -> float:
    if not gold or not own:
        return float(list(gold) == list(own))
    return f1((Counter(gold) & Counter(own)).total(), len(gold), len(own))


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return _SPACE.sub("", fold(text))
