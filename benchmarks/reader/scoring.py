"""Figures of answers: exact match and F1 as CMRC 2018 and ExpMRC score, and who holds an answer."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.metrics import contains
from vectorstore import fold

# What the two scorers take for punctuation; ExpMRC drops that of ASCII and … as well.
_CMRC_MARKS = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_EXPMRC_MARKS = _CMRC_MARKS | frozenset("!\"#$%&'(),.;<>?@[]{|}…")
_EXPMRC_DROPPED = frozenset({"a", "an", "the"})
# A Chinese character is a token; of other scripts a word or number is, and any other mark.
_TOKEN = re.compile(
    r"[一-龥]|(?:(?![一-龥])\w)+(?:[.,'](?:(?![一-龥])\w)+)*|[^\w\s]",
)
_NUMERAL = re.compile(r"[\d零〇一二三四五六七八九十百千万亿两]")
_SPACE = re.compile(r"\s+")


def cmrc_tokens(text: str) -> list[str]:
    """Tokens as CMRC 2018's scorer sees them: marks fall away before words are told apart."""
    return _TOKEN.findall(_without_marks(text))


def cmrc_exact(answers: Iterable[str], predicted: str) -> float:
    """1 where the prediction is one of the answers but for marks and case, else 0."""
    own = _without_marks(predicted)
    return float(any(_without_marks(answer) == own for answer in answers))


def cmrc_f1(answers: Iterable[str], predicted: str) -> float:
    """F1 by the longest run of tokens in common, best of the answers; 0 to 1.

    The scorer's `lcs` is a run without gaps, not a subsequence (cmrc2018_evaluate.py, version 5).
    """
    own = cmrc_tokens(predicted)
    return max((_run_f1(cmrc_tokens(answer), own) for answer in answers), default=0.0)


def expmrc_tokens(text: str) -> list[str]:
    """Tokens as ExpMRC's scorer sees them: marks part words and then fall away."""
    parted = "".join(f" {char} " if char in _CMRC_MARKS else char for char in text)
    tokens = (token for token in _TOKEN.findall(parted) if token not in _EXPMRC_MARKS)
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


def longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest run of tokens that both have."""
    longest, before = 0, [0] * (len(other) + 1)
    for token in one:
        row = [0] * (len(other) + 1)
        for place, also in enumerate(other, 1):
            if token == also:
                row[place] = before[place - 1] + 1
                longest = max(longest, row[place])
        before = row
    return longest


def percent(right: Sequence[float | bool]) -> float:
    """The mean, in per cent; 0 of nothing."""
    return 100 * sum(right) / len(right) if right else 0.0


def _without_marks(text: str) -> str:
    return "".join(char for char in text.lower().strip() if char not in _CMRC_MARKS)


def _run_f1(gold: Sequence[str], own: Sequence[str]) -> float:
    return _f1(longest_run(gold, own), len(gold), len(own))


def _bag_f1(gold: Sequence[str], own: Sequence[str]) -> float:
    if not gold or not own:
        return float(list(gold) == list(own))
    return _f1((Counter(gold) & Counter(own)).total(), len(gold), len(own))


def _f1(common: int, gold: int, own: int) -> float:
    return 2 * common / (gold + own) if common else 0.0


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return _SPACE.sub("", fold(text))
