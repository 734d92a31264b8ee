"""The measures of an evaluation: what each is called, to which questions it applies, its score."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.evaluation.marking import (
    LONG_TYPES,
    forbidden,
    is_short_right,
    missing,
    overlaps,
    plain_text,
)
from assistant.evaluation.qa_set import OFF_TOPIC, UNANSWERABLE
from assistant.evaluation.ranking import hit_at, ndcg, reciprocal_rank
from assistant.evaluation.rows import SEARCHED, Row
from assistant.evaluation.scores import cmrc_exact, cmrc_f1, dates_right, figures_right
from assistant.evaluation.support import citation_precision, citation_recall
from assistant.schema import Answer

DEPTHS = (1, 3, 5, SEARCHED)
"""The depths at which retrieval is looked at."""
Score = float | bool | None


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: a score between 0 and 1 for each question that it applies to."""

    name: str
    group: str
    """answers, citations, retrieval, abstention or judges."""
    is_binary: bool = True
    """Whether each score is 0 or 1: a count, not a mean."""
    is_loss: bool = False
    """Whether less is better."""


def _graded(name: str, group: str) -> Measure:
    return Measure(name, group, is_binary=False)


MEASURES = (
    Measure("right", "answers"),
    Measure("answerable_right", "answers"),
    Measure("answerable_right_cites_article", "answers"),
    Measure("answerable_right_cites_evidence", "answers"),
    _graded("answerable_credit", "answers"),
    Measure("exact_match", "answers"),
    _graded("f1", "answers"),
    Measure("short_answer_right", "answers"),
    _graded("must_include", "answers"),
    Measure("must_not_include", "answers"),
    Measure("numeric_accuracy", "answers"),
    Measure("date_accuracy", "answers"),
    _graded("citation_recall", "citations"),
    _graded("citation_precision", "citations"),
    _graded("evidence_recall", "citations"),
    _graded("evidence_precision", "citations"),
    _graded("citations_in_a_right_article", "citations"),
    *(Measure(f"hit_at_{k}", "retrieval") for k in DEPTHS),
    _graded("mrr", "retrieval"),
    _graded("ndcg_at_10", "retrieval"),
    *(Measure(f"article_hit_at_{k}", "retrieval") for k in DEPTHS),
    _graded("article_mrr", "retrieval"),
    _graded("article_ndcg_at_10", "retrieval"),
    Measure("unanswerable_right", "abstention"),
    Measure("unanswerable_abstained", "abstention"),
    Measure("off_topic_declined", "abstention"),
    Measure("unanswerable_answered", "abstention", is_loss=True),
    Measure("answerable_abstained", "abstention", is_loss=True),
    Measure("faithfulness", "judges"),
    _graded("correctness", "judges"),
)
"""In the order in which they are shown."""


def score(row: Row, answer: Answer | None) -> dict[str, float]:
    """Give the scores of a question by the names of the measures that apply to it.

    Args:
        row: the question with what was found and cited, and the mark.
        answer: the whole answer; None where the assistant failed.
    """
    given: dict[str, Score] = {"right": row.mark.right, **_abstention(row), **_retrieval(row)}
    if row.question.is_answerable:
        given |= _answers(row) | _of_text(row, answer)
    if answer is not None and not row.abstained:
        given["citation_recall"] = citation_recall(answer)
        given["citation_precision"] = citation_precision(answer)
        given["must_not_include"] = _is_clean(row, answer)
    given |= _of_citations(row)
    order = [measure.name for measure in MEASURES]
    return {name: float(value) for name in order if (value := given.get(name)) is not None}


def _answers(row: Row) -> dict[str, Score]:
    asked, is_right = row.question, row.mark.right
    return {
        "answerable_right": is_right,
        "answerable_right_cites_article": is_right and row.cited_article if asked.source else None,
        "answerable_right_cites_evidence": (
            is_right and row.cited_evidence if asked.evidence else None
        ),
        "answerable_credit": row.mark.credit,
        "short_answer_right": is_short_right(asked, row.short) if row.has_short else None,
    }


def _of_text(row: Row, answer: Answer | None) -> dict[str, Score]:
    """What is compared with the accepted answers; an abstention says nothing of what is asked."""
    asked = row.question
    text = plain_text(answer) if answer is not None and not row.abstained else ""
    given: dict[str, Score] = {
        "must_include": _share_included(row, text) if asked.must_include else None,
    }
    if asked.type in LONG_TYPES:
        return given
    said = (row.short or text) if text else ""
    return given | {
        "exact_match": cmrc_exact(asked.answers, said) if asked.answers else None,
        "f1": cmrc_f1(asked.answers, said) if asked.answers else None,
        "numeric_accuracy": figures_right(asked, text),
        "date_accuracy": dates_right(asked, text),
    }


def _is_clean(row: Row, answer: Answer) -> Score:
    """Whether an answer holds none of the values that are wrong; None where none are named."""
    if not row.question.must_not_include:
        return None
    return not forbidden(row.question, plain_text(answer))


def _share_included(row: Row, text: str) -> float:
    return 1 - len(missing(row.question, text)) / len(row.question.must_include)


def _of_citations(row: Row) -> dict[str, Score]:
    """What is compared with the evidence and the sources; an abstention cites nothing."""
    asked = row.question
    if not asked.is_answerable or row.abstained:
        return {}
    given: dict[str, Score] = {}
    if asked.evidence:
        cited = (
            any(overlaps(each.quote, quote) for each in row.citations) for quote in asked.evidence
        )
        given["evidence_recall"] = _share(cited)
    if asked.evidence and row.citations:
        given["evidence_precision"] = _share(each.is_evidence for each in row.citations)
    if asked.source and row.citations:
        given["citations_in_a_right_article"] = _share(each.is_source for each in row.citations)
    return given


def _retrieval(row: Row) -> dict[str, Score]:
    if not row.question.is_answerable:
        return {}
    return _of_ranks(row.evidence_ranks, "") | _of_ranks(row.article_ranks, "article_")


def _of_ranks(ranks: Sequence[int | None], prefix: str) -> dict[str, Score]:
    if not ranks:
        return {}
    hits = {f"{prefix}hit_at_{k}": hit_at(ranks, k) for k in DEPTHS}
    return hits | {
        f"{prefix}mrr": reciprocal_rank(ranks),
        f"{prefix}ndcg_at_{SEARCHED}": ndcg(ranks, SEARCHED),
    }


def _abstention(row: Row) -> dict[str, Score]:
    kind, is_right = row.question.type, row.mark.right
    if kind == UNANSWERABLE:
        return {
            "unanswerable_right": is_right,
            "unanswerable_abstained": row.abstained,
            "unanswerable_answered": not is_right,
        }
    if kind == OFF_TOPIC:
        return {"off_topic_declined": is_right, "unanswerable_answered": not is_right}
    return {"answerable_abstained": row.abstained}


def _share(values: Iterable[bool]) -> float:
    counted = list(values)
    return sum(counted) / len(counted)
