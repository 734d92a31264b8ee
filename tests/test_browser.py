"""The page as a person meets it, in headless Chromium; every request and script is watched."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import BOX, CHROMIUM, ask, fits, has, in_view, served
from fake_assistant import PAIRS, FakeAssistant, pairs
from payloads import PAYLOADS, hostile

import ui
from assistant import Answer, Assistant, Citation, Settings
from web.conversations import Conversations
from web.page.welcome import EXAMPLES

WIDTHS = [pytest.param(1440, id="1440px"), pytest.param(390, id="390px")]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
Open = Callable[..., Any]
Serve = Callable[..., str]
# So many hostile texts are in one answer.
_AT_ONCE = 7


@pytest.fixture(scope="module")
def fake() -> FakeAssistant:
    return FakeAssistant(answers={"炸": Answer("", "", "")})


@pytest.fixture(scope="module")
def address(fake: FakeAssistant) -> Iterator[str]:
    with served(fake) as address:
        yield address


def test_question_answer_citation_highlight(visit: Open, address: str) -> None:
    page = visit(address)
    assert "摘录模式" in page.inner_text("#xs-header")
    ask(page, "对口合作的期限是哪几年？")
    assert page.inner_text(".xs-short .xs-head") == "2022年至2030年"
    page.click(".xs-text a.xs-cite >> nth=0")
    assert page.inner_text("#xs-panel mark") == "合作从2022年做到2030年"
    assert page.inner_text("#xs-panel h2") == PAIRS.title
    link = page.locator("#xs-panel a.xs-link[target]")
    assert link.get_attribute("href") == PAIRS.url
    assert "noopener" in link.get_attribute("rel")
    page.click(".xs-text a.xs-cite >> nth=1")
    page.wait_for_selector("#xs-panel .xs-article[lang=zh-Hant]")
    assert page.inner_text("#xs-panel mark").startswith("郴州與佛山")
    assert in_view(page, "#xs-panel mark")
    assert page.locator(".xs-current").count() == 1


def test_keyboard_alone_opens_a_citation(visit: Open, address: str) -> None:
    page = visit(address)
    ask(page, "广东8对是哪些？")
    page.focus(".xs-text a.xs-cite >> nth=0")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("#xs-panel mark")
    page.wait_for_selector("#xs-panel:focus")
    page.keyboard.press("Escape")
    page.wait_for_selector("a.xs-cite:focus")
    assert page.url == address


def test_unsupported_sentence_is_marked(visit: Open, address: str) -> None:
    page = visit(address)
    ask(page, "广东8对是哪些？")
    marked = page.locator(".xs-unsupported")
    assert marked.inner_text() == "各市已投入12亿元。"
    assert "12亿元" in marked.get_attribute("title")
    assert page.locator(".xs-flag").is_visible()


def test_abstention_opens_the_nearest_article(visit: Open, address: str) -> None:
    page = visit(address)
    ask(page, "火星上有什么合作？")
    assert "文章中没有找到答案" in page.inner_text(".xs-abstained")
    page.click(".xs-abstained li:nth-child(2) a")
    page.wait_for_selector("#xs-panel .xs-article[lang=zh-Hant]")
    assert page.locator("#xs-panel mark").count() == 0


def test_example_follow_up_and_clear(visit: Open, address: str, fake: FakeAssistant) -> None:
    page = visit(address)
    page.click("#xs-examples button >> nth=0")
    has(page, ".xs-answer", 1)
    has(page, ".xs-pending", 0)
    assert page.inner_text(".xs-question") == EXAMPLES[0]
    page.wait_for_selector("#xs-examples", state="hidden")
    ask(page, "广东8对呢？")
    assert fake.histories[-1][0] == {"role": "user", "content": EXAMPLES[0]}
    page.click("#xs-clear")
    page.wait_for_selector("#xs-examples button:visible")
    assert page.locator("#xs-examples button").all_inner_texts() == list(EXAMPLES)
    assert page.locator(".xs-answer").count() == 0
    ask(page, "期限？")
    assert fake.histories[-1] == []


def test_stop_keeps_what_was_said(visit: Open, address: str, fake: FakeAssistant) -> None:
    page = visit(address)
    fake.pause = lambda: time.sleep(2)
    try:
        page.fill(BOX, "广东8对是哪些？")
        page.press(BOX, "Enter")
        page.wait_for_selector(".xs-pending .xs-text")
        page.click("#xs-stop")
        page.wait_for_selector("#xs-chat .xs-note >> text=已停止")
    finally:
        fake.pause = lambda: None
    assert "广东有8对" in page.inner_text(".xs-text")
    assert "12亿元" not in page.inner_text(".xs-answer")
    page.click(".xs-text a.xs-cite >> nth=0")
    page.wait_for_selector("#xs-panel mark")
    page.wait_for_timeout(2500)
    assert page.locator(".xs-answer").count() == 1
    ask(page, "期限？")
    assert page.locator(".xs-answer").count() == 2
    assert "广东有8对" in fake.histories[-1][1]["content"]


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


def test_text_does_not_move_while_it_grows(visit: Open, address: str, fake: FakeAssistant) -> None:
    page = visit(address)
    fake.pause = lambda: time.sleep(0.8)
    top = "document.querySelector('.xs-text').getBoundingClientRect().top"
    try:
        page.fill(BOX, "期限？")
        page.press(BOX, "Enter")
        page.wait_for_selector(".xs-pending .xs-text")
        growing = page.evaluate(top)
        page.wait_for_selector(".xs-answer.xs-short")
    finally:
        fake.pause = lambda: None
    assert page.evaluate(top) == pytest.approx(growing, abs=1)


def test_failing_answer_frees_the_page(visit: Open, serve: Serve) -> None:
    class Broken(FakeAssistant):
        def _find(self, question: str) -> Answer:
            return pairs(question) if "8对" in question else pairs(question[99])

    address = serve(Broken())
    page = visit(address)
    ask(page, "坏")
    assert "没有完成" in page.inner_text(".xs-notice")
    assert "IndexError" not in page.content()
    ask(page, "8对")
    assert page.locator(".xs-answer.xs-short").count() == 1


def test_two_visitors_see_their_own(visit: Open, address: str) -> None:
    first, second = visit(address), visit(address)
    ask(first, "期限？")
    ask(second, "火星？")
    assert first.locator(".xs-question").all_inner_texts() == ["期限？"]
    assert second.locator(".xs-question").all_inner_texts() == ["火星？"]
    first.reload()
    first.wait_for_selector("#xs-examples button")
    assert first.locator(".xs-question").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_both_widths_fit(visit: Open, address: str, width: int, scheme: str) -> None:
    page = visit(address, width, scheme)
    assert fits(page)
    ask(page, "广东8对是哪些？")
    assert fits(page)
    page.click(".xs-text a.xs-cite >> nth=1")
    page.wait_for_selector("#xs-panel mark")
    assert in_view(page, "#xs-panel mark")
    assert in_view(page, ".xs-text a.xs-current")
    if width == 390:
        page.keyboard.press("Escape")
        page.wait_for_selector("#xs-side", state="hidden")
    page.get_by_role("tab", name="文章").click()
    page.click("#xs-list tbody a >> nth=0")
    page.wait_for_selector("#xs-reader .xs-article")
    assert fits(page)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", background)[:3])) < 80) is (scheme == "dark")


def together(answers: list[Answer]) -> Answer:
    """One answer that says what all of them say."""
    names = ("question", "standalone_question", "text", "short", "reason")
    said = {name: "".join(getattr(answer, name) for answer in answers) for name in names}
    return Answer(
        **said,
        sentences=[sentence for answer in answers for sentence in answer.sentences],
        citations=[cited for answer in answers for cited in answer.citations],
    )


def test_hostile_texts_stay_text(visit: Open, serve: Serve) -> None:
    attacks = [hostile(parameter.values[0], n) for n, parameter in enumerate(PAYLOADS, 1)]
    articles = [article for _, article in attacks]
    rounds = [attacks[start : start + _AT_ONCE] for start in range(0, len(attacks), _AT_ONCE)]
    answers = {f"第{n}题": together([said for said, _ in some]) for n, some in enumerate(rounds, 1)}
    address = serve(FakeAssistant(*articles, answers=answers))
    page = visit(address)
    for number, some in enumerate(rounds, 1):
        ask(page, "".join([f"第{number}题", *(article.title for _, article in some)]))
        for answer, _ in some:
            cited = answer.citations[0].number
            page.locator(f".xs-text a.xs-cite[href$='-{cited}']").last.click()
            page.wait_for_selector(f"#xs-panel .xs-label >> text=引文 {cited}")
    page.get_by_role("tab", name="文章").click()
    page.wait_for_selector("#xs-list tbody tr")
    page.click("#xs-list tbody a >> nth=0")
    page.wait_for_selector("#xs-reader .xs-article")
    places = ["#xs-chat .message-content", "#xs-panel .md", "#xs-list .md", "#xs-reader .md"]
    for place in places:
        found = page.locator(place).evaluate_all(
            "all => all.flatMap(e => [...e.querySelectorAll('*')].map(c => c.localName))"
        )
        table = {"table", "thead", "tbody", "tr", "th", "td"} if "list" in place else set()
        assert set(found) <= {"div", "p", "span", "a", "ul", "li", "h2", "mark"} | table, place
    links = page.locator("#xs-desk a, #xs-shelf a").evaluate_all("all => all.map(a => a.href)")
    ours = r"/#(cite|near|read|only|copy|sort|delete)-|^https?://"
    assert all(re.search(ours, link) for link in links)
    assert page.evaluate("window.__x") is None
    assert page.url == address


def test_real_assistant_end_to_end(visit: Open, serve: Serve, tmp_path: Path) -> None:
    with Assistant(Settings(data_dir=tmp_path)) as assistant:
        assert assistant.add(Path(ui.__file__).parent / "articles").added > 5
        address = serve(assistant)
        page = visit(address)
        ask(page, "佛山有多少常住人口？")
        page.locator(".xs-text a.xs-cite").first.click()
        page.wait_for_selector("#xs-panel mark")
        answer = assistant.ask("佛山有多少常住人口？")
        quoted: Citation = answer.citations[0]
        assert page.inner_text("#xs-panel mark") == quoted.quote
        assert page.inner_text("#xs-panel h2") == quoted.title
        assert in_view(page, "#xs-panel mark")
