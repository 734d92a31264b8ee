"""English questions into the Chinese words that the articles have."""

import pytest

from assistant.asking.english import in_chinese
from assistant.asking.question import analyse


@pytest.mark.parametrize(
    ("question", "chinese"),
    [
        pytest.param(
            "Which city is paired with Zunyi?", "哪个城市 结对 对口合作 遵义", id="longest-phrase"
        ),
        pytest.param("How long from Chenzhou to Guangzhou?", "多长时间 郴州 广州", id="places"),
        pytest.param("Projects signed in May 2019", "项目 签署 签约 5月 2019", id="month-and-year"),
        pytest.param(
            "What about Fuzhou's port?", "福州 抚州 口岸", id="two-places-of-one-spelling"
        ),
        pytest.param("佛山的GDP是多少", "", id="chinese-stays"),
        pytest.param("hello there", "", id="nothing-known"),
        pytest.param("", "", id="empty"),
    ],
)
def test_in_chinese(question: str, chinese: str) -> None:
    assert in_chinese(question) == chinese


def test_what_it_asks_for_survives() -> None:
    assert analyse(in_chinese("How many projects were signed?")).kind == "number"
    assert analyse(in_chinese("When was the forum held?")).kind == "date"
