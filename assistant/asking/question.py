"""What kind of answer a question wants, by the words that ask, and what it names outright."""

import re
from dataclasses import dataclass
from typing import Literal

from vectorstore import digits, fold, places

Kind = Literal["yes_no", "date", "number", "account", "thing"]
"""`account`: reasons and ways; `thing`: who, where, what, which."""

# What asks is closed: the interrogatives of Chinese and English. The first found is the kind.
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "yes_no",
        re.compile(
            r"(?:[吗嘛]|(?<![什怎多])么|了?没有?)[?。\s]*$|([一-鿿])[不没]\1|是不是|是否|有没有|有无|"
            r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will)\b"
        ),
    ),
    (
        "date",
        re.compile(
            r"何时|什么时[候间]|啥时|哪一?[年天日月]|哪几[年月天日]|哪个月|几[月号日]|几几年|"
            r"多久|多长时间|"
            r"\bwhen\b|(?:what|which) (?:date|year|month|day)|how long"
        ),
    ),
    (
        "number",
        re.compile(
            r"多少|(?<![好前后近这那])几(?![乎率何])|多[大高长宽远重深快]|百分之几|"
            r"how (?:many|much|large|far|big)"
        ),
    ),
    ("account", re.compile(r"为什么|为何|为啥|怎么|怎样|如何|咋|\bwhy\b|\bhow\b")),
)
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=年|[-—~至到.]|$|\D)")
"""A year of four digits, in a text with Chinese numerals as digits."""
_EDITION = re.compile(r"第(\d+)([届批期轮])")
_QUOTED = re.compile(r"[《“\"]([^《》“”\"]{2,40})[》”\"]")


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    Attributes:
        asked: as it stands alone, in its own words.
        text: folded, with Chinese numerals as digits.
        kind: what sort of answer it wants.
        years: that it names, as four digits.
        editions: that it names, as 第2届.
        quoted: names in 《》 or quotation marks, folded.
        places: that it names, folded; 百色 is none of 100 colours.
    """

    asked: str
    text: str
    kind: Kind
    years: frozenset[str]
    editions: tuple[str, ...]
    quoted: tuple[str, ...]
    places: tuple[str, ...]


def analyse(question: str) -> Question:
    """Take a question apart."""
    folded = fold(question).strip()
    text = digits(folded)
    return Question(
        asked=question,
        text=text,
        kind=next((kind for kind, pattern in _KINDS if pattern.search(folded)), "thing"),
        years=frozenset(YEAR.findall(text)),
        editions=tuple(f"第{number}{what}" for number, what in _EDITION.findall(text)),
        quoted=tuple(dict.fromkeys(_QUOTED.findall(folded))),
        places=tuple(places(folded)),
    )
