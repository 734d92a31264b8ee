"""The file formats that can be read: for each its endings, its content types and its reader."""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from functools import partial
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError

from vectorstore.errors import SourceUnreadable
from vectorstore.loading.decode import decode
from vectorstore.schema import RawPage, Skipped

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


@dataclass(frozen=True, slots=True)
class Format:
    """A file format.

    `read` takes a file's bytes and its source, and gives its raw pages, or raises
    `SourceUnreadable`; `start` are the bytes that tell the format whatever the file is called.
    """

    suffixes: tuple[str, ...]
    content_types: tuple[str, ...]
    read: Callable[[bytes, str], Iterable[RawPage | Skipped]]
    start: bytes = b""


def format_of(data: bytes, suffix: str) -> Format | None:
    """The format of a file by its first bytes, else by the ending of its name; None if unknown."""
    if suffix not in SUFFIXES:
        return None
    told = (each for each in FORMATS if each.start and data.startswith(each.start))
    return next(told, None) or next(each for each in FORMATS if suffix in each.suffixes)


def _text(data: bytes, source: str, *, kind: str = "text") -> Iterator[RawPage]:
    """One page; a .txt that holds HTML becomes a page of kind html, front matter metadata."""
    text = decode(data)
    if not text.strip():
        raise SourceUnreadable("empty")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = _FRONT_MATTER.match(text)
    metadata = _front_matter(found[1]) if found else {}
    if found and metadata:
        text = text[found.end() :]
    if len(_TAG.findall(text[:200_000])) >= 2:
        kind = "html"
    elif metadata and kind == "text":
        kind = "markdown"
    yield RawPage(source, kind, text, metadata)


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


def _records(data: bytes, source: str) -> Iterator[RawPage | Skipped]:
    for number, line in enumerate(decode(data).split("\n"), start=1):
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


def _pdf(data: bytes, source: str) -> Iterator[RawPage]:
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
    yield RawPage(source, "text", text, {"title": title} if title else {})


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


def _docx(data: bytes, source: str) -> Iterator[RawPage]:
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
    yield RawPage(source, "text", text, _metadata(fields))


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


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = (
    Format((".html", ".htm"), ("text/html", "application/xhtml+xml"), partial(_text, kind="html")),
    Format((".txt",), ("text/plain",), _text),
    Format((".md",), ("text/markdown",), partial(_text, kind="markdown")),
    Format((".jsonl",), ("application/x-ndjson", "application/jsonl"), _records),
    Format((".pdf",), ("application/pdf",), _pdf, start=b"%PDF-"),
    Format((".docx",), (f"{_OFFICE}.wordprocessingml.document",), _docx),
)
SUFFIXES = tuple(suffix for each in FORMATS for suffix in each.suffixes)
