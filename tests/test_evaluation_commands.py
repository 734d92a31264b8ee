"""The evaluation commands as a person runs them: check, measure, sweep, compare, propose."""

import json
from pathlib import Path

import pytest

from assistant.shell.cli import main

ARTICLE = "甲市与乙市签署协议\n\n2023年5月8日，烟台市与毕节市签署协议，共建产业园。\n产业园总投资12亿元。\n烟台援建的冷库共有23座。\n"
GOOD = {
    "id": "1",
    "question": "产业园总投资多少亿元？",
    "type": "fact_number",
    "answers": ["12亿元"],
    "source": "协议.txt",
    "evidence": "产业园总投资12亿元",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASSISTANT_MODE", "extractive")
    (tmp_path / "协议.txt").write_text(ARTICLE, "utf-8")
    write(tmp_path / "set.jsonl", GOOD)
    return tmp_path


def write(path: Path, *questions: dict[str, object]) -> None:
    path.write_text(
        "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in questions), "utf-8"
    )


def test_validate(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["evaluate", "set.jsonl", "--articles", "协议.txt", "--validate"]
    assert main(command) == 0
    assert "1 questions, 0 unread, checked against 1 articles" in capsys.readouterr().out
    write(folder / "set.jsonl", GOOD, GOOD | {"evidence": "总投资13亿元"})
    assert main(command) == 1
    shown = capsys.readouterr().out
    assert "error: 1: this id is taken" in shown
    assert "error: 1: evidence stands nowhere" in shown
    assert main([*command, "--json"]) == 1
    assert len(json.loads(capsys.readouterr().out)["problems"]) == 3
    assert main(["evaluate", "set.jsonl", "--validate"]) == 1
    assert "no articles: none are stored" in capsys.readouterr().out


def test_measure_then_compare(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["evaluate", "set.jsonl", "--articles", "协议.txt"]
    assert main([*command, "--out", "one"]) == 0
    assert sorted(path.name for path in (folder / "one").iterdir()) == [
        "failures.txt",
        "report.html",
        "report.json",
    ]
    report = json.loads((folder / "one" / "report.json").read_text("utf-8"))
    assert report["totals"]["right"]["value"] == 1.0
    assert report["made_by"]["articles"]["n"] == 1
    assert "产业园总投资多少亿元？" in (folder / "one" / "report.html").read_text("utf-8")
    capsys.readouterr()
    reports = ["one/report.json", "one/report.json"]
    assert main(["evaluate", "--compare", *reports]) == 0
    assert "right" in capsys.readouterr().out
    assert main(["evaluate", "--compare", *reports, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["worse"] == []


def test_a_run_that_was_killed_goes_on(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "set.jsonl", GOOD, GOOD | {"id": "2", "question": "园区总投资多少？"})
    command = ["evaluate", "set.jsonl", "--articles", "协议.txt", "--out", "out"]
    assert main(command) == 0
    rows = json.loads((folder / "out" / "report.json").read_text("utf-8"))
    partial = folder / "out" / "rows.partial.jsonl"
    assert not partial.exists()
    capsys.readouterr()
    from assistant.evaluation.journal import Journal
    from assistant.evaluation.provenance import key_of
    from assistant.evaluation.rows import Row
    from assistant.shell import evaluation as commands

    made = {name: value for name, value in rows["made_by"].items() if name != "workers"}
    Journal(partial, key_of(made)).append(
        0, Row.from_dict(rows["rows"][0] | {"answered": "早先的"})
    )
    assert partial.name == commands._PARTIAL
    assert main(command) == 0
    assert "1 questions are answered already" in capsys.readouterr().err
    again = json.loads((folder / "out" / "report.json").read_text("utf-8"))
    assert [row["answered"] == "早先的" for row in again["rows"]] == [True, False]


def test_sweep(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["evaluate", "set.jsonl", "--articles", "协议.txt", "--out", "swept", "--sweep"]
    assert main([*command, "top_k=1,2"]) == 0
    shown = capsys.readouterr().out
    assert "top_k=1" in shown
    assert "top_k=2" in shown
    assert (
        json.loads((folder / "swept" / "top_k=2" / "report.json").read_text("utf-8"))["made_by"][
            "settings"
        ]["top_k"]
        == 2
    )
    assert main([*command, "chunk_tokens=64", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["settings"] == {"chunk_tokens": "64"}
    assert main(["evaluate", "set.jsonl", "--sweep", "chunk_tokens=64"]) == 1
    assert "name --articles" in capsys.readouterr().err
    assert main([*command, "top_k=many"]) == 1
    assert "ASSISTANT_TOP_K" in capsys.readouterr().err


def test_questions_to_draft_to_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["questions", "协议.txt", "--n", "4", "--out", "draft.jsonl"]) == 0
    assert "read them before" in capsys.readouterr().err
    assert main(["evaluate", "draft.jsonl", "--articles", "协议.txt", "--validate"]) == 0
    assert (
        main(["evaluate", "draft.jsonl", "--articles", "协议.txt", "--workers", "2", "--json"]) == 0
    )
    shown = capsys.readouterr().out
    report = json.loads(shown[shown.index("{") :])
    assert report["questions"] == len((folder / "draft.jsonl").read_text("utf-8").splitlines()) > 1
    assert main(["questions", "协议.txt", "--n", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["source"] == ["协议.txt"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["evaluate"], "name a Q&A set", id="nothing"),
        pytest.param(
            ["evaluate", "--compare", "no.json", "no.json"], "can't read the report", id="no-report"
        ),
        pytest.param(
            ["evaluate", "--compare", "set.jsonl", "set.jsonl"], "is no report", id="a-set"
        ),
        pytest.param(
            ["evaluate", "set.jsonl", "--sweep", "nothing=1"], "no setting to sweep", id="sweep"
        ),
        pytest.param(["evaluate", "set.jsonl", "--judge"], "ASSISTANT_LLM_BASE_URL", id="no-judge"),
    ],
)
def test_known_errors_are_one_line(
    folder: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.strip().count("\n") == 0
