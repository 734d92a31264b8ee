"""The guarded application around the page: who may call, what passes, which headers go back."""

import base64
import hashlib
import ipaddress
import re
from collections.abc import Sequence
from functools import partial
from importlib import resources
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import PlainTextResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant import Assistant
from web.doors import Keyed, Workers
from web.mcp import HttpDoor, create_mcp
from web.openai_api import create_openai_api
from web.rest import create_rest
from web.watch import watch

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]", "::1")
MAX_BODY = 1_000_000
"""Bytes of one request; a question with its page state is a few thousand."""

# Of Gradio's own interface only what the page itself calls is passed on: it also holds a fetching
# proxy, file reading, uploads and an editor of the running program.
_GRADIO_API = re.compile(
    r"/gradio_api/(queue/(join|data)|heartbeat/\w+|cancel|reset|startup-events)/?"
)
_CLOSED = re.compile(r"/(monitoring|login|logout|svelte|pwa_icon|deep_link)(/.*)?")
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


def create_app(
    assistant: Assistant | None = None, hosts: Sequence[str] = LOOPBACK_HOSTS
) -> FastAPI:
    """The application without a page: its guards, `/page.js`, `/page.css`, `/healthz`, the doors.

    Only requests whose Host is one of `hosts` are answered (400 otherwise). The doors for programs
    are there with an `assistant`; they ask for the key of its settings, which is needed unless the
    settings bind to loopback.
    """
    app = FastAPI(title="xieshou", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(CORSMiddleware, allow_origins=[])
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    app.add_middleware(Guard)

    @app.get("/page.js")
    def script() -> Response:
        return Response(_read("page.js"), media_type="text/javascript")

    @app.get("/page.css")
    def style() -> Response:
        return Response(_read("page.css"), media_type="text/css")

    @app.get("/healthz")
    def health() -> PlainTextResponse:
        return PlainTextResponse("ok")

    if assistant is not None:
        _open_doors(app, assistant)
    return app


def _open_doors(app: FastAPI, assistant: Assistant) -> None:
    settings, workers = assistant.settings, Workers()
    key = settings.api_key.get_secret_value()
    keyed = partial(Keyed, key=key, open_=is_loopback(settings.host))
    app.mount("/api", keyed(create_rest(assistant, workers)))
    app.mount("/v1", keyed(create_openai_api(assistant, workers)))
    mcp = HttpDoor(create_mcp(assistant, workers))
    app.router.routes.append(Route("/mcp", keyed(mcp)))
    app.router.lifespan_context = mcp.lifespan
    watch(app, assistant, keyed)


def _read(name: str) -> str:
    """The text of a file that belongs to the page, for example `page.css`."""
    return resources.files("web").joinpath(name).read_text("utf-8")


def is_loopback(host: str) -> bool:
    """Whether `host` can only be reached from this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Refuses what the page never sends, and puts the security headers on every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection, as ASGI asks; web sockets are not spoken here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            refused = _refusal(scope["method"], scope["path"], Headers(scope=scope))
            await (refused or self._app)(scope, receive, _Sealed(send))
        else:
            await send({"type": "websocket.close", "code": 1008})


def _refusal(method: str, path: str, headers: Headers) -> Response | None:
    internal = path.startswith("/gradio_api") and not _GRADIO_API.fullmatch(path)
    if internal or _CLOSED.fullmatch(path):
        return PlainTextResponse("Not found", 404)
    if method in ("GET", "HEAD"):
        return None
    origin = headers.get("origin")
    if origin and urlsplit(origin).netloc != headers.get("host"):
        return PlainTextResponse("Requests from other sites are refused", 403)
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return PlainTextResponse("Content-Length is needed", 411)
    return PlainTextResponse("Too large", 413) if int(length) > MAX_BODY else None


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
    headers.update(_FIXED_HEADERS)
    headers["content-security-policy"] = _POLICY.format(hashes=hashes)
    return message


def _hashes(page: bytes) -> str:
    """The inline scripts of a page as sources of its policy, so that no other one runs."""
    scripts = dict.fromkeys(match.group(1) for match in _INLINE_SCRIPT.finditer(page))
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts)
    return "".join(f" 'sha256-{digest}'" for digest in digests)
