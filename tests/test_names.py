"""Names: what a claim names must stand in the cited words."""

import pytest

from assistant.facts.names import missing_name
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


def test_places_are_found_once_each() -> None:
    assert places("张家口与张家界，广东佛山市，佛山") == ["张家口", "张家界", "广东", "佛山"]
    assert places("") == []
    assert short_forms("广东") == "粤"
    assert short_forms("佛山") == ""
