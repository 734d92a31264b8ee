"""axe-core looks at all that the page shows, wide and narrow, light and dark."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import BOX, BROWSER, Open, Serve, ask, fits, has, served
from shelved import file, shelved

from assistant import Assistant, Settings
from web.conversations import Conversations

pytestmark = BROWSER
SIZES = [
    pytest.param(1440, "light", id="1440px-light"),
    pytest.param(1440, "dark", id="1440px-dark"),
    pytest.param(390, "light", id="390px-light"),
    pytest.param(390, "dark", id="390px-dark"),
]


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with shelved(tmp_path) as made:
        yield made


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
    page = visit(address, width, scheme, bypass_csp=True)
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
        page = visit(address, 390, scheme, bypass_csp=True)
        page.wait_for_selector("#password")
        assert faults(page) == []
        assert fits(page)
