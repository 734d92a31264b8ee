"""The page as a person meets it, in headless Chromium; every request and script is watched."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import BOX, BROWSER, WIDTHS, Open, Serve, ask, fits, has, in_view, served
from fake_assistant import PAIRS, FakeAssistant, pairs
from payloads import PAYLOADS, hostile

import ui
from assistant import Answer, Assistant, Citation, Settings
from web.page.welcome import EXAMPLES

pytestmark = BROWSER
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
