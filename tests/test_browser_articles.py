"""The shelf as a person looks through it, in headless Chromium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import BROWSER, Open, Serve, has, open_shelf
from invented import title
from shelved import shelved

from assistant import Assistant

pytestmark = BROWSER


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with shelved(tmp_path) as made:
        yield made


def titles(page: Any) -> list[str]:
    found: list[str] = page.locator("#xs-list tbody a").all_inner_texts()
    return found


def cells(page: Any, column: str) -> list[str]:
    found: list[str] = page.locator(f"#xs-list tbody .xs-{column}").all_inner_texts()
    return found


def test_table_orders_filters_and_pages(visit: Open, serve: Serve, assistant: Assistant) -> None:
    address = serve(assistant)
    page = visit(address)
    open_shelf(page)
    has(page, "#xs-list tbody tr", 50)
    assert "共 61 篇，第 1–50 篇" in page.inner_text("#xs-list")
    assert cells(page, "date") == sorted(cells(page, "date"), reverse=True)
    assert page.get_attribute("#xs-list th.xs-date", "aria-sort") == "descending"
    page.click("#xs-list .xs-pages a >> text=下一页")
    has(page, "#xs-list tbody tr", 11)
    page.click("#xs-list a >> text=篇幅")
    page.wait_for_selector("th.xs-size[aria-sort=descending]")
    lengths = [int(each.replace(",", "")) for each in cells(page, "size")]
    assert len(lengths) == 50
    assert lengths == sorted(lengths, reverse=True)
    page.fill("#xs-wanted input, #xs-wanted textarea", "第17號")
    has(page, "#xs-list tbody tr", 1)
    assert titles(page) == [title(17)]
    page.fill("#xs-wanted input, #xs-wanted textarea", "")
    has(page, "#xs-list tbody tr", 50)
    page.click("#xs-publisher input")
    page.click("[role=option]:has-text('石桥日报（20）')")
    has(page, "#xs-list tbody tr", 20)
    assert set(cells(page, "publisher")) == {"石桥日报"}
    page.fill("#xs-since input", "2022-01-01")
    page.fill("#xs-until input", "2022-12-31")
    has(page, "#xs-list tbody tr", 5)
    assert all(each.startswith("2022-") for each in cells(page, "date"))
    page.fill("#xs-wanted input, #xs-wanted textarea", "没有这样的")
    page.wait_for_selector("#xs-list >> text=没有符合条件的文章")


def test_reprints_and_what_was_dropped_are_shown_on_demand(
    visit: Open, serve: Serve, assistant: Assistant
) -> None:
    address = serve(assistant)
    page = visit(address)
    open_shelf(page)
    page.fill("#xs-wanted input, #xs-wanted textarea", "青溪")
    has(page, "#xs-list tbody tr", 1)
    assert "转载 1" in page.inner_text("#xs-list tbody")
    page.click("#xs-list tbody a")
    page.wait_for_selector("#xs-reader .xs-about")
    assert page.locator("#xs-reader .xs-about table").is_hidden()
    page.click("#xs-reader summary >> text=清洗时删去了")
    receipts = page.inner_text("#xs-reader .xs-about table")
    assert "脚本" in receipts
    assert "var a = 1;" in receipts
    page.click("#xs-reader summary >> text=转载")
    assert page.locator("#xs-reader .xs-about li").all_inner_texts() == ["dirty.html"] or (
        page.locator("#xs-reader .xs-about li").all_inner_texts() == ["again.html"]
    )


@pytest.mark.parametrize("width", [1440, 390])
def test_deleting_asks_first(visit: Open, serve: Serve, assistant: Assistant, width: int) -> None:
    address = serve(assistant)
    page = visit(address, width)
    open_shelf(page)
    page.fill("#xs-wanted input, #xs-wanted textarea", "青溪")
    has(page, "#xs-list tbody tr", 1)
    page.click("#xs-list tbody a")
    page.click("#xs-reader .xs-delete")
    page.wait_for_selector("dialog[open] >> text=要删除《青溪携手白沙》吗")
    assert page.evaluate("document.activeElement.textContent") == "取消"
    page.keyboard.press("Escape")
    has(page, "dialog", 0)
    assert page.evaluate("document.activeElement.className") == "xs-delete"
    page.keyboard.press("Enter")
    page.click("dialog .xs-danger")
    page.wait_for_selector("#xs-reader >> text=已删除")
    page.wait_for_selector("#xs-list >> text=没有符合条件的文章")
    assert assistant.status()["articles"] == 60
