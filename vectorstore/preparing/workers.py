"""Preparing pages in processes of their own: all cores work, and a served page is not held up.

They are plain child processes that talk in frames (a JSON header and raw numbers) over their
standard streams: nothing of the caller's program is run again in them, as `multiprocessing` would.
"""

import json
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import cycle, islice
from queue import SimpleQueue
from typing import IO, Any, Protocol, TypeVar

from vectorstore.errors import SourceUnreadable
from vectorstore.preparing.embed import load_embedder
from vectorstore.preparing.frames import (
    Outcome,
    described,
    described_page,
    outcome,
    pack,
    raw_page,
    read,
    unpack,
)
from vectorstore.preparing.prepare import Cutting, Prepared, Preparer
from vectorstore.schema import RawPage, Skipped

# Pages in a frame, which are stored in one transaction, with one sync of the disk.
_FRAME = 32
# Pages and characters on their way: enough that no worker waits while the indexes catch up.
_MOST_PAGES, _MOST_CHARACTERS = 4_000, 8_000_000
# Chroma holds the GIL of this process for half a second at a time; so much fits in between.
_PIPE_BYTES = 1 << 20
# One process stores what they prepare; it could not keep up with more.
_MOST = 4
_SECONDS = 5.0
_START = (
    # The keyboard's interrupt is for the caller, from the first line on; without it, this one ends.
    "import json, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "sys.path[:] = json.loads(sys.argv[1])\n"
    "from vectorstore.preparing.workers import main; main(json.loads(sys.argv[2]))"
)


class Job(Protocol):
    """Something to be prepared: the page, None where nothing needs to be done."""

    @property
    def page(self) -> RawPage | None:
        """The page."""


AnyJob = TypeVar("AnyJob", bound=Job)


def prepare(preparer: Preparer, page: RawPage | None) -> Outcome:
    """A page prepared in this process, or why it is skipped."""
    if page is None:
        return None
    try:
        return preparer.prepare(page)
    except SourceUnreadable as error:
        return Skipped(page.source, str(error))


class Workers:
    """Child processes that prepare pages; what they can't do is done in this process.

    Args:
        preparer: prepares the same way in this process; its embedder must lie in a folder.
        count: number of processes; by default one for each core, at most four.
    """

    def __init__(self, preparer: Preparer, count: int = 0) -> None:
        self._preparer = preparer
        count = count or min(_MOST, _cores())
        folder, cutting = preparer.folder, asdict(preparer.cutting)
        self._workers = [_Worker([str(folder), cutting]) for _ in range(count)]

    def close(self) -> None:
        """End them."""
        for worker in self._workers:
            worker.close()

    def through(self, jobs: Iterable[AnyJob]) -> Iterator[list[tuple[AnyJob, Outcome]]]:
        """All jobs in their order, a few at a time, each with what was made of its page."""
        waiting: deque[tuple[_Worker, list[AnyJob], int]] = deque()
        workers, source, ahead = cycle(self._workers), iter(jobs), 0
        while some := list(islice(source, _FRAME)):
            worker = next(workers)
            worker.send(pack([described_page(job.page) for job in some]))
            size = sum(len(job.page.text) for job in some if job.page)
            waiting.append((worker, some, size))
            ahead += size
            is_full = len(waiting) * _FRAME > _MOST_PAGES or ahead > _MOST_CHARACTERS
            while waiting and (is_full or waiting[0][0].is_ready):
                worker, some, size = waiting.popleft()
                ahead, is_full = ahead - size, False
                yield self._received(worker, some)
        while waiting:
            worker, some, _ = waiting.popleft()
            yield self._received(worker, some)

    def _received(self, worker: "_Worker", jobs: list[AnyJob]) -> list[tuple[AnyJob, Outcome]]:
        frame = worker.receive()
        if frame is None:
            return [(job, prepare(self._preparer, job.page)) for job in jobs]
        header, numbers = unpack(frame)
        dimensions = self._preparer.dimensions
        outcomes = [outcome(item, numbers, dimensions) for item in header]
        return list(zip(jobs, outcomes, strict=True))


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Worker:
    """One child process; threads pass on what goes to and fro, so that neither side waits."""

    def __init__(self, recipe: list[Any]) -> None:
        self._work: SimpleQueue[bytes | None] = SimpleQueue()
        self._frames: SimpleQueue[bytes | None] = SimpleQueue()
        arguments = [json.dumps(sys.path), json.dumps(recipe)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._open = 0
        for stream in (self._process.stdin, self._process.stdout):
            _widen(stream)
        self._threads = [
            threading.Thread(target=run, daemon=True) for run in (self._hand_out, self._take_in)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def is_ready(self) -> bool:
        """Whether it need not be waited for."""
        return not self._frames.empty()

    def send(self, frame: bytes) -> None:
        """Give it work; one that has died gives none back."""
        self._open += 1
        self._work.put(frame)

    def receive(self) -> bytes | None:
        """What it made of the next frame of work; None if it has died."""
        self._open -= 1
        frame = self._frames.get()
        if frame is None:
            self._frames.put(None)
        return frame

    def close(self) -> None:
        """End it, at once where nobody waits for its work any more."""
        self._work.put(None)
        if self._open:
            self._process.kill()
        try:
            self._process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join()

    def _hand_out(self) -> None:
        stream = self._process.stdin
        assert stream is not None
        with suppress(OSError), stream:
            while frame := self._work.get():
                stream.write(frame)
                stream.flush()

    def _take_in(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            while frame := read(stream):
                self._frames.put(frame)
        self._frames.put(None)


def _widen(stream: IO[bytes] | None) -> None:
    """Let a pipe hold more than the usual 64 kB, where the system does that."""
    with suppress(ImportError, AttributeError, OSError):
        import fcntl

        assert stream is not None
        fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


# -- in the child ---------------------------------------------------------------------------


def main(recipe: Sequence[Any]) -> None:
    """Prepare pages from standard input until it ends: the life of a worker process."""
    import gc

    # People who are being answered come first.
    os.nice(5)
    given, taken = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not end up between the frames.
    os.dup2(2, 1)
    folder, cutting = recipe
    preparer = Preparer(load_embedder(folder), Cutting(**cutting))
    # What was loaded stays for good, and need not be searched for garbage again and again.
    gc.freeze()
    # Its owner may be gone, killed say, before it has taken what was made.
    with suppress(BrokenPipeError):
        while frame := read(given):
            pages, _ = unpack(frame)
            taken.write(_answer([prepare(preparer, raw_page(fields)) for fields in pages]))
            taken.flush()


def _answer(outcomes: list[Outcome]) -> bytes:
    """The frame of what was made of some pages."""
    numbers: list[bytes] = []
    for made in outcomes:
        if isinstance(made, Prepared):
            numbers += [made.cut.vectors.tobytes(), *(ids.tobytes() for ids in made.cut.pieces)]
    return pack([described(made) for made in outcomes], b"".join(numbers))
