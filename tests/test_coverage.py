"""A part of a sentence that nobody said is found; another word for the same is let pass."""

import pytest

from assistant.checking.coverage import is_about, unsaid_part, weigh
from assistant.facts.overlap import squeeze

SAID = squeeze("铁路沿线建设了物流园4个，其中安顺的物流园面积最大。")


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        pytest.param("沿线有物流园4个,因资金不足全部停工", "因资金不足全部停工", id="invented"),
        pytest.param("沿线的物流园因为资金链断裂停工", "沿线的物流园因为资金链断裂停工", id="run"),
        pytest.param("铁路沿线建成物流园4个", "", id="another word"),
        pytest.param("据悉,安顺的物流园最大", "", id="short"),
        pytest.param("", "", id="empty"),
    ],
)
def test_the_unsaid_part(claim: str, expected: str) -> None:
    assert unsaid_part(claim, [SAID]) == expected


def test_a_claim_of_another_subject_is_not_about_the_words() -> None:
    assert is_about("安顺的物流园", SAID)
    assert not is_about("污水处理厂尚未建成", SAID)


def test_places_and_figures_weigh_on_one_side_only() -> None:
    assert weigh("佛山", SAID)[1] == 0
    assert weigh("99", SAID) == (0.0, 0.0)
    assert weigh("4", SAID)[0] > 0
