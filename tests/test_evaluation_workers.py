"""Evaluating in processes of their own: the same rows, resumed, and an early end that is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Assistant, Question, Settings, evaluate
from assistant.evaluation.journal import Journal
from assistant.evaluation.report import Report
from assistant.evaluation.workers import WorkerEnded, evaluate_in_workers

PARK = "青溪与白塘共建产业园\n\n2024年3月5日，青溪市与白塘市签署协议。青白产业园总投资18亿元。\n"
QUESTIONS = [
    Question(
        "青白产业园总投资多少亿元？",
        "a",
        "fact_number",
        ("18亿元",),
        evidence=("青白产业园总投资18亿元",),
    ),
    Question("哪天签署协议？", "b", "fact_date", ("3月5日",), source=("园.txt",)),
    Question("门票\u2028多少钱？", "c", "unanswerable"),
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "园.txt").write_text(PARK, "utf-8")
    own = Settings(data_dir=tmp_path / "data", mode="extractive", llm_api_key="kept")
    with Assistant(own) as assistant:
        assert assistant.add(tmp_path / "园.txt").added == 1
    return own


def without_time(report: Report) -> list[dict[str, object]]:
    return [replace(row, seconds=0.0).to_dict() for row in report.rows]


def test_the_same_rows_as_in_one_process(settings: Settings, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    journal = Journal(tmp_path / "rows.jsonl", "key")
    found = evaluate_in_workers(
        settings, QUESTIONS, 2, progress=lambda *step: steps.append(step), journal=journal
    )
    with Assistant(settings) as assistant:
        assert without_time(found) == without_time(evaluate(assistant, QUESTIONS))
    assert steps == [(1, 3), (2, 3), (3, 3)]
    again = evaluate_in_workers(
        settings, QUESTIONS, 2, journal=Journal(tmp_path / "rows.jsonl", "key")
    )
    assert [row.seconds for row in again.rows] == pytest.approx(
        [row.seconds for row in found.rows], abs=1e-4
    )


def test_a_process_that_ends_early_is_told(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = settings.model_copy(update={"embedding_model": "/no/such/model"})
    with pytest.raises(WorkerEnded):
        evaluate_in_workers(broken, QUESTIONS, 2)
    assert "/no/such/model" in capfd.readouterr().err
