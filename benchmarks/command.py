"""What the benchmarks' commands share: names chosen by commas, and who made a figure."""

import argparse
import datetime
import hashlib
import os
import platform
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

_KINDS = ("*.py", "*.txt", "*.json", "SHA256SUMS")


def among(known: Iterable[str]) -> Callable[[str], list[str]]:
    """A reader of names of a table, divided by commas."""
    names = list(known)

    def read(text: str) -> list[str]:
        chosen = text.split(",")
        if not set(chosen) <= set(names):
            raise argparse.ArgumentTypeError(f"there are: {', '.join(names)}")
        return chosen

    return read


def code_digest(*rooms: ModuleType) -> str:
    """Changes with the code, the tables and the models of packages."""
    digest = hashlib.sha256()
    for room in rooms:
        folder = Path(room.__file__ or "").parent
        for path in sorted(path for kind in _KINDS for path in folder.rglob(kind)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def made_by(command: str, *rooms: ModuleType) -> dict[str, str]:
    """The command, date, machine and code that made a figure."""
    return {
        "command": command,
        "date": datetime.date.today().isoformat(),
        "machine": _machine(),
        "code": code_digest(*rooms),
    }


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB"
