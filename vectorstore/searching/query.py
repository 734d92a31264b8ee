"""What a search must understand of a question: weighted terms, places, and dates it prefers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from vectorstore.chinese import fold, folded_terms, has_chinese
from vectorstore.searching.gazetteer import Forms, named_places, other_names, other_places
from vectorstore.searching.numerals import other_numerals
from vectorstore.searching.timing import DatePreference, read_preference

# Terms of words that only ask, beside 1.0 of all others. nDCG@10 of BM25 on web questions: 79.7
# with 1.0, 81.4 with 0.5, 81.8 with 0.2, 82.0 with 0; but a question that asks in the words of its
# article loses them all with 0.
_ASKING_WEIGHT = 0.2
# Terms that are added. A figure written the other way: over questions with their figures exchanged
# it wins 2 points (news titles, domain titles, web questions); a place's other forms win 4 of the
# 16 points that 粤 for 广东 costs news titles. With more, clean wording loses over 0.1.
_NUMERAL_WEIGHT = 0.6
_PLACE_WEIGHT = 0.3
_NAME_WEIGHT = 0.1
_ASKING = re.compile(
    r"请问|告诉我|我想知道|想知道|想问一?下?|到底|究竟|为什么|为何|为啥|什么时[候间]|什么地方|什么样|什么|何时|"
    r"何人|何处|何地|多少|多久|怎么样|怎么|怎样|如何|哪里|哪儿|有哪些|哪些|哪几|哪位|哪个|哪家|哪一?年|哪一?天|"
    r"哪|是谁|谁|几个|是不是|是否|有没有|能不能|可不可以|叫做|叫什么|来着|有啥|啥|咋|[吗呢吧啊呀嘛么了](?=$|[?。,!\s])"
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as a search sees it.

    Attributes:
        text: the question, folded.
        terms: lexical terms with their weights; 1.0 is a term that stands in it once.
        places: each place or programme that it names, as all forms of its name.
        prefer: when the wanted articles were published, None where it does not say.
    """

    text: str
    terms: dict[str, float]
    places: tuple[Forms, ...]
    prefer: DatePreference | None


def read_query(question: str, today: date | None = None) -> Query:
    """Read a question in any script or width.

    Args:
        question: free text.
        today: the day that 去年 and 最新 count from; None for the day of the call.
    """
    text = fold(question).strip()
    places = named_places(text)
    weights = _weighted(text)
    for term, weight in _further(text, places):
        weights[term] = max(weights.get(term, 0.0), weight)
    return Query(text, weights, places, read_preference(text, today or date.today()))


def _weighted(text: str) -> dict[str, float]:
    """The terms of a question, those of words that only ask at a lower weight."""
    weights = {term: float(count) for term, count in Counter(folded_terms(text)).items()}
    content = Counter(folded_terms(_ASKING.sub(" ", text)))
    if content:
        for term, count in weights.items():
            asking = count - content[term]
            weights[term] = count - (1 - _ASKING_WEIGHT) * asking
    return weights


def _further(text: str, places: Sequence[Forms]) -> Iterator[tuple[str, float]]:
    """Terms that say the same in other words, each with its weight."""
    for form in other_numerals(text):
        yield from _each(form, _NUMERAL_WEIGHT)
    for form in other_places(text, places):
        yield from _each(form, _PLACE_WEIGHT)
    for _, names in other_names(text):
        for name in names:
            yield from _each(name, _NAME_WEIGHT)


def _each(form: str, weight: float) -> Iterator[tuple[str, float]]:
    """The terms of a form that tell it; single characters of a longer one tell nothing."""
    for term in folded_terms(form):
        if len(term) > 1 or len(form) == 1 or not has_chinese(term):
            yield term, weight
