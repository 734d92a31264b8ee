"""Dates that a question prefers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.searching.timing import DatePreference, date_fit, read_preference

TODAY = date(2024, 5, 1)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        pytest.param("截至2023年2月初印发了哪些方案", "2023-02-10", "2021-01-01", id="as-of"),
        pytest.param("截至2023年底", "2023-12-31", "2022-06-01", id="as-of-the-end"),
        pytest.param("2023年以来", "2024-04-30", "2022-01-01", id="since"),
        pytest.param("2022年5月以来的项目", "2022-05-01", "2021-04-30", id="since-a-month"),
        pytest.param("去年签约多少", "2023-06-30", "2021-01-01", id="last-year"),
        pytest.param("今年上半年的进展", "2024-03-01", "2022-12-31", id="half-a-year"),
        pytest.param("2021-2025年的规划", "2023-01-01", "2019-01-01", id="from-year-to-year"),
        pytest.param("十四五期间", "2022-01-01", "2018-01-01", id="plan"),
        pytest.param("近三年的投资", "2022-01-01", "2019-01-01", id="recent-years"),
        pytest.param("最近两个月", "2024-04-01", "2023-01-01", id="recent-months"),
        pytest.param("2022年5月签约的协议", "2022-05-20", "2020-05-20", id="month"),
        pytest.param("二〇二二年签署的协议", "2022-12-01", "2020-01-01", id="numerals"),
        pytest.param("从2022年6月到2023年初", "2023-01-10", "2021-01-01", id="several"),
    ],
)
def test_dates_inside_fit_better(text: str, inside: str, outside: str) -> None:
    prefer = read_preference(text, TODAY)
    assert date_fit(prefer, date.fromisoformat(inside)) > 0
    assert date_fit(prefer, date.fromisoformat(outside)) < 0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("佛山的常住人口", id="none"),
        pytest.param("500强企业有几家", id="number"),
        pytest.param("12022年", id="five-digits"),
        pytest.param("", id="empty"),
        pytest.param("年", id="one-character"),
    ],
)
def test_no_preference(text: str) -> None:
    assert read_preference(text, TODAY) is None


def test_a_year_that_is_the_subject_weighs_less() -> None:
    subject, state = (read_preference(text, TODAY) for text in ("2022年签署的协议", "截至2022年底"))
    assert subject
    assert state
    assert subject.strength < state.strength
    assert not subject.latest


def test_of_two_the_newer_is_the_latest() -> None:
    prefer = read_preference("合作的最新进展", TODAY)
    assert prefer
    assert prefer.latest
    fits = [date_fit(prefer, date(year, 1, 1)) for year in (2015, 2021, 2023, 2024)]
    assert fits == sorted(fits)
    assert len(set(fits)) == 4


def test_unknown_dates_are_level() -> None:
    assert date_fit(None, TODAY) == 0
    assert date_fit(DatePreference(date_from=TODAY), None) == 0


@given(st.text(max_size=60), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_any_fit_is_within_its_bounds(text: str, published: date) -> None:
    assert -1 <= date_fit(read_preference(text, TODAY), published) <= 1


@given(
    st.from_regex(r"(近|截至|去年|前年)?[1290]{4}年(1[0-2]|[1-9])?月?(底|初|以来)?", fullmatch=True)
)
def test_any_wording_of_dates_is_read(text: str) -> None:
    prefer = read_preference(text, TODAY)
    if prefer and prefer.date_from and prefer.date_to:
        assert prefer.date_from <= prefer.date_to
