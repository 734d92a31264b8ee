"""Cut a long sentence down to the run of its clauses that has what a question names."""

import re
from collections.abc import Iterator

from assistant.asking.question import Kind, Question
from assistant.reading.records import Evidence
from vectorstore import fold

# A fact in a sentence longer than this is quoted with the clauses around it only; a list never is,
# since its items need not share a word with the question.
_LONG_SENTENCE = 120
_WHOLE: frozenset[Kind] = frozenset({"list", "why_how", "compare", "yes_no"})
_CLAUSE_ENDS = "，,；;。"
# A clause must bring a term of the question for so many characters; what a semicolon parts are
# two things, so crossing one must bring so many.
_CHARACTERS_A_TERM = 25
_TERMS_A_SEMICOLON = 3
# The words that the span network marks are worth so many terms.
_TERMS_AN_ANSWER = 3


def narrowed(question: Question, evidence: Evidence, most: int) -> Evidence:
    """A long sentence cut down to the run of clauses that has what the question names."""
    if len(evidence.text) <= (most if question.kind in _WHOLE else _LONG_SENTENCE):
        return evidence
    folded = fold(evidence.text)
    wanted = [term for term in (*question.content, *question.focus) if len(term) > 1]
    best, best_value = (0, min(most, len(folded))), float("-inf")
    for start, end in _runs(evidence.text, most):
        run = folded[start:end]
        held = sum(term in run for term in wanted)
        crossed = run.rstrip(";").count(";") * _TERMS_A_SEMICOLON
        answers = _TERMS_AN_ANSWER if evidence.cut(start, end).said else 0
        value = held + answers - crossed - (end - start) / _CHARACTERS_A_TERM
        if value > best_value and not _loses_measure(question, folded, (start, end)):
            best, best_value = (start, end), value
    return evidence.cut(*best)


def _loses_measure(question: Question, folded: str, span: tuple[int, int]) -> bool:
    """Whether a run of clauses has no figure though the question asks for one."""
    asks_for_figure = question.kind in ("number", "date")
    return asks_for_figure and not re.search(r"[\d一二三四五六七八九十]", folded[slice(*span)])


def _runs(text: str, most: int) -> Iterator[tuple[int, int]]:
    """All runs of consecutive clauses of at most `most` characters."""
    cuts = [0, *(at + 1 for at, character in enumerate(text) if character in _CLAUSE_ENDS)]
    if cuts[-1] < len(text):
        cuts.append(len(text))
    for first, start in enumerate(cuts):
        for end in cuts[first + 1 :]:
            if end - start > most:
                break
            yield start, end
