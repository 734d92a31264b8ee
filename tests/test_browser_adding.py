"""Adding to the shelf as a person does it, in headless Chromium: files, addresses, outcomes."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import BROWSER, Open, Serve, ask, fits, has, open_shelf, served
from shelved import DIRTY, file, records, shelved

from assistant import Assistant
from vectorstore import Listing

pytestmark = BROWSER


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with shelved(tmp_path) as made:
        yield made


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_files_are_added_each_with_its_outcome(
    visit: Open, serve: Serve, assistant: Assistant, width: int, scheme: str
) -> None:
    address = serve(assistant)
    page = visit(address, width, scheme)
    open_shelf(page)
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
    page = visit(address)
    open_shelf(page)
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


def test_what_is_looked_for_while_files_are_added_stands(
    visit: Open, serve: Serve, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(serve(assistant))
    open_shelf(page)
    listing = assistant.listing

    def slowly(words: str, *conditions: Any) -> Listing:
        if not words:
            time.sleep(1)
        return listing(words, *conditions)

    monkeypatch.setattr(assistant, "listing", slowly)
    page.set_input_files("#xs-files", [file("坏.exe", b"MZ")])
    page.wait_for_selector("#xs-told:has-text('处理完')", state="attached")
    page.wait_for_timeout(300)
    page.fill("#xs-wanted input, #xs-wanted textarea", "青溪")
    has(page, "#xs-list tbody tr", 1)
    page.wait_for_timeout(1200)
    has(page, "#xs-list tbody tr", 1)


def test_a_file_is_dropped_anywhere_on_the_shelf(
    visit: Open, serve: Serve, assistant: Assistant
) -> None:
    address = serve(assistant)
    page = visit(address)
    open_shelf(page)
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
    page = visit(address)
    open_shelf(page)
    page.focus("#xs-urls")
    page.keyboard.type("http://127.0.0.1/a\nfile:///etc/passwd")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    has(page, ".xs-job[data-kind=skipped]", 2)
    assert "不是公网地址" in page.inner_text(".xs-job >> nth=0")
    assert "不是有效的网址" in page.inner_text(".xs-job >> nth=1")


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
        page = visit(address)
        open_shelf(page)
        page.set_input_files("#xs-files", [file("新.html", DIRTY)])
        page.wait_for_selector(".xs-job[data-kind=failed] >> text=另一个进程正在写这个数据目录")
        page.click("#xs-list tbody a >> nth=0")
        page.click("#xs-reader .xs-delete")
        page.click("dialog .xs-danger")
        page.wait_for_selector("#xs-reader >> text=另一个进程正在写这个数据目录")
        owner.stdin.close()
    assert second.settings == assistant.settings
