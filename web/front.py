"""What a first visit is made of: the head in the page's HTML, and Gradio's files out of memory."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.words import script_words

FOR_EVER = "public, max-age=31536000, immutable"
_SCRIPTS = ("common.js", "page.js", "past.js", "shelf.js")
_STYLES = ("page.css", "shelf.css")
_TYPES = {".js": "text/javascript", ".css": "text/css"}
_ASSET = re.compile(r"/assets/([\w.-]+\.(?:js|css))")


class Files:
    """The page's own script and style, and Gradio's, each compressed when first asked for."""

    def __init__(self) -> None:
        self._gradio = _gradio_assets()

    @cached_property
    def own(self) -> dict[str, bytes]:
        """`page.js` with the words that it says, and `page.css`."""
        words = json.dumps(script_words(), ensure_ascii=False)
        script = f"const WORDS = {words};\n{_texts(_SCRIPTS)}"
        return {"page.js": script.encode(), "page.css": _texts(_STYLES).encode()}

    def address(self, name: str) -> str:
        """The address of one of our own files, which changes with what is in it."""
        return f"{name}?v={sha256(self.own[name]).hexdigest()[:16]}"

    def response(self, path: str, headers: Headers, query: bytes = b"") -> Response | None:
        """A file as the browser takes it; None for what is none."""
        own = path.removeprefix("/")
        found = _ASSET.fullmatch(path)
        if own in self.own:
            data, is_fixed = self.own[own], query.startswith(b"v=")
        elif found and (data := self._read(found[1])):
            # The name tells of the content: it has a digest in it.
            is_fixed = True
        else:
            return None
        kind = _TYPES[Path(path).suffix]
        given = {"vary": "accept-encoding", "cache-control": FOR_EVER if is_fixed else "no-cache"}
        if re.search(r"\bgzip\b", headers.get("accept-encoding", "")):
            given["content-encoding"] = "gzip"
            data = _compressed(data)
        return Response(data, headers=given, media_type=kind)

    def _read(self, name: str) -> bytes:
        path = self._gradio / name
        return _bytes(path) if path.is_file() else b""

    def hints(self, kinds: Iterable[str]) -> list[str]:
        """Gradio's files that a page with these kinds of components will ask for, by name.

        They stand in its bundle: the entry imports the frame, that one the page (`Blocks`), and a
        registry names the chunk of each kind; beside each import stand the chunks that it needs.
        Where another version of Gradio writes it otherwise, fewer are found, and the page only
        loads more slowly.
        """
        page = (self._gradio.parent / "index.html").read_text("utf-8")
        found = re.findall(r"assets/(index-[\w-]+\.(?:js|css))", page)
        named = "|".join(sorted(set(kinds)))
        steps = ("(?=Index-)", "(?=Blocks-)", rf"(?<=[{{,])(?:{named}):{{.*?component:.*?")
        for step in steps:
            found += [
                chunk
                for name in list(found)
                if name.endswith(".js")
                for chunk in self._imported(name, step)
            ]
        return list(dict.fromkeys(found))

    def _imported(self, name: str, which: str) -> Iterator[str]:
        """What a chunk imports at run time by one kind of import, and what that needs."""
        text = self._read(name).decode()
        needs = re.search(r"m\.f=\[(.*?)\]", text)
        names = re.findall(r'"\./([^"]+)"', needs[1]) if needs else []
        before, after = (which, "") if which.startswith("(?<") else ("", which)
        call = rf"{before}import\(`\./{after}([\w.-]+)`\)[^_]*__vite__mapDeps\(\[([\d,]*)\]\)"
        for chunk, numbers in re.findall(call, text):
            yield chunk
            yield from (names[int(each)] for each in numbers.split(",") if each)


class Front:
    """Answers for `Files`, and puts the head into the page's HTML; passes on all else.

    Args:
        app: what is behind it.
        files: what is answered here.
        head: HTML for the end of the page's head.
    """

    def __init__(self, app: ASGIApp, files: Files, head: str = "") -> None:
        self._app, self._files, self._head = app, files, head.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection, as ASGI asks."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = self._files.response(scope["path"], headers, scope["query_string"])
        if answer is not None:
            await answer(scope, receive, send)
        elif scope["path"] == "/" and self._head:
            # The head can't be put into a text that is compressed.
            plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            await self._app({**scope, "headers": plain}, receive, _Headed(send, self._head))
        else:
            await self._app(scope, receive, send)


class _Headed:
    """A `send` that puts the head into the HTML that goes through it."""

    def __init__(self, send: Send, head: bytes) -> None:
        self._send, self._head = send, head
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body") or self._start is None:
            return
        body = self._body.replace(b"</head>", self._head + b"</head>", 1)
        headers = MutableHeaders(raw=self._start["headers"])
        if "content-length" in headers:
            headers["content-length"] = str(len(body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})


def head_of(files: Files, kinds: Iterable[str], english: Mapping[int, Mapping[str, Any]]) -> str:
    """The end of the page's head: what it will ask for, and the words of who chose English."""
    words = json.dumps(english, ensure_ascii=False).replace("<", "\\u003c")
    links = "".join(
        f'<link rel="modulepreload" href="./assets/{name}" crossorigin>'
        if name.endswith(".js")
        else f'<link rel="preload" as="style" href="./assets/{name}" crossorigin>'
        for name in files.hints(kinds)
    )
    own = (
        f'<link rel="preload" as="style" href="{files.address("page.css")}">'
        f'<link rel="preload" as="script" href="{files.address("page.js")}">'
    )
    return f"<script>const ENGLISH = {words};\n{_texts(['head.js'])}</script>{own}{links}"


def _gradio_assets() -> Path:
    """The folder of Gradio's bundle; Gradio itself is not imported for it."""
    found = find_spec("gradio")
    folder = found.submodule_search_locations if found else None
    return Path((folder or [""])[0]) / "templates" / "frontend" / "assets"


def _texts(names: Iterable[str]) -> str:
    """Files that belong to the page, one after the other."""
    return "".join(
        resources.files("web.static").joinpath(name).read_text("utf-8") for name in names
    )


@lru_cache(maxsize=256)
def _bytes(path: Path) -> bytes:
    return path.read_bytes()


@lru_cache(maxsize=256)
def _compressed(data: bytes) -> bytes:
    return gzip.compress(data, 9, mtime=0)
