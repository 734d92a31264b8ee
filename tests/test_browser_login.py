"""The login as a person meets it, in headless Chromium."""

from pathlib import Path
from typing import Any

from chromium import BOX, BROWSER, Open, Serve, ask, served
from shelved import DIRTY

from assistant import Assistant, Settings
from web.conversations import Conversations

pytestmark = BROWSER


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
