"""A killed evaluation goes on where it was, and never mixes two runs."""

from pathlib import Path

import pytest
from twelve import QUESTIONS, Twelve

from assistant import evaluate
from assistant.evaluation.journal import Journal
from assistant.evaluation.run import ask_one


class Killed(BaseException):
    """The end of a process, as far as a test can have it."""


def run(path: Path, key: str = "key", stop_after: int = 99) -> tuple[list[str], list[str]]:
    """Evaluate with a journal; gives what was asked now, and the ids of the rows."""
    assistant = Twelve()

    def stop(done: int, _: int) -> None:
        if done == stop_after:
            raise Killed

    report = evaluate(assistant, QUESTIONS, progress=stop, journal=Journal(path, key))
    return assistant.asked, [row.question.id for row in report.rows]


def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    with pytest.raises(Killed):
        run(path, stop_after=5)
    asked, ids = run(path)
    assert asked == [question.question for question in QUESTIONS[5:]]
    assert ids == [question.id for question in QUESTIONS]
    assert (
        evaluate(Twelve(), QUESTIONS, journal=Journal(path, "key")).totals()
        == evaluate(Twelve(), QUESTIONS).totals()
    )


def test_a_line_cut_short_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    with pytest.raises(Killed):
        run(path, stop_after=5)
    path.write_bytes(path.read_bytes()[:-40])
    asked, ids = run(path)
    assert len(asked) == 8
    assert len(ids) == 12
    assert run(path)[0] == []


@pytest.mark.parametrize(
    "content", [b"", b"\xff\n", b"{}\n", b'{"key": "key"}\n{"number": 0}\n', b"[]\n"]
)
def test_a_broken_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(content)
    assert len(run(path)[0]) == 12
    assert run(path)[0] == []


def test_another_run_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    run(path)
    assert len(run(path, key="other settings")[0]) == 12


def test_a_row_is_on_disk_when_it_is_kept(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "rows.jsonl", "key")
    row = ask_one(Twelve(), QUESTIONS[0])
    journal.append(0, row)
    kept = Journal(tmp_path / "rows.jsonl", "key").rows
    assert {number: each.to_dict() for number, each in kept.items()} == {0: row.to_dict()}
