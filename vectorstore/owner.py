"""Which process may write to a data directory: one at a time, held by a lock of the system."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from vectorstore.errors import StoreBusy, StoreDamaged

if TYPE_CHECKING:
    from filelock import FileLock

# A process that only searches may hold the directory for a moment, to bring an index up to date.
_SECONDS = 0.5


class Owner:
    """This process's claim on a data directory; it ends with the process, however that ends.

    Args:
        data_dir: the folder.
        before_release: called before another process may have the folder.
    """

    def __init__(self, data_dir: Path, before_release: Callable[[], None]) -> None:
        self._data_dir = data_dir
        self._before_release = before_release
        self._lock: FileLock | None = None
        self._guard = threading.RLock()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Own the folder from now on; after an error only if it was owned before.

        One thread at a time is inside; others wait.

        Raises:
            StoreBusy: if another process owns it.
            StoreDamaged: if it can't be written to.
        """
        with self._guard, ExitStack() as undo:
            if self._lock is None:
                self._lock = self._acquired()
                undo.callback(self.release)
            yield
            undo.pop_all()

    @contextmanager
    def borrowing(self) -> Iterator[bool]:
        """Own the folder for this block alone; False where that would mean to wait."""
        if not self._guard.acquire(blocking=False):
            yield False
            return
        try:
            with ExitStack() as undo:
                if self._lock is None:
                    self._lock = self._acquired()
                    undo.callback(self.release)
                yield True
        finally:
            self._guard.release()

    def release(self) -> None:
        """Let another process have the folder."""
        with self._guard:
            if self._lock is not None:
                self._before_release()
                self._lock.release()
                self._lock = None

    def _acquired(self) -> "FileLock":
        from filelock import FileLock, Timeout

        note = self._data_dir / "owner"
        # Not bound to a thread: a page takes it in one and gives it back in another.
        lock = FileLock(self._data_dir / ".lock", thread_local=False)
        try:
            lock.acquire(timeout=_SECONDS)
            note.write_text(f"process {os.getpid()} since {datetime.now():%Y-%m-%d %H:%M:%S}")
        except Timeout:
            raise StoreBusy(
                f"{_read(note)} is writing to {self._data_dir}; "
                "wait for it, or close the page that uses it"
            ) from None
        except OSError as error:
            lock.release()
            raise StoreDamaged(
                f"{self._data_dir} can't be written to: {error.strerror or error}"
            ) from error
        return lock


def _read(note: Path) -> str:
    try:
        return note.read_text() or "another process"
    except (OSError, UnicodeError):
        return "another process"


def made(data_dir: Path) -> Path:
    """The folder, made if need be.

    Raises:
        StoreDamaged: if it can't be.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreDamaged(
            f"the data directory {data_dir} can't be made: {error.strerror}"
        ) from error
    return data_dir
