"""A question comes into the articles' words, and stays what it was where nothing is wrong."""

import pytest

from assistant.asking.wording import reworded

FAIR = "龙岩首次组团参加广州博览会，佛山与郴州两地的民间交往早已有之。"
SIGNED = "邵阳论坛签约项目中有温氏集团等4个，现有规模以上工业企业900家。梅州承接转移。"


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        pytest.param("龙严有什么产业？", FAIR, "龙岩有什么产业？", id="place"),
        pytest.param("养猪那个温室集团签约了吗", SIGNED, "温氏集团签约了吗", id="name-and-hint"),
        pytest.param("龙岩去过广博会吗？", FAIR, "龙岩参加广州博览会吗？", id="short-name"),
        pytest.param("两地有走动吗？", FAIR, "两地有交往吗？", id="synonym"),
        pytest.param("邵阳论坛啥时候开？", SIGNED, "邵阳论坛什么时候开？", id="colloquial"),
        pytest.param("有多少规上企业，好像快一千了吧", SIGNED, "有多少规模以上企业", id="aside"),
        pytest.param("龍嚴跟那个城市结对", FAIR, "龙岩跟哪个城市结对", id="meant-to-ask"),
    ],
)
def test_what_is_mended(question: str, text: str, expected: str) -> None:
    assert reworded(question, [text]) == expected


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("班列每周开几趟？", id="a word that sounds like a city"),
        pytest.param("产业规模已经过万亿了？", id="a usual word beside"),
        pytest.param("惠州有什么产业？", id="another city"),
        pytest.param("当地有几家合作社？", id="a body"),
        pytest.param("那里有多少企业？", id="that asks nothing"),
        pytest.param("", id="empty"),
        pytest.param("😀？", id="emoji"),
    ],
)
def test_what_stays(question: str) -> None:
    text = SIGNED + "徽州产业规模以上，合作设有几家，当地为你服务。"
    assert reworded(question, [text]) == question
    assert reworded(question, []) == question
