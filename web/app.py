"""The guarded application around the page: who may call, what passes, which headers go back."""

import base64
import hashlib
import re
from functools import partial
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import PlainTextResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import Assistant, Settings
from web.doors import Keyed, Workers
from web.front import Files, Front
from web.intake import INTAKE, intake_route
from web.login import Gate, Sessions, login_routes
from web.mcp import HttpDoor, create_mcp
from web.openai_api import create_openai_api
from web.rest import create_rest
from web.watch import watch

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]", "::1")
MAX_BODY = 1_000_000
"""Bytes of one request; a question with its page state is a few thousand."""

WILDCARDS = ("0.0.0.0", "::", "")
"""Addresses that stand for all of a machine, and are no name to call it by."""

# Of Gradio's own interface only what the page itself and Gradio's client call is passed on: it also
# holds a fetching proxy, file reading, uploads and an editor of the running program.
_GRADIO_API = re.compile(
    r"/gradio_api/(queue/(join|data)|heartbeat/[\w-]+|cancel|reset|startup-events|info)/?"
)
_CLOSED = re.compile(r"/(monitoring|svelte|pwa_icon|deep_link)(/.*)?")
_LOGIN = re.compile(r"/(login|logout)(/.*)?")
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_FIXED_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_POLICY = (
    "default-src 'none'; script-src 'self'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'none'; form-action 'self'; base-uri 'self'; object-src 'none'; "
    "frame-src 'none'; frame-ancestors 'none'"
)


def create_app(assistant: Assistant | None = None, head: str = "") -> FastAPI:
    """The application without a page: its guards, `/page.js`, `/page.css`, `/healthz`, the doors.

    What is mounted in it at `/` gets `head` into its HTML.

    Only requests whose Host is loopback's or one of the settings are answered (400 otherwise). With
    an `assistant` there are the doors for programs, the way in for articles, and, where the
    settings name users, the login; the doors ask for the key of the settings, which is needed
    unless the page is for this machine alone.
    """
    app = FastAPI(title="xieshou", docs_url=None, redoc_url=None, openapi_url=None)
    settings = assistant.settings if assistant else Settings()
    app.add_middleware(Front, files=Files(), head=head)
    if assistant is not None:
        _open_doors(app, assistant)
    users = settings.users()
    if users:
        sessions = Sessions(users)
        app.router.routes.extend(login_routes(sessions))
        app.add_middleware(Gate, sessions=sessions, key=settings.api_key.get_secret_value())
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts(settings), www_redirect=False)
    app.add_middleware(
        Guard, largest_upload=settings.upload_megabytes * 1_000_000, login=bool(users)
    )

    @app.get("/healthz")
    def health() -> PlainTextResponse:
        return PlainTextResponse("ok")

    return app


def hosts(settings: Settings) -> list[str]:
    """The names that the page may be called by."""
    own = [] if settings.host in WILDCARDS else [settings.host]
    return [
        *LOOPBACK_HOSTS,
        *own,
        *(f"[{each}]" for each in own if ":" in each),
        *settings.page_hosts,
    ]


def _open_doors(app: FastAPI, assistant: Assistant) -> None:
    settings, workers = assistant.settings, Workers()
    key = settings.api_key.get_secret_value()
    is_open = settings.is_private and not settings.users()
    keyed = partial(Keyed, key=key, open_=is_open)
    app.mount("/api", keyed(create_rest(assistant, workers)))
    app.mount("/v1", keyed(create_openai_api(assistant, workers)))
    mcp = HttpDoor(create_mcp(assistant, workers))
    app.router.routes.append(Route("/mcp", keyed(mcp)))
    app.router.lifespan_context = mcp.lifespan
    app.router.routes.append(intake_route(assistant))
    watch(app, assistant, keyed)


class Guard:
    """Refuses what the page never sends, and puts the security headers on every response."""

    def __init__(
        self, app: ASGIApp, largest_upload: int = MAX_BODY, *, login: bool = False
    ) -> None:
        self._app = app
        self._largest_upload = largest_upload
        self._login = login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection, as ASGI asks; web sockets are not spoken here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            refused = self._refusal(scope["method"], scope["path"], Headers(scope=scope))
            await (refused or self._app)(scope, receive, _Sealed(send))
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, method: str, path: str, headers: Headers) -> Response | None:
        internal = path.startswith("/gradio_api") and not _GRADIO_API.fullmatch(path)
        no_login = not self._login and _LOGIN.fullmatch(path)
        if internal or no_login or _CLOSED.fullmatch(path):
            return PlainTextResponse("Not found", 404)
        if method in ("GET", "HEAD"):
            return None
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc != headers.get("host"):
            return PlainTextResponse("Requests from other sites are refused", 403)
        length = headers.get("content-length", "")
        if not length.isdecimal():
            return PlainTextResponse("Content-Length is needed", 411)
        limit = self._largest_upload if path == INTAKE else MAX_BODY
        return PlainTextResponse("Too large", 413) if int(length) > limit else None


class _Sealed:
    """A `send` that adds the headers; it holds a page back until its inline scripts are hashed."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if "text/html" in Headers(raw=message["headers"]).get("content-type", ""):
                self._start = message
            else:
                await self._send(_with_headers(message, ""))
        elif self._start:
            await self._hold(message)
        else:
            await self._send(message)

    async def _hold(self, message: Message) -> None:
        self._body += message.get("body", b"")
        if self._start and not message.get("more_body"):
            await self._send(_with_headers(self._start, _hashes(self._body)))
            await self._send({"type": "http.response.body", "body": self._body})


def _with_headers(message: Message, hashes: str) -> Message:
    headers = MutableHeaders(raw=message["headers"])
    for name, value in _FIXED_HEADERS.items():
        headers.setdefault(name, value)
    headers["content-security-policy"] = _POLICY.format(hashes=hashes)
    return message


def _hashes(page: bytes) -> str:
    """The inline scripts of a page as sources of its policy, so that no other one runs."""
    scripts = dict.fromkeys(match.group(1) for match in _INLINE_SCRIPT.finditer(page))
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts)
    return "".join(f" 'sha256-{digest}'" for digest in digests)
