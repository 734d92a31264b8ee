"""The benchmark of the check: what is made of sentences, what is counted, the tables."""

from datetime import date
from random import Random

import pytest

from benchmarks.verification import false, true
from benchmarks.verification.articles import HALVES, Text, is_factual
from benchmarks.verification.cases import Case, CaseSet
from benchmarks.verification.checkers import numbers, ours, overlap
from benchmarks.verification.measures import Row, count, timed, total
from benchmarks.verification.report import markdown, share
from vectorstore import Article, Chunk, Hit

SAID = (
    "2023年5月8日，杭州市与恩施州签署《协作方案》，教育局投资3.2亿元，增长12%，并未减少30个岗位。"
)
OTHER = "宁波市的银杏园占地1.5亿元，湖州出席《山海方案》会议。"
FALSE_BASE = false.Base(SAID, SAID + "丽水也参加。", [OTHER], ["丽水投资9.7亿元。"])
TRUE_BASE = true.Base(SAID, "恩施的茶园今年开园，占地五百多亩。", date(2023, 6, 1))


def case(claim: str, kind: str = "figure changed", is_true: bool = False) -> Case:
    hit = Hit(Chunk("a", SAID, 0, len(SAID)), 1.0, 1, 1, "协作", "", date(2023, 6, 1))
    return Case(kind, is_true, claim, (0,), (hit,))


@pytest.mark.parametrize("kind", [kind for kind in false.FALSE if "wrong source" not in kind])
def test_a_false_sentence_differs_from_the_true_one(kind: str) -> None:
    made = false.FALSE[kind](FALSE_BASE, Random(1))
    assert made is not None or kind == "clause of another article added"
    assert made != SAID


@pytest.mark.parametrize(
    ("kind", "held"),
    [
        ("traditional script", "簽署"),
        ("百分之 for %", "百分之十二"),
        ("万 and 亿 written out", "320000000元"),
        ("ISO date", "2023-05-08"),
        ("date in words", "二〇二三年五月八日"),
        ("full or half width", "３．２亿元".replace("．", ".")),
        ("city without its rank", "杭州与"),
    ],
)
def test_a_true_sentence_is_reworded(kind: str, held: str) -> None:
    assert held in (true.TRUE[kind](TRUE_BASE) or "")


def test_sentences_with_facts_are_taken() -> None:
    assert is_factual(SAID)
    assert not is_factual("今天天气非常好，大家都很高兴地出门去。")
    assert not is_factual("共30个。")


def test_halves_are_told_by_the_id_alone() -> None:
    halves = {Text(Article(str(number), "", "")).half for number in range(20)}
    assert halves == set(HALVES)


def test_what_is_flagged_is_counted_by_kind() -> None:
    cases = [
        case(SAID.replace("3.2", "3.9")),
        case(SAID, is_true=True, kind="verbatim"),
        case("火星上有水，也有人。" * 3),
    ]
    rows = count(cases, {"ours": ours, "overlap": overlap, "numbers": numbers})
    assert rows["verbatim"] == Row(True, 1, {"ours": 0, "overlap": 0, "numbers": 0})
    assert rows["figure changed"] == Row(False, 2, {"ours": 2, "overlap": 1, "numbers": 1})
    assert total(rows.values(), is_true=False).n == 2
    assert total([], is_true=True) == Row(True)


def test_a_share_has_its_interval() -> None:
    assert share(Row(False, 100, {"ours": 95}), "ours") == "95.0 (88.8–97.8)"


def test_a_set_is_limited_by_kind_and_known_by_its_digest() -> None:
    made = CaseSet("x", [case(SAID), case(SAID + "一"), case(SAID, "verbatim", True)], ())
    assert [one.kind for one in made.limited(1).cases] == ["figure changed", "verbatim"]
    assert made.digest() != made.limited(1).digest()


def test_the_time_of_a_sentence_is_measured() -> None:
    times = timed([case(SAID)] * 3)
    assert times.keys() == {"wall p50", "wall p95", "cpu p50", "cpu p95"}
    assert 0 < times["wall p50"] <= times["wall p95"]


def test_the_page_has_a_row_for_each_kind() -> None:
    flagged = {"ours": 9, "35 % of characters": 0, "every number occurs": 5}
    stored = {
        "rows": {"figure changed": {"is_true": False, "n": 10, "flagged": flagged}},
        "milliseconds": {"wall p50": 1.0, "wall p95": 2.0, "cpu p50": 1.0, "cpu p95": 2.0},
        "made_by": {"date": "2026-01-02"},
    }
    page = markdown({"domain-reporting": stored})
    assert "| false: figure changed | 10 | 90.0 (59.6–98.2) |" in page
    assert "| domain, reporting | 1.0 | 2.0 | 1.0 | 2.0 |" in page
