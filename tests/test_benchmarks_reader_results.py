"""The reader's benchmark: parts of sets, the result file, the tables, the command."""

import importlib
import json
from pathlib import Path

import pytest
from reader_cases import LIGHTHOUSE, made

from benchmarks.pins import pin
from benchmarks.reader import results
from benchmarks.reader.cases import Case, CaseSet, spread
from benchmarks.reader.curves import curve, reliability
from benchmarks.reader.domain import FIGURES, TWO
from benchmarks.reader.measures import MEASURES, Outcome
from benchmarks.reader.report import ROWS, markdown

MADE_BY = {"command": "make bench-reader", "date": "2026-01-02", "machine": "", "code": ""}


def test_a_part_is_spread_evenly() -> None:
    assert spread(range(10), 3) == [0, 3, 6]
    assert spread(range(2), 3) == [0, 1]
    assert spread(range(2), 0) == [0, 1]
    cases = [Case(str(row), (), kind=kind) for kind in "ab" for row in range(4)]
    limited = made(*cases).limited(2)
    assert [case.kind for case in limited.cases] == ["a", "a", "b", "b"]
    assert limited.digest() != made(*cases).digest()


def filled() -> results.Results:
    found: results.Results = {"sets": {}}
    for key in MEASURES:
        figures = {row.figure: (50.0, 1234) for row in ROWS if row.of == key}
        figures |= {"naive top 1": (71.4, 1234), "naive top 2": (83.1, 1234)}
        figures |= {f"{TWO} {name}": (61.2, 1234) for name in FIGURES}
        figures |= dict.fromkeys(("characters", "seconds p50", "seconds p95"), (50.0, 1234))
        tables = {
            "abstention": {"curve": curve({"alone": [0.5]}), "reliability": reliability([])},
            "noise": {"noise": [{"noise": "20 %", "n": 3}]},
            "news": {"noise": [{"noise": "20 %", "n": 3}]},
            "domain": {"readers": [{"per cent": "right", "n": 3}]},
            "domain-wide": {"readers": [{"per cent": "right", "n": 3}]},
        }
        results.put(found, made(key=key), Outcome(figures, tables.get(key, {})), MADE_BY)
    return found


def test_the_tables() -> None:
    text = markdown(filled()["sets"])
    assert "measured 2026-01-02." in text
    assert "| ≥ 90 | 1,234 | IDF-weighted bigram overlap, this run: 71.4 |" in text
    assert "| 1,234 | IDF-weighted bigram overlap, this run: 61.2 |" in text
    assert "Mean answer 50 characters; seconds p50 50.00, p95 50.00." in text
    assert "*published*: MiniRBT-H256 56.3" in text
    main = [line for line in text.split("\n## ")[0].splitlines() if line.startswith("|")]
    assert len(main) == len(ROWS) + 2
    assert {line.count("|") for line in main} == {6}
    assert len({(row.of, row.figure) for row in ROWS}) == len(ROWS)


def test_a_part_makes_a_part_of_the_tables() -> None:
    text = markdown({"expmrc": filled()["sets"]["expmrc"]})
    assert "evidence F1" in text
    assert "Calibration" not in text


def test_results_are_merged(tmp_path: Path) -> None:
    found = filled()
    results.write(found, tmp_path)
    again = results.read(tmp_path)
    assert json.dumps(again) == json.dumps(found)
    results.put(again, made(key="dev"), Outcome({"EM": (60.0, 5)}), MADE_BY)
    assert again["sets"]["dev"]["figures"] == {"EM": {"value": 60.0, "n": 5}}
    assert "trial" in again["sets"]


def test_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = importlib.import_module("benchmarks.reader.__main__")
    cases = [Case(f"白石灯塔高多少米？{row}", (LIGHTHOUSE,), ("41米",)) for row in range(3)]
    toy = CaseSet("dev", cases, ())
    monkeypatch.setattr(command, "_MAKERS", {"dev": lambda folder: toy})
    monkeypatch.setattr(command, "DIGESTS", tmp_path / "pins.json")
    pin([toy], tmp_path, tmp_path / "pins.json")
    command.main(["--data", str(tmp_path), "--out", str(tmp_path / "out"), "--limit", "2"])
    stored = json.loads((tmp_path / "out/reader.json").read_text("utf-8"))["sets"]["dev"]
    assert stored["figures"]["EM"] == {"value": 100.0, "n": 2}
    assert stored["made_by"]["command"].endswith("--limit 2")
    assert str(tmp_path) not in json.dumps(stored)
    assert (tmp_path / "out/reader.md").read_text("utf-8").strip() in capsys.readouterr().out
