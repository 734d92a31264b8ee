"""The login of the page: who a request comes from, and how wrong passwords are slowed down."""

import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import resources
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from web.doors import brings

USER = "xieshou.user"
"""Where in the scope of a request the name of its user stands."""
COOKIE = "xieshou"
# Twelve hours: one working day with one login.
_SECONDS = 12 * 3600
_MOST_SESSIONS, _MOST_FAILURES = 10_000, 10_000
# So many wrong passwords are free; each further one doubles the wait, up to a minute.
_FREE, _LONGEST_WAIT = 5, 60.0
_MAX_FORM = 10_000
# What is shown before the login, and the doors, which ask for the key of their own.
_OPEN = ("/login", "/healthz", "/page.css", "/favicon.ico")
_DOORS = ("/api", "/v1", "/mcp")


@dataclass(frozen=True, slots=True)
class _Session:
    user: str
    until: float


class Sessions:
    """Who is logged in; it is forgotten when the server ends.

    Args:
        users: names and passwords.
        clock: seconds that only go forward.
    """

    def __init__(
        self, users: Mapping[str, str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        # Digests are of one length, so that a comparison tells nothing of the password's.
        self._users = {name: _digest(password) for name, password in users.items()}
        self._clock = clock
        self._guard = threading.Lock()
        self._open: dict[str, _Session] = {}
        self._failures: dict[str, tuple[int, float]] = {}

    def wait(self, *who: str) -> float:
        """Seconds until one of these (a name, an address) may try again; 0 for at once."""
        with self._guard:
            told = [self._failures[each] for each in who if each in self._failures]
        waits = [
            last + min(2.0 ** (count - _FREE), _LONGEST_WAIT) - self._clock()
            for count, last in told
            if count >= _FREE
        ]
        return max([0.0, *waits])

    def log_in(self, name: str, password: str, address: str) -> str:
        """The secret of a new session; empty for a wrong name or password."""
        given, right = _digest(password), False
        for user, kept in self._users.items():
            # Every user is compared, whichever was named.
            right |= hmac.compare_digest(given, kept) & (user == name)
        with self._guard:
            if not right:
                self._count(f"user {name}", f"address {address}")
                return ""
            self._failures.pop(f"user {name}", None)
            self._failures.pop(f"address {address}", None)
            now = self._clock()
            self._open = {key: each for key, each in self._open.items() if each.until > now}
            if len(self._open) >= _MOST_SESSIONS:
                self._open.pop(next(iter(self._open)))
            secret = secrets.token_urlsafe(32)
            self._open[_digest(secret).hex()] = _Session(name, now + _SECONDS)
        return secret

    def user(self, secret: str) -> str:
        """Whose session this is; empty if it is none."""
        with self._guard:
            found = self._open.get(_digest(secret).hex())
        return found.user if found and found.until > self._clock() else ""

    def log_out(self, secret: str) -> None:
        """End a session."""
        with self._guard:
            self._open.pop(_digest(secret).hex(), None)

    def _count(self, *who: str) -> None:
        if len(self._failures) >= _MOST_FAILURES:
            self._failures.clear()
        for each in who:
            self._failures[each] = self._failures.get(each, (0, 0.0))[0] + 1, self._clock()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class Gate:
    """Lets only who is logged in pass to the page; a program may bring the key instead.

    Args:
        app: what is behind it.
        sessions: who is logged in.
        key: the key of programs; empty where there is none.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions, key: str) -> None:
        self._app = app
        self._sessions = sessions
        self._key = key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, as ASGI asks."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            program = "a program" if brings(headers, self._key) else ""
            scope[USER] = self._sessions.user(_cookie(headers)) or program
            path = scope["path"]
            if not scope[USER] and path not in _OPEN and not _is_door(path):
                await _refusal(scope["method"], headers)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_door(path: str) -> bool:
    return any(path == door or path.startswith(f"{door}/") for door in _DOORS)


def _refusal(method: str, headers: Headers) -> Response:
    if method in ("GET", "HEAD") and "text/html" in headers.get("accept", ""):
        return RedirectResponse("/login", 303)
    return JSONResponse({"detail": "log in at /login, or give the key of ASSISTANT_API_KEY"}, 401)


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def login_routes(sessions: Sessions) -> list[Route]:
    """`/login` with its form, and `/logout`."""

    async def show(request: Request) -> Response:
        return _form()

    async def log_in(request: Request) -> Response:
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _MAX_FORM:
                return _form("输入的内容太长。", 413)
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        name, password = (fields.get(field, [""])[0] for field in ("username", "password"))
        return _answer(request, sessions, name.strip(), password.strip())

    async def log_out(request: Request) -> Response:
        sessions.log_out(_cookie(request.headers))
        response = Response(status_code=204)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    return [
        Route("/login", show, methods=["GET"]),
        Route("/login", log_in, methods=["POST"]),
        Route("/logout", log_out, methods=["POST"]),
    ]


def _answer(request: Request, sessions: Sessions, name: str, password: str) -> Response:
    """What becomes of one try to log in."""
    is_page = "text/html" in request.headers.get("accept", "")
    address = request.client.host if request.client else ""
    wait = sessions.wait(f"user {name}", f"address {address}")
    if wait > 0:
        told = f"试错的次数太多，请过 {wait:.0f} 秒再试。"
        refused = _form(told, 429) if is_page else JSONResponse({"detail": "try later"}, 429)
        refused.headers["retry-after"] = str(int(wait) + 1)
        return refused
    secret = sessions.log_in(name, password, address)
    if not secret:
        wrong = JSONResponse({"detail": "wrong user or password"}, 401)
        return _form("用户名或密码不对。", 401) if is_page else wrong
    response = RedirectResponse("/", 303) if is_page else JSONResponse({"success": True})
    response.set_cookie(
        COOKIE,
        secret,
        max_age=_SECONDS,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return response


def _form(problem: str = "", status: int = 200) -> Response:
    page = resources.files("web.static").joinpath("login.html").read_text("utf-8")
    said = f'<p class="xs-problem" role="alert">{problem}</p>' if problem else ""
    # Without a referrer a browser does not say, either, that the form comes from here.
    headers = {"cache-control": "no-store", "referrer-policy": "same-origin"}
    return HTMLResponse(page.replace("<!-- problem -->", said), status, headers)


def owner_key(secret: str, user: str) -> str:
    """By what a user's conversations are known: nobody else can work it out."""
    told = json.dumps(["conversations", user], ensure_ascii=False)
    return hmac.new(secret.encode(), told.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
