"""Preparing: chunks, vectors and pieces of an article come from one tokenisation, and agree."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from invented import article, write_tiny_model

from vectorstore.chinese import sentences
from vectorstore.errors import SourceUnreadable
from vectorstore.preparing.chunk import heading
from vectorstore.preparing.embed import SEPARATOR, StaticEmbedder, bundled_embedder, load_embedder
from vectorstore.preparing.prepare import Cutting, Preparer
from vectorstore.schema import Article, RawPage

TEXTS = [
    pytest.param(article(3, 40), id="plain"),
    pytest.param(
        "「兩省開展對口合作，投資３５億元！」記者問：“真的嗎？”\n\n對。", id="traditional"
    ),
    pytest.param("一、 2022年GDP增长3.5%；\n二、CO₂减少㎡½…好！？ end. Next one.", id="marks"),
    pytest.param("😀👨‍👩‍👧 e\u0301café ﬁne Ⅷ ①②", id="emoji-and-ligatures"),
    pytest.param("好", id="one-character"),
    pytest.param("！？……", id="no-piece"),
    pytest.param("字" * 1500 + "，" + "乙" * 700, id="no-sentence"),
]


@pytest.fixture(scope="module")
def bundled() -> StaticEmbedder:
    return bundled_embedder()


def made(text: str) -> Article:
    return Article(id="a", title="兩地合作：第3號通訊", text=text, published=date(2022, 6, 1))


def parts(ids: np.ndarray) -> list[list[int]]:
    """The pieces between the separators."""
    found: list[list[int]] = [[]]
    for each in ids.tolist():
        if each == SEPARATOR:
            found.append([])
        else:
            found[-1].append(each)
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_are_those_of_heading_and_sentences(bundled: StaticEmbedder, text: str) -> None:
    stored = made(text)
    cut = Preparer(bundled, Cutting(60, 1)).cut(stored)
    assert cut.chunks
    for chunk, ids in zip(cut.chunks, cut.pieces, strict=True):
        assert ids.dtype == np.uint16
        texts = [heading(stored.title, stored.published)]
        texts += [chunk.text[start:end] for start, end in sentences(chunk.text)]
        assert parts(ids) == [each.tolist() for each in bundled.pieces(texts)]


@pytest.mark.parametrize("text", TEXTS)
def test_cutting_at_sentences_gives_the_pieces_of_the_whole(
    bundled: StaticEmbedder, text: str
) -> None:
    stored = made(text)
    cut = Preparer(bundled, Cutting(60, 1)).cut(stored)
    whole = [heading(stored.title, stored.published) + chunk.text for chunk in cut.chunks]
    for ids, expected in zip(cut.pieces, bundled.pieces(whole), strict=True):
        assert ids[ids != SEPARATOR].tolist() == expected.tolist()
    assert cut.vectors == pytest.approx(bundled.embed(whole), abs=1e-6)


def test_pieces_are_the_bundled_models_whatever_embeds(
    bundled: StaticEmbedder, tmp_path: Path
) -> None:
    tiny = load_embedder(str(write_tiny_model(tmp_path / "tiny")))
    stored = made(article(3))
    own, other = (Preparer(each, Cutting(120, 1)).cut(stored) for each in (bundled, tiny))
    assert [ids.tolist() for ids in own.pieces] == [ids.tolist() for ids in other.pieces]
    assert other.vectors.shape == (len(other.chunks), 8)
    texts = [heading(stored.title, stored.published) + chunk.text for chunk in other.chunks]
    assert other.vectors == pytest.approx(tiny.embed(texts), abs=1e-6)


def test_the_bundled_model_has_room_for_the_separator(bundled: StaticEmbedder) -> None:
    assert len(bundled._table) < SEPARATOR


def test_a_page_is_cleaned_and_signed(bundled: StaticEmbedder) -> None:
    page = RawPage("/in/1.txt", "text", article(1))
    prepared = Preparer(bundled, Cutting(120, 1)).prepare(page)
    assert prepared.article.source == "/in/1.txt"
    assert prepared.signature
    assert prepared.cut.chunks[0].article_id == prepared.article.id
    with pytest.raises(SourceUnreadable):
        Preparer(bundled, Cutting(120, 1)).prepare(RawPage("/in/2.txt", "text", "……\n"))
