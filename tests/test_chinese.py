"""Folding, sentences, terms and numerals of Chinese text."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.chinese import (
    digits,
    fold,
    has_chinese,
    is_traditional,
    sentences,
    simplify,
    terms,
)

any_text = st.text(st.characters(codec=None, categories=None), max_size=60) | st.text(
    st.sampled_from("臺體“”「』　ＡｂﬁİßΣ⑩㎡\0\ud800\udfff😀👨‍👩‍👧①〇二、。 \n\r\u2028é"),
    max_size=60,
)


@given(any_text)
def test_fold_turns_each_character_into_one(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(any_text)
def test_folded_text_can_be_stored_and_folds_to_itself_in_length(text: str) -> None:
    folded = fold(text)
    folded.encode("utf-8")
    assert len(fold(folded)) == len(folded)


@given(any_text)
def test_simplify_keeps_the_length(text: str) -> None:
    assert len(simplify(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("對口合作", "对口合作", id="traditional"),
        pytest.param("ＡＢＣ１２３", "abc123", id="full-width"),
        pytest.param("（２０２２年）", "(2022年)", id="full-width-punctuation"),
        pytest.param("「臺灣」『體』", "“台湾”‘体’", id="corner-quotes"),
        pytest.param("佛山—郴州–", "佛山-郴州-", id="dashes"),
        pytest.param("ﬁ⑩㎡", "ﬁ⑩㎡", id="would-become-two-stays"),
        pytest.param("a\0b", "a\0b", id="nul"),
        pytest.param("甲\ud800乙", "甲\ufffd乙", id="lone-surrogate"),
        pytest.param("", "", id="empty"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", False), ("2.6 billion", False), ("の！，。", False), ("GDP增速", True), ("㵲水", True)],
)
def test_has_chinese(text: str, expected: bool) -> None:
    assert has_chinese(text) is expected


@pytest.mark.parametrize(
    ("text", "traditional"),
    [
        pytest.param("兩市簽署對口合作協議", True, id="traditional"),
        pytest.param("两市签署对口合作协议", False, id="simplified"),
        pytest.param("山水人口", False, id="same-in-both"),
        pytest.param("abc", False, id="latin"),
        pytest.param("", False, id="empty"),
        pytest.param("\udc80體", True, id="surrogate"),
    ],
)
def test_is_traditional(text: str, traditional: bool) -> None:
    assert is_traditional(text) is traditional


@given(any_text)
def test_sentences_cover_all_but_white_space_in_order(text: str) -> None:
    spans = sentences(text)
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    assert all(text[start:end].strip() == text[start:end] for start, end in spans)
    covered = {position for start, end in spans for position in range(start, end)}
    left = "".join(text[i] for i in range(len(text)) if i not in covered)
    assert not left.strip()


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("甲。乙！丙？", ["甲。", "乙！", "丙？"], id="full-stops"),
        pytest.param("他说：“好。”她笑了。", ["他说：“好。”", "她笑了。"], id="closing-quote"),
        pytest.param("「行！」『走。』", ["「行！」", "『走。』"], id="corner-quotes"),
        pytest.param("增长3.14%，很好", ["增长3.14%，很好"], id="decimal"),
        pytest.param("甲，乙；丙", ["甲，乙；丙"], id="comma-and-semicolon"),
        pytest.param("一\n\n二\n", ["一", "二"], id="lines"),
        pytest.param("说不清……真的", ["说不清……", "真的"], id="ellipsis"),
        pytest.param("It is. So it is.", ["It is.", "So it is."], id="latin"),
        pytest.param("好", ["好"], id="one-character"),
        pytest.param("　 \n", [], id="white-space"),
        pytest.param("", [], id="empty"),
    ],
)
def test_sentences(text: str, pieces: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == pieces


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("对口", ["对", "口", "对口"], id="bigram"),
        pytest.param("對口", ["对", "口", "对口"], id="traditional"),
        pytest.param("口，合", ["口", "合"], id="not-across-punctuation"),
        pytest.param("投3.5亿", ["投", "3.5", "亿"], id="number"),
        pytest.param("ＧＤＰ增", ["gdp", "增"], id="full-width-word"),
        pytest.param("二〇二", ["二", "〇", "二", "二〇", "〇二"], id="zero-numeral"),
        pytest.param("𬭚𨱏", ["𬭚", "𨱏", "𬭚𨱏"], id="beyond-the-basic-plane"),
        pytest.param("！？😀 ", [], id="nothing-to-find"),
        pytest.param("", [], id="empty"),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert sorted(terms(text)) == sorted(found)


@given(any_text)
def test_terms_can_be_indexed_and_hold_no_white_space(text: str) -> None:
    for term in terms(text):
        assert term.encode("utf-8")
        assert term.split() == [term]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("二百零九家", "209家", id="hundreds"),
        pytest.param("九百多万", "900多万", id="many"),
        pytest.param("二〇二二年", "2022年", id="year"),
        pytest.param("三千五", "3500", id="short-form"),
        pytest.param("三千零五", "3005", id="zero-between"),
        pytest.param("十二", "12", id="ten"),
        pytest.param("两千", "2000", id="liang"),
        pytest.param("共12个", "共12个", id="digits-stay"),
        pytest.param("", "", id="empty"),
    ],
)
def test_digits(text: str, written: str) -> None:
    assert digits(text) == written
