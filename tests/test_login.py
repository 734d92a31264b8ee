"""The login: whom it lets in, what a wrong password costs, and that nothing tells a password."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr, ValidationError

from assistant import Settings
from assistant.settings import users_of
from tests.fake_assistant import FakeAssistant
from web.app import create_app
from web.login import Sessions, owner_key
from web.page.owner import owner_handler

USERS = "wang:yi-er-san-si,李:五六:七八"
KEY = "a key that nobody guesses"
HTML = {"accept": "text/html"}


class Clock:
    """Seconds that pass when they are told to."""

    now = 0.0

    def __call__(self) -> float:
        """What time it is."""
        return self.now


def app(**settings: Any) -> TestClient:
    assistant: Any = FakeAssistant()
    assistant.settings = Settings(ui_auth=USERS, api_key=KEY, **settings)
    guarded = create_app(assistant)

    @guarded.get("/whoami")
    def page() -> str:
        return "the page"

    return TestClient(guarded, base_url="http://127.0.0.1:7860", follow_redirects=False)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with app() as made:
        yield made


def log_in(client: TestClient, name: str, password: str, **headers: str) -> Any:
    return client.post("/login", data={"username": name, "password": password}, headers=headers)


@pytest.mark.parametrize(
    ("text", "users"),
    [
        pytest.param("", {}, id="none"),
        pytest.param("wang:a b", {"wang": "a b"}, id="one"),
        pytest.param("wang:x, 李:五六:七八 ", {"wang": "x", "李": "五六:七八"}, id="colon-in-it"),
        pytest.param('{"wang": "a,b:c"}', {"wang": "a,b:c"}, id="json"),
    ],
)
def test_users_are_read(text: str, users: dict[str, str]) -> None:
    assert users_of(SecretStr(text)) == users


@pytest.mark.parametrize(
    "text", ["wang", "wang:", ":geheim", '{"wang": 1}', '{"wang"', "wang:geheim,wang:x", "{}x"]
)
def test_what_is_no_user_is_refused_without_being_told(text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(ui_auth=text)
    assert "geheim" not in str(refused.value)
    assert "wang" not in str(refused.value)


def test_a_password_is_never_shown() -> None:
    settings = Settings(ui_auth=USERS)
    assert "yi-er" not in repr(settings) + str(settings) + str(settings.model_dump())


def test_nobody_gets_in_without_a_login(client: TestClient) -> None:
    for path in ("/whoami", "/", "/config", "/page.js", "/gradio_api/info"):
        assert client.get(path).status_code == 401, path
        refused = client.get(path, headers=HTML)
        assert (refused.status_code, refused.headers["location"]) == (303, "/login")
    assert client.post("/shelf/add?name=a.txt", content=b"x").status_code == 401
    assert client.get("/healthz").status_code == 200
    assert client.get("/page.css").status_code == 200
    form = client.get("/login")
    assert 'type="password"' in form.text
    assert "sha256-" in form.headers["content-security-policy"]


def test_who_logs_in_is_let_in_until_he_logs_out(client: TestClient) -> None:
    done = log_in(client, "李", "五六:七八", **HTML)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    cookie = done.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "secure" not in cookie
    assert client.get("/whoami").status_code == 200
    kept = dict(client.cookies)
    assert client.post("/logout", content=b"").status_code == 204
    client.cookies.update(kept)
    assert client.get("/whoami").status_code == 401


def test_over_https_the_cookie_never_goes_in_the_clear() -> None:
    client = TestClient(app().app, base_url="https://127.0.0.1")
    assert "secure" in log_in(client, "wang", "yi-er-san-si").headers["set-cookie"].lower()


@pytest.mark.parametrize(
    ("name", "password"),
    [
        pytest.param("wang", "yi-er-san-s", id="wrong"),
        pytest.param("wang", "五六:七八", id="another's"),
        pytest.param("nobody", "yi-er-san-si", id="unknown"),
        pytest.param("", "", id="empty"),
        pytest.param("wang", "\ud800" * 9, id="half-characters"),
    ],
)
def test_a_wrong_password_gets_no_cookie(client: TestClient, name: str, password: str) -> None:
    body = f"username={name}&password={password}".encode("utf-8", "surrogatepass")
    for headers in (HTML, {}):
        refused = client.post("/login", content=body, headers=headers)
        assert refused.status_code == 401
        assert "set-cookie" not in refused.headers
    client.cookies.set("xieshou", "x" * 43)
    assert client.get("/whoami").status_code == 401


def test_other_sites_can_not_log_anybody_in_or_out(client: TestClient) -> None:
    evil = {"origin": "https://evil.test"}
    assert log_in(client, "wang", "yi-er-san-si", **evil).status_code == 403
    assert client.post("/logout", content=b"", headers=evil).status_code == 403


def test_wrong_passwords_are_slowed_down() -> None:
    clock = Clock()
    sessions = Sessions({"wang": "right"}, clock)
    waits = []
    for _ in range(14):
        clock.now += sessions.wait("user wang", "address a")
        sessions.log_in("wang", "wrong", "a")
        waits.append(sessions.wait("user wang", "address a"))
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert sessions.wait("user wang", "address b") == 60
    assert sessions.wait("user li", "address a") == 60
    assert sessions.wait("user li", "address b") == 0
    clock.now += 60
    assert sessions.log_in("wang", "right", "a")
    assert sessions.wait("user wang", "address a") == 0


def test_the_wait_is_told_and_holds_for_the_right_password_too(client: TestClient) -> None:
    for _ in range(6):
        log_in(client, "wang", "wrong")
    refused = log_in(client, "wang", "yi-er-san-si", **HTML)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert "秒再试" in refused.text


def test_a_session_ends() -> None:
    clock = Clock()
    sessions = Sessions({"wang": "right"}, clock)
    secret = sessions.log_in("wang", "right", "a")
    assert sessions.user(secret) == "wang"
    clock.now += 12 * 3600
    assert sessions.user(secret) == ""


def test_programs_bring_the_key(client: TestClient) -> None:
    given = {"authorization": f"Bearer {KEY}"}
    assert client.get("/whoami", headers=given).status_code == 200
    assert client.get("/whoami", headers={"authorization": "Bearer "}).status_code == 401
    # A login opens the page; the doors ask for the key all the same.
    log_in(client, "wang", "yi-er-san-si")
    assert client.get("/api/articles").status_code == 401
    assert client.get("/api/articles", headers=given).status_code == 200


def test_with_a_login_doors_without_a_key_are_shut_on_loopback_too() -> None:
    assistant: Any = FakeAssistant()
    assistant.settings = Settings(ui_auth=USERS, api_key="")
    client = TestClient(create_app(assistant), base_url="http://127.0.0.1")
    assert client.get("/api/articles").status_code == 403
    assert client.get("/", headers={"authorization": "Bearer "}).status_code == 401


def test_names_that_the_page_is_called_by() -> None:
    client = app(host="0.0.0.0", page_hosts=["qa.example.cn"])
    for host, status in {"qa.example.cn": 200, "localhost": 200, "0.0.0.0": 400, "x": 400}.items():
        assert client.get("/healthz", headers={"host": host}).status_code == status, host
    own = app(host="192.168.1.4")
    assert own.get("/healthz", headers={"host": "192.168.1.4:7860"}).status_code == 200


def test_owners(tmp_path: Path) -> None:
    class Request:
        def __init__(self, username: str | None) -> None:
            self.username = username

    owner = owner_handler(tmp_path, has_login=True)
    mine, other = owner("", Request("wang")), owner("", Request("li"))
    assert mine != other
    # Whatever the browser kept of the last user, and after a restart.
    again = owner_handler(tmp_path, has_login=True)
    assert again(other, Request("wang")) == mine
    assert (tmp_path / "visitor.key").stat().st_mode & 0o777 == 0o600
    assert owner("", Request(None)) != owner("", Request(None))
    assert owner_key("another server", "wang") != mine
    alone = owner_handler(tmp_path, has_login=False)
    assert alone("kept") == "kept"
