"""Questions over articles of the domain: how they are marked, counted, compared, and asked."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Answer, Citation
from benchmarks.reader.domain import (
    ONE,
    OURS,
    TWO,
    DomainCase,
    Row,
    domain,
    domain_wide,
    figures,
    main,
    marked,
    naive,
    only_domain,
    paired,
    tables,
)
from vectorstore import Chunk, Hit

EVIDENCE = "白石灯塔高41米，1911年由渔民集资点亮，是沿岸最高的灯塔。"
OTHER = "潮汐港去年扩建，耗资3.2亿元，如今是沿岸最大的渔港。"


def case(kind: str, *answers: str, must: Sequence[str] = ()) -> DomainCase:
    return DomainCase(
        "白石灯塔如何？", (), answers, (EVIDENCE,), kind, id="x1", must_include=tuple(must)
    )


def said(text: str, *quotes: str, short: str = "", abstained: bool = False) -> Answer:
    citations = [
        Citation(number, "a", "", "", None, "", quote, 0, len(quote))
        for number, quote in enumerate(quotes, 1)
    ]
    return Answer(
        "白石灯塔如何？",
        "白石灯塔如何？",
        text,
        short,
        citations=citations,
        abstained=abstained,
        seconds=0.5,
    )


@pytest.mark.parametrize(
    ("asked", "answer", "right"),
    [
        pytest.param(case("fact_number", "41米"), said(EVIDENCE), 1, id="in the text"),
        pytest.param(
            case("fact_number", "41米"), said("很高。", short="四十一米"), 1, id="in short"
        ),
        pytest.param(case("fact_number", "41米"), said("高141米。"), 0, id="within a number"),
        pytest.param(case("fact_date", "1991年", "1911年"), said("1911 年"), 1, id="any of them"),
        pytest.param(case("fact_entity", "渔民"), said("漁民集資。"), 1, id="traditional"),
        pytest.param(case("followup", "41米"), said(EVIDENCE, abstained=True), 0, id="abstained"),
        pytest.param(case("fact_number", "41米"), said("长" * 258 + "41米"), 0, id="too long"),
        pytest.param(
            case("fact_number", "41米"),
            replace(said("长" * 258 + "41米"), mode="llm"),
            1,
            id="written, so of any length",
        ),
        pytest.param(
            case("list", must=["甲", "乙", "丙"]), said("甲、丙" + "长" * 300), 2 / 3, id="a share"
        ),
        pytest.param(case("why_how"), said("如此。", EVIDENCE), 1, id="nothing to hold, cited"),
        pytest.param(case("why_how"), said("如此。", OTHER), 0, id="nothing to hold, not cited"),
    ],
)
def test_what_is_right(asked: DomainCase, answer: Answer, right: float) -> None:
    assert marked(asked, answer)["right"] == pytest.approx(right)


@pytest.mark.parametrize(
    ("expected", "answer", "right"),
    [
        pytest.param("是", said(EVIDENCE, EVIDENCE), 1, id="a statement affirms"),
        pytest.param("是", said("是。" + EVIDENCE, EVIDENCE), 1, id="a yes"),
        pytest.param("是", said("是。" + EVIDENCE, OTHER), 0, id="not cited"),
        pytest.param("否", said(EVIDENCE, EVIDENCE), 0, id="a statement denies nothing"),
        pytest.param("否", said("否。" + EVIDENCE, EVIDENCE), 1, id="a no"),
        pytest.param("否", said("No. " + EVIDENCE, EVIDENCE), 1, id="an English no"),
        pytest.param("否", said(EVIDENCE, EVIDENCE, short="否"), 1, id="a no for a short answer"),
        pytest.param("是", said("没有更高的。", EVIDENCE, short="是"), 1, id="yes before the text"),
        pytest.param("否", said("没有更高的。", EVIDENCE, short="41米"), 1, id="a span is no yes"),
        pytest.param("是", said("是。" + "长" * 260, EVIDENCE), 0, id="too long"),
    ],
)
def test_yes_and_no(expected: str, answer: Answer, right: float) -> None:
    assert marked(case("yes_no", expected), answer)["right"] == right


@pytest.mark.parametrize(
    ("answer", "is_open"),
    [
        pytest.param(said("没有找到。", abstained=True), 1, id="abstained"),
        pytest.param(said(EVIDENCE, EVIDENCE), 0, id="answered"),
        pytest.param(
            said(f"文中没有说到白石与潮汐的合作；文中白石结对的是：{OTHER}", OTHER),
            1,
            id="corrected",
        ),
        pytest.param(
            said("文中没有说明造价。[1]", "文中没有说明造价。"), 0, id="the words of the article"
        ),
    ],
)
def test_what_is_left_open(answer: Answer, is_open: float) -> None:
    assert marked(case("unanswerable"), answer)["right"] == is_open


def test_a_citation_overlaps_the_evidence() -> None:
    asked = case("fact_number", "41米")
    assert marked(asked, said("", "白石燈塔高 41 米，1911年由"))["cited"]
    assert not marked(asked, said("", OTHER))["cited"]


# -- counting -------------------------------------------------------------------------------


def row(name: str, kind: str, right: float, **others: object) -> Row:
    plain = {"id": name, "type": kind, "style": "plain", "right": right, "cited": False}
    return plain | {"abstained": False, "characters": 10, "seconds": 0.5} | others


ROWS = [
    row("a", "fact_date", 1.0, cited=True),
    row("b", "list", 0.5, style="typo", characters=20, seconds=1.5),
    row("c", "list", 0.0, abstained=True),
    row("d", "unanswerable", 1.0, abstained=True),
]


def test_figures() -> None:
    found = figures({OURS: ROWS, TWO: [row("a", "fact_date", 1.0)]})
    assert found["right"] == (50, 3)
    assert found["cited"] == (pytest.approx(100 / 3), 3)
    assert found["left open"] == (100, 1)
    assert found["wrongly abstained"] == (pytest.approx(100 / 3), 3)
    assert found["characters"] == (15, 2)
    assert found["seconds p50"] == (0.5, 4)
    assert found["seconds p95"] == (1.5, 4)
    assert found[f"{TWO} right"] == (100, 1)


def test_tables() -> None:
    found = tables({OURS: ROWS, TWO: ROWS[:1]})
    best = found["readers"][0]
    assert best["per cent"] == "right"
    assert best["from"] < best[OURS] < best["to"]
    assert best[TWO] == 100
    assert [each["type"] for each in found["type"]] == ["list", "fact_date", "unanswerable"]
    assert found["type"][0]["right"] == 25
    assert found["type"][0]["left open"] is None
    assert found["type"][-1]["right"] is None
    assert {each["style"]: each["n"] for each in found["style"]} == {"plain": 3, "typo": 1}


def test_two_runs_are_compared() -> None:
    later = [
        row("b", "list", 1.0),
        row("c", "list", 0.5),
        row("a", "fact_date", 0.0),
        row("z", "", 1),
    ]
    change = paired(ROWS, later)
    assert (change.gained, change.lost, change.p) == (["b", "c"], ["a"], 1.0)
    assert paired(ROWS, later, "abstained").lost == ["c"]
    six = [row(str(number), "list", 1.0) for number in range(6)]
    assert paired([{**each, "right": 0.0} for each in six], six).p == pytest.approx(2 / 64)


# -- asking ---------------------------------------------------------------------------------


def test_the_naive_reader_quotes_the_first_five_hits() -> None:
    texts = [EVIDENCE, "无关。", "又无关。", "仍无关。", "还无关。", "白石灯塔如何？"]
    hits = [Hit(Chunk("a", text, 7, 7 + len(text)), 1.0, 1, 1) for text in texts]
    (given,) = naive([replace(said("", abstained=True), hits=hits)], 1)
    assert given.text == EVIDENCE
    assert (given.citations[0].start, given.citations[0].end) == (7, 7 + len(EVIDENCE))
    assert not given.abstained


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """Two articles, of which one is listed, and two questions."""
    articles = [{"id": "b", "text": OTHER}, {"id": "a", "text": EVIDENCE}]
    plain = {"style": "plain", "history": [], "must_include": []}
    questions = [
        {"id": "q1", "type": "fact_number", "question": "白石灯塔高多少米？", "answers": ["41米"]}
        | plain
        | {"evidence": [{"article": "a", "quote": EVIDENCE}]},
        {"id": "q2", "type": "unanswerable", "question": "潮汐港扩建耗资多少？", "answers": []}
        | plain
        | {"evidence": [], "history": [{"role": "user", "content": "问过"}]},
    ]
    for name, rows in (("data/dev/domain_articles", articles), ("qa/domain_dev", questions)):
        file = tmp_path / f"{name}.jsonl"
        file.parent.mkdir(parents=True)
        lines = [json.dumps(each, ensure_ascii=False) for each in rows]
        file.write_text("\n".join(lines) + "\n", "utf-8")
    (tmp_path / "qa/domain_dev_articles.txt").write_text("a\n", "utf-8")
    return tmp_path


def test_the_sets(shared: Path) -> None:
    narrow, wide = domain(shared / "data"), domain_wide(shared / "data")
    assert (narrow.key, wide.key) == ("domain", "domain-wide")
    assert narrow.digest() == wide.digest()
    assert [each.is_answerable for each in only_domain(narrow.limited(1))] == [True, False]


class Told:
    """An assistant that quotes the first article of those it was given."""

    def __init__(self, settings: object) -> None:
        self.texts: list[str] = []

    def __enter__(self) -> "Told":
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def add(self, source: Path) -> None:
        """Keep the texts."""
        self.texts = [json.loads(line)["text"] for line in source.read_text("utf-8").splitlines()]

    def ask(self, question: str, history: Sequence[dict[str, str]] = ()) -> Answer:
        """The first text; where it was told before what is asked, nothing."""
        hits = [Hit(Chunk("a", text, 0, len(text)), 1.0, 1, 1) for text in self.texts]
        abstained = any(turn["content"] == "问过" for turn in history)
        given = said(self.texts[0], self.texts[0], abstained=abstained)
        return replace(given, standalone_question=question, hits=hits)


def test_the_command(
    shared: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.reader.domain.Assistant", Told)
    file, wide = shared / "rows.json", shared / "wide.json"
    main(["--qa", str(shared), "--rows", str(file)])
    rows = json.loads(file.read_text("utf-8"))
    assert [(each["id"], each["right"], each["cited"]) for each in rows] == [
        ("q1", 1.0, True),
        ("q2", 1.0, False),
    ]
    assert f"{ONE} cited: 100.00 (1)" in capsys.readouterr().out
    main(["--qa", str(shared), "--rows", str(wide), "--wide", "--against", str(file)])
    shown = capsys.readouterr().out
    assert "lost 1: q1" in shown
    assert "lost 0:" in shown
