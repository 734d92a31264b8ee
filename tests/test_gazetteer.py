"""The gazetteer: places in any of their forms, rows of one-character forms, and other names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.chinese import fold
from vectorstore.searching.gazetteer import (
    coverage,
    named_places,
    other_names,
    other_places,
    places,
    short_forms,
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("佛山市与郴州市合作", {"佛山", "郴州"}, id="full"),
        pytest.param("佛郴合作有哪些任务？", {"佛山", "郴州"}, id="row-of-cities"),
        pytest.param("深赣对口合作", {"深圳", "赣州"}, id="city-beside-a-city"),
        pytest.param("湘赣两省共建", {"湖南", "江西"}, id="province-beside-a-province"),
        pytest.param("湘黔边界、鲁渝协作", {"湖南", "贵州", "山东", "重庆"}, id="two-rows"),
        pytest.param("闽宁协作与苏陕协作", {"福建", "宁夏", "江苏", "陕西"}, id="programmes"),
        pytest.param("穗黔携手", {"广州", "贵州"}, id="city-beside-a-province"),
        pytest.param("湘鄂赣三省", {"湖南", "湖北", "江西"}, id="row-of-three"),
        pytest.param("走进 深-赣 列车", {"深圳", "赣州"}, id="dash"),
        pytest.param("廣東的專案", {"广东"}, id="traditional"),
        pytest.param("湾区怎么建", {"大湾区"}, id="programme"),
        pytest.param("粤港澳大湾区合作", {"大湾区"}, id="programme-holds-no-provinces"),
    ],
)
def test_places_are_read(text: str, named: set[str]) -> None:
    found = named_places(fold(text))
    for name in named:
        assert any(name in forms for forms in found)
    assert len(found) <= len(named)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("深入推进广大合作", id="deep-and-broad"),
        pytest.param("南南合作、东西部协作", id="south-south"),
        pytest.param("达成合作，资金共建", id="reached"),
        pytest.param("佛教协会合作", id="buddhist"),
        pytest.param("佛郴", id="row-without-its-word"),
        pytest.param("好", id="one-character"),
        pytest.param("", id="empty"),
        pytest.param("🎉？“”", id="no-words"),
    ],
)
def test_other_words_name_no_place(text: str) -> None:
    assert named_places(text) == ()


def test_a_place_is_named_once() -> None:
    assert len(named_places("佛山、佛山市，佛郴合作，郴州")) == 2


@pytest.mark.parametrize(
    ("text", "share"),
    [
        pytest.param("佛山市和郴州市签约", 1.0, id="both"),
        pytest.param("佛郴携手，大有可为", 1.0, id="row"),
        pytest.param("佛山市和龙岩市签约", 0.5, id="one"),
        pytest.param("拜佛的人", 0.0, id="character-in-another-word"),
        pytest.param("", 0.0, id="empty"),
    ],
)
def test_coverage(text: str, share: float) -> None:
    assert coverage(named_places("佛山和郴州"), text) == share


def test_a_clear_character_covers_alone() -> None:
    assert coverage(named_places("广东"), "客商赴粤考察") == 1.0
    assert coverage(named_places("青海"), "青年") == 0.0
    assert coverage((), "任何") == 1.0


def test_what_else_a_place_is_called() -> None:
    assert "粤" in other_places("广东", named_places("广东"))
    assert "广东" in other_places("赴粤考察", ())
    assert "佛郴" in other_places("佛山与郴州", named_places("佛山与郴州"))
    assert {"佛山", "郴州"} <= set(other_places("佛郴合作", named_places("佛郴合作")))
    assert "佛" not in other_places("佛山", named_places("佛山"))


def test_other_names_of_bodies() -> None:
    names = dict(other_names("省发改委与对口支援"))
    assert "发展改革委" in names["发改委"]
    assert "援建" in names["对口支援"]
    assert other_names("") == []


def test_the_cities_that_common_words_are_not_among() -> None:
    assert places("东方朝阳下的张家界") == ["张家界"]
    assert short_forms("四川") == "川蜀"
    assert short_forms("佛山") == ""


@given(st.text(max_size=100))
def test_any_text_is_read(text: str) -> None:
    for forms in named_places(fold(text)):
        assert any(len(form) > 1 for form in forms)
    assert 0 <= coverage(named_places("佛山"), fold(text)) <= 1
