"""What the browser tests stand on: a served page, and how a person asks and looks."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ui
from tests.serving import serving

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BOX = "#xs-box textarea"


@contextlib.contextmanager
def served(assistant: Any, kept: Any = None, feedback: Any = None) -> Iterator[str]:
    """The page over `assistant` on a free port; yields its address."""
    with serving(ui.page(assistant, kept, feedback)) as address:
        yield address


def ask(page: Any, question: str) -> None:
    """Ask by keyboard and wait for the end of the answer."""
    before = page.locator(".xs-answer").count()
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    has(page, ".xs-answer", before + 1)
    has(page, ".xs-pending", 0)
    page.wait_for_selector("#xs-send:visible")


def has(page: Any, selector: str, count: int) -> None:
    """Wait until so many elements are there (the policy forbids a wait for a script's result)."""
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_have_count(count, timeout=20_000)


def fits(page: Any) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def in_view(page: Any, selector: str) -> bool:
    """Whether the first line of an element is, or soon comes, before a person's eyes."""
    for _ in range(20):
        seen: bool = page.locator(selector).first.evaluate(
            """element => {
                const line = element.getClientRects()[0];
                const [x, y] = [line.x + line.width / 2, line.y + line.height / 2];
                return element.contains(document.elementFromPoint(x, y));
            }"""
        )
        if seen:
            return True
        page.wait_for_timeout(100)
    return False
