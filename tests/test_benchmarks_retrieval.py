"""The retrieval benchmark: pinned data, samples, rows that are measured, the command."""

import importlib
import json
from pathlib import Path

import pytest
from retrieval_task import Fixed, make_task

from benchmarks.pins import DataChanged, check, pin, read_pins
from benchmarks.retrieval.corpus import Corpus
from benchmarks.retrieval.rows import ROWS, Row
from benchmarks.retrieval.run import Run, Runs, ask, measure
from benchmarks.retrieval.task import Passage, sampled
from benchmarks.retrieval.variants import varied

# -- pinned data ----------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "toy.txt").write_text("source", "utf-8")
    pin([make_task()], tmp_path, tmp_path / "pins.json")
    return tmp_path


def test_pinned_data_pass(data: Path) -> None:
    check(make_task(), data, read_pins(data / "pins.json"))


def test_another_file_is_named(data: Path) -> None:
    (data / "toy.txt").write_text("sources", "utf-8")
    with pytest.raises(DataChanged, match=r"toy\.txt is not the file"):
        check(make_task(), data, read_pins(data / "pins.json"))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"queries": ["郴州有多少种矿？", "b", "c"]}, id="question"),
        pytest.param({"passages": [Passage("别的")] * 4}, id="passage"),
        pytest.param({"gold": [frozenset({1})] * 3}, id="right one"),
    ],
)
def test_another_derivation_is_told(data: Path, changes: dict[str, object]) -> None:
    with pytest.raises(DataChanged, match="not what was pinned"):
        check(make_task(**changes), data, read_pins(data / "pins.json"))


def test_what_has_no_pin_is_told(data: Path) -> None:
    with pytest.raises(DataChanged, match="other has no digest"):
        check(make_task(key="other"), data, read_pins(data / "pins.json"))


def test_pinning_keeps_the_others(data: Path) -> None:
    pin([make_task(key="other")], data, data / "pins.json")
    assert read_pins(data / "pins.json").keys() == {"toy", "other"}


def test_a_sample_keeps_what_is_right() -> None:
    whole = make_task()
    part = sampled(whole, queries=2, passages=3)
    assert len(part.queries) == 2
    assert len(part.passages) == 3
    for query, right in zip(part.queries, part.gold, strict=True):
        old = whole.gold[whole.queries.index(query)]
        assert [part.passages[place] for place in right] == [whole.passages[p] for p in old]
    assert sampled(whole, queries=2, passages=3) == part


# -- the loop -------------------------------------------------------------------------------


def test_a_folded_passage_counts_as_the_other() -> None:
    task = make_task(gold=[frozenset({3}), frozenset({2}), frozenset({0, 3})])
    run = ask(Fixed([0, 1], {3: 0}), task)
    assert run.scores.first == (1, 0, 1)
    assert run.scores.ndcg == (1.0, 0.0, 1.0)
    assert run.folded == 1


def test_runs_are_kept(tmp_path: Path) -> None:
    task = make_task()
    run = ask(Fixed([0]), task)
    runs = Runs(tmp_path)
    runs.keep(task, "ours", run)
    assert runs.find("toy", "ours") == run
    assert runs.find("toy", "ours", task.digest()) == run
    assert runs.find("toy", "ours", "another") is None
    assert runs.find("toy", "bm25s") is None


def test_rows_that_cannot_be_measured_say_why(tmp_path: Path) -> None:
    told: list[tuple[str, str, Run | str]] = []
    rows = {
        "absent": Row("absent", "absent", lambda corpus: Fixed([0]), ("no_such_module",)),
        "small": Row("small", "small", lambda corpus: Fixed([0]), most=2),
        "plain": Row("plain", "plain", lambda corpus: Fixed([0])),
        "varied": Row("varied", "varied", lambda corpus: Fixed([0]), varied=True),
    }
    tasks = [make_task(), varied(make_task(), "traditional")]
    measure(
        tasks,
        rows,
        Runs(tmp_path),
        tmp_path,
        lambda task, row, run: told.append((task.key, row.key, run)),
    )
    said = {(task, row): run for task, row, run in told if isinstance(run, str)}
    assert said == {
        ("toy", "absent"): "not installed: no_such_module",
        ("toy", "small"): "only on a sample",
    }
    measured = {(task, row) for task, row, run in told if isinstance(run, Run)}
    assert measured == {("toy", "plain"), ("toy", "varied"), ("toy~traditional", "varied")}


@pytest.mark.parametrize(
    "key", ["ours", "ours-dense", "ours-lexical", "bm25s-jieba", "bm25s-bigrams"]
)
def test_real_rows_find_the_right_passage(key: str, tmp_path: Path) -> None:
    row = ROWS[key]
    if row.absent():
        pytest.skip(f"{row.absent()} is not installed")
    task = make_task()
    corpus = Corpus(task.corpus, task.passages, tmp_path)
    assert ask(row.make(corpus), task).scores.first[:2] == (1, 1)
    corpus.close()


def test_our_store_is_filled_once_and_folds_reprints(tmp_path: Path) -> None:
    text = "郴州与佛山签署对口合作协议，双方商定共建产业园，并设立联席会议。" * 3
    other = "今天全省大部多云，午后局地有阵雨，请注意防范。" * 3
    task = make_task(passages=[Passage(text), Passage(other), Passage(text, "另一个标题")])
    seconds = set()
    for _ in range(2):
        corpus = Corpus("toy", task.passages, tmp_path)
        ranker = ROWS["ours"].make(corpus)
        seconds.add(ranker.build_seconds)
        assert ranker.folded == {2: 0}
        assert ranker.rank("佛山对口合作")[0] == 0
        corpus.close()
    assert len(seconds) == 1
    assert len(list((tmp_path / "stores/toy").iterdir())) == 1


def test_the_command(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = importlib.import_module("benchmarks.retrieval.__main__")
    monkeypatch.setattr(command, "_MAKERS", {"toy": lambda folder: make_task()})
    monkeypatch.setattr(command, "DIGESTS", data / "pins.json")
    out = data / "out"
    rows = ["--rows", "ours,ours-lexical"]
    command.main(["--data", str(data), "--out", str(out), "--sets", "toy", *rows])
    stored = json.loads((out / "retrieval.json").read_text("utf-8"))
    assert stored["runs"]["toy"]["ours"]["hit@1"] >= 66
    assert stored["runs"]["toy"]["ours"]["command"].endswith("--rows ours,ours-lexical")
    assert str(data) not in (out / "retrieval.json").read_text("utf-8")
    assert (out / "retrieval.md").read_text("utf-8").strip() in capsys.readouterr().out
    with pytest.raises(SystemExit):
        command.main(["--data", str(data), "--sets", "nothing"])
    assert "there are: toy" in capsys.readouterr().err
