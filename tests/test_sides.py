"""A question about two things becomes one about each."""

import pytest

from assistant.asking.sides import sides


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(
            "甲园和乙园分别由谁牵头？", ["甲园由谁牵头？", "乙园由谁牵头？"], id="respectively"
        ),
        pytest.param(
            "东湖与西湖各是什么时候开放的？",
            ["东湖是什么时候开放的？", "西湖是什么时候开放的？"],
            id="each",
        ),
        pytest.param(
            "东湖和西湖的游船，谁的票价更高？",
            ["东湖的游船票价多少？", "西湖的游船票价多少？"],
            id="which-is-more",
        ),
        pytest.param(
            "甲厂和乙厂这两个项目，谁的投资更高？",
            ["甲厂投资多少？", "乙厂投资多少？"],
            id="these-two",
        ),
        pytest.param(
            "旅游方面，东湖和西湖各有什么安排？",
            ["旅游方面，东湖有什么安排？", "旅游方面，西湖有什么安排？"],
            id="with-its-field",
        ),
        pytest.param(
            "甲讲的“圆”和乙讲的“方”，分别是多长时间的事？",
            ["甲讲的“圆”是多长时间的事？", "乙讲的“方”是多长时间的事？"],
            id="what-each-says",
        ),
    ],
)
def test_each_side_is_asked_about(question: str, expected: list[str]) -> None:
    assert [asked for _, asked in sides(question)] == expected


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("签约的两方分别是谁？", id="not-named"),
        pytest.param("甲和乙共建了几个园区？", id="together"),
        pytest.param("园区由谁牵头？", id="one-thing"),
        pytest.param("", id="empty"),
    ],
)
def test_other_questions_stay_whole(question: str) -> None:
    assert sides(question) == []
