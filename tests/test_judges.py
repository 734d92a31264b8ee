"""The optional judges: LlamaIndex's evaluators over a scripted endpoint, and how they fail."""

from pathlib import Path

import pytest
from fake_llm import FakeLLM, Reply
from twelve import QUESTIONS, Twelve

from assistant import Report, Settings, evaluate
from assistant.errors import LLMNotConfigured
from assistant.evaluation.judges import grade, judge_of


def judged(reply: object, tmp_path: Path) -> tuple[Report, FakeLLM]:
    with FakeLLM(reply) as fake:
        settings = Settings(
            data_dir=tmp_path, llm_base_url=fake.base_url, llm_model="fake", llm_timeout=5
        )
        return evaluate(Twelve(), [QUESTIONS[0], QUESTIONS[8]], judge=judge_of(settings)), fake


def script(chat: list[dict[str, str]]) -> str:
    asks_for_score = "Reference Answer" in chat[-1]["content"]
    return "<think>嗯</think>4.5\n数字一致。" if asks_for_score else "YES"


def test_both_judges(tmp_path: Path) -> None:
    report, fake = judged(script, tmp_path)
    answered, abstained = report.rows
    assert answered.scores["faithfulness"] == 1.0
    assert answered.scores["correctness"] == pytest.approx(0.9)
    assert "数字一致" in answered.notes["correctness"]
    assert len(fake.requests) == 2
    asked = "".join(message["content"] for body in fake.requests for message in body["messages"])
    assert "产业园总投资12亿元" in asked
    assert "faithfulness" not in abstained.scores
    assert (report.totals()["correctness"].n, report.totals()["faithfulness"].n) == (1, 1)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize(
    ("reply", "name"),
    [
        pytest.param("NO", "faithfulness", id="unfaithful"),
        pytest.param(Reply(status=500), "", id="failing"),
        pytest.param("说不清", "faithfulness", id="no-grade"),
    ],
)
def test_what_a_judge_can_not_say_is_no_score(
    reply: Reply | str, name: str, tmp_path: Path
) -> None:
    (row, _), _ = judged(reply, tmp_path)[0].rows, None
    assert "correctness" not in row.scores
    assert row.scores.get("faithfulness", -1) == (0.0 if name else -1)
    assert row.notes["correctness"]
    assert row.mark.right


@pytest.mark.parametrize(
    ("reply", "expected"),
    [("4.0\n好", 4.0), ("5", 5.0), ("**3.5**", 3.5), ("7\n", None), ("好，4", None), ("", None)],
)
def test_grade(reply: str, expected: float | None) -> None:
    assert grade(reply)[0] == expected


def test_without_an_endpoint(tmp_path: Path) -> None:
    with pytest.raises(LLMNotConfigured):
        judge_of(Settings(data_dir=tmp_path))
