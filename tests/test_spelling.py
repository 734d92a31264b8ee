"""Finding what a mistyped question meant, by the words that a corpus has."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.chinese import terms
from vectorstore.searching.spelling import alike, near_syllables, suggest

TEXTS = (
    "佛山是全国唯一的制造业转型升级综合改革试点。",
    "龙岩首次组团参加广州博览会，温氏集团在龙岩签约。",
    "深圳与赣州开展对口合作，粤港澳大湾区建设提速。",
    "佛山与郴州共建产业园，郴州的矿产资源丰富。",
    "广州与龙岩对口合作，温室大棚里种着蔬菜。",
)
COUNTS = Counter(term for text in TEXTS for term in set(terms(text)))


def frequency(term: str) -> int:
    return COUNTS[term]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("龙严", "龙岩", id="homophone"),
        pytest.param("佛上有什么试点", "佛山", id="shan-for-shang"),
        pytest.param("陈州的矿产", "郴州", id="chen"),
        pytest.param("深训与赣州", "深圳", id="like-shape"),
        pytest.param("转型升及", "升级", id="at-the-end"),
        pytest.param("对口作合", "合作", id="swapped"),
    ],
)
def test_a_slip_is_found(typed: str, meant: str) -> None:
    found = suggest(typed, frequency)
    assert meant in found
    assert 0.5 <= found[meant] <= 0.8


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("龙岩首次组团参加广州博览会", id="as-written"),
        pytest.param("对口合作", id="words"),
        pytest.param("佛", id="one-character"),
        pytest.param("", id="empty"),
        pytest.param("gdp 2022 🎉“”", id="no-chinese"),
    ],
)
def test_right_spelling_is_left_alone(text: str) -> None:
    assert suggest(text, frequency) == {}


def test_an_empty_corpus_suggests_nothing() -> None:
    assert suggest("龙严有没有去过广博会", lambda term: 0) == {}


@given(st.text(alphabet="佛山上龙岩严与合作对口陈郴州深圳训，。", max_size=30))
def test_only_known_terms_are_found(text: str) -> None:
    assert all(frequency(term) for term in suggest(text, frequency))


def test_alike_characters() -> None:
    found = dict(alike("严"))
    assert found["岩"] == 0
    assert "严" not in found
    assert dict(alike("圳"))["训"] > 0
    assert alike("a") == ()


@pytest.mark.parametrize(
    ("syllable", "near"),
    [
        pytest.param("shan", {"san", "shang", "sang"}, id="s-and-ng"),
        pytest.param("nin", {"lin", "ning", "ling"}, id="n-and-l"),
        pytest.param("hu", {"fu"}, id="f-and-h"),
        pytest.param("zi", {"zhi"}, id="z-and-zh"),
    ],
)
def test_near_syllables(syllable: str, near: set[str]) -> None:
    assert near <= near_syllables(syllable)
    assert syllable not in near_syllables(syllable)
