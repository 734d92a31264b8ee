"""What several articles tell together."""

from datetime import date

import pytest
from said import said

from assistant.asking.question import analyse
from assistant.reading.overview import overview, steps_sought

TALKED = said("佛郴双方形成了“携手”的共识。", "a", date(2022, 6, 21))
PLANNED = said("佛山与郴州明确了八大行动，建立联席会议制度。", "b", date(2023, 2, 5))
VISITED = said("佛山与郴州签署协议。", "b", date(2023, 2, 5), score=0.9)
OTHERS = said("深圳与赣州签署协议，园区已经启动。", "c", date(2023, 3, 1), score=0.9)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("从2022年到2023年，佛山与郴州的合作推进到什么程度了？", id="how-far"),
        pytest.param("佛山和郴州合作进展如何？", id="how"),
        pytest.param("佛山与郴州的合作走到哪一步了？", id="which-step"),
        pytest.param("佛山、郴州的合作有哪些新进展", id="what-progress"),
    ],
)
def test_the_steps_of_each_article_in_order(question: str) -> None:
    found = overview(analyse(question), [OTHERS, VISITED, PLANNED, TALKED])
    assert [each.text for each in found] == [TALKED.text, PLANNED.text]
    assert [each.lead for each in found] == [
        "《报道a》（2022年6月21日）：",
        "较晚的《报道b》（2023年2月5日）：",
    ]


@pytest.mark.parametrize("day", [None, PLANNED.hit.published])
def test_articles_that_no_date_parts_stand_as_they_are(day: date | None) -> None:
    other = said("佛山与郴州成立专班。", "d", day)
    found = overview(analyse("佛山和郴州合作进展如何？"), [other, PLANNED])
    assert [each.lead for each in found] == ["", ""]


def test_no_step_is_no_progress() -> None:
    praise = said("佛山与郴州一衣带水。", "a", date(2022, 6, 21))
    assert overview(analyse("佛山和郴州合作进展如何？"), [praise, OTHERS]) == []


def test_who_mentions_a_name() -> None:
    here = said("怀化国际陆港新晃货源站将成为跳板。", "a")
    again = said("国际陆港已通车。", "a")
    there = said("郴州打造國際陸港節點基地。", "b")
    asked = analyse("资料中有哪些地方提出了和“国际陆港”有关的设想？")
    assert overview(asked, [OTHERS, here, again, there]) == [here, there]
    assert overview(asked, [OTHERS]) == []


@pytest.mark.parametrize(
    "question",
    [
        "“国际陆港”投资多少？",
        "佛山的产业发展如何带动就业？",
        "哪些地方签了协议？",
        "推进会在哪里开？",
    ],
)
def test_other_questions_are_not_for_it(question: str) -> None:
    here = said("佛山国际陆港已经建成启动。", "a")
    assert overview(analyse(question), [here]) == []


def test_what_is_searched_besides() -> None:
    assert steps_sought(analyse("佛山和郴州合作进展如何？")).startswith("佛山 郴州 ")
    assert steps_sought(analyse("合作进展如何？")) == ""
    assert steps_sought(analyse("佛山和郴州签了什么？")) == ""
