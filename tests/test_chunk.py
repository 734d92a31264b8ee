"""Chunks: where they stand, what they cover, how long they are, what they repeat."""

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from invented import article

from vectorstore.chinese import sentences
from vectorstore.preparing.chunk import chunk_text, count_tokens, heading
from vectorstore.schema import Chunk

pieces = st.sampled_from(
    [
        "他说：“路通了。”",
        "「對口合作」開始！",
        "\n",
        "\n\n",
        "😀👨\u200d👩\u200d👧",
        "，",
        "增长3.14%",
        "\u3000",
        "a. ",
        "两市签约，总投资二百零九亿元；",
        "好",
        "。",
        "？！",
        "𬭚",
        "\x00",
        "\ud800",
        "<|endoftext|>",
    ]
)
texts = st.lists(pieces, max_size=60).map("".join)


def cut(text: str, max_tokens: int = 40, overlap: int = 1) -> list[Chunk]:
    return chunk_text("id", text, max_tokens=max_tokens, overlap=overlap)


@settings(deadline=None)
@given(texts, st.integers(1, 80), st.integers(0, 4))
def test_chunks_stand_where_they_say_and_cover_every_sentence(
    text: str, max_tokens: int, overlap: int
) -> None:
    chunks = cut(text, max_tokens, overlap)
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert all(chunk.text.strip() == chunk.text != "" for chunk in chunks)
    covered = {position for chunk in chunks for position in range(chunk.start, chunk.end)}
    assert not "".join(text[i] for i in range(len(text)) if i not in covered).strip()
    starts = [chunk.start for chunk in chunks]
    assert starts == sorted(set(starts))
    assert len({chunk.end for chunk in chunks}) == len(chunks), "a chunk only repeats another"


@settings(deadline=None)
@given(texts, st.integers(1, 80), st.integers(0, 4))
def test_only_a_single_sentence_exceeds_the_budget(
    text: str, max_tokens: int, overlap: int
) -> None:
    for chunk in cut(text, max_tokens, overlap):
        alone = len(sentences(chunk.text)) == 1
        assert alone or count_tokens(chunk.text) <= max_tokens


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("", 0, id="empty"),
        pytest.param("　\n ", 0, id="white-space"),
        pytest.param("好", 1, id="one-character"),
        pytest.param("\n\n标题\n\n", 1, id="one-line"),
    ],
)
def test_small_texts(text: str, count: int) -> None:
    assert len(cut(text)) == count


@pytest.mark.parametrize("filler", ["建", "建，", "建 "], ids=["bare", "commas", "spaces"])
def test_ten_thousand_characters_without_a_full_stop_are_cut(filler: str) -> None:
    text = (filler * 10_000)[:10_000].strip()
    chunks = cut(text, 256)
    assert len(chunks) >= 10_000 // 600
    assert all(len(chunk.text) <= 600 for chunk in chunks)
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    kept = "".join(chunk.text for chunk in cut(text, 256, 0))
    assert kept.replace(" ", "") == text.replace(" ", "")


def test_a_long_run_of_white_space_makes_no_empty_chunk() -> None:
    assert [chunk.text for chunk in cut("甲" + " " * 3000 + "乙", 5)] == ["甲", "乙"]


@pytest.mark.parametrize("overlap", [0, 1, 2])
def test_each_chunk_repeats_the_last_sentences_of_the_one_before(overlap: int) -> None:
    text = "".join(f"第{number}家企业落户本市开发区。" for number in range(40))
    chunks = cut(text, 80, overlap)
    assert len(chunks) > 3
    for before, after in itertools.pairwise(chunks):
        repeated = text[after.start : before.end]
        assert len(sentences(repeated)) == overlap


def test_chunks_are_filled() -> None:
    text = article(1, 60)
    chunks = cut(text, 256, 0)
    sizes = [count_tokens(chunk.text) for chunk in chunks]
    assert min(sizes[:-1]) > 256 * 0.6


@pytest.mark.parametrize(
    ("text", "least"),
    [
        pytest.param("<|endoftext|>", 2, id="special-token-counts-as-text"),
        pytest.param("对口合作", 1, id="chinese"),
        pytest.param("甲\ud800", 2, id="surrogate"),
    ],
)
def test_count_tokens(text: str, least: int) -> None:
    assert count_tokens(text) >= least


def test_count_tokens_of_nothing() -> None:
    assert count_tokens("") == 0


def test_heading_names_title_and_date() -> None:
    assert heading("两市签约", date(2022, 6, 1)) == "两市签约\n2022年6月1日\n"
    assert heading("两市签约", None) == "两市签约\n"
