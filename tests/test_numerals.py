"""Figures in the other writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.chinese import digits
from vectorstore.searching.numerals import other_numerals, to_words


@pytest.mark.parametrize(
    ("text", "other"),
    [
        pytest.param("投资二十亿元", "20", id="words"),
        pytest.param("投资20亿元", "二十亿", id="figures-with-their-unit"),
        pytest.param("二〇二二年", "2022", id="year-in-words"),
        pytest.param("2022年", "二〇二二年", id="year"),
        pytest.param("2022年", "二零二二年", id="year-with-the-other-zero"),
        pytest.param("2021-2025年", "二零二一年", id="from-year-to-year"),
        pytest.param("增长百分之五", "5", id="per-cent-in-words"),
        pytest.param("增长5%", "百分之五", id="per-cent"),
        pytest.param("增长百分之三点二", "3.2", id="point-in-words"),
        pytest.param("3.2万吨", "三点二万", id="point"),
        pytest.param("1,200人", "1200", id="comma"),
        pytest.param("12000人", "12,000", id="no-comma"),
        pytest.param("三个园区", "3", id="one-before-its-unit"),
    ],
)
def test_the_other_form_is_found(text: str, other: str) -> None:
    assert other in list(other_numerals(text))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("三明与万载", id="names"),
        pytest.param("一个统一的市场", id="one"),
        pytest.param("十四五期间", id="plan"),
        pytest.param("编号0086", id="leading-zero"),
        pytest.param("电话13800138000", id="too-long"),
        pytest.param("", id="empty"),
    ],
)
def test_no_figure(text: str) -> None:
    assert list(other_numerals(text)) == []


@given(st.integers(0, 9999))
def test_words_are_read_back(number: int) -> None:
    assert digits(to_words(number)) == str(number)


def test_large_numbers() -> None:
    assert to_words(10_500) == "一万零五百"
    assert to_words(20_000) == "二万"


@given(st.text(max_size=100))
def test_any_text_is_taken(text: str) -> None:
    assert all(isinstance(form, str) for form in other_numerals(text))
