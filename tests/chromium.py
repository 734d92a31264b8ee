"""What the browser tests stand on: a served page, and how a person asks and looks."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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


@contextlib.contextmanager
def watched(
    browser: Any, counts: Callable[[str], bool] = lambda text: True, *, dialogs: bool = True
) -> Iterator[Callable[..., Any]]:
    """Yields what opens pages; in the end none may have called another host, or failed.

    Args:
        browser: opens them, each in a context of its own.
        counts: whether an error that a page tells of is one.
        dialogs: whether a page may ask by a dialog of the browser's own.
    """
    contexts: list[Any] = []
    trouble: list[str] = []

    def request(event: Any) -> None:
        parts = urlsplit(event.url)
        if parts.hostname != "127.0.0.1" and parts.scheme not in ("data", "blob"):
            trouble.append(f"request to {event.url}")

    def told(text: str) -> None:
        if counts(text):
            trouble.append(text)

    def open_page(url: str, width: int = 1440, scheme: str = "light", **settings: Any) -> Any:
        viewport = {"width": width, "height": 900 if width > 899 else 844}
        contexts.append(browser.new_context(viewport=viewport, color_scheme=scheme, **settings))
        contexts[-1].on("request", request)
        page = contexts[-1].new_page()
        page.on("console", lambda said: said.type == "error" and told(said.text))
        page.on("pageerror", lambda error: told(str(error)))
        if not dialogs:
            page.on("dialog", lambda dialog: trouble.append(dialog.message))
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert trouble == []


def ask(page: Any, question: str) -> None:
    """Ask by keyboard and wait for the end of the answer."""
    before = page.locator(".xs-answer").count()
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    has(page, ".xs-answer", before + 1)
    settled(page)


def settled(page: Any) -> None:
    """Wait until an answer is there, and the next question may be sent."""
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


def until(page: Any, done: Callable[[], bool]) -> None:
    """Let the page go on until something is so; an error after half a minute."""
    for _ in range(300):
        if done():
            return
        page.wait_for_timeout(100)
    raise TimeoutError("it did not come to be")
