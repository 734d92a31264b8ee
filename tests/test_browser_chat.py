"""What a person does with answers: filter, vote, copy, retry, export, find again, switch language."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import BOX, BROWSER, WIDTHS, Open, ask, fits, has, in_view, served, settled, until
from fake_assistant import PAIRS, FakeAssistant, period

from assistant import Feedback
from tests.serving import over_samples
from web.conversations import Conversations

pytestmark = BROWSER


@pytest.fixture(scope="module")
def fake() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def address(fake: FakeAssistant, data: Path) -> Iterator[str]:
    kept, feedback = Conversations(data / "conversations.db"), Feedback(data)
    with served(fake, kept, feedback) as address:
        yield address
    feedback.close()
    kept.close()


def votes(data: Path) -> list[tuple[str, bool, str]]:
    feedback = Feedback(data)
    found = [(vote.answer.question, vote.good, vote.reason) for vote in feedback.votes()]
    feedback.close()
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_filters_hold_until_they_are_cleared(
    visit: Open, address: str, fake: FakeAssistant, width: int
) -> None:
    page = visit(address, width, "dark")
    assert not page.is_visible("#xs-filters")
    page.click("#xs-filter")
    assert page.get_attribute("#xs-filter", "aria-expanded") == "true"
    page.fill("#xs-from input", "2022-01-01")
    page.wait_for_selector("#xs-scope >> text=只看：2022-01-01 起")
    page.click("#xs-scope-publisher input")
    page.click("[role=option] >> text=携手问答示例")
    page.wait_for_selector("#xs-scope >> text=只看：2022-01-01 起 · 携手问答示例")
    page.keyboard.press("Escape")
    if page.is_visible("#xs-filters"):
        page.click("#xs-filter")
    assert page.is_visible("#xs-scope")
    assert fits(page)
    wanted = {"date_from": "2022-01-01", "publisher": ["携手问答示例"]}
    for question in ("期限是哪几年？", "那8对呢？"):
        ask(page, question)
        assert fake.filters[-1] == wanted
    assert (
        page.locator("#xs-chat .xs-scope").all_inner_texts()
        == ["只看：2022-01-01 起 · 携手问答示例"] * 2
    )
    page.click("#xs-scope-clear")
    page.wait_for_selector("#xs-scope", state="hidden")
    ask(page, "期限？")
    assert fake.filters[-1] == {}


def test_a_publisher_is_let_go_in_each_way(visit: Open, address: str) -> None:
    page = visit(address)
    page.click("#xs-filter")
    for way in (".token .token-remove", ".remove-all", "Backspace"):
        page.click("#xs-scope-publisher input")
        page.click("[role=option] >> text=携手问答示例")
        page.wait_for_selector("#xs-scope >> text=只看：携手问答示例")
        if way == "Backspace":
            page.press("#xs-scope-publisher input", way)
        else:
            page.click(f"#xs-scope-publisher {way}")
        page.wait_for_selector("#xs-scope", state="hidden")


@pytest.mark.parametrize("width", WIDTHS)
def test_an_article_is_asked_alone(
    visit: Open, address: str, fake: FakeAssistant, width: int
) -> None:
    page = visit(address, width)
    ask(page, "期限？")
    page.click(".xs-text a.xs-cite >> nth=0")
    page.wait_for_selector("#xs-panel mark")
    assert in_view(page, "#xs-panel mark")
    page.click("#xs-panel >> text=只问这篇")
    page.wait_for_selector(f"#xs-scope:visible >> text=《{PAIRS.title}》")
    ask(page, "8对？")
    assert fake.filters[-1] == {"article_ids": ["pairs"]}


@pytest.mark.parametrize("width", WIDTHS)
def test_a_vote_with_its_reason_can_be_changed(
    visit: Open, address: str, data: Path, width: int
) -> None:
    page = visit(address, width)
    question = f"{width}年的期限？"
    ask(page, question)
    page.focus(".xs-down")
    page.keyboard.press("Space")
    page.wait_for_selector("#xs-why:visible")
    assert page.get_attribute(".xs-down", "aria-pressed") == "true"
    page.fill("#xs-reason input", "年份不对")
    page.press("#xs-reason input", "Enter")
    page.wait_for_selector("#xs-why", state="hidden")
    assert (question, False, "年份不对") in votes(data)
    page.reload()
    page.wait_for_selector(".xs-down.xs-chosen")
    page.click(".xs-up")
    page.wait_for_selector(".xs-up.xs-chosen")
    assert (question, True, "") in votes(data)
    assert fits(page)
    page.click(".xs-up")
    has(page, ".xs-chosen", 0)
    assert question not in [vote[0] for vote in votes(data)]


@pytest.mark.parametrize("width", WIDTHS)
def test_copy_with_citations_and_export(visit: Open, address: str, width: int) -> None:
    page = visit(address, width)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "期限？")
    page.click(".xs-copy")
    page.wait_for_selector(".xs-copy >> text=已复制")
    assert page.evaluate("navigator.clipboard.readText()") == str(period("期限？"))
    for _ in range(2):
        with page.expect_download() as saved:
            page.click("#xs-export")
        assert saved.value.suggested_filename.endswith(".md")
        text = saved.value.path().read_text("utf-8")
        assert text.startswith("# 期限？\n")
        assert "\\[2\\] 佛山郴州對口合作座談會舉行" in text


def test_retry_asks_the_last_question_again(visit: Open, address: str, fake: FakeAssistant) -> None:
    page = visit(address)
    ask(page, "期限？")
    ask(page, "8对？")
    before = len(fake.histories)
    page.click("#xs-retry")
    # The button goes and comes back, which a slow machine may not let us see.
    until(page, lambda: len(fake.histories) > before)
    page.wait_for_selector("#xs-retry:visible")
    has(page, ".xs-answer", 2)
    settled(page)
    assert len(fake.histories) == before + 1
    assert [turn["content"] for turn in fake.histories[-1]] == ["期限？", period("").text]
    page.reload()
    has(page, ".xs-answer", 2)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_abstention_offers_what_is_answered(visit: Open, tmp_path: Path, width: int) -> None:
    with over_samples(tmp_path) as assistant, served(assistant) as address:
        page = visit(address, width)
        ask(page, "赣州的市长是谁？")
        page.wait_for_selector("#xs-examples:visible >> text=文章能回答这些问题")
        assert fits(page)
        offered = page.locator("#xs-examples button").first.inner_text()
        page.click("#xs-examples button >> nth=0")
        has(page, ".xs-answer", 2)
        settled(page)
        assert page.locator(".xs-question").last.inner_text() == offered
        assert page.locator(".xs-answer").last.locator("a.xs-cite").count() >= 1
        page.wait_for_selector("#xs-examples", state="hidden")
        # Before its server: a page without one complains.
        page.close()


def test_a_conversation_is_found_and_a_reload_keeps_it(visit: Open, address: str) -> None:
    page = visit(address)
    ask(page, "期限是哪几年？")
    ask(page, "8对是哪些？")
    page.reload()
    has(page, ".xs-answer", 2)
    page.click("#xs-clear")
    has(page, ".xs-answer", 0)
    page.reload()
    page.wait_for_selector("#xs-examples button:visible")
    ask(page, "火星？")
    has(page, "#xs-kept li", 2)
    page.fill("#xs-past-wanted input", "梅州")
    has(page, "#xs-kept li", 1)
    page.click("#xs-kept .xs-entry")
    has(page, ".xs-answer", 2)
    page.fill("#xs-past-wanted input", "没有说过的")
    page.wait_for_selector("#xs-kept >> text=没有找到这样的对话")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_speaks_english_and_remembers_it(visit: Open, address: str, width: int) -> None:
    page = visit(f"{address}?lang=en", width)
    page.wait_for_selector("#xs-send >> text=Ask")
    assert page.evaluate("document.documentElement.lang") == "en"
    ask(page, "期限？")
    assert page.inner_text(".xs-copy") == "Copy"
    page.goto(address)
    page.wait_for_selector("#xs-send >> text=Ask")
    has(page, ".xs-answer", 1)
    page.click("#xs-past-open >> text=History")
    if width == 390:
        page.wait_for_selector("#xs-kept >> text=1 asked")
        assert fits(page)
        page.click("#xs-past-close >> text=Close")
    page.click(".xs-language")
    page.get_by_role("tab", name="问答").wait_for()
    page.wait_for_selector("#xs-send >> text=提问")
    assert page.inner_text(".xs-copy") == "复制"
    assert page.evaluate("document.documentElement.lang") == "zh-CN"


@pytest.mark.parametrize("width", WIDTHS)
def test_a_citation_by_keyboard_alone(visit: Open, address: str, width: int) -> None:
    page = visit(address, width)
    page.focus(BOX)
    page.keyboard.type("8对是哪些？")
    page.keyboard.press("Enter")
    page.wait_for_selector("#xs-retry:visible")
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.xs-text a.xs-cite')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#xs-panel mark")
    assert in_view(page, "#xs-panel mark")
    region = page.locator("#xs-panel")
    assert region.get_attribute("aria-labelledby") == "xs-name-panel"
    page.keyboard.press("Escape")
    page.wait_for_selector("a.xs-cite:focus")


def test_voting_waits_while_an_answer_is_written(
    visit: Open, address: str, fake: FakeAssistant
) -> None:
    page = visit(address)
    ask(page, "期限？")
    fake.pause = lambda: time.sleep(0.8)
    try:
        page.fill(BOX, "8对？")
        page.press(BOX, "Enter")
        page.wait_for_selector(".xs-pending")
        assert not page.is_visible(".xs-acts >> nth=0")
        page.wait_for_selector(".xs-acts >> nth=1")
    finally:
        fake.pause = lambda: None
