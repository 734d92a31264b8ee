"""The shelf and the login as a person meets them, in headless Chromium; axe looks at every tab."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import BOX, CHROMIUM, Tabs, ask, fits, has, served, watched
from invented import article, title

from assistant import Assistant, Settings
from web.conversations import Conversations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
Open = Callable[..., Any]
Serve = Callable[..., str]
SIZES = [
    pytest.param(1440, "light", id="1440px-light"),
    pytest.param(1440, "dark", id="1440px-dark"),
    pytest.param(390, "light", id="390px-light"),
    pytest.param(390, "dark", id="390px-dark"),
]
DIRTY = (
    "<html><head><title>青溪携手白沙</title><script>var a = 1;</script></head><body>"
    "<ul><li><a href='/'>首页</a></li><li><a href='/n'>新闻</a></li></ul><h1>青溪携手白沙</h1>"
    "<p>来源：云川日报 2022-03-04</p><p>青溪市与白沙市日前签署对口合作协议，双方将在五年内共建两个产业园区。</p>"
    "<p>首批项目共12个，总投资36.5亿元，涉及装备制造、现代农业和文化旅游。</p></body></html>"
)


@pytest.fixture
def visit(tabs: Tabs, serve: Serve) -> Iterator[Open]:
    """Opens pages; at the end none may have called another host, or said of any error at all."""
    with watched(tabs) as open_watched:

        def open_page(
            url: str,
            width: int = 1440,
            scheme: str = "light",
            *,
            bypass: bool = False,
            tab: str = "",
        ) -> Any:
            page = open_watched(url, width, scheme, bypass_csp=bypass)
            if tab:
                page.get_by_role("tab", name=tab).click()
                page.wait_for_selector("#xs-list .xs-note")
            return page

        yield open_page


def records(numbers: range) -> str:
    lines = (
        {
            "id": f"n{number}",
            "title": title(number),
            "text": article(number),
            "publisher": "云川晚报" if number % 3 else "石桥日报",
            "published": f"{2020 + number % 4}-05-0{1 + number % 9}",
        }
        for number in numbers
    )
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    settings = Settings(
        data_dir=tmp_path / "data", mode="extractive", api_key="", upload_megabytes=1
    )
    with Assistant(settings) as made:
        (tmp_path / "some.jsonl").write_text(records(range(60)), "utf-8")
        made.add(tmp_path / "some.jsonl")
        for name in ("dirty.html", "again.html"):
            (tmp_path / name).write_text(DIRTY, "utf-8")
            made.add(tmp_path / name)
        yield made


def titles(page: Any) -> list[str]:
    found: list[str] = page.locator("#xs-list tbody a").all_inner_texts()
    return found


def cells(page: Any, column: str) -> list[str]:
    found: list[str] = page.locator(f"#xs-list tbody .xs-{column}").all_inner_texts()
    return found


def file(name: str, data: str | bytes) -> dict[str, Any]:
    body = data if isinstance(data, bytes) else data.encode()
    return {"name": name, "mimeType": "application/octet-stream", "buffer": body}


def test_table_orders_filters_and_pages(visit: Open, serve: Serve, assistant: Assistant) -> None:
    address = serve(assistant)
    page = visit(address, tab="文章")
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
    page = visit(address, tab="文章")
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


@pytest.mark.parametrize(("width", "scheme"), [SIZES[0], SIZES[-1]])
def test_files_are_added_each_with_its_outcome(
    visit: Open, serve: Serve, assistant: Assistant, width: int, scheme: str
) -> None:
    address = serve(assistant)
    page = visit(address, width, scheme, tab="文章")
    page.set_input_files(
        "#xs-files",
        [
            file("坏.exe", b"MZ"),
            file("空.txt", b""),
            file("大.txt", b"x" * 1_000_001),
            file("新园区.html", DIRTY.replace("青溪", "临溪").replace("36.5", "8.25")),
            file("四篇.jsonl", records(range(100, 103)) + "\n{"),
        ],
    )
    has(page, ".xs-job", 5)
    page.wait_for_selector("#xs-told:has-text('处理完')", state="attached", timeout=60_000)
    assert page.locator(".xs-job .xs-progress").count() == 0
    said = dict(
        zip(
            page.locator(".xs-job .xs-name").all_inner_texts(),
            page.locator(".xs-job").all_inner_texts(),
            strict=True,
        )
    )
    assert "这种文件不能收入" in said["坏.exe"]
    assert "文件是空的" in said["空.txt"]
    assert "最多 1 MB" in said["大.txt"]
    assert "收入 1 篇" in said["新园区.html"]
    assert "收入 3 篇，跳过 1" in said["四篇.jsonl"]
    assert "第 4 行不是 JSON" in said["四篇.jsonl"]
    assert fits(page)
    page.wait_for_selector("#xs-list >> text=共 65 篇")
    page.fill("#xs-wanted input, #xs-wanted textarea", "临溪携手白沙")
    has(page, "#xs-list tbody tr", 1)
    page.click("#xs-list tbody a")
    page.wait_for_selector("#xs-reader .xs-article >> text=8.25亿元")
    assert fits(page)
    page.get_by_role("tab", name="问答").click()
    ask(page, "临溪市与白沙市的首批项目总投资多少？")
    assert "8.25亿元" in page.inner_text(".xs-answer")
    uploads = assistant.settings.data_dir / "uploads"
    assert [path for path in uploads.rglob("*") if path.is_file()] == []


def test_progress_is_what_is_really_done(visit: Open, serve: Serve, assistant: Assistant) -> None:
    address = serve(assistant)
    page = visit(address, tab="文章")
    page.evaluate(
        """() => {
            window.seen = [];
            new MutationObserver(() => {
                const bar = document.querySelector('.xs-progress');
                const state = document.querySelector('.xs-state');
                if (bar) window.seen.push([bar.value, state.textContent]);
            }).observe(document.querySelector('#xs-jobs'), {childList: true, subtree: true});
        }"""
    )
    page.set_input_files("#xs-files", [file("多.jsonl", records(range(200, 260)))])
    page.wait_for_selector(".xs-job[data-kind=done]", timeout=60_000)
    seen = page.evaluate("window.seen")
    values = [value for value, _ in seen]
    assert values == sorted(values)
    told = [state for _, state in seen if " / 60" in state]
    assert len(set(told)) > 2, seen
    assert all(50 < value <= 100 for value, state in seen if state in told)


def test_a_file_is_dropped_anywhere_on_the_shelf(
    visit: Open, serve: Serve, assistant: Assistant
) -> None:
    address = serve(assistant)
    page = visit(address, tab="文章")
    data = page.evaluate_handle(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], '拖来的.html'));
            return data;
        }""",
        DIRTY.replace("青溪", "北固"),
    )
    for kind in ("dragover", "drop"):
        page.dispatch_event("#xs-list", kind, {"dataTransfer": data})
    page.wait_for_selector(".xs-job[data-kind=done] >> text=拖来的.html", timeout=30_000)
    # Beside it nothing is added, and the page stays.
    page.dispatch_event("#xs-header", "drop", {"dataTransfer": data})
    assert page.url == address
    assert page.locator(".xs-job").count() == 1


def test_urls_are_pasted_by_keyboard_and_refused_with_a_reason(
    visit: Open, serve: Serve, assistant: Assistant
) -> None:
    address = serve(assistant)
    page = visit(address, tab="文章")
    page.focus("#xs-urls")
    page.keyboard.type("http://127.0.0.1/a\nfile:///etc/passwd")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    has(page, ".xs-job[data-kind=skipped]", 2)
    assert "不是公网地址" in page.inner_text(".xs-job >> nth=0")
    assert "不是有效的网址" in page.inner_text(".xs-job >> nth=1")


@pytest.mark.parametrize("width", [1440, 390])
def test_deleting_asks_first(visit: Open, serve: Serve, assistant: Assistant, width: int) -> None:
    address = serve(assistant)
    page = visit(address, width, tab="文章")
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


def test_another_owner_is_told_of_when_adding_and_deleting(
    visit: Open, assistant: Assistant
) -> None:
    folder = assistant.settings.data_dir
    assistant.close()
    code = (
        "import sys; from assistant import Assistant, Settings;"
        "a = Assistant(Settings(data_dir=sys.argv[1])); a.own();"
        "print(1, flush=True); sys.stdin.read()"
    )
    with (
        subprocess.Popen([sys.executable, "-c", code, folder], stdin=-1, stdout=-1) as owner,
        Assistant(assistant.settings) as second,
        served(second) as address,
    ):
        assert owner.stdout
        assert owner.stdin
        assert owner.stdout.readline()
        page = visit(address, tab="文章")
        page.set_input_files("#xs-files", [file("新.html", DIRTY)])
        page.wait_for_selector(".xs-job[data-kind=failed] >> text=另一个进程正在写这个数据目录")
        page.click("#xs-list tbody a >> nth=0")
        page.click("#xs-reader .xs-delete")
        page.click("dialog .xs-danger")
        page.wait_for_selector("#xs-reader >> text=另一个进程正在写这个数据目录")
        owner.stdin.close()
    assert second.settings == assistant.settings


def test_login_keeps_users_apart(visit: Open, serve: Serve, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path,
        mode="extractive",
        ui_auth="wang:yi-er-san,li:si-wu-liu",
        api_key="k" * 20,
    )
    kept = Conversations(tmp_path / "conversations.db")
    with Assistant(settings) as assistant:
        (tmp_path / "a.html").write_text(DIRTY, "utf-8")
        assistant.add(tmp_path / "a.html")
        address = serve(assistant, kept)
        page = visit(address)
        log_in(page, "wang", "yi-er-san")
        ask(page, "青溪市与白沙市共建几个产业园区？")
        leave(page)
        # The same browser, another user.
        log_in(page, "li", "si-wu-liu")
        page.wait_for_selector("#xs-kept .xs-note")
        page.wait_for_timeout(500)
        assert page.locator("#xs-kept li").count() == 0
        leave(page)
        # Another browser, the first user.
        other = visit(address)
        log_in(other, "wang", "yi-er-san")
        other.wait_for_selector("#xs-kept li >> text=青溪市与白沙市共建几个")


def log_in(page: Any, name: str, password: str) -> None:
    page.wait_for_url("**/login")
    page.fill("#username", name)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_selector(BOX)
    # Until the server has said whose they are, no conversation is kept or shown.
    while page.evaluate("localStorage.getItem('xieshou-visitor')") is None:
        page.wait_for_timeout(50)
    page.wait_for_timeout(300)


def leave(page: Any) -> None:
    page.click("#xs-header a[href='#logout']")
    page.wait_for_url("**/login")
    assert page.evaluate("localStorage.getItem('xieshou-visitor')") is None


def test_a_wrong_password_is_told(visit: Open, browser: Any, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, ui_auth="wang:yi-er-san", api_key="k" * 20)
    with Assistant(settings) as assistant, served(assistant) as address:
        context = browser.new_context()
        page = context.new_page()
        page.goto(address)
        page.fill("#username", "wang")
        page.fill("#password", "wrong")
        page.press("#password", "Enter")
        page.wait_for_selector("[role=alert] >> text=用户名或密码不对")
        context.close()


# -- accessibility ----------------------------------------------------------------------------


def faults(page: Any) -> list[str]:
    """Serious and critical faults of what is shown, by axe-core, as the rule and where."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core here")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_axe_finds_no_serious_fault(
    visit: Open, serve: Serve, assistant: Assistant, tmp_path: Path, width: int, scheme: str
) -> None:
    kept = Conversations(tmp_path / "conversations.db")
    address = serve(assistant, kept)
    page = visit(address, width, scheme, bypass=True)
    page.wait_for_selector(BOX)
    found = {"empty chat": faults(page)}
    ask(page, "青溪市与白沙市共建几个产业园区？")
    page.locator(".xs-text a.xs-cite").first.click()
    page.wait_for_selector("#xs-panel mark")
    found["chat"] = faults(page)
    page.keyboard.press("Escape")
    ask(page, "火星上有什么合作？")
    found["abstention"] = faults(page)
    page.get_by_role("tab", name="文章").click()
    page.wait_for_selector("#xs-list tbody tr")
    page.set_input_files("#xs-files", [file("坏.exe", b"MZ")])
    page.wait_for_selector(".xs-job[data-kind=skipped]")
    page.fill("#xs-wanted input, #xs-wanted textarea", "青溪")
    has(page, "#xs-list tbody tr", 1)
    page.click("#xs-list tbody a")
    page.wait_for_selector("#xs-reader .xs-about")
    for summary in page.locator("#xs-reader summary").all():
        summary.click()
    found["articles"] = faults(page)
    page.click("#xs-reader .xs-delete")
    found["deleting"] = faults(page)
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="问答").click()
    if width == 390:
        page.click("#xs-past-open")
    page.click("#xs-kept summary >> nth=0")
    found["conversations"] = faults(page)
    page.click("#xs-kept .xs-rename:visible")
    found["renaming"] = faults(page)
    assert {place: told for place, told in found.items() if told} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_in_the_login(visit: Open, tmp_path: Path, scheme: str) -> None:
    settings = Settings(data_dir=tmp_path, ui_auth="wang:yi-er-san", api_key="k" * 20)
    with Assistant(settings) as assistant, served(assistant) as address:
        page = visit(address, 390, scheme, bypass=True)
        page.wait_for_selector("#password")
        assert faults(page) == []
        assert fits(page)
