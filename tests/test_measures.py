"""Every measure over twelve questions: what comes out is what was worked out by hand."""

import math

import pytest
from twelve import PARK, QUESTIONS, Twelve, article_of

from assistant import evaluate
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.report import Report
from assistant.evaluation.support import citation_precision, citation_recall
from assistant.schema import Answer, Citation, Sentence

THIRD = 1 / math.log2(3)
# Two things wanted: one first, the other third, of at best the first two places.
SPLIT = (1 + 0.5) / (1 + THIRD)


@pytest.fixture(scope="module")
def report() -> Report:
    return evaluate(Twelve(), QUESTIONS)


@pytest.mark.parametrize(
    ("name", "total", "n"),
    [
        # 1, 3, 4, 6, 9, 11 and 12; of these 4 cites another article.
        ("right", 7, 12),
        ("answerable_right", 5, 9),
        ("answerable_right_cites_article", 3, 8),
        ("answerable_right_cites_evidence", 3, 8),
        # 5 has two of its three things.
        ("answerable_credit", 5 + 2 / 3, 9),
        # Short types with accepted answers: 1, 2, 3, 4, 6, 8, 12. 4 has no short answer, so the
        # whole sentence of 13 characters counts, of which 6 are asked for.
        ("exact_match", 4, 7),
        ("f1", 4 + 2 * 6 / (6 + 13), 7),
        ("short_answer_right", 3, 4),
        ("must_include", 4 + 2 / 3, 7),
        ("must_not_include", 0, 1),
        # 1, 2, 6 and 8; the sentence of 2 holds the figure, 8 is left open.
        ("numeric_accuracy", 3, 4),
        ("date_accuracy", 2, 2),
        # Eight answers, of which 4 cites words that do not carry it.
        ("citation_recall", 7, 8),
        ("citation_precision", 7, 8),
        # 1 to 6; 3 cites a second sentence that is no evidence.
        ("evidence_recall", 5, 6),
        ("evidence_precision", 4.5, 6),
        ("citations_in_a_right_article", 4.5, 6),
        # Ranks of 1 to 8: 1, 3, 1, 2, 5, 1, 1 and 3, none.
        ("hit_at_1", 4, 8),
        ("hit_at_3", 6, 8),
        ("hit_at_5", 7, 8),
        ("hit_at_10", 7, 8),
        ("mrr", 4 + 1 / 3 + 1 / 2 + 1 / 5, 8),
        ("ndcg_at_10", 3 + 0.5 + THIRD + 1 / math.log2(6) + SPLIT, 8),
        # Articles: 1, 1, 1, 1, 3, 1, 1 and 3, none.
        ("article_hit_at_1", 6, 8),
        ("article_hit_at_3", 7, 8),
        ("article_hit_at_5", 7, 8),
        ("article_hit_at_10", 7, 8),
        ("article_mrr", 6 + 1 / 3, 8),
        ("article_ndcg_at_10", 5 + 0.5 + SPLIT, 8),
        ("unanswerable_right", 1, 2),
        ("unanswerable_abstained", 1, 2),
        ("off_topic_declined", 1, 1),
        ("unanswerable_answered", 1, 3),
        ("answerable_abstained", 2, 9),
        ("faithfulness", 0, 0),
        ("correctness", 0, 0),
    ],
)
def test_by_hand(report: Report, name: str, total: float, n: int) -> None:
    rate = report.totals()[name]
    assert (rate.total, rate.n) == (pytest.approx(total), n)


def test_every_measure_is_worked_out_above(report: Report) -> None:
    [mark] = [each for each in test_by_hand.pytestmark if each.name == "parametrize"]
    assert [case[0] for case in mark.args[1]] == [measure.name for measure in MEASURES]
    assert list(report.totals()) == [measure.name for measure in MEASURES]


def test_scores_lie_between_0_and_1_and_counts_are_whole(report: Report) -> None:
    binary = {measure.name for measure in MEASURES if measure.is_binary}
    for row in report.rows:
        for name, value in row.scores.items():
            assert 0 <= value <= 1
            assert value in (0, 1) or name not in binary


def test_by_article_counts_a_question_of_two_articles_in_both(report: Report) -> None:
    groups = report.by_article()
    assert {name: len(rows) for name, rows in groups.items()} == {
        "丙.txt": 2,
        "乙.txt": 2,
        "甲.txt": 5,
    }


def cited(text: str, *quotes: str) -> Answer:
    """One sentence that cites all the quotes."""
    citations = [
        Citation(number, article_of(PARK).id, "甲乙携手", "", None, "", quote, 0, len(quote))
        for number, quote in enumerate(quotes, 1)
    ]
    numbers = [citation.number for citation in citations]
    return Answer("问", "问", text, sentences=[Sentence(text, numbers)], citations=citations)


@pytest.mark.parametrize(
    ("quotes", "recall", "precision"),
    [
        pytest.param(("产业园总投资12亿元",), 1.0, 1.0, id="carried"),
        pytest.param(("产业园占地3200亩",), 0.0, 0.0, id="not-carried"),
        pytest.param(("产业园总投资12亿元", "产业园占地3200亩"), 1.0, 0.5, id="one-is-idle"),
        pytest.param(("产业园总投资12亿元", "园区总投资12亿元"), 1.0, 1.0, id="each-carries-it"),
        pytest.param((), 0.0, None, id="uncited"),
    ],
)
def test_alce_of_one_sentence(
    quotes: tuple[str, ...], recall: float, precision: float | None
) -> None:
    answer = cited("产业园总投资12亿元。", *quotes)
    assert citation_recall(answer) == recall
    assert citation_precision(answer) == precision


def test_alce_needs_two_quotes_together() -> None:
    answer = cited("产业园总投资12亿元，占地3200亩。", "产业园总投资12亿元", "产业园占地3200亩")
    assert (citation_recall(answer), citation_precision(answer)) == (1.0, 1.0)


def test_abstentions_have_no_sentences_to_cite() -> None:
    assert citation_recall(Answer("问", "问", "没有", abstained=True)) is None
