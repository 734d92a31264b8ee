"""What several test modules share: stores that are closed in the end, and a watched browser."""

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import ARGUMENTS, BOX, CHROMIUM, Open, Serve, Tabs, served, watched
from invented import write_articles, write_tiny_model

from vectorstore.preparing.embed import Embedder, load_embedder
from vectorstore.storage.articles import ArticleStore, sqlite_url
from vectorstore.store import VectorStore

# One thread: with two, numpy and torch are slower here, and the machine is shared.
os.environ.setdefault("OMP_NUM_THREADS", "1")

MakeStore = Callable[..., VectorStore]


@pytest.fixture
def make_store(tmp_path: Path) -> Iterator[MakeStore]:
    """Make stores in `tmp_path / "data"` (or where told); all are closed after the test."""
    stores: list[VectorStore] = []

    def make(data_dir: Path = tmp_path / "data", **settings: Any) -> VectorStore:
        stores.append(VectorStore(data_dir, **settings))
        return stores[-1]

    yield make
    for store in stores:
        store.close()


@pytest.fixture(scope="session")
def filled_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with twelve articles, those in `in` beside it; tests work on copies."""
    folder = tmp_path_factory.mktemp("filled")
    store = VectorStore(folder / "data")
    store.add(write_articles(folder / "in", range(12)))
    store.close()
    return folder / "data"


@pytest.fixture
def article_store(tmp_path: Path) -> Iterator[ArticleStore]:
    """An empty article store in `tmp_path`; it is closed after the test."""
    opened = ArticleStore(sqlite_url(tmp_path / "articles.db"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def tiny_embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    """An embedder by single characters."""
    return load_embedder(str(write_tiny_model(tmp_path_factory.mktemp("tiny"))))


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy endpoint is asked again soon: for tests of what comes of it, not of the pauses."""
    monkeypatch.setattr("assistant.writing.llm._FIRST_PAUSE", 0.02)
    monkeypatch.setattr("assistant.writing.llm._JITTER", 0.01)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def tabs(browser: Any) -> Tabs:
    return Tabs(browser)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves pages until the test has left them; then what was kept beside them is closed."""
    with contextlib.ExitStack() as stack:

        def start(assistant: Any, *kept: Any) -> str:
            for each in kept:
                stack.callback(each.close)
            return stack.enter_context(served(assistant, *kept))

        yield start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a test that drives a browser three tries: on a busy machine a click may come too early."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))


# What Gradio says of a request that was under way when the page was left.
_LEFT = re.compile(
    "AbortError: signal is aborted|Unexpected error Connection errored out|TypeError: network error"
)


@pytest.fixture
def visit(tabs: Tabs, serve: Serve) -> Iterator[Open]:
    """Opens pages; at the end none may have called another host, failed, or broken the policy."""
    with watched(tabs, lambda text: not _LEFT.match(text)) as open_watched:

        def open_page(*place: Any, **settings: Any) -> Any:
            page = open_watched(*place, **settings)
            page.wait_for_selector("#xs-panel[role=region], #password", state="attached")
            page.wait_for_selector(f"{BOX}, #password")
            return page

        yield open_page
