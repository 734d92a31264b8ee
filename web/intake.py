"""The way in for articles on the page: one file or URL a request, with its progress as it goes."""

import hashlib
import json
import logging
import re
import secrets
import shutil
import threading
import time
import unicodedata
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from assistant import Assistant
from vectorstore import AddReport, Progress, StoreBusy, VectorStoreError
from web.doors import Held, Workers
from web.line import Busy, Ticket
from web.reasons import skip_reason
from web.words import CHINESE, Words, words_in

_log = logging.getLogger(__name__)

INTAKE = "/shelf/add"
Told = dict[str, Any]
"""One line of what is told: `done` of `total`, or in the end a report or a `problem`."""

_FOLDER = "uploads"
_LINES = "application/x-ndjson"
_MOST_SKIPPED = 50
# Seconds between two lines of progress: a file of records may have thousands.
_STEP = 0.1
# Bytes of a name: file systems take 255.
_LONGEST_NAME = 180
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


def problem_of(error: VectorStoreError, say: Words) -> str:
    """What a visitor is told of a store that can't be written to; the log has the rest."""
    _log.warning("%s", error)
    return say("shelf.busy" if isinstance(error, StoreBusy) else "shelf.failed")


def safe_name(name: str) -> str:
    """The last part of a file's name, as a plain label that no file system takes amiss."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(
        "_" if one in '<>:"|?*#%' else one
        for one in last
        if unicodedata.category(one)[0] != "C" and one != "\ufffd"
    )
    stem, dot, suffix = shown.strip(" .-").rpartition(".")
    stem = (stem if dot else suffix).strip(" .-")
    suffix = f".{suffix.lower()}" if dot else ""
    stem = stem.encode()[: _LONGEST_NAME - len(suffix.encode())].decode("utf-8", "ignore")
    return f"{'_' if _RESERVED.match(stem) else ''}{stem or '文件'}{suffix}"


def clear_uploads(data_dir: Path) -> None:
    """Remove what a killed process left half-way; only who owns the folder may do so."""
    shutil.rmtree(data_dir / _FOLDER, ignore_errors=True)


def intake_route(assistant: Assistant) -> Route:
    """`POST /shelf/add?name=…` with a file as the body, or `?url=…`; answers in lines of JSON.

    What they tell is Chinese, with `&lang=en` English.
    """
    intake = _Intake(assistant)

    async def add(request: Request) -> Response:
        say = words_in(request.query_params.get("lang"))
        try:
            with ExitStack() as held:
                lines = await intake.add(request, say, held.enter_context(intake.join()))
                return lines if isinstance(lines, Response) else Held(lines, held.pop_all(), _LINES)
        except Busy:
            return JSONResponse({"problem": say("shelf.crowded")}, 503)
        except ClientDisconnect:
            return Response(status_code=400)
        except OSError as error:
            _log.warning("an upload can't be kept: %s", error)
            return JSONResponse({"problem": say("shelf.failed")}, 503)

    return Route(INTAKE, add, methods=["POST"])


class _Intake:
    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._folder = assistant.settings.data_dir.expanduser().absolute() / _FOLDER
        self._types = tuple(each.lower() for each in assistant.settings.upload_types)
        self._workers = Workers(places=8, waiting=8)
        self._one_at_a_time = threading.Lock()

    def join(self) -> Ticket:
        return self._workers.join()

    async def add(
        self, request: Request, say: Words, ticket: Ticket
    ) -> Response | AsyncGenerator[bytes]:
        url = request.query_params.get("url", "").strip()
        if url:
            if not url.lower().startswith(("http://", "https://")):
                return JSONResponse(_skipped(url, say("shelf.address")))
            return self._lines(lambda tell: self._assistant.add(url, tell), say, ticket)
        name = safe_name(request.query_params.get("name", ""))
        if not name.lower().endswith(self._types):
            known = " ".join(self._types)
            return JSONResponse(_skipped(name, say("shelf.type", types=known)))
        digest, part = await self._received(request)
        return self._lines(partial(self._add_file, part, digest, name), say, ticket)

    async def _received(self, request: Request) -> tuple[str, Path]:
        """The body in a file that nobody else may read, and its SHA-256."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._folder / f"{secrets.token_hex(8)}.part"
        digest = hashlib.sha256()
        try:
            part.touch(mode=0o600)
            with part.open("wb") as file:
                async for piece in request.stream():
                    digest.update(piece)
                    file.write(piece)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return digest.hexdigest(), part

    def _add_file(self, part: Path, digest: str, name: str, tell: Progress) -> AddReport:
        """Add a received file; by its content and its name it is known when it comes again."""
        folder = self._folder / digest[:16]
        with self._one_at_a_time:
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
                return self._assistant.add(part.rename(folder / name), tell)
            finally:
                part.unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)

    def _lines(
        self, add: Callable[[Progress], AddReport], say: Words, ticket: Ticket
    ) -> AsyncGenerator[bytes]:
        return self._workers.each(map(_line, _told(add, say)), ticket)


def _told(add: Callable[[Progress], AddReport], say: Words) -> Iterator[Told]:
    """What `add` tells while it works in a thread of its own, which goes on if nobody listens."""
    queue: SimpleQueue[Told | None] = SimpleQueue()
    spoken = 0.0

    def tell(done: int, total: int, _source: str) -> None:
        nonlocal spoken
        if time.monotonic() - spoken >= _STEP:
            spoken = time.monotonic()
            queue.put({"done": done, "total": total})

    def work() -> None:
        try:
            queue.put(_report(add(tell), say))
        except VectorStoreError as error:
            queue.put({"problem": problem_of(error, say)})
        finally:
            queue.put(None)

    threading.Thread(target=work, name="intake").start()
    while (line := queue.get()) is not None:
        yield line


def _report(report: AddReport, say: Words = CHINESE) -> Told:
    skipped = [
        {"source": _shown(each.source), "reason": skip_reason(each.reason, say)}
        for each in report.skipped[:_MOST_SKIPPED]
    ]
    counts = {name: getattr(report, name) for name in ("added", "updated", "unchanged")}
    return {**counts, "skipped": skipped, "skipped_count": len(report.skipped)}


def _skipped(source: str, reason: str) -> Told:
    return _report(AddReport()) | {
        "skipped": [{"source": source, "reason": reason}],
        "skipped_count": 1,
    }


def _shown(source: str) -> str:
    """A source without the server's folders."""
    return source if source.startswith(("http://", "https://")) else source.rpartition("/")[2]


def _line(told: Told) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
