"""What a question takes for granted, against an article: place, year, edition, name, pair."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.asking.question import YEAR, Question
from assistant.facts.overlap import share, squeeze
from assistant.facts.pairs import partners
from assistant.facts.years import RELATIVE
from assistant.reading.records import Evidence
from vectorstore import cities, digits, fold, has_chinese, places, short_forms, simplify

_RANGE = re.compile(r"((?:19|20)\d{2})年?[-—~至到]((?:19|20)\d{2})年?")
_LEAST_ALIKE = 0.7
# Of domain_dev's answerable questions 1 in 150 shares less with the article that is found first; of
# questions put to the articles found for another, most do; greetings have nothing in common.
_LEAST_SHARED = 0.05
# A correction is offered only to a question about who works with whom.
_OF_PAIRS = re.compile(r"合作|结对|对口|协作|帮扶|共建|支援|携手|联手|签")


def false_premise(question: Question, evidence: Evidence, found: Sequence[str]) -> str:
    """Why an article can't answer a question as it is put, in Chinese; empty where it may.

    Its subject, or a place, a year, an edition (第二届) or a quoted name that the article lacks.

    Args:
        question: taken apart.
        evidence: the sentence that would answer.
        found: the texts of its article that were found, title and date first.
    """
    around = simplify("\n".join(found))
    return (
        _other_subject(question, around)
        or _other_place(question, around)
        or _other_year(question, evidence, around)
        or _other_edition(question, around)
        or _missing_name(question, around)
    )


def _other_subject(question: Question, around: str) -> str:
    """Whether next to nothing of a Chinese question stands in the article at all."""
    if has_chinese(question.text) and share(simplify(question.asked), around) < _LEAST_SHARED:
        return "文章说的是别的事情"
    return ""


def _other_place(question: Question, around: str) -> str:
    missing = [place for place in question.places if place not in around]
    missing = [place for place in missing if not any(s in around for s in short_forms(place))]
    return f"文章没有在所问的事情上提到{'、'.join(missing)}" if missing else ""


def _other_year(question: Question, evidence: Evidence, around: str) -> str:
    if not question.years:
        return ""
    published = evidence.hit.published
    known = years(around, published)
    missing = sorted(question.years - known)
    if missing and (published or known):
        return f"文章没有说到{missing[0]}年的情况"
    stated = years(simplify(evidence.text), published)
    if question.kind == "number" and stated and not question.years & stated:
        return f"文章在这里说的不是{min(question.years)}年"
    return ""


def years(text: str, published: date | None) -> set[str]:
    """The years that a text names, spans (2022年至2030年) or implies (去年), as four digits."""
    numeric = digits(fold(text))
    known = set(YEAR.findall(numeric))
    for first, last in _RANGE.findall(numeric):
        known |= {str(year) for year in range(int(first), int(last) + 1)}
    if published:
        known |= {str(published.year + step) for word, step in RELATIVE.items() if word in text}
    return known


def _other_edition(question: Question, around: str) -> str:
    numeric = digits(fold(around)).replace("首", "第1")
    missing = [edition for edition in question.editions if edition not in numeric]
    return f"文章没有说到{missing[0]}" if missing else ""


def _missing_name(question: Question, around: str) -> str:
    known = squeeze(around)
    for name in question.quoted:
        if squeeze(name) not in known and share(name, known) < _LEAST_ALIKE:
            return f"文章没有说到“{name}”"
    return ""


def correction(question: Question, candidates: Sequence[Evidence]) -> list[Evidence]:
    """For a pair of cities that no article joins: whom the articles join them with, cited.

    Empty where the question is not about a pair of cities, or where an article joins it.
    """
    wanted = cities(fold(question.asked))
    if len(wanted) != 2 or not _OF_PAIRS.search(question.text):
        return []
    joined = [(each, partners(simplify(each.text))) for each in candidates]
    if any(pair == frozenset(wanted) for _, pairs in joined for pair in pairs):
        return []
    found: list[Evidence] = []
    for city in wanted:
        said = [
            (len(each.text), number, each, pairs)
            for number, (each, pairs) in enumerate(joined)
            if any(city in pair for pair in pairs)
        ]
        if said:
            _, _, each, pairs = min(said, key=lambda row: row[:2])
            found.append(_led(city, wanted, each, pairs, first=not found))
    # A figure in the words that correct would read as the answer.
    return [_pair_only(each) for each in found] if question.kind == "number" else found


def _pair_only(each: Evidence) -> Evidence:
    """The words from the first place that a correction quotes to the last."""
    simple = simplify(each.text)
    named = [match for name in places(simple) for match in re.finditer(name, simple)]
    start, end = min(match.start() for match in named), max(match.end() for match in named)
    return each.cut(start, end)


def _led(
    city: str, wanted: Sequence[str], each: Evidence, pairs: set[frozenset[str]], *, first: bool
) -> Evidence:
    """The clauses of a sentence that join a city with another, after the words that correct."""
    others = [place for pair in pairs if city in pair for place in pair if place != city]
    simple = simplify(each.text)
    partner = "、".join(sorted(set(others), key=simple.index))
    denial = f"文中没有说到{wanted[0]}与{wanted[1]}的合作；" if first else ""
    start, end = clause(simple, simple.index(city), simple.index(others[0]))
    return replace(each.cut(start, end), lead=f"{denial}文中{city}结对的是{partner}：")


def clause(text: str, one: int, other: int) -> tuple[int, int]:
    """The span of the clauses between commas that hold both places."""
    first, last = min(one, other), max(one, other)
    start = max(text.rfind(mark, 0, first) for mark in "，,；;：:。") + 1
    ends = [at for mark in "，,；;。" if (at := text.find(mark, last)) >= 0]
    return start, min(ends, default=len(text) - 1) + 1
