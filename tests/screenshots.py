"""Makes docs/images/streamed.png: `python -m tests.screenshots` from the repository's root."""

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
    sys.exit(main())
