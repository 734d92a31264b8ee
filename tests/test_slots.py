"""The values that could be others are read with their families."""

import pytest

from assistant.facts.overlap import squeeze
from assistant.facts.slots import Slot, read_slots, same_slot


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("廣東佛山增長", [("province", "广东"), ("city", "佛山")], id="places"),
        pytest.param("印发《合作方案》", [("title", "合作方案")], id="title"),
        pytest.param("由教育局牵头", [("body", "教育")], id="department"),
        pytest.param("清华大学参与", [("body", "清华大学")], id="university"),
        pytest.param("对口支援", [("programme", "对口支援")], id="programme"),
        pytest.param("新的增长极", [], id="no direction"),
        pytest.param("进出口总值", [], id="no side"),
        pytest.param("该公司参与", [], id="no name"),
        pytest.param("", [], id="empty"),
    ],
)
def test_slots_are_read(text: str, expected: list[tuple[str, str]]) -> None:
    found = read_slots(squeeze(text))
    assert [(s.family, s.value) for s in found if not s.family.startswith("opposite")] == expected
    if not expected:
        assert found == ()


def test_opposites_share_a_family_and_differ_in_value() -> None:
    up, down, same = (read_slots(text)[0] for text in ("收入增长", "收入下降", "收入上升"))
    assert up.family == down.family == same.family
    assert up.value == same.value != down.value


@pytest.mark.parametrize(
    ("family", "one", "other", "expected"),
    [
        ("body", "工信", "工业和信息化", True),
        ("body", "国务院", "国务院办公厅", False),
        ("body", "财政", "教育", False),
        ("city", "佛山", "佛", False),
    ],
)
def test_short_names_are_the_same(family: str, one: str, other: str, expected: bool) -> None:
    first, second = (Slot(family, value, value, "", "") for value in (one, other))
    assert same_slot(first, second) is expected
