"""The headline: what the encoder marks, only where it is of the kind and unit asked for."""

import pytest
from scripted import hit

from assistant.asking.question import analyse
from assistant.reading.records import Evidence
from assistant.reading.short import short_answer


def marked(text: str, said: str, sure: float = 0.9) -> Evidence:
    at = text.index(said)
    return Evidence(hit(text), text, 0, len(text), 0.9, answer=(at, at + len(said)), sure=sure)


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        pytest.param("签约多少个项目？", "两市签约60个项目。", "60个", id="count"),
        pytest.param("投资多少亿元？", "总投资超325亿元。", "超325亿元", id="bound"),
        pytest.param("投资多少万元？", "总投资2亿元。", "2亿元", id="another-scale"),
        pytest.param("何时签约？", "5月24日签约。", "5月24日", id="date"),
        pytest.param("联席会议多久举办一次？", "每年一次轮流举办。", "每年一次", id="how-often"),
        pytest.param("几点开工？", "上午9时30分开工。", "上午9时30分", id="hour"),
        pytest.param("由谁牵头？", "由发改局牵头。", "发改局", id="who"),
        pytest.param("農產品占多少？", "農產品占三成。", "三成", id="tenths"),
        pytest.param("广州和深圳谁牵头？", "由深圳市牵头。", "深圳市", id="one-of-two"),
        pytest.param("百色和谁结对？", "百色市与深圳市结对。", "深圳市", id="the-other"),
        pytest.param("How many projects?", "两市签约60个项目。", "60个", id="english"),
    ],
)
def test_it_is_given(question: str, text: str, said: str) -> None:
    assert short_answer(analyse(question), marked(text, said)) == said


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        pytest.param("总投资多少美元？", "总投资86.5亿元。", "86.5亿元", id="currency"),
        pytest.param("用地多少公顷？", "总投资86.5亿元。", "86.5亿元", id="measure"),
        pytest.param("何时通车？", "路长90公里。", "90公里", id="no-date"),
        pytest.param("签约多少个？", "由发改局牵头。", "发改局", id="no-number"),
        pytest.param("百色和谁结对？", "深圳与百色、赣州结对。", "深圳与百色", id="with-asked"),
        pytest.param("由谁牵头？", "由发改局牵头。", "局", id="a-scrap"),
        pytest.param("签约了吗？", "两市签约60个项目。", "60个", id="yes-no"),
        pytest.param("为什么签约？", "两市签约60个项目。", "60个", id="why"),
        pytest.param("60个项目由谁签？", "两市签约60个项目。", "60个", id="what-was-asked"),
        pytest.param("谁来了？", "，" * 3 + "谁都知道" * 15, "谁都知道" * 15, id="too-long"),
    ],
)
def test_it_is_not(question: str, text: str, said: str) -> None:
    assert short_answer(analyse(question), marked(text, said)) == ""


def test_an_unsure_one_is_none() -> None:
    assert short_answer(analyse("签约多少个？"), marked("签约60个。", "60个", sure=0.3)) == ""


def test_marks_around_it_are_left_out() -> None:
    assert short_answer(analyse("由谁牵头？"), marked("，发改局，牵头", "，发改局，")) == "发改局"
