"""What a question takes for granted: years, editions, names and pairs of cities."""

from datetime import date

import pytest
from said import said

from assistant.asking.question import analyse
from assistant.facts.pairs import partners
from assistant.reading.premise import correction, false_premise, years


@pytest.mark.parametrize(
    ("question", "text", "about"),
    [
        pytest.param("2019年贸易额多少？", "2021年贸易额12亿元。", "2019", id="year"),
        pytest.param("佛山投资多少？", "赣州投资3亿元。", "佛山", id="place"),
        pytest.param("第二届展会在哪里举行？", "首届展会在泉州举行。", "第2届", id="edition"),
        pytest.param("今天天气怎么样？", "两市签约60个项目。", "别的", id="subject"),
        pytest.param("“三清”行动是什么？", "行动从三月开始。", "三清", id="quoted"),
    ],
)
def test_a_false_premise_is_named(question: str, text: str, about: str) -> None:
    assert about in false_premise(analyse(question), said(text), [text])


@pytest.mark.parametrize(
    ("question", "text"),
    [
        pytest.param("2025年合作还在期限内吗？", "期限为2022年至2030年。", id="within-a-span"),
        pytest.param("首届展会在哪里举行？", "首届展会在泉州举行。", id="edition"),
        pytest.param("第一届展会在哪里举行？", "首届展会在泉州举行。", id="first-edition"),
        pytest.param("两地签约了多少家公司？", "签约企业12家。", id="no-name-at-all"),
        pytest.param("「三清」行動是什麼？", "“三清”行动即清仓、清库、清账。", id="traditional"),
        pytest.param("2019年贸易额多少？", "贸易额12亿元。", id="no-year-is-known"),
    ],
)
def test_a_true_premise_passes(question: str, text: str) -> None:
    assert false_premise(analyse(question), said(text), [text]) == ""


def test_another_year_in_the_sentence_is_not_the_year() -> None:
    question = analyse("2022年贸易额多少？")
    found = ["2021年贸易额12亿元。", "2022年贸易额19亿元。"]
    assert "2022" in false_premise(question, said(found[0]), found)
    assert false_premise(question, said(found[1]), found) == ""


def test_relative_years_are_years() -> None:
    assert years("去年的产值和今年的产值", date(2023, 5, 1)) == {"2022", "2023"}
    assert years("去年的产值", None) == set()


def test_pairs_are_joined_not_listed() -> None:
    assert partners("烟台与毕节、青岛与安顺") == {
        frozenset(("烟台", "毕节")),
        frozenset(("青岛", "安顺")),
    }
    assert partners("烟台、毕节、青岛") == set()
    assert partners("毕节市将与山东烟台市开展结对合作") == {frozenset(("烟台", "毕节"))}


def test_a_swapped_pair_is_corrected_in_exact_words() -> None:
    candidates = [
        said("会上宣布，大连与酒泉共建基地，总投资35亿元。", article="a"),
        said("青岛与安顺的方案尚未印发。", article="b"),
    ]
    corrected = correction(analyse("青岛与酒泉的合作投资多少？"), candidates)
    assert [each.lead for each in corrected] == [
        "文中没有说到青岛与酒泉的合作；文中青岛结对的是安顺：",
        "文中酒泉结对的是大连：",
    ]
    for each in corrected:
        assert each.hit.chunk.text[each.start : each.end] == each.text
        assert "亿元" not in each.text


def test_a_correction_quotes_no_figure_that_was_asked_for() -> None:
    candidates = [said("会上，东莞与吉安明确了文化合作等六大任务。")]
    corrected = correction(analyse("广州与吉安的合作明确了几个任务？"), candidates)
    assert [each.text for each in corrected] == ["东莞与吉安"]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("大连与酒泉的合作投资多少？", id="a-true-pair"),
        pytest.param("大连的合作投资多少？", id="one-city"),
        pytest.param("大连到青岛多少公里？", id="not-about-a-pair"),
        pytest.param("南宁与宜宾的合作投资多少？", id="neither-is-known"),
    ],
)
def test_nothing_is_corrected(question: str) -> None:
    candidates = [said("大连与酒泉共建基地。"), said("青岛与安顺的方案尚未印发。")]
    assert correction(analyse(question), candidates) == []
