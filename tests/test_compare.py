"""Two reports against each other: counted by hand, and what differs is named."""

import json
from dataclasses import replace

import pytest
from twelve import PARK, QUESTIONS, SIGNED, Twelve

from assistant import Report, evaluate
from assistant.evaluation.compare import compare, differences
from assistant.evaluation.rows import Row

BEFORE = evaluate(Twelve(), QUESTIONS)


def changed(report: Report, **right: bool) -> Report:
    """The report with the verdict on some questions turned."""

    def turn(row: Row) -> Row:
        if row.question.id not in right:
            return row
        now = right[row.question.id]
        scores = {**row.scores, "right": float(now)}
        return replace(
            row, mark=replace(row.mark, right=now), answered=f"{row.answered}！", scores=scores
        )

    return Report([turn(row) for row in report.rows], report.made_by)


AFTER = changed(BEFORE, q1=False, q2=True, q7=True, q8=True)


def test_the_same_report_has_no_change() -> None:
    found = compare(BEFORE, BEFORE)
    assert found.better == found.worse == found.other == []
    assert all((each.better, each.worse, each.p) == (0, 0, 1.0) for each in found.changes)
    assert {each.name for each in found.changes} == {
        name for name, rate in BEFORE.totals().items() if rate.n
    }


def test_counts_and_significance_by_hand() -> None:
    found = compare(BEFORE, AFTER)
    assert [pair[1].question.id for pair in found.better] == ["q2", "q7", "q8"]
    assert [pair[1].question.id for pair in found.worse] == ["q1"]
    [right] = [each for each in found.changes if each.name == "right"]
    assert (right.n, right.better, right.worse) == (12, 3, 1)
    assert (right.before, right.after) == (pytest.approx(7 / 12), pytest.approx(9 / 12))
    # Of four that changed, three or four the same way: 2 · (1 + 4) / 16.
    assert right.p == pytest.approx(10 / 16)
    assert not right.is_sure


def test_many_changes_one_way_are_sure() -> None:
    [right, *_] = compare(
        BEFORE, changed(BEFORE, **{f"q{n}": False for n in (1, 3, 4, 6, 9, 11, 12)})
    ).changes
    assert (right.worse, right.p) == (7, pytest.approx(2 / 128))
    assert right.is_sure


def test_a_loss_that_falls_is_better() -> None:
    rows = [
        replace(row, scores={**row.scores, "answerable_abstained": 0.0})
        for row in BEFORE.rows
        if row.question.is_answerable
    ]
    [change] = [
        each
        for each in compare(BEFORE, Report(rows)).changes
        if each.name == "answerable_abstained"
    ]
    assert (change.n, change.better, change.worse) == (9, 2, 0)
    assert change.after < change.before


def test_questions_of_one_report_alone_are_named() -> None:
    found = compare(Report(BEFORE.rows[:10]), Report(BEFORE.rows[2:]))
    assert found.only_before == ["q1", "q2"]
    assert found.only_after == ["q11", "q12"]
    assert {each.n for each in found.changes if each.name == "right"} == {8}


def test_what_differs_is_named_to_the_setting() -> None:
    before = {"date": "1", "settings": {"top_k": 3, "mode": "llm"}, "code": "a"}
    after = {"date": "2", "settings": {"top_k": 5, "mode": "llm"}, "code": "a", "judged": True}
    assert differences(before, after) == ["settings.top_k: 3 → 5", "judged: None → True"]


def test_text_and_json_tell_each_question() -> None:
    found = compare(BEFORE, AFTER)
    text = found.text()
    assert "better (3)" in text
    assert "q1 (fact_number) 产业园总投资多少？" in text
    assert f"  after   {PARK}[1]！" in text
    plain = json.loads(json.dumps(found.to_dict(), ensure_ascii=False))
    assert plain["worse"][0]["after"]["answered"].startswith(PARK)
    assert SIGNED not in text


def test_nothing_in_common() -> None:
    assert compare(BEFORE, Report([])).changes == []
    assert compare(Report([]), Report([])).text().startswith("measure")
