"""Citations: whatever a model writes, and in whatever pieces it comes, no mark goes unchecked."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from sources import SOURCES

from assistant.checking.cite import Citer, cite
from vectorstore import fold

STREAMED = (
    "根据资料，\n- 茶叶加工园总投资3.2亿元[1]。\n- 就业人数增长12%。[2][99]\n"
    "失业人数增长12%[来源2]。双方称“合作愉快。”[1] 嘉兴与丽水结对。【3】"
)


@settings(deadline=None)
@given(st.lists(st.integers(1, 12), min_size=40, max_size=40))
def test_streaming_gives_what_the_whole_gives(steps: list[int]) -> None:
    citer, shown, start = Citer(SOURCES), "", 0
    for step in [*steps, len(STREAMED)]:
        shown += "".join(citer.feed(STREAMED[start : start + step]))
        start += step
    shown += "".join(citer.finish())
    whole = cite(STREAMED, SOURCES)
    assert shown.strip() == whole.text
    assert citer.sentences == whole.sentences
    assert citer.citations == whole.citations


def test_a_sentence_is_shown_as_soon_as_the_next_one_begins() -> None:
    citer = Citer(SOURCES)
    assert "".join(citer.feed("茶叶加工园总投资3.2亿元。[")) == ""
    assert "".join(citer.feed("1]")) == ""
    assert "".join(citer.feed("就")) == "茶叶加工园总投资3.2亿元。[1]"


marks = st.sampled_from(
    ["[1]", "[99]", "【2】", "[0]", "[-1]", "[1,2,7]", "[", "]", "[来源", "［3］"]
)
words = st.sampled_from(
    ["茶叶加工园", "3.2亿元", "。", "，", "\n", "资料", "：", "**", "1. ", "“", "😀"]
)


@settings(deadline=None)
@given(st.lists(st.one_of(marks, words), max_size=30).map("".join))
def test_no_mark_points_anywhere_but_to_exact_words(text: str) -> None:
    cited = cite(text, SOURCES)
    numbers = {int(number) for number in re.findall(r"\[(\d+)\]", cited.text)}
    assert numbers <= {one.number for one in cited.citations}
    by_article = {one.hit.chunk.article_id: one.hit.chunk for one in SOURCES}
    for one in cited.citations:
        chunk = by_article[one.article_id]
        assert chunk.text[one.start - chunk.start : one.end - chunk.start] == one.quote
    for sentence in cited.sentences:
        assert (sentence.status == "supported") == (sentence.reason == "")


# What a model may write: claims, marks whole and broken, signs, other scripts, anything at all.
pieces = st.one_of(
    marks,
    words,
    st.sampled_from(
        ["[[9]", "9]", "（来源：", "1）", "【", "】", "[1-", "[^", "[1]", "。”", "……", ". ", "\n\n"]
    ),
    st.sampled_from(["总投资3.2亿元", "就業人數增長12%", "嘉兴与丽水结对", "资料中没有提到"]),
    st.text(max_size=6),
)
written = st.lists(pieces, max_size=25).map("".join)


@settings(deadline=None, max_examples=200)
@given(written)
def test_whatever_a_model_writes_no_mark_reaches_a_person_without_its_citation(text: str) -> None:
    cited = cite(text, SOURCES)
    chunks = {one.hit.chunk.article_id: one.hit.chunk for one in SOURCES}
    for one in cited.citations:
        chunk = chunks[one.article_id]
        assert chunk.text[one.start - chunk.start : one.end - chunk.start] == one.quote
    shown = [number for sentence in cited.sentences for number in sentence.citations]
    assert sorted(set(shown)) == [one.number for one in cited.citations]
    # Marks in any bracket and of any digits, read as a person would.
    seen = re.findall(r"[\[【［]\s*\^?\s*(\d{1,3})\s*[\]】］]", fold(cited.text))
    assert {int(number) for number in seen} <= {one.number for one in cited.citations}


@settings(deadline=None, max_examples=200)
@given(written, st.lists(st.integers(1, 9), max_size=60))
def test_however_a_text_is_cut_it_streams_to_what_the_whole_gives(
    text: str, steps: list[int]
) -> None:
    citer, shown, start = Citer(SOURCES), "", 0
    for step in [*steps, len(text)]:
        shown += "".join(citer.feed(text[start : start + step]))
        start += step
    shown += "".join(citer.finish())
    whole = cite(text, SOURCES)
    assert shown.strip() == whole.text
    assert citer.sentences == whole.sentences
    assert citer.citations == whole.citations
