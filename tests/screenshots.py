"""Makes streamed.png and articles.png in docs/images: `python -m tests.screenshots [articles]`."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from assistant import Assistant, Settings
from tests.chromium import ARGUMENTS, BOX, CHROMIUM, served
from tests.fake_llm import FakeLLM, Reply
from web.conversations import Conversations

ROOT = Path(__file__).parent.parent
PICTURE = ROOT / "docs" / "images" / "streamed.png"
QUESTION = "佛山和郴州的对口合作期限是哪几年？"
# The second sentence is made up: no article says so.
WRITTEN = (
    "佛山与郴州的对口合作期限为2022年至2030年。[1]",
    "两市已为此投入12亿元。[1]",
    "这一结对关系来自国家发展改革委2022年5月印发的方案。[1][2]",
    "下一步……",
)


def streaming(page: Any, address: str) -> None:
    """Ask, and wait until two sentences stand there and more is to come."""
    page.goto(address)
    page.wait_for_selector(BOX)
    page.fill(BOX, QUESTION)
    page.press(BOX, "Enter")
    page.wait_for_selector(".xs-pending .xs-unsupported", timeout=60_000)
    page.click(".xs-text a.xs-cite >> nth=0")
    page.wait_for_selector("#xs-panel mark")
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)
    assert page.locator(".xs-pending").count() == 1, "the answer came to its end too early"


SHELF = ROOT / "docs" / "images" / "articles.png"
PAGE = (
    "<html><head><title>青溪携手白沙共建产业园</title><script>let shown = track();</script></head>"
    "<body><ul><li><a href='/'>首页</a></li><li><a href='/n'>新闻</a></li></ul>"
    "<h1>青溪携手白沙共建产业园</h1><p>来源：云川日报 2022-03-04</p><p>青溪市与白沙市日前签署"
    "对口合作协议，双方将在五年内共建两个产业园区。</p><p>首批项目共12个，总投资36.5亿元，涉及"
    "装备制造、现代农业和文化旅游。</p></body></html>"
)


def shelf(page: Any, address: str) -> None:
    """Add a page beside a file of another type, and open what cleaning dropped of it."""
    page.goto(address)
    page.get_by_role("tab", name="文章").click()
    page.wait_for_selector("#xs-list table")
    files = (("青溪携手白沙.html", PAGE), ("签约名单.xls", "x"))
    page.set_input_files(
        "#xs-files",
        [{"name": name, "mimeType": "text/html", "buffer": text.encode()} for name, text in files],
    )
    page.wait_for_selector("#xs-told:has-text('处理完')", state="attached")
    page.click("#xs-list tbody tr:has-text('青溪') a")
    page.click("#xs-reader summary")
    page.mouse.move(0, 0)
    page.locator("#xs-list").evaluate("list => list.scrollTop = 0")
    page.wait_for_timeout(400)


def articles() -> int:
    """Take the picture of the shelf over the sample articles."""
    from playwright.sync_api import sync_playwright

    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    with (
        tempfile.TemporaryDirectory() as folder,
        Assistant(Settings(data_dir=Path(folder))) as made,
    ):
        made.add(ROOT / "articles")
        with served(made) as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1280, "height": 640}, locale="zh-CN")
            shelf(page, address)
            page.screenshot(path=SHELF)
            browser.close()
    return 0


def main() -> int:
    """Answer one question over the sample articles by a scripted LLM, and take the picture."""
    from playwright.sync_api import sync_playwright

    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    with (
        tempfile.TemporaryDirectory() as folder,
        FakeLLM(Reply(pieces=WRITTEN, pause=4.0)) as fake,
        Assistant(
            Settings(data_dir=Path(folder), llm_base_url=fake.base_url, llm_model="scripted")
        ) as assistant,
    ):
        assistant.add(ROOT / "articles")
        assistant.ask(QUESTION)  # loads what is loaded once
        kept = Conversations(Path(folder) / "conversations.db")
        with served(assistant, kept) as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1120, "height": 560})
            streaming(page, address)
            PICTURE.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURE)
            browser.close()
        kept.close()
    sys.stderr.write(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(articles() if sys.argv[1:] == ["articles"] else main())
