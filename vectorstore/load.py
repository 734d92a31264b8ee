"""From a path or a file's bytes to raw pages: what may be read, in which format, what it states."""

import json
import os
import re
import stat
import time
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from vectorstore.decode import decode
from vectorstore.errors import SourceUnreadable
from vectorstore.schema import RawPage, Skipped

SUFFIXES = (".html", ".htm", ".txt", ".md", ".jsonl", ".pdf", ".docx")
MAX_BYTES = 20_000_000
_MAX_INFLATED, _MAX_ENTRIES, _MAX_RATIO = 200_000_000, 2_000, 200
_PDF_SECONDS = 20.0
_TAG = re.compile(
    r"<(?:!doctype|html|head|body|div|p|br|table|article|section|span|h[1-6])\b[^<>]{0,400}>", re.I
)
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\n(.{1,20000}?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_LINE = re.compile(r"^([\w.-]{1,40})[ \t]*:[ \t]*(.*?)[ \t]*$", re.MULTILINE)
# What the keys of front matter and of foreign records are called, in order of preference.
_FIELDS = {
    "id": ("id",),
    "title": ("title", "headline", "标题"),
    "author": ("author", "authors", "作者"),
    "published": ("published", "date", "publish_date", "pubdate", "datepublished", "time", "日期"),
    "url": ("url", "link", "permalink", "source_url", "original_url", "原文链接"),
    "publisher": ("publisher", "source", "site", "sitename", "来源"),
    "categories": ("categories", "category"),
}
_DATE = re.compile(
    r"((?:19|20)\d\d)(?:\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})|(\d\d)(\d\d)(?!\d))"
)


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

    `suffix` is one of `SUFFIXES`. Text files are looked into: a .txt that holds HTML becomes a page
    of kind html, and front matter becomes metadata. What can't be read becomes a `Skipped` with its
    reason, never an error.
    """
    try:
        if len(data) > MAX_BYTES:
            raise SourceUnreadable(f"larger than {MAX_BYTES // 1_000_000} MB")
        if not data.strip():
            raise SourceUnreadable("empty")
        yield from _parse(data, source, suffix.lower())
    except SourceUnreadable as error:
        yield Skipped(source, str(error))


def _parse(data: bytes, source: str, suffix: str) -> Iterator[RawPage | Skipped]:
    if suffix not in SUFFIXES:
        raise SourceUnreadable(_unknown(suffix))
    if suffix == ".pdf" or data.startswith(b"%PDF-"):
        yield _pdf_page(data, source)
    elif suffix == ".docx":
        yield _docx_page(data, source)
    elif suffix == ".jsonl":
        yield from _records(decode(data), source)
    else:
        yield _text_page(decode(data), source, suffix)


def _text_page(text: str, source: str, suffix: str) -> RawPage:
    if not text.strip():
        raise SourceUnreadable("empty")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = _FRONT_MATTER.match(text)
    metadata = _front_matter(found[1]) if found else {}
    if found and metadata:
        text = text[found.end() :]
    markup = suffix in (".html", ".htm") or len(_TAG.findall(text[:200_000])) >= 2
    kind = "html" if markup else "markdown" if suffix == ".md" or metadata else "text"
    return RawPage(source, kind, text, metadata)


def _front_matter(block: str) -> dict[str, str]:
    import yaml

    try:
        fields = yaml.load(block, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        fields = dict(_FRONT_LINE.findall(block))
    return _metadata(fields) if isinstance(fields, dict) else {}


def _metadata(fields: dict[Any, Any]) -> dict[str, str]:
    """Our names for the fields that a container states; dates in ISO form, lists joined by 、."""
    lowered = {str(key).strip().lower(): _flat(value) for key, value in fields.items()}
    found = {
        name: next((lowered[key] for key in keys if lowered.get(key)), "")
        for name, keys in _FIELDS.items()
    }
    found["published"] = iso_date(found["published"])
    return {name: value for name, value in found.items() if value}


def _flat(value: object) -> str:
    if isinstance(value, list):
        return "、".join(filter(None, map(_flat, value)))
    if isinstance(value, dict):
        return _flat(value.get("name", ""))
    return str(value).strip() if isinstance(value, str | int | float) else ""


def iso_date(text: str) -> str:
    """The day in `text` (ISO, RFC 2822, 2022年6月21日, 20220621) as YYYY-MM-DD, or nothing."""
    found = _DATE.search(text)
    try:
        if found:
            year, month, day = (int(part) for part in found.groups() if part)
            return date(year, month, day).isoformat()
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return ""


def _records(text: str, source: str) -> Iterator[RawPage | Skipped]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield record(line, f"{source}#{number}")


def record(line: str, source: str) -> RawPage | Skipped:
    """The page of one line of a .jsonl file; `source` ends in # and the number of the line."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return Skipped(source, f"line {source.rpartition('#')[2]} is not JSON")
    number = source.rpartition("#")[2]
    if not isinstance(fields, dict):
        return Skipped(source, f"line {number} is not a JSON object")
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip():
        return Skipped(source, f"line {number} has no text")
    return RawPage(source, "record", text, _metadata(fields))


def _pdf_page(data: bytes, source: str) -> RawPage:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceUnreadable("encrypted PDF; save it without a password")
        text = _pdf_text(reader)
        title = str((reader.metadata and reader.metadata.title) or "").strip()
    except (DependencyError, NotImplementedError) as error:
        raise SourceUnreadable(f"PDF with an unsupported encryption or filter: {error}") from None
    except (
        PyPdfError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        OSError,
    ) as error:
        raise SourceUnreadable(f"damaged PDF: {error}") from None
    except (RecursionError, MemoryError, OverflowError, AssertionError, ZlibError) as error:
        raise SourceUnreadable(f"damaged PDF: {type(error).__name__}") from None
    if not text.strip():
        raise SourceUnreadable("PDF without a text layer (a scan?); it needs OCR first")
    return RawPage(source, "text", text, {"title": title} if title else {})


def _pdf_text(reader: Any) -> str:
    deadline = time.monotonic() + _PDF_SECONDS
    pages = []
    for page in reader.pages:
        pages.append(page.extract_text())
        if time.monotonic() > deadline:
            raise SourceUnreadable(
                f"PDF that takes longer than {_PDF_SECONDS:.0f} s to read; split it"
            )
    return "\n".join(pages)


def _docx_page(data: bytes, source: str) -> RawPage:
    from docx import Document
    from docx.opc.exceptions import OpcError

    try:
        with ZipFile(BytesIO(data)) as archive:
            _refuse_zip_bomb(archive)
        document = Document(BytesIO(data))
    except (BadZipFile, OpcError, SyntaxError, ZlibError) as error:
        raise SourceUnreadable(f"damaged DOCX: {error}") from None
    except (KeyError, ValueError, NotImplementedError, RuntimeError, OSError) as error:
        raise SourceUnreadable(f"not a readable DOCX: {error}") from None
    text = "\n".join(_docx_lines(document))
    if not text.strip():
        raise SourceUnreadable("DOCX without text")
    stated = document.core_properties
    fields = {"title": stated.title, "author": stated.author}
    return RawPage(source, "text", text, _metadata(fields))


def _docx_lines(document: Any) -> Iterator[str]:
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            yield from (" ".join(cell.text for cell in row.cells) for row in block.rows)
        else:
            yield block.text


def _refuse_zip_bomb(archive: ZipFile) -> None:
    """Count what the entries really inflate to, for a header may lie."""
    entries = archive.infolist()
    if len(entries) > _MAX_ENTRIES:
        raise SourceUnreadable(f"DOCX with more than {_MAX_ENTRIES} entries")
    if sum(entry.file_size for entry in entries) > _MAX_INFLATED:
        raise SourceUnreadable(f"DOCX that inflates to more than {_MAX_INFLATED // 1_000_000} MB")
    inflated = 0
    for entry in entries:
        if entry.flag_bits & 1:
            raise SourceUnreadable("encrypted DOCX; save it without a password")
        with archive.open(entry) as stream:
            while block := stream.read(1 << 20):
                inflated += len(block)
                if inflated > _MAX_INFLATED:
                    raise SourceUnreadable(
                        f"DOCX that inflates to more than {_MAX_INFLATED // 1_000_000} MB"
                    )
