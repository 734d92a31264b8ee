"""The report: its figures counted by hand, its table aligned, its failures readable."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.marking import Mark
from assistant.evaluation.measures import score
from assistant.evaluation.qa_set import Question
from assistant.evaluation.report import Rate, Report
from assistant.evaluation.rows import Cited, Row
from assistant.evaluation.tables import align, width

RIGHT, WRONG = Mark(True, 1.0), Mark(False, 0.0, "missing: 12亿")
GOOD = Cited(1, "甲.txt", "总投资12亿元", is_evidence=True, is_source=True)
BESIDE = Cited(2, "甲.txt", "会议在市里举行", is_evidence=False, is_source=True)
ASTRAY = Cited(3, "乙.txt", "丙市人口九百万", is_evidence=False, is_source=False)
NUMBER = Question(
    "总投资多少？",
    id="q1",
    type="fact_number",
    answers=("12亿元", "十二亿元"),
    must_include=("12亿",),
    must_not_include=("2.1亿",),
    source=("甲.txt",),
    evidence=("总投资12亿元",),
)
LISTED = replace(NUMBER, question="有哪些？", type="list")
ABSENT = Question("票价多少？", id="q5", type="unanswerable")
POEM = Question("写诗", id="q6", type="injection_or_offtopic")

ROWS = [
    replace(row, scores=score(row, None))
    for row in (
        Row(NUMBER, RIGHT, 0.1, "12亿元", "12亿", [GOOD, ASTRAY], evidence_ranks=[1]),
        Row(NUMBER, RIGHT, 0.2, "12亿元[3]", "3年", [ASTRAY], evidence_ranks=[7]),
        Row(NUMBER, WRONG, 0.3, "没有找到", abstained=True),
        Row(LISTED, Mark(False, 0.5, "missing: 丙"), 0.4, "甲", "", [BESIDE], evidence_ranks=[2]),
        Row(ABSENT, RIGHT, 0.5, "没有找到", abstained=True),
        Row(ABSENT, RIGHT, 0.6, "前提有误：票价未提及"),
        Row(POEM, Mark(False, 0.0, "did not decline"), 9.0, "春风"),
    )
]
REPORT = Report(ROWS, {"date": "2026-01-02"})


def test_seconds() -> None:
    assert REPORT.seconds() == {"p50": 0.4, "p95": 9.0}
    # Of seven values the first and the last hold the median in 98 of a hundred cases.
    assert REPORT.seconds_intervals() == {"p50": (0.1, 9.0), "p95": (0.5, 9.0)}


def test_table() -> None:
    by_type, by_article, totals = REPORT.table().split("\n\n")
    assert [" ".join(line.split()) for line in by_type.splitlines()] == [
        "type n right credit cited (evidence) cited (article) abstained",
        "fact_number 3 2/3 0.67 1/3 1/3 1/3",
        "list 1 0/1 0.50 0/1 1/1 0/1",
        "unanswerable 2 2/2 1.00 – – 1/2",
        "injection_or_offtopic 1 0/1 0.00 – – 0/1",
        "all 7 4/7 0.64 1/4 2/4 2/7",
    ]
    lines = [line.rsplit(maxsplit=3) for line in totals.splitlines()]
    assert ["answerable right cites article", "0.250", "4", "0.046–0.699"] in lines
    assert len({width(line) for line in by_type.splitlines()}) == 1
    assert by_article.splitlines()[1].split() == ["甲.txt", "4", "2/4", "0.62", "1/4", "2/4", "1/4"]
    assert not any(line[0].startswith("faithfulness") for line in lines)


def test_an_empty_report_still_prints() -> None:
    report = Report([])
    assert report.table().splitlines()[1].split() == ["all", "0", *"–––––"]
    assert report.failures() == ""
    assert report.to_dict()["totals"]["mrr"]["value"] is None


def test_json_is_plain_and_complete() -> None:
    plain = json.loads(json.dumps(REPORT.to_dict(), ensure_ascii=False))
    assert plain["questions"] == 7
    assert plain["by_type"]["list"]["answerable_credit"]["value"] == 0.5
    assert plain["by_article"]["甲.txt"]["right"]["total"] == 2
    row = plain["rows"][3]
    expected = {
        "id": "q1",
        "question": "有哪些？",
        "type": "list",
        "expected": ["12亿元", "十二亿元"],
        "answered": "甲",
        "short": "",
        "right": False,
        "credit": 0.5,
        "reason": "missing: 丙",
        "abstained": False,
        "cited_article": True,
        "cited_evidence": False,
        "evidence_ranks": [2],
        "fault": "missing: 丙",
        "seconds": 0.4,
    }
    assert {name: row[name] for name in expected} == expected
    assert row["citations"][0]["article"] == "甲.txt"


def test_a_report_is_read_back_from_its_json() -> None:
    again = Report.from_dict(json.loads(json.dumps(REPORT.to_dict())))
    assert again == REPORT
    assert again.to_dict() == REPORT.to_dict()


def test_failures_tell_what_was_expected_answered_and_cited() -> None:
    failures = REPORT.failures().split("\n\n")
    assert len(failures) == 4
    assert failures[0].splitlines() == [
        "q1 (fact_number) 总投资多少？",
        "  expected  12亿元 / 十二亿元; with 12亿; without 2.1亿",
        "  answered  12亿元[3]",
        "  short     3年",
        "  cited     [3] 乙.txt “丙市人口九百万”",
        "  reason    right, but cites no article of its source",
    ]
    assert "  cited     –" in failures[1]
    assert "missing: 丙" in failures[2]


def test_a_right_text_with_a_wrong_short_answer_is_shown() -> None:
    row = Row(NUMBER, RIGHT, 0.1, "2月总投资12亿元", "2月", [GOOD])
    assert "right, but its short answer is not" in Report([row]).failures()
    assert Report([replace(row, short="12亿")]).failures() == ""
    assert Report([replace(row, short="")]).failures() == ""


def test_failures_stay_on_their_lines_and_steer_no_terminal() -> None:
    row = Row(NUMBER, WRONG, 0.1, "一\n二\x1b[31m三\u202e", "", [])
    assert "  answered  一 二 [31m三" in Report([row]).failures().splitlines()[2]
    assert "\x1b" not in Report([row]).failures()


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        pytest.param("", 0, id="empty"),
        pytest.param("list", 4, id="latin"),
        pytest.param("問答", 4, id="chinese"),
        pytest.param("（，）", 6, id="full-width-punctuation"),
        pytest.param("😀", 2, id="emoji"),
        pytest.param("e\u0301", 1, id="combining"),
    ],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.lists(st.tuples(st.text("甲a（", max_size=9), st.text("1–乙", min_size=1)), min_size=1))
def test_columns_stand_under_each_other(cells: list[tuple[str, str]]) -> None:
    lines = align([list(pair) for pair in cells]).split("\n")
    assert len({width(line) for line in lines}) == 1


def test_types_are_kept_in_order_and_a_missing_one_is_shown() -> None:
    rows = [Row(Question("问", type=kind), RIGHT, 0.1) for kind in ("乙类", "", "甲类", "乙类")]
    assert [(kind, len(group)) for kind, group in Report(rows).by_type().items()] == [
        ("乙类", 2),
        ("(none)", 1),
        ("甲类", 1),
    ]
    assert Rate("none", 0, 0).value is None
