"""Names: what a claim names must stand in the cited words, and in its own place."""

import pytest

from assistant.facts.names import exchanged_pair, exchanged_place, missing_name
from vectorstore import places, short_forms


@pytest.mark.parametrize(
    ("claim", "words", "missing"),
    [
        pytest.param("深圳出资", "佛山出资", "深圳", id="city"),
        pytest.param("佛山市出资", "佛山出资", "", id="with its rank"),
        pytest.param("《合作方案》印发", "《实施方案》印发", "合作方案", id="title"),
        pytest.param("实现“跨省通办”", "实现“一网通办”", "跨省通办", id="quoted"),
        pytest.param("新建5g基站", "新建基站", "5g", id="latin"),
        pytest.param("武平县种茶", "龙岩种茶", "武平", id="county"),
        pytest.param("全市各县区都有", "都有", "", id="no county"),
        pytest.param("银星公司投资", "白云公司投资", "银星公司", id="organisation"),
        pytest.param("该公司投资", "某企业投资", "", id="no organisation"),
        pytest.param("省政协调研", "省政府调研", "政协", id="body"),
        pytest.param("市长讲话", "书记讲话", "市长", id="office"),
        pytest.param("广东湖南接壤", "粤湘接壤", "", id="short for provinces"),
        pytest.param("佛山与郴州合作", "佛郴合作", "", id="first characters"),
        pytest.param("", "任何", "", id="empty"),
    ],
)
def test_a_missing_name_is_found(claim: str, words: str, missing: str) -> None:
    assert missing_name(claim, words) == missing


def test_a_long_title_may_differ_in_a_word() -> None:
    claim = "《关于推进东西部协作和定点帮扶工作的实施意见》印发"
    assert missing_name(claim, "《关于推进东西部协作与定点帮扶工作的实施意见》") == ""
    assert missing_name(claim, "《关于加强食品安全监督管理的若干规定》") != ""


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        pytest.param(
            "到深圳1小时左右", "到广州1小时左右,到深圳2小时", ("广州", "深圳"), id="beside"
        ),
        pytest.param(
            "湛江有9456家企业", "佛山坚持兴市,有9456家企业", ("佛山", "湛江"), id="subject"
        ),
        pytest.param("佛山郴州签署了协议", "两市签署了协议", ("", ""), id="两市"),
        pytest.param(
            "肇庆市、韶关市实现跨省通办", "韶关市、肇庆市实现跨省通办", ("", ""), id="list"
        ),
        pytest.param("佛山天气", "深圳企业签约", ("", ""), id="nothing in common"),
    ],
)
def test_an_exchanged_place_is_found(claim: str, text: str, expected: tuple[str, str]) -> None:
    assert exchanged_place(claim, [text]) == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        pytest.param("佛山与郴州结对", "", id="as paired"),
        pytest.param("郴州市与佛山市结对", "", id="turned round"),
        pytest.param("佛山与赣州结对", "佛山与郴州|深圳与赣州", id="crossed"),
        pytest.param("佛山、深圳参加", "", id="a list is no pair"),
    ],
)
def test_a_crossed_pair_is_found(claim: str, expected: str) -> None:
    found = exchanged_pair(claim, ["佛山与郴州、深圳与赣州结对"])
    assert {*found.split("与")} in [{*pair.split("与")} for pair in expected.split("|")]


def test_places_are_found_once_each() -> None:
    assert places("张家口与张家界，广东佛山市，佛山") == ["张家口", "张家界", "广东", "佛山"]
    assert places("") == []
    assert short_forms("广东") == "粤"
    assert short_forms("佛山") == ""
