"""The retrieval benchmark: other wordings of questions, by numeral, slip, script and speech."""

import random

import pytest
from retrieval_task import make_task

from benchmarks.retrieval.variants import VARIANTS, in_digits, in_numerals, varied


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
