"""Near misses: a paragraph without the sentence that answers, a question about another year."""

import random
import re
from collections.abc import Sequence

from benchmarks.reader.scoring import holds
from vectorstore import digits, sentences

_YEAR = re.compile(r"(?<!\d)(1[5-9]\d\d|20[0-3]\d)(?=年)")
_FURTHEST = 9


def without_answer(paragraph: str, answers: Sequence[str]) -> str:
    """The paragraph without every sentence that holds an answer; empty where none then stays.

    Empty too where an answer runs over the end of a sentence.
    """
    if not holds(paragraph, answers):
        return ""
    shown = [paragraph[start:end] for start, end in sentences(paragraph)]
    kept = "".join(sentence for sentence in shown if not holds(sentence, answers))
    return "" if len(kept) == sum(map(len, shown)) or holds(kept, answers) else kept


def other_year(question: str, paragraph: str, answers: Sequence[str]) -> str:
    """The question about a year nearby that the paragraph does not hold; empty if it names none.

    Only where the paragraph does hold the year that was asked about, and where no answer has it.
    """
    match = _YEAR.search(question)
    held = set(re.findall(r"\d{4}|\d\d(?=年)", digits(paragraph)))
    if match is None or match.group() not in held or holds("".join(answers), [match.group()]):
        return ""
    year = int(match.group())
    near = [year + by for by in range(-_FURTHEST, _FURTHEST + 1) if by]
    free = [
        each for each in near if str(each) not in held and f"{each % 100:02}年" not in paragraph
    ]
    if not free:
        return ""
    chosen = random.Random(question).choice(free)
    return question[: match.start()] + str(chosen) + question[match.end() :]
