"""What the page shows of an answer, of its sources and of an article, and how a doubt is told."""

import ast
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from fake_assistant import HARBOUR, PAIRS, cite, hit, pairs, period
from payloads import Outline

import assistant
from assistant import Answer, Sentence
from vectorstore import Article
from web.page import render
from web.reasons import doubt
from web.words import ENGLISH


def test_answer_shows_short_sentences_citations_and_sources() -> None:
    html = render.answer(period("期限？"), 3)
    text = Outline(html).text
    assert text.startswith("2022年至2030年全国共有20对城市")
    assert html.count('href="#cite-3-1"') == 3  # in the text, as number and as title in the sources
    assert "佛山郴州對口合作座談會舉行攜手問答示例 · 2022-06-21" in text
    shown, _, copied = text.partition("复制")
    assert "[1]" not in shown
    assert "[1] 革命老区对口合作" in copied


def test_unsupported_sentence_says_why() -> None:
    html = render.answer(pairs("8对？"), 0)
    assert 'class="xs-unsupported" title="所引文字里没有“12亿元”">各市已投入12亿元。' in html
    assert html.count("xs-unsupported") == 1
    assert "未证实：所引文字里没有“12亿元”" in Outline(html).text


def test_paragraphs_of_a_written_answer_stay() -> None:
    html = render.answer(pairs("8对？"), 0)
    assert html.count('<p class="xs-text">') == 2


def test_citation_number_without_citation_is_no_link() -> None:
    answer = Answer("问", "问", "答。", sentences=[Sentence("答。", [7])])
    assert re.findall("href=.(#[a-z]+)", render.answer(answer, 0)) == ["#copy"]


def test_abstention_differs_and_names_each_near_article_once() -> None:
    answer = Answer(
        "问",
        "问",
        "没有。",
        hits=[hit(HARBOUR), hit(PAIRS), hit(PAIRS)],
        abstained=True,
        reason="因",
    )
    html = render.answer(answer, 0)
    assert "xs-abstained" in html
    assert re.findall(r'href="(#[^"]+)"', html) == [
        "#near-" + render.escape("%E6%B8%AF%E7%81%A3%2F1%23%3F"),
        "#near-pairs",
        "#copy-0",
    ]


def test_pending_shows_each_sentence_with_its_verdict() -> None:
    html = render.pending("正在作答", replace(pairs("8对？"), complete=False), 3)
    assert "xs-pending" in html
    assert "正在作答" in html
    assert html.count('href="#cite-3-1"') == 2
    assert html.count("xs-unsupported") == 1
    assert "xs-sources" not in html
    assert "xs-text" not in render.pending("正在查找")


def test_an_answer_that_was_stopped_says_so() -> None:
    cut = replace(pairs("8对？"), short="", complete=False, reason="已停止")
    html = render.answer(cut, 0)
    assert "未写完" in html
    assert "已停止" in html


@pytest.mark.parametrize(
    ("quote", "marked"),
    [
        pytest.param("广东是结对最多的省。", ["广东是结对最多的省。"], id="inside"),
        pytest.param(
            "合作从2022年做到2030年。\n广东", ["合作从2022年做到2030年。", "广东"], id="across"
        ),
        pytest.param(PAIRS.text[:5], [PAIRS.text[:5]], id="start"),
        pytest.param(PAIRS.text[-4:], ["一步的合作。"[-4:]], id="end"),
    ],
)
def test_quote_is_marked(quote: str, marked: list[str]) -> None:
    quoted = cite(1, PAIRS, quote)
    if quote == PAIRS.text[-4:]:
        quoted = replace(quoted, start=len(PAIRS.text) - 4, end=len(PAIRS.text))
    html = render.article(PAIRS, quoted)
    assert [Outline(part).text for part in re.findall("<mark>(.*?)</mark>", html)] == marked
    assert Outline(html).text.endswith(PAIRS.text.replace("\n", "")[-50:])


def test_quote_is_found_again_or_left_unmarked_where_the_article_changed() -> None:
    quoted = cite(1, HARBOUR, "郴州與佛山的對口合作期限為2022年至2030年。")
    moved = replace(HARBOUR, text="新的一行。\n" + HARBOUR.text)
    assert f"<mark>{quoted.quote}</mark>" in render.article(moved, quoted)
    assert "<mark>" not in render.article(replace(HARBOUR, text="全改了。"), quoted)


def test_long_article_is_cut_around_the_quote() -> None:
    text = "甲" * 30_000 + "\n要找的句子。\n" + "乙" * 30_000
    article = replace(PAIRS, text=text)
    html = render.article(article, cite(1, article, "要找的句子。"))
    assert "<mark>要找的句子。</mark>" in html
    assert "（前文略）" in html
    assert "（后文略）" in html
    assert len(html) < 14_000


def test_article_names_script_and_origin() -> None:
    html = render.article(HARBOUR)
    assert 'lang="zh-Hant"' in html
    assert "攜手問答示例 · 2022-06-21" in html
    assert "出处不详 · 日期不详" in render.article(Article("a", "题", "文。"))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        pytest.param("所引文字中没有“12亿元”", "“12亿元” is not in the cited words", id="figure"),
        pytest.param(
            "所引文字说的是“赣州”，不是“郴州”", "the cited words say “赣州”, not “郴州”", id="place"
        ),
        pytest.param("没有引用资料", "no article is cited", id="no-citation"),
        pytest.param("一个新的原因", "nothing in the articles carries it", id="not-known"),
        pytest.param("", "nothing in the articles carries it", id="none"),
    ],
)
def test_a_doubt_is_told_in_the_language_of_the_page(reason: str, said: str) -> None:
    doubted = replace(pairs("8对？"), sentences=[Sentence("话。", [1], "unsupported", reason)])
    assert f"Not confirmed: {said}" in unescape(render.answer(doubted, 0, ENGLISH))
    assert reason in unescape(render.answer(doubted, 0))


def reasons_of_checking() -> set[str]:
    """Every reason that the checks can give, with a word in the place of what is found."""
    found = set()
    for name in ("verify", "denial", "cite"):
        tree = ast.parse(
            (Path(assistant.__file__).parent / "checking" / f"{name}.py").read_text("utf-8")
        )
        for node in ast.walk(tree):
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            text = "".join(
                part.value
                if isinstance(part, ast.Constant) and isinstance(part.value, str)
                else "词"
                for part in parts
                if isinstance(part, ast.Constant | ast.FormattedValue)
            )
            if re.match("所引文字|没有(引用)?资料", text) and "\n" not in text:
                found.add(text)
    return found - {text for text in found if text.count("“") != text.count("”")}


def test_every_doubt_has_english_words() -> None:
    found = reasons_of_checking()
    assert len(found) > 8
    plain = ENGLISH("answer.doubt.why")
    assert [reason for reason in found if doubt(reason, ENGLISH) == plain] == []
