"""What a search understands of a question."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.chinese import terms
from vectorstore.searching.query import read_query

TODAY = date(2024, 5, 1)


def test_a_term_weighs_as_often_as_it_stands() -> None:
    weights = read_query("合作与合作", TODAY).terms
    assert weights["合作"] == 2
    assert weights["与"] == 1


@pytest.mark.parametrize(
    ("question", "content", "asking"),
    [
        pytest.param("请问佛山有哪些产业？", "产业", "哪些", id="which"),
        pytest.param("签约项目总投资多少", "投资", "多少", id="how-many"),
        pytest.param("協議什麼時候簽署", "签署", "时候", id="when-traditional"),
        pytest.param("合作成功了吗？", "成功", "吗", id="ma"),
    ],
)
def test_words_that_only_ask_weigh_less(question: str, content: str, asking: str) -> None:
    weights = read_query(question, TODAY).terms
    assert weights[content] == 1
    assert 0 < weights[asking] < 0.5


def test_a_question_of_asking_words_keeps_them() -> None:
    assert read_query("什么？", TODAY).terms["什么"] == 1


@pytest.mark.parametrize(
    ("question", "added"),
    [
        pytest.param("投资二十亿元", "20", id="numeral"),
        pytest.param("投资２０亿元", "二十", id="full-width"),
        pytest.param("佛郴合作", "郴州", id="row-of-places"),
        pytest.param("赴粤考察", "广东", id="short-form"),
        pytest.param("发改委的方案", "改革", id="body"),
        pytest.param("大湾区", "粤港", id="programme"),
    ],
)
def test_other_wordings_join_at_a_lower_weight(question: str, added: str) -> None:
    assert 0 < read_query(question, TODAY).terms[added] < 1


def test_what_stands_in_the_question_loses_nothing() -> None:
    weights = read_query("发改委与国家发展和改革委员会", TODAY).terms
    assert weights["改革"] == 1


def test_places_and_dates() -> None:
    query = read_query("佛山與郴州２０２３年以來的合作", TODAY)
    assert query.text == "佛山与郴州2023年以来的合作"
    assert [forms & {"佛山", "郴州"} for forms in query.places] == [{"佛山"}, {"郴州"}]
    assert query.prefer
    assert query.prefer.date_from == date(2023, 1, 1)
    assert read_query("佛山", TODAY).prefer is None


@pytest.mark.parametrize("question", ["", "？！", "🎉"], ids=["empty", "marks", "emoji"])
def test_nothing_to_look_for(question: str) -> None:
    assert read_query(question).terms == {}


@given(st.text(max_size=100))
def test_any_question_keeps_its_terms(question: str) -> None:
    weights = read_query(question, TODAY).terms
    assert set(terms(question)) <= weights.keys()
    assert all(weight > 0 for weight in weights.values())
