"""The HTML of the shelf: nothing of a text acts in it, and nothing tells where files lie."""

import re
from datetime import date

import pytest
from fake_assistant import PAIRS, row
from payloads import PAYLOADS, Outline, hostile

from vectorstore import Article, Dropped, Listed, Listing
from web.page import listing
from web.page.listing import PAGE, View
from web.words import _TABLE, ENGLISH

TAGS = {"div", "p", "span", "a", "ul", "li", "h2", "table", "thead", "tbody", "tr", "th", "td"}
TAGS |= {"details", "summary"}


def listed(payload: str) -> Listed:
    return Listed(
        f"id{payload}", payload, payload, payload, None, payload, "hans", payload, (payload,), 3, 1
    )


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_stays_text_on_the_shelf(payload: str) -> None:
    _, article = hostile(payload)
    folded = Article(
        "id" + payload,
        payload,
        article.text,
        source="/a.txt",
        dropped=(Dropped(payload, 5, payload),),
        also_in=(payload,),
    )
    for piece in (
        listing.table(Listing(1, [listed(payload)], {payload: 1}), View()),
        listing.reader(folded),
    ):
        outline = Outline(piece)
        assert set(outline.tags) <= TAGS
        assert {name for name, _ in outline.attributes} <= {"class", "href", "lang", "scope"}
        links = [value or "" for name, value in outline.attributes if name == "href"]
        assert all(re.fullmatch(r"#(read|sort|page|delete|only)-[\w%.~-]+", link) for link in links)
        assert "\n" not in piece
        assert payload.replace("\n", "") in outline.text.replace("\n", "")


def table(total: int, view: View) -> str:
    shown = [row(PAIRS)] * min(PAGE, total)
    return listing.table(Listing(total, shown, {}), view)


def test_a_table_counts_and_turns_its_pages() -> None:
    html = table(5_000, View("longest", 3))
    assert "共 5,000 篇，第 101–150 篇" in Outline(html).text
    assert "第 3 / 100 页" in Outline(html).text
    assert 'href="#page-2"' in html
    assert 'href="#page-4"' in html
    assert 'class="xs-size xs-descending"' in html
    assert html.count("<tr>") == PAGE + 1
    one = table(7, View())
    assert "#page-" not in one
    english = Outline(listing.table(Listing(120, [row(PAIRS)], {}), View(), ENGLISH)).text
    assert "120 in all, 1–1 shown" in english
    assert "Page 1 of 3" in english
    assert "没有符合条件" in listing.table(Listing(0, [], {}), View())


def test_a_row_says_all_that_is_asked_for() -> None:
    text = Outline(table(1, View())).text
    for said in (PAIRS.title, "携手问答示例", "2023-02-05", f"{len(PAIRS.text):,}"):
        assert said in text


@pytest.mark.parametrize(
    ("target", "view"),
    [
        pytest.param("#sort-chunks", View("chunks", 1), id="an-order-begins-anew"),
        pytest.param("#page-7", View("oldest", 7), id="page"),
        pytest.param("#page-0", View("oldest", 1), id="page-0"),
        pytest.param("#page-99999999999999999999", View("oldest", 999999999), id="far"),
        pytest.param("#page--1", View("oldest", 4), id="negative"),
        pytest.param("#sort-id;DROP", View("oldest", 4), id="unknown-order"),
        pytest.param("", View("oldest", 4), id="empty"),
    ],
)
def test_views(target: str, view: View) -> None:
    assert View("oldest", 4).after(target) == view


def test_what_was_dropped_and_reprints() -> None:
    article = Article(
        "a",
        "题",
        "文。",
        published=date(2022, 1, 1),
        source="/secret/folder/a.html",
        dropped=(Dropped("script", 20, "var a"), Dropped("pinyin", 300, "(tài)")),
        also_in=("/secret/folder/b.html", "https://example.org/c.html"),
    )
    html = listing.reader(article)
    text = Outline(html).text
    assert "清洗时删去了 320 个字符" in text
    assert text.index("夹在字里的拼音") < text.index("脚本")
    assert "另有 2 处转载" in text
    assert "b.html" in text
    assert 'href="https&#58;' in html
    assert "secret" not in html
    assert "没有删去" in Outline(listing.reader(Article("a", "题", "文。"))).text


def test_every_kind_of_receipt_has_a_name() -> None:
    from vectorstore.cleaning import clean

    said = re.search(r"Kinds of receipts: (.*?)\.\n", clean.__doc__ or "", re.S)
    assert said
    assert {f"kind.{kind}" for kind in re.split(r",\s+", said[1])} == {
        key for key in _TABLE if key.startswith("kind.")
    }
