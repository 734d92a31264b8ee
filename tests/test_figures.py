"""Figures and dates are read to the same values whatever way they are written."""

from decimal import Decimal

import pytest

from assistant.facts.figures import read_days, read_figures, same_figure
from assistant.facts.overlap import squeeze


@pytest.mark.parametrize(
    ("text", "value", "unit", "bound"),
    [
        pytest.param("5,307亿元", 530_700_000_000, "元", "", id="thousands"),
        pytest.param("五千三百零七亿元", 530_700_000_000, "元", "", id="chinese"),
        pytest.param("三亿二千万元", 320_000_000, "元", "", id="mixed"),
        pytest.param("９００多万人", 9_000_000, "人", "+", id="wide, more"),
        pytest.param("九百余万人", 9_000_000, "人", "+", id="chinese, more"),
        pytest.param("百分之三十五", 35, "%", "", id="per cent in words"),
        pytest.param("80%以上", 80, "%", "+", id="per cent"),
        pytest.param("七成", 70, "%", "", id="tenths"),
        pytest.param("不足2亿美元", 200_000_000, "美元", "-", id="below"),
        pytest.param("25万吨", 250_000_000, "公斤", "", id="tons"),
        pytest.param("第六", 6, "第", "", id="rank"),
        pytest.param("突破万亿元", 1_000_000_000_000, "元", "+", id="bare scale"),
        pytest.param("三十四位客商", 34, "人", "", id="persons"),
        pytest.param("2个小时内", 2, "小时", "-", id="hours"),
        pytest.param("八大行动", 8, "大", "", id="counter"),
    ],
)
def test_a_figure_is_read(text: str, value: int, unit: str, bound: str) -> None:
    (figure,) = read_figures(squeeze(text))
    assert (figure.value, figure.unit, figure.bound) == (Decimal(value), unit, bound)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "一个企业",
        "两市合作",
        "三亚和百色",
        "统一部署",
        "5G与G6512",
        "一带一路",
        "2023年1月11日",
        "😀",
    ],
)
def test_what_counts_nothing_is_no_figure(text: str) -> None:
    assert read_figures(squeeze(text)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2023年1月11日", [(2023, 1, 11)], id="full"),
        pytest.param("二〇二三年一月十一日", [(2023, 1, 11)], id="chinese"),
        pytest.param("7月29日至31日", [(None, 7, 29), (None, 7, 31)], id="range of days"),
        pytest.param("6月20日-7月2日", [(None, 6, 20), (None, 7, 2)], id="range over months"),
        pytest.param("3—6月", [(None, 6, None), (None, 3, None)], id="range of months"),
        pytest.param("2018年11月", [(2018, 11, None)], id="month"),
        pytest.param("12个月，3.5月薪", [], id="no dates"),
    ],
)
def test_dates_are_read(text: str, expected: list[tuple[int | None, int, int | None]]) -> None:
    assert [(day.year, day.month, day.day) for day in read_days(squeeze(text))] == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("8个", "8项", True),
        ("8对", "8类", False),
        ("20亿元", "200000万元", True),
        ("20亿元", "20亿美元", False),
        ("70", "70%", True),
        ("4个", "4天", False),
    ],
)
def test_figures_are_compared(one: str, other: str, expected: bool) -> None:
    (first,), (second,) = read_figures(one), read_figures(other)
    assert same_figure(first, second) is expected
