"""Citation recall and precision of an answer, sentence by sentence, as ALCE defines them.

T. Gao, H. Yen, J. Yu, D. Chen: Enabling Large Language Models to Generate Text with Citations,
EMNLP 2023. Where ALCE asks a model of natural-language inference whether quotes entail a statement,
this asks our span check (`assistant.checking.verify`): figures, dates, names, negation, words in
common.
"""

from collections.abc import Mapping

from assistant.checking.verify import Quote, check
from assistant.schema import Answer, Citation


def citation_recall(answer: Answer) -> float | None:
    """Give the share of sentences that their citations, taken together, carry; None without any."""
    quotes = _quotes(answer)
    carried = [_carries(each.text, each.citations, quotes) for each in answer.sentences]
    return sum(carried) / len(carried) if carried else None


def citation_precision(answer: Answer) -> float | None:
    """Give the share of citations that their sentence needs; None where nothing is cited.

    A citation is needed where the citations of its sentence carry it together, and it carries the
    sentence alone or the others do not without it.
    """
    quotes = _quotes(answer)
    needed = [
        _is_needed(number, sentence.text, sentence.citations, quotes)
        for sentence in answer.sentences
        for number in sentence.citations
    ]
    return sum(needed) / len(needed) if needed else None


def _is_needed(number: int, text: str, cited: list[int], quotes: Mapping[int, Quote]) -> bool:
    if not _carries(text, cited, quotes):
        return False
    others = [each for each in cited if each != number]
    return _carries(text, [number], quotes) or not _carries(text, others, quotes)


def _carries(text: str, cited: list[int], quotes: Mapping[int, Quote]) -> bool:
    given = [quotes[number] for number in cited if number in quotes]
    return bool(given) and not check(text, given)


def _quotes(answer: Answer) -> dict[int, Quote]:
    return {each.number: _quote(each) for each in answer.citations}


def _quote(citation: Citation) -> Quote:
    return Quote(citation.quote, f"{citation.title}|{citation.publisher}", citation.published)
