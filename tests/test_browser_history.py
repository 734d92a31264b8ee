"""The list of kept conversations as a person uses it, in headless Chromium."""

import time
from pathlib import Path

import pytest
from chromium import BOX, BROWSER, WIDTHS, Open, Serve, ask, fits, has
from fake_assistant import FakeAssistant

from web.conversations import Conversations

pytestmark = BROWSER


def test_a_kept_conversation_comes_back(visit: Open, serve: Serve, tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "conversations.db")
    address = serve(FakeAssistant(), kept)
    page = visit(address)
    ask(page, "期限是哪几年？")
    ask(page, "8对是哪些？")
    page.click("#xs-clear")
    has(page, ".xs-answer", 0)
    has(page, "#xs-kept li", 1)
    has(page, "#xs-kept li.xs-opened", 0)
    page.click("#xs-kept summary")
    with page.expect_download() as saved:
        page.click("#xs-kept .xs-save")
    assert saved.value.path().read_text("utf-8").startswith("# 期限是哪几年？\n")
    page.click("#xs-kept .xs-entry")
    has(page, ".xs-answer", 2)
    page.click(".xs-text a.xs-cite >> nth=0")
    page.wait_for_selector("#xs-panel mark")
    ask(page, "那时候呢？")
    other = visit(address)
    other.wait_for_selector("#xs-kept .xs-note")
    other.wait_for_timeout(500)
    assert other.locator("#xs-kept li").count() == 0
    page.wait_for_selector("#xs-kept li.xs-opened >> text=3 问")
    assert page.get_attribute("#xs-kept .xs-entry", "aria-current") == "true"
    page.click("#xs-kept summary")
    page.click("#xs-kept .xs-forget")
    page.wait_for_selector("dialog[open] >> text=要删除“期限是哪几年？”这段对话吗")
    assert page.evaluate("document.activeElement.textContent") == "取消"
    page.keyboard.press("Escape")
    has(page, "#xs-kept li", 1)
    page.click("#xs-kept .xs-forget")
    page.click("dialog .xs-danger")
    has(page, "#xs-kept li", 0)
    # It was the open one: what is said next begins another.
    has(page, ".xs-answer", 0)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_list_is_used_by_keyboard_alone(
    visit: Open, serve: Serve, tmp_path: Path, width: int
) -> None:
    kept = Conversations(tmp_path / "conversations.db")
    address = serve(FakeAssistant(), kept)
    page = visit(address, width)
    ask(page, "期限是哪几年？")
    before = page.evaluate("document.querySelector('#xs-talk').getBoundingClientRect().left")
    page.focus("#xs-past-open")
    page.keyboard.press("Enter")
    wide = width == 1440
    opened = page.get_attribute("#xs-past-open", "aria-expanded")
    assert (opened == "true") is not wide
    assert page.is_visible("#xs-past") is not wide
    if wide:
        page.reload()
        page.wait_for_selector("#xs-past-open[aria-expanded=false]")
        assert not page.is_visible("#xs-past")
        # Only then is the list as it stays.
        has(page, ".xs-answer", 1)
        page.focus("#xs-past-open")
        page.keyboard.press("Enter")
        assert page.is_visible("#xs-past")
    after = page.evaluate("document.querySelector('#xs-talk').getBoundingClientRect().left")
    assert after == before
    region = page.get_by_role("region", name="对话记录")
    assert region.get_by_role("link", name="期限是哪几年？").count() == 1
    assert fits(page)
    page.focus("#xs-kept summary")
    page.keyboard.press("Enter")
    page.focus("#xs-kept .xs-rename")
    page.keyboard.press("Space")
    page.wait_for_selector("dialog input:focus")
    page.keyboard.type("郴州·佛山 100%")
    page.keyboard.press("Enter")
    page.wait_for_selector("#xs-kept .xs-entry >> text=郴州·佛山 100%")
    has(page, ".xs-answer", 1)
    if not wide:
        page.focus("#xs-kept .xs-entry")
        page.keyboard.press("Escape")
        page.wait_for_selector("#xs-past", state="hidden")
        page.wait_for_selector("#xs-past-open:focus")


def test_another_conversation_waits_for_the_end_of_an_answer(
    visit: Open, serve: Serve, tmp_path: Path
) -> None:
    kept, fake = Conversations(tmp_path / "conversations.db"), FakeAssistant()
    address = serve(fake, kept)
    page = visit(address)
    ask(page, "期限？")
    page.click("#xs-clear")
    has(page, ".xs-answer", 0)
    fake.pause = lambda: time.sleep(0.6)
    page.fill(BOX, "8对是哪些？")
    page.press(BOX, "Enter")
    page.wait_for_selector(".xs-pending")
    assert page.is_disabled("#xs-clear")
    page.click("#xs-kept .xs-entry")
    page.wait_for_selector(".xs-answer.xs-short")
    assert page.locator(".xs-question").all_inner_texts() == ["8对是哪些？"]
    fake.pause = lambda: None
    has(page, "#xs-kept li", 2)
    page.click("#xs-kept .xs-entry >> nth=1")
    page.wait_for_selector(".xs-question >> text=期限？")
    has(page, ".xs-question", 1)
