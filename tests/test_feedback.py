"""Votes on answers: kept one for each visitor and answer, and read back as a Q&A set."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fake_assistant import HARBOUR, PAIRS, FakeAssistant, hit, pairs, period

from assistant import Answer, Feedback, FeedbackUnusable, load_questions
from assistant.evaluation.feedback_set import as_questions
from assistant.evaluation.marking import mark
from assistant.evaluation.validation import validate
from assistant.shell.cli import main
from tests.serving import ASKED, over_samples

ROOT = Path(__file__).parent.parent
ME, YOU = "voter-one", "voter-two"
ABSTAINED = Answer("火星？", "火星？", "没有。", hits=[hit(HARBOUR)], abstained=True, reason="无")
BEFORE = [{"role": "user", "content": "佛山？"}, {"role": "assistant", "content": "“是”。"}]


@pytest.fixture
def feedback(tmp_path: Path) -> Iterator[Feedback]:
    made = Feedback(tmp_path / "data")
    yield made
    made.close()


def test_a_vote_can_be_changed_and_taken_back(feedback: Feedback) -> None:
    answer = period("期限？😀")
    assert feedback.given(ME, answer) is None
    feedback.vote(ME, answer, good=True, history=BEFORE)
    assert feedback.given(ME, answer) is True
    feedback.vote(ME, answer, good=False, reason=" 年份不對，應為“2031”\n")
    [vote] = feedback.votes()
    assert (vote.good, vote.reason, vote.history) == (False, "年份不對，應為“2031”", ())
    assert vote.answer == replace(answer, hits=[])
    assert feedback.given(YOU, answer) is None
    feedback.vote(YOU, answer, good=True)
    feedback.withdraw(ME, answer)
    assert [vote.good for vote in feedback.votes()] == [True]


def test_an_answer_is_known_again_after_it_was_kept(feedback: Feedback) -> None:
    feedback.vote(ME, replace(ABSTAINED, seconds=0.1 + 0.2), good=False)
    again = replace(ABSTAINED, seconds=0.30000000000000004, hits=[])
    assert feedback.given(ME, again) is False
    assert feedback.given(ME, replace(again, seconds=0.3)) is None


def test_the_file_is_private_and_does_not_name_the_voter(
    feedback: Feedback, tmp_path: Path
) -> None:
    feedback.vote(ME, period("期限？"), good=True)
    path = tmp_path / "data" / "feedback.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    stored = b"".join(file.read_bytes() for file in path.parent.glob("feedback.db*"))
    assert "期限？".encode() in stored
    assert ME.encode() not in stored


def test_a_damaged_file_is_a_clear_error(feedback: Feedback, tmp_path: Path) -> None:
    for file in (tmp_path / "data").glob("feedback.db*"):
        file.write_bytes(b"\0" * 10_000)
    with pytest.raises(FeedbackUnusable, match=r"feedback\.db"):
        feedback.vote(ME, period("期限？"), good=True)


def test_acknowledged_votes_survive_a_kill(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path[:0] = ['tests', '.']\n"
        "from pathlib import Path\nfrom fake_assistant import period\n"
        "from assistant import Feedback\n"
        f"feedback = Feedback(Path({str(tmp_path)!r}))\n"
        "for n in range(100_000):\n"
        "    feedback.vote('v', period(str(n)), good=True); print(n, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(20)]
        os.kill(process.pid, signal.SIGKILL)
        said += process.stdout.readlines()
    feedback = Feedback(tmp_path)
    kept = {vote.answer.question for vote in feedback.votes()}
    feedback.close()
    acknowledged = {line.strip() for line in said if line.endswith("\n")}
    assert len(acknowledged) >= 20
    assert acknowledged <= kept


def test_votes_become_questions(feedback: Feedback) -> None:
    feedback.vote(ME, period("期限？"), good=True, reason="很清楚")
    feedback.vote(YOU, period("期限？"), good=True)
    feedback.vote(ME, pairs("8对是哪些？"), good=False, reason="没有12亿元", history=BEFORE)
    feedback.vote(ME, ABSTAINED, good=True)
    known, down, none = as_questions(FakeAssistant(), feedback.votes())
    assert (known.id, known.answers, known.must_include) == ("v001", *[("2022年至2030年",)] * 2)
    assert known.source == (PAIRS.id, HARBOUR.id)
    assert known.evidence == tuple(each.quote for each in period("").citations)
    assert (known.note, down.history) == ("很清楚", tuple(BEFORE))
    assert (down.answers, down.evidence, down.must_include) == ((), (), ())
    assert down.note.startswith("没有12亿元\n当时的回答：全国20对")
    assert (none.type, none.is_answerable) == ("unanswerable", False)
    assert not any(problem.is_error for problem in validate([known, down, none], [PAIRS, HARBOUR]))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(period("期限？"), id="short"),
        pytest.param(replace(period("期限？"), short=""), id="quoted"),
        pytest.param(replace(pairs("8对？"), short="", mode="llm"), id="written"),
        pytest.param(
            replace(pairs("8对？"), short="", mode="extractive", text="长。" * 150 + PAIRS.text),
            id="long",
        ),
        pytest.param(ABSTAINED, id="abstained"),
    ],
)
def test_what_was_voted_up_is_right_by_its_own_question(feedback: Feedback, answer: Answer) -> None:
    feedback.vote(ME, answer, good=True)
    [question] = as_questions(FakeAssistant(), feedback.votes())
    assert mark(question, answer).right, mark(question, answer).reason


def test_the_command_writes_a_set_that_evaluate_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, out = tmp_path / "data", tmp_path / "votes.jsonl"
    with over_samples(data) as assistant:
        answer = assistant.ask(ASKED)
    feedback = Feedback(data)
    feedback.vote(ME, answer, good=True)
    feedback.vote(ME, replace(answer, question="别的？"), good=False, reason="“不对”")
    feedback.close()
    chosen = ["--data-dir", str(data), "feedback"]
    assert main([*chosen, "--out", str(out)]) == 0
    assert "2 questions of 1 votes up and 1 down" in capsys.readouterr().err
    questions, problems = load_questions(out)
    assert problems == []
    assert [question.note.partition("\n")[0] for question in questions] == ["", "“不对”"]
    assert questions[0].source[0].endswith(".md")
    assert main([*chosen, "--json"]) == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)] == ["v001", "v002"]
    assert main(["--data-dir", str(data), "evaluate", str(out), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert [row["right"] for row in rows] == [True, False]


def test_the_command_needs_no_page() -> None:
    code = (
        "import sys; from assistant.shell.cli import main; import assistant.feedback; "
        "sys.exit(any(n.split('.')[0] in ('gradio', 'web', 'torch') for n in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
