"""A value that stands in another's place is found, one in its own is left alone."""

import pytest

from assistant.checking.contrast import Contrast, Said, in_common
from assistant.facts.slots import Slot, read_slots, same_slot


def slots(claim: str, text: str) -> Contrast[Slot]:
    said = [Said(slot, in_common(claim, text)) for slot in read_slots(text)]
    return Contrast(
        read_slots(claim), said, same_slot, lambda one, other: one.family == other.family
    )


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        pytest.param("旅游收入减少", "旅游收入增加,游客人数减少", ("减少", "增加"), id="nearer"),
        pytest.param("旅游收入增加", "旅游收入增加,游客人数减少", None, id="in place"),
        pytest.param(
            "佛山出设备,郴州出土地", "郴州出设备,佛山出土地", ("佛山", "郴州"), id="exchanged"
        ),
        pytest.param("郴州出土地,佛山出设备", "佛山出设备,郴州出土地", None, id="turned round"),
        pytest.param("项目由财政局牵头", "项目由教育局牵头", ("财政局", "教育局"), id="unknown"),
        pytest.param("天气很好", "项目由教育局牵头", None, id="nothing to compare"),
        pytest.param("", "", None, id="empty"),
    ],
)
def test_exchanged(claim: str, text: str, expected: tuple[str, str] | None) -> None:
    found = slots(claim, text).exchanged()
    assert (found and (found[0].text, found[1].text)) == expected


def test_in_common_counts_bigrams_and_figures() -> None:
    assert in_common("投资30亿元", "总投资30万元") == 2
    assert in_common("", "总投资") == 0
