"""Runs something in a process of its own, and measures that process with all its descendants."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PROC = Path("/proc")
_EVERY_SECONDS = 0.2
# On two busy cores adding all the news took more than twenty minutes.
_MOST_SECONDS = 7200.0


class ChildFailed(RuntimeError):
    """A process that measured something ended without an answer."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process and all its descendants took.

    Args:
        wall: seconds.
        cpu: processor seconds.
        rss: resident bytes at most, all processes together.
        others: cores that the rest of the machine kept busy meanwhile; 0 on a quiet one.
    """

    wall: float
    cpu: float
    rss: int
    others: float

    def figures(self) -> dict[str, float]:
        """As the result file has it."""
        return {
            "wall_s": round(self.wall, 2),
            "cpu_s": round(self.cpu, 2),
            "peak_rss_mb": round(self.rss / 1e6, 1),
            "other_cores_busy": round(self.others, 2),
        }


def parents() -> dict[int, int]:
    """The parent of every process there is."""
    found: dict[int, int] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The name in brackets may hold anything, brackets and blanks too.
                rest = (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2]
                found[int(entry.name)] = int(rest.split()[1])
    return found


def tree(roots: Iterable[int], known: dict[int, int] | None = None) -> set[int]:
    """These processes and all their descendants."""
    of = parents() if known is None else known
    found = {root for root in roots if root in of}
    while True:
        more = {pid for pid, parent in of.items() if parent in found} - found
        if not more:
            return found
        found |= more


def tree_rss(roots: Iterable[int]) -> int:
    """Resident bytes of processes and their descendants; shared pages count in each."""
    total = 0
    for pid in tree(roots):
        with contextlib.suppress(OSError, IndexError):
            total += int((_PROC / str(pid) / "statm").read_text().split()[1])
    return total * os.sysconf("SC_PAGE_SIZE")


def tree_cpu(roots: Iterable[int]) -> float:
    """Processor seconds of processes and their descendants, those that ended included."""
    ticks = 0
    for pid in tree(roots):
        with contextlib.suppress(OSError, IndexError):
            rest = (_PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2]
            ticks += sum(map(int, rest.split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def busy_seconds() -> float:
    """Processor seconds that this machine has worked since it started."""
    user, nice, system, _idle, _waiting, *interrupts = map(
        int, (_PROC / "stat").read_text().split("\n")[0].split()[1:8]
    )
    return (user + nice + system + sum(interrupts)) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def watched(roots: Iterable[int]) -> Iterator[list[int]]:
    """Meanwhile the highest resident memory of these process trees is kept in `[bytes]`."""
    peak, ended, listed = [0], threading.Event(), list(roots)

    def watch() -> None:
        while True:
            peak[0] = max(peak[0], tree_rss(listed))
            if ended.wait(_EVERY_SECONDS):
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        ended.set()
        thread.join()


class Child:
    """An action of `child` that runs in a process of its own; closing ends it and its own.

    Args:
        action: its name.
        arguments: what it is told, as JSON has it.
    """

    def __init__(self, action: str, **arguments: Any) -> None:
        self._action = action
        self._start, self._busy = time.perf_counter(), busy_seconds()
        command = [sys.executable, "-m", "benchmarks.scale.child", action, json.dumps(arguments)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True, env=environment
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    def result(self, seconds: float) -> tuple[dict[str, Any], Spent]:
        """What it found, and what it took; it is ended after so many seconds.

        Raises:
            ChildFailed: if it did not finish.
        """
        timer = threading.Timer(seconds, self.close)
        timer.start()
        assert self.process.stdout is not None
        try:
            with watched([self.pid]) as peak:
                lines = self.process.stdout.read().splitlines()
            _, status, usage = os.wait4(self.pid, 0)
        finally:
            timer.cancel()
        self.process.returncode = os.waitstatus_to_exitcode(status)
        if self.process.returncode or not lines:
            raise ChildFailed(f"{self._action} ended with {self.process.returncode}")
        wall = time.perf_counter() - self._start
        found: dict[str, Any] = json.loads(lines[-1])
        cpu = usage.ru_utime + usage.ru_stime
        others = max(0.0, busy_seconds() - self._busy - cpu) / wall
        return found, Spent(wall, cpu, peak[0], others)

    def close(self) -> None:
        """End it with all that it started."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)


def run(
    action: str, seconds: float = _MOST_SECONDS, **arguments: Any
) -> tuple[dict[str, Any], Spent]:
    """Run one action to its end, see `Child`."""
    child = Child(action, **arguments)
    try:
        return child.result(seconds)
    finally:
        child.close()
