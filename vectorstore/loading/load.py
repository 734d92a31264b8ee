"""From a path to the files that may be read, and from a file's bytes to raw pages."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from vectorstore.errors import SourceUnreadable
from vectorstore.loading.formats import MAX_BYTES, SUFFIXES, format_of
from vectorstore.schema import RawPage, Skipped


def discover(path: Path) -> Iterator[Path | Skipped]:
    """Yield the readable files at `path` (a folder: recursively, sorted), or why one is skipped."""
    if path.is_symlink() or not path.is_dir():
        yield _check_file(path, None)
        return
    root = path.resolve()
    for folder, folders, files in os.walk(path):
        for name in sorted(folders):
            child = Path(folder) / name
            if name.startswith(".") or child.is_symlink():
                folders.remove(name)
                yield Skipped(
                    str(child), "hidden folder" if name.startswith(".") else "linked folder"
                )
        folders.sort()
        yield from (_check_file(Path(folder) / name, root) for name in sorted(files))


def _check_file(path: Path, root: Path | None) -> Path | Skipped:
    """Accept or skip one file; `root` is the folder it must lie in, None for a file named alone."""
    try:
        if root is not None and path.name.startswith("."):
            return Skipped(str(path), "hidden file")
        if root is not None and not path.resolve(strict=True).is_relative_to(root):
            return Skipped(str(path), "symbolic link that leads out of the folder")
        mode = path.stat().st_mode
    except FileNotFoundError:
        return Skipped(str(path), "no such file or folder")
    except (OSError, RuntimeError, ValueError) as error:
        return Skipped(str(path), f"can't be opened: {error}")
    if stat.S_ISDIR(mode):
        return Skipped(str(path), "a link to a folder; name the folder itself")
    if not stat.S_ISREG(mode):
        return Skipped(str(path), "not a regular file")
    if path.suffix.lower() not in SUFFIXES:
        return Skipped(str(path), _unknown(path.suffix))
    return path


def _unknown(suffix: str) -> str:
    return f"unknown file type {suffix!r}; known are {' '.join(SUFFIXES)}"


def parse(data: bytes, source: str, suffix: str) -> Iterator[RawPage | Skipped]:
    """Yield the raw page of one file, or one page per line of a .jsonl file.

    `suffix` is one of `SUFFIXES`. What can't be read becomes a `Skipped` with its reason, never an
    error.
    """
    try:
        if len(data) > MAX_BYTES:
            raise SourceUnreadable(f"larger than {MAX_BYTES // 1_000_000} MB")
        if not data.strip():
            raise SourceUnreadable("empty")
        known = format_of(data, suffix.lower())
        if known is None:
            raise SourceUnreadable(_unknown(suffix.lower()))
        yield from known.read(data, source)
    except SourceUnreadable as error:
        yield Skipped(source, str(error))
