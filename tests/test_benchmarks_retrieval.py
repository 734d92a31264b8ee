"""The retrieval benchmark: figures worked out by hand, pinned data, variants, rows, result file."""

import importlib
import json
import random
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.floors import below, raised
from benchmarks.pins import DataChanged, check, pin, read_pins
from benchmarks.retrieval import results
from benchmarks.retrieval.corpus import NONE, Corpus
from benchmarks.retrieval.metrics import difference, first_right, ndcg, score
from benchmarks.retrieval.report import markdown
from benchmarks.retrieval.rows import PUBLISHED, ROWS, Row
from benchmarks.retrieval.run import Run, Runs, ask, measure
from benchmarks.retrieval.task import Passage, Task, sampled
from benchmarks.retrieval.variants import VARIANTS, in_digits, in_numerals, varied

ROOT = Path(__file__).parent.parent
MADE_BY = {"command": "make bench-retrieval", "date": "2026-01-02", "machine": "", "code": ""}


def make_task(**changes: object) -> Task:
    task = Task(
        key="toy",
        name="Toy",
        corpus="toy",
        queries=["郴州有多少种矿产？", "汕尾2022年引进了什么项目？", "谁去了龙岩"],
        passages=[
            Passage("郴州已发现的矿种有112种，钨和铋的储量居世界前列。", "郴州的矿"),
            Passage("汕尾在2022年引进了28个投资过亿元的项目。"),
            Passage("广州的企业代表到龙岩考察，走访了几家工厂。"),
            Passage("今天全省大部多云，午后局地有阵雨。"),
        ],
        gold=[frozenset({0}), frozenset({1}), frozenset({2})],
        sources=("toy.txt",),
    )
    return replace(task, **changes)  # type: ignore[arg-type]


class Fixed:
    """A ranker that always says the same."""

    build_seconds = 6.0

    def __init__(self, ranking: list[int], folded: Mapping[int, int] = NONE) -> None:
        self.ranking, self.folded = ranking, folded

    def rank(self, query: str) -> list[int]:
        """The ranking."""
        return self.ranking


# -- figures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ranking", "right", "expected"),
    [
        pytest.param([7, 1, 2], {7}, 1.0, id="first"),
        pytest.param([1, 7, 2], {7}, 0.6309, id="second: 1/log2(3)"),
        pytest.param([7, 1, 8], {7, 8}, 0.9197, id="first and third: 1.5/1.6309"),
        pytest.param([1, 2, 3], {7}, 0.0, id="none"),
        pytest.param([], {7}, 0.0, id="nothing found"),
        pytest.param([*range(10), 77], {77}, 0.0, id="eleventh"),
        pytest.param([*range(10)], set(range(20)), 1.0, id="more right than ten"),
    ],
)
def test_ndcg(ranking: list[int], right: set[int], expected: float) -> None:
    assert ndcg(ranking, right) == pytest.approx(expected, abs=1e-4)


def test_first_right() -> None:
    assert first_right([5, 6, 7], {7, 6}) == 2
    assert first_right([5, 6, 7], {9}) == 0
    assert first_right([*range(20)], {10}) == 0


def test_scores_over_questions() -> None:
    scores = score([[1], [2, 1], [2, 3]], [{1}, {1}, {1}])
    assert scores.first == (1, 2, 0)
    figures = scores.figures()
    assert figures["hit@1"] == pytest.approx(100 / 3)
    assert figures["hit@5"] == pytest.approx(200 / 3)
    assert figures["mrr@10"] == pytest.approx(50)
    assert figures["ndcg@10"] == pytest.approx(100 * (1 + 0.63093) / 3, abs=1e-3)
    assert scores.each("hit@1") == [1.0, 0.0, 0.0]
    assert scores.each("ndcg@10") == list(scores.ndcg)
    assert scores.at([1]).first == (2,)


def test_difference_of_the_same_is_nothing() -> None:
    gap = difference([1.0, 0.0, 1.0], [1.0, 0.0, 1.0])
    assert (gap.mean, gap.low, gap.high) == (0, 0, 0)
    assert difference([], []).mean == 0


def test_difference_that_is_the_same_everywhere_is_sure() -> None:
    gap = difference([0.5] * 40, [0.25] * 40)
    assert (gap.mean, gap.low, gap.high) == (25, 25, 25)


def test_interval_is_that_of_the_mean() -> None:
    # Half the questions gain a point of 1: the standard error of the mean is 0.5/√400 = 2.5 %.
    gap = difference([1.0, 0.0] * 200, [0.0, 0.0] * 200)
    assert gap.mean == 50
    assert gap.low == pytest.approx(50 - 1.96 * 2.5, abs=0.6)
    assert gap.high == pytest.approx(50 + 1.96 * 2.5, abs=0.6)
    assert gap == difference([1.0, 0.0] * 200, [0.0, 0.0] * 200)


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


# -- other wordings -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019年签了3.5亿元", "二〇一九年签了三点五亿元"),
        ("占27%", "占百分之二十七"),
        ("12345个", "一万二千三百四十五个"),
        ("105天10030亩", "一百零五天一万零三十亩"),
        ("第1届", "第一届"),
        ("10年", "十年"),
        ("2015在哪", "2015在哪"),
        ("COVID-19个案", "COVID-19个案"),
        ("1.17g", "1.17g"),
        ("", ""),
    ],
)
def test_digits_as_numerals(text: str, expected: str) -> None:
    assert in_numerals(text, random.Random(0)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二十三个", "23个"),
        ("二〇一九年", "2019年"),
        ("一百零五天", "105天"),
        ("三千五百万元", "3500万元"),
        ("第一届", "第1届"),
        ("十个", "10个"),
        ("哪一年", "哪一年"),
        ("三国演义", "三国演义"),
    ],
)
def test_numerals_as_digits(text: str, expected: str) -> None:
    assert in_digits(text, random.Random(0)) == expected


@pytest.mark.parametrize(
    ("key", "longer"),
    [("homophone", 0), ("shape", 0), ("dropped", -1), ("swapped", 0), ("extra", 1)],
)
def test_a_slip_is_one(key: str, longer: int) -> None:
    query = "佛山和郴州的对口合作期限"
    _, rewrite = VARIANTS[key]
    slips = {rewrite(query, random.Random(seed)) for seed in range(50)}
    assert len(slips) > 1
    for slip in slips:
        assert len(slip) == len(query) + longer
        if not longer:
            differ = sum(a != b for a, b in zip(slip, query, strict=True))
            assert 1 <= differ <= 2
        if key == "swapped":
            assert sorted(slip) == sorted(query)


@pytest.mark.parametrize("key", VARIANTS)
@pytest.mark.parametrize("query", ["", "？", "a", "好", "😀", "「」"])
def test_variants_take_anything(key: str, query: str) -> None:
    assert isinstance(VARIANTS[key][1](query, random.Random(1)), str)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("traditional", "汕尾2022年引進了什麼項目？"),
        ("fullwidth", "汕尾２０２２年引进了什么项目？"),
        ("numerals", "汕尾二〇二二年引进了什么项目？"),
    ],
)
def test_a_variant_holds_what_it_changes(key: str, expected: str) -> None:
    task = varied(make_task(), key)
    assert task.queries[task.positions.index(1)] == expected
    assert task.base == "toy"
    assert task.key == f"toy~{key}"
    assert len(task.queries) == len(task.gold) == len(task.positions)
    assert all(
        new != make_task().queries[place]
        for new, place in zip(task.queries, task.positions, strict=True)
    )
    assert task == varied(make_task(), key)


def test_spoken_questions_and_requests() -> None:
    task = varied(make_task(queries=["武水叫什么？", "广州与龙岩签约", "c"]), "colloquial")
    assert "武水叫啥" in task.queries[0]
    assert "广州与龙岩签约" in task.queries[1]
    assert len(task.queries[1]) > 8


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


# -- the result file ------------------------------------------------------------------------


def filled(tmp_path: Path) -> results.Results:
    task, runs = make_task(), Runs(tmp_path)
    other = varied(task, "traditional")
    found = results.read(tmp_path / "none.json")
    for row, ranking in {"ours": [0, 1, 2], "bm25s": [1, 0]}.items():
        for asked in (task, other):
            run = ask(Fixed(ranking), asked)
            runs.keep(asked, row, run)
            results.put(found, asked, row, run, MADE_BY)
    results.put_absent(found, task, "llama-bm25", "not installed: x")
    for asked in (task, other):
        results.compare(found, asked, runs)
    return found


def test_the_product_is_compared_with_the_best_peer(tmp_path: Path) -> None:
    found = filled(tmp_path)
    gap = found["differences"]["toy"]
    assert gap["to"] == "bm25s"
    # Ours: 1, 1/log2(3), 1/2; the peer: 1/log2(3), 1, 0.
    assert gap["mean"] == pytest.approx(100 * 0.5 / 3, abs=0.01)
    assert found["runs"]["toy~traditional"]["ours"]["change"]["mean"] == 0
    assert "toy~traditional" not in found["differences"]


def test_runs_on_other_data_go(tmp_path: Path) -> None:
    found = filled(tmp_path)
    changed = make_task(queries=["甲", "乙", "丙"])
    results.put(found, changed, "ours", ask(Fixed([0]), changed), MADE_BY)
    assert found["runs"]["toy"].keys() == {"ours"}
    assert "toy" not in found["differences"]


def test_what_was_measured_is_not_overwritten_by_absence(tmp_path: Path) -> None:
    found = filled(tmp_path)
    results.put_absent(found, make_task(), "ours", "not installed: y")
    assert "absent" not in found["runs"]["toy"]["ours"]
    file = tmp_path / "results/retrieval.json"
    results.write(found, file)
    assert results.read(file) == json.loads(json.dumps(found))


def test_the_tables(tmp_path: Path) -> None:
    text = markdown(filled(tmp_path), "make bench-retrieval")
    assert "measured 2026-01-02" in text
    assert "| ours | 71.03 |" in text
    assert "not installed: x" in text
    assert "+16.67" in text
    assert "(+0.00, +0.00 … +0.00)" in text
    widths = {line.count("|") for line in text.split("## Toy")[0].splitlines() if line[:1] == "|"}
    assert len(widths) == 1


def test_a_sample_says_what_the_whole_would_take(tmp_path: Path) -> None:
    found = filled(tmp_path)
    found["tasks"]["toy"]["whole"] = 400
    text = markdown(found, "")
    assert "index of all 400, extrapolated, min" in text
    # Six seconds for 4 passages are ten minutes for 400.
    assert "| 6.0 | 0.0 | 0.0 | 10.0 |" in text


def test_published_figures_are_marked(tmp_path: Path) -> None:
    found = filled(tmp_path)
    found["tasks"]["xquad"] = found["tasks"]["toy"]
    text = markdown(found, "")
    assert "| *inf-retriever-v1* (published) |  | 97.82 |" in text
    assert len(PUBLISHED["xquad"]) == 11


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


# -- the gate -------------------------------------------------------------------------------


def test_floors_only_rise() -> None:
    floors, reached = {"hit@1": 90.0}, {"hit@1": 80.0, "hit@3": 95.0}
    assert raised(floors, reached, questions=110) == {"hit@1": 90.0, "hit@3": 94.0}
    assert raised({}, reached, questions=5000) == {"hit@1": 79.7, "hit@3": 94.7}


def test_what_lies_below_its_floor_is_told() -> None:
    assert below({"hit@1": 89.9, "hit@3": 95.0}, {"hit@1": 90.0, "hit@3": 95.0}) == [
        "hit@1 is 89.90, its floor is 90.00"
    ]
