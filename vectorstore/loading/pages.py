"""From a source to its raw pages, one after another, with how many there are and how far it is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from vectorstore.errors import FetchRefused, SourceUnreadable
from vectorstore.loading import formats, load, net
from vectorstore.schema import RawPage, Skipped

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a source, or why it is skipped; `done` of `total` pages with it."""

    done: int
    total: int
    page: RawPage | Skipped


def read_pages(source: str, allow_hosts: frozenset[str]) -> Iterator[Step]:
    """Every page of a file, a folder, a .jsonl file or a URL.

    Args:
        source: path or URL.
        allow_hosts: `host:port` that may be fetched though they are not public.
    """
    if not source.strip() or "\0" in source:
        yield Step(1, 1, Skipped(source, "names no file, folder or URL"))
    elif source.lower().startswith(("http://", "https://")):
        yield from (Step(1, 1, page) for page in _fetched(source, allow_hosts))
    else:
        files = list(load.discover(_absolute(source)))
        counts = [_count(file) for file in files]
        done, total = 0, sum(counts)
        for file, count in zip(files, counts, strict=True):
            before = done
            for page in _read(file):
                done += 1
                yield Step(done, max(done, total), page)
            # A count of lines is only as right as the file's encoding is plain.
            total += done - before - count


def _fetched(url: str, allow_hosts: frozenset[str]) -> Iterator[RawPage | Skipped]:
    try:
        fetched = net.fetch(url, allow_hosts=allow_hosts)
    except (FetchRefused, SourceUnreadable) as error:
        yield Skipped(url, str(error))
        return
    for page in load.parse(fetched.data, fetched.url, fetched.suffix):
        if isinstance(page, RawPage):
            page = replace(page, metadata={"url": fetched.url, **page.metadata})
        yield page


def _absolute(source: str) -> Path:
    """The path by which a file is known, wherever it is named from; a link stays a link."""
    path = Path(source)
    return path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()


def _is_records(file: Path) -> bool:
    return file.suffix.lower() == ".jsonl"


def _count(file: Path | Skipped) -> int:
    """How many pages a file will give: one, or as many as it has lines that are not blank."""
    if isinstance(file, Skipped) or not _is_records(file):
        return 1
    try:
        with file.open("rb") as lines:
            return sum(1 for line in lines if not line.isspace()) or 1
    except OSError:
        return 1


def _read(file: Path | Skipped) -> Iterator[RawPage | Skipped]:
    if isinstance(file, Skipped):
        yield file
        return
    try:
        if _is_records(file) and file.stat().st_size > formats.MAX_BYTES:
            yield from _records(file)
        else:
            yield from load.parse(file.read_bytes(), str(file), file.suffix.lower())
    except OSError as error:
        yield Skipped(str(file), f"can't be read: {error.strerror}")


def _records(file: Path) -> Iterator[RawPage | Skipped]:
    """The records of a .jsonl file of any size, line by line; it must be UTF-8."""
    with file.open("rb") as lines:
        number = 0
        while line := lines.readline(formats.MAX_BYTES + 1):
            number += 1
            source = f"{file}#{number}"
            if len(line) > formats.MAX_BYTES:
                yield Skipped(
                    source, f"line {number} is larger than {formats.MAX_BYTES // 10**6} MB"
                )
                while not line.endswith(b"\n") and (line := lines.readline(_BLOCK)):
                    pass
                continue
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError:
                yield Skipped(source, f"line {number} is not UTF-8")
                continue
            if text.strip():
                yield formats.record(text, source)
