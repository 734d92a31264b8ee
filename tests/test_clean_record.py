"""The article that cleaning gives: its id, title and text, from the shortest page to the longest."""

import json
import time
from datetime import date

import pytest
from dirty import BODY, WHOLE, read

from vectorstore.cleaning.clean import clean
from vectorstore.errors import SourceUnreadable
from vectorstore.loading import load
from vectorstore.schema import Article, RawPage


def parse(text: str, suffix: str = ".txt") -> Article:
    (page,) = load.parse(text.encode(), "/pages/one.txt", suffix)
    assert isinstance(page, RawPage)
    return clean(page)


def test_what_a_record_states_goes_first() -> None:
    line = {
        "id": "a-1",
        "title": "山海情",
        "text": f"来源：某某网 2020-01-01 10:00\n{WHOLE}",
        "publisher": "青溪日报",
        "published": "2024-03-08",
        "url": "https://example.cn/1",
    }
    article = parse(json.dumps(line, ensure_ascii=False), ".jsonl")
    assert (article.id, article.title, article.publisher) == ("a-1", "山海情", "青溪日报")
    assert (article.published, article.url) == (date(2024, 3, 8), "https://example.cn/1")
    assert article.text == WHOLE


def test_id_is_made_of_the_source() -> None:
    assert read(WHOLE).id == read(BODY[0]).id
    assert len(read(WHOLE).id) == 16


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\u200b\n  \n", id="invisible"),
        pytest.param("首页 > 新闻\n来源：某网\n分享到：", id="chrome-only"),
        pytest.param("——……", id="punctuation"),
    ],
)
def test_nothing_left_is_an_error(text: str) -> None:
    with pytest.raises(SourceUnreadable, match="no article text"):
        read(text)


@pytest.mark.parametrize("text", ["好", "🎉合作成功", "A"])
def test_the_shortest_texts_stay(text: str) -> None:
    assert read(text).text == text


def test_markdown_marks_go() -> None:
    article = read(
        f"# 山海情\n\n**青溪**与[白沙](https://example.cn)携手。\n\n![图](a.png)\n\n> {BODY[0]}\n\n---\n\n## 前景",
        "markdown",
    )
    assert article.text == f"山海情\n青溪与白沙携手。\n{BODY[0]}\n前景"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("湘黔合作，" * 60_000, id="one-line"),
        pytest.param("態(tài" * 60_000, id="open-brackets"),
        pytest.param("鏈?zhǔn)焦采" * 40_000, id="shifted"),
        pytest.param("来源:" * 80_000, id="keys"),
        pytest.param(WHOLE + "\n北岭南川共谋发展新篇章\n2023-01-01 10:00" * 8_000, id="teasers"),
        pytest.param(
            "\n".join(["青溪白沙两市的合作由来已久且前景十分广阔，"] * 8_000), id="wrapped"
        ),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 8


def test_a_clean_record_is_fast() -> None:
    page = RawPage("x#1", "record", "\n".join([*BODY] * 6), {"id": "1"})
    clean(page)
    start = time.process_time()
    for _ in range(50):
        clean(page)
    assert (time.process_time() - start) / 50 < 0.02


@pytest.mark.parametrize(
    ("source", "kind", "title"),
    [
        pytest.param("/某处/码头简报.txt", "text", "码头简报", id="file"),
        pytest.param("/某处/set.jsonl#3", "record", "甲市与乙市在北京签署协议", id="record"),
    ],
)
def test_a_page_without_a_title_gets_a_name(source: str, kind: str, title: str) -> None:
    text = "甲市与乙市在北京签署协议，投资九亿元建设码头，工期为两年，由甲市主导。"
    assert clean(RawPage(source, kind, text)).title == title
