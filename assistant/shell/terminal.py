"""What a terminal is shown: visible text, JSON, progress bars, what was skipped."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from vectorstore import AddReport


class Bar:
    """A progress bar on stderr; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, done: int, total: int, label: str = "") -> None:
        """Show that `done` of `total` are done, the last of them `label`."""
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(total=total, disable=None, leave=False)
        self._bar.total = total
        self._bar.set_postfix_str(Path(label).name[-30:], refresh=False)
        self._bar.update(done - self._bar.n)


def visible(text: str) -> str:
    """Article text as a terminal may have it: no control characters but line ends and tabs."""
    return "".join(
        character for character in text if character in "\n\t" or character.isprintable()
    )


def print_json(value: Any) -> None:
    """Print what a program reads; what JSON has no form for becomes text."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def note(line: str) -> None:
    """Say one line to the person, beside what the command prints."""
    print(line, file=sys.stderr)


def tell_skipped(report: AddReport) -> None:
    """Name what could not be added, with the reasons."""
    for item in report.skipped:
        note(f"skipped {visible(item.source)}: {visible(item.reason)}")


def count(text: str) -> int:
    """An argument that counts something.

    Raises:
        argparse.ArgumentTypeError: unless it is a whole number of at least 1.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a whole number from 1 on is wanted, not {text!r}")
    return int(text)
