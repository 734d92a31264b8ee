"""What the browser tests stand on: a served page, and how a person asks and looks."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

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
BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
"""The marks of a module that drives a browser."""
WIDTHS = [pytest.param(1440, id="1440px"), pytest.param(390, id="390px")]
Open = Callable[..., Any]
"""`visit(address, width, scheme)`: opens a page."""
Serve = Callable[..., str]
"""`serve(assistant, kept, feedback)`: the address of a page."""


@contextlib.contextmanager
def served(assistant: Any, kept: Any = None, feedback: Any = None) -> Iterator[str]:
    """The page over `assistant` on a free port; yields its address."""
    with serving(ui.page(assistant, kept, feedback)) as address:
        yield address


class Tab:
    """A page in a browser context of its own, and what went wrong there.

    Tests use a tab one after another, for a process that has read the page before shows it in a
    third of the time.
    """

    def __init__(self, browser: Any, *, bypass_csp: bool = False) -> None:
        self.bypass_csp = bypass_csp
        self.trouble: list[str] = []
        self._context = browser.new_context(bypass_csp=bypass_csp)
        self._context.on("request", self._requested)
        self.page = self._context.new_page()
        self.page.on("console", lambda said: said.type == "error" and self._told(said.text))
        self.page.on("pageerror", lambda error: self._told(str(error)))
        self.page.on("dialog", self._asked)

    def _requested(self, event: Any) -> None:
        parts = urlsplit(event.url)
        if parts.hostname != "127.0.0.1" and parts.scheme not in ("data", "blob"):
            self._told(f"request to {event.url}")

    def _told(self, text: str) -> None:
        self.trouble.append(text)

    def _asked(self, dialog: Any) -> None:
        self._told(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, url: str, width: int, scheme: str) -> Any:
        """The page at `url`, so wide and in that colour scheme."""
        self.page.set_viewport_size({"width": width, "height": 900 if width > 899 else 844})
        self.page.emulate_media(color_scheme=scheme)
        self.page.goto(url)
        return self.page

    def leave(self) -> None:
        """Go from the page, forget what it kept and what went wrong.

        Raises:
            playwright.sync_api.Error: its server is gone, or it was closed.
        """
        self.page.goto("{0.scheme}://{0.netloc}/healthz".format(urlsplit(self.page.url)))
        self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self._context.clear_cookies()
        self._context.clear_permissions()
        self.trouble = []

    def close(self) -> None:
        """It is of no further use."""
        self._context.close()


class Tabs:
    """The tabs of a browser that no test uses now."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._free: list[Tab] = []

    def take(self, *, bypass_csp: bool = False) -> Tab:
        """One that was used before, if there is one."""
        for tab in self._free:
            if tab.bypass_csp == bypass_csp:
                self._free.remove(tab)
                return tab
        return Tab(self._browser, bypass_csp=bypass_csp)

    def give_back(self, tab: Tab) -> None:
        """Keep a tab for another test, as if nobody had used it."""
        from playwright.sync_api import Error

        try:
            tab.leave()
        except Error:
            tab.close()
        else:
            self._free.append(tab)


@contextlib.contextmanager
def watched(
    tabs: Tabs, counts: Callable[[str], bool] = lambda text: True
) -> Iterator[Callable[..., Any]]:
    """Yields what opens pages; in the end none may have called another host, or failed.

    Args:
        tabs: where they are opened, each in a context of its own.
        counts: whether an error that a page tells of is one.
    """
    used: list[Tab] = []

    def open_page(
        url: str, width: int = 1440, scheme: str = "light", *, bypass_csp: bool = False
    ) -> Any:
        used.append(tabs.take(bypass_csp=bypass_csp))
        return used[-1].open(url, width, scheme)

    yield open_page
    trouble = [told for tab in used for told in tab.trouble if counts(told)]
    for tab in used:
        tabs.give_back(tab)
    assert trouble == []


def ask(page: Any, question: str) -> None:
    """Ask by keyboard and wait for the end of the answer."""
    before = page.locator(".xs-answer").count()
    page.fill(BOX, question)
    page.press(BOX, "Enter")
    has(page, ".xs-answer", before + 1)
    settled(page)


def open_shelf(page: Any) -> None:
    """Go to the tab of articles."""
    page.get_by_role("tab", name="文章").click()
    page.wait_for_selector("#xs-list .xs-note")


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
