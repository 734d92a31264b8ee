"""The page in English as a person meets it: not a Chinese word of its own, from its first sight."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from chromium import BROWSER, WIDTHS, Open, ask, fits, has, served
from fake_assistant import PAIRS, FakeAssistant

from assistant import Feedback
from vectorstore import AddReport, Dropped, Skipped
from web.conversations import Conversations

pytestmark = BROWSER
HAN = re.compile(r"[一-鿿]")
# What articles, questions and answers say, the switch itself, and the name of the page.
_THEIRS = (
    ".xs-question, .xs-text, .xs-short .xs-head, .xs-sources, .xs-abstained ul, .xs-copied,"
    " .xs-abstained .xs-note, .xs-entry, #xs-examples button, .xs-article h2, .xs-body, #xs-file,"
    " .xs-article .xs-meta, #xs-list tbody, .xs-about td, .xs-about li, .xs-language, h1,"
    " .xs-name, .xs-dialog input, [role=option], #xs-past-wanted"
)
_WORDS = """theirs => {
    const texts = [];
    const shown = 'aria-label title placeholder alt'.split(' ');
    for (const each of document.body.querySelectorAll('*')) {
        if (each.closest(theirs) || ['SCRIPT', 'STYLE'].includes(each.tagName)) continue;
        for (const name of shown) texts.push(each.getAttribute(name) ?? '');
        for (const kind of ['::before', '::after']) {
            texts.push(getComputedStyle(each, kind).content ?? '');
        }
        for (const node of each.childNodes) {
            if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent);
        }
    }
    return [...new Set(texts.map(text => text.trim()).filter(Boolean))];
}"""


class Shelved(FakeAssistant):
    """Refuses what it is given, and knows what was dropped of an article."""

    def add(self, source: Any, tell: Any = None) -> AddReport:
        """Nothing is taken in."""
        name = str(source)
        reason = "empty" if "empty" in name else "marked as utf-8, but broken at byte 7"
        return AddReport(skipped=[Skipped(name, reason)])

    def article(self, article_id: str) -> Any:
        """One of them, with its receipts and a reprint."""
        found = super().article(article_id)
        kinds = [Dropped("script", 9, "var a"), Dropped("navigation", 4, "首页")]
        return replace(found, dropped=kinds, also_in=["https://example.com/又"])


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    kept, feedback = Conversations(data / "conversations.db"), Feedback(data)
    with served(Shelved(), kept, feedback) as address:
        yield address
    feedback.close()
    kept.close()


def chinese(page: Any) -> list[str]:
    """Chinese words of the page's own; what a sentence is quoted with is the article's."""
    # Gradio names a message, for a screen reader, by all that is said in it.
    theirs = re.compile(r"“[^”]*”|^(user|bot)'s message: .*", re.DOTALL)
    return [text for text in page.evaluate(_WORDS, _THEIRS) if HAN.search(theirs.sub("", text))]


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_of_the_page_is_chinese(visit: Open, address: str, width: int) -> None:
    page = visit(f"{address}?lang=en", width)
    found = {"first sight": chinese(page)}
    ask(page, "广东8对是哪些？")
    page.wait_for_selector(".xs-flag >> text=Not confirmed: “12亿元” is not in the cited words")
    page.click(".xs-text a.xs-cite >> nth=0")
    page.wait_for_selector("#xs-panel mark")
    found["chat"] = chinese(page)
    page.keyboard.press("Escape")
    page.click(".xs-down")
    page.wait_for_selector("#xs-why:visible")
    page.click("#xs-filter")
    page.fill("#xs-from input", "2022-01-01")
    page.wait_for_selector("#xs-scope >> text=since 2022-01-01")
    found["vote and filters"] = chinese(page)
    ask(page, "火星上有什么合作？")
    found["abstention"] = chinese(page)
    if width == 390:
        page.click("#xs-past-open")
    page.click("#xs-kept summary")
    page.click("#xs-kept .xs-forget")
    found["history"] = chinese(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Articles").click()
    page.wait_for_selector("#xs-list tbody tr")
    page.set_input_files(
        "#xs-files",
        [
            {"name": f"{name}", "mimeType": "text/plain", "buffer": b"x"}
            for name in ("a.exe", "empty.txt", "b.txt")
        ],
    )
    page.wait_for_selector("#xs-told:has-text('Done: 2')", state="attached")
    assert "skipped: 1\nempty" in page.inner_text("#xs-jobs")
    page.click("#xs-list tbody a >> nth=0")
    page.wait_for_selector("#xs-reader .xs-about")
    for summary in page.locator("#xs-reader summary").all():
        summary.click()
    page.click("#xs-publisher input")
    found["articles"] = chinese(page)
    assert fits(page)
    page.keyboard.press("Escape")
    page.click("#xs-reader .xs-delete")
    found["deleting"] = chinese(page)
    assert {place: texts for place, texts in found.items() if texts} == {}


def test_the_walk_would_see_chinese(visit: Open, address: str) -> None:
    page = visit(address)
    texts = chinese(page)
    assert {"提问", "问答", "请输入问题，按回车提问", "新对话"} <= set(texts)


def test_the_switch_changes_both_tabs(visit: Open, address: str) -> None:
    page = visit(address)
    page.get_by_role("tab", name="文章").click()
    page.wait_for_selector("#xs-list >> text=共 2 篇")
    page.click(".xs-language")
    page.wait_for_selector("#xs-list >> text=2 in all")
    page.wait_for_selector("#xs-fetch >> text=Add addresses")
    assert chinese(page) == []
    page.click(f"#xs-list a >> text={PAIRS.title}")
    page.wait_for_selector("#xs-reader .xs-delete >> text=Delete this article")
    page.click(".xs-language")
    page.wait_for_selector("#xs-list >> text=共 2 篇")
    page.wait_for_selector("#xs-fetch >> text=收入网址")


def test_who_chose_english_never_sees_chinese(visit: Open, address: str) -> None:
    page = visit(f"{address}?lang=en")
    ask(page, "期限？")
    # Each change of the page is looked at before it is painted.
    page.add_init_script(
        """window.seen = [];
        new MutationObserver(() => {
            for (const id of ['xs-header', 'xs-send', 'xs-clear', 'xs-kept', 'xs-add', 'xs-chat']) {
                const text = document.getElementById(id)?.innerText ?? '';
                window.seen.push(text.replace(/携手问答|中文/g, ''));
            }
            for (const tab of document.querySelectorAll('[role=tab]')) window.seen.push(tab.innerText);
            window.seen.push(document.documentElement.lang);
        }).observe(document, {childList: true, subtree: true, characterData: true});"""
    )
    page.goto(address)
    has(page, ".xs-answer", 1)
    page.wait_for_selector("#xs-kept li")
    seen = set(page.evaluate("window.seen"))
    assert {"Ask", "Articles", "en", "New conversation"} <= {text.strip() for text in seen}
    own = [text for text in seen if HAN.search(text) and "期限" not in text]
    assert own == []
    # With its script it is of no use to another test.
    page.close()
