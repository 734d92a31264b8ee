"""Years are read as numbers, relative ones and those of dates without one by the article's date."""

from datetime import date

import pytest

from assistant.facts.years import meant_years, read_years

NOW = date(2024, 3, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2022年至2030年", ["2022", "2030"], id="named"),
        pytest.param("2022-2030年", ["2022", "2030"], id="range"),
        pytest.param("去年签约,今年开工", ["2023", "2024"], id="relative"),
        pytest.param("二〇二一年", ["2021"], id="chinese"),
        pytest.param("90年代,1990年代", [], id="decades"),
        pytest.param("", [], id="empty"),
    ],
)
def test_named_years(text: str, expected: list[str]) -> None:
    assert [slot.value for slot in read_years(text, NOW)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2月3日签约", ["2024", "2024"], id="of the article"),
        pytest.param("12月3日签约", ["2023", "2024"], id="a later month is of last year"),
        pytest.param("2021年开工,5月竣工", ["2021"], id="of the words before"),
        pytest.param("2021年5月竣工", [], id="named"),
        pytest.param("目前有8家", ["2024"], id="now"),
    ],
)
def test_meant_years(text: str, expected: list[str]) -> None:
    assert [slot.value for slot in meant_years(text, NOW)] == expected


def test_without_a_date_a_relative_year_is_its_word() -> None:
    assert [slot.value for slot in read_years("去年", None)] == ["去年"]
    assert list(meant_years("5月", None)) == []
