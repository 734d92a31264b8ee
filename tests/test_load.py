"""Finding files and reading each format; what can't be read is skipped with its reason."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from papers import TEXT, docx, lying, pdf, zipped

from vectorstore.loading import formats, load
from vectorstore.schema import RawPage, Skipped


def page_of(data: bytes, suffix: str) -> RawPage:
    (page,) = load.parse(data, "/a/one", suffix)
    assert isinstance(page, RawPage), page
    return page


def reason_of(data: bytes, suffix: str) -> str:
    (skipped,) = load.parse(data, "/a/one", suffix)
    assert isinstance(skipped, Skipped), skipped
    assert skipped.source == "/a/one"
    return skipped.reason


# --- discover ----------------------------------------------------------------------------------


def test_a_folder_is_read_recursively_and_sorted(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".git").mkdir()
    for name in ("二.txt", "a.HTML", "b/c.md", "b/d.exe", ".hidden.txt", ".git/x.txt"):
        (tmp_path / name).write_text(TEXT, "utf-8")
    found = list(load.discover(tmp_path))
    assert [each.name for each in found if isinstance(each, Path)] == ["a.HTML", "二.txt", "c.md"]
    skipped = {Path(each.source).name: each.reason for each in found if isinstance(each, Skipped)}
    assert skipped.keys() == {".git", ".hidden.txt", "d.exe"}
    assert "hidden" in skipped[".git"]
    assert ".exe" in skipped["d.exe"]


def test_links_that_lead_out_and_special_files_are_skipped(tmp_path: Path) -> None:
    folder, outside = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text(TEXT, "utf-8")
    (folder / "good.txt").write_text(TEXT, "utf-8")
    (folder / "file.txt").symlink_to(outside / "secret.txt")
    (folder / "folder").symlink_to(outside)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "inner.txt").symlink_to(folder / "good.txt")
    os.mkfifo(folder / "pipe.txt")
    found = list(load.discover(folder))
    assert [each.name for each in found if isinstance(each, Path)] == ["good.txt", "inner.txt"]
    skipped = {Path(each.source).name: each.reason for each in found if isinstance(each, Skipped)}
    assert skipped.keys() == {"file.txt", "folder", "loop.txt", "pipe.txt"}
    assert "out of the folder" in skipped["file.txt"]
    assert "regular" in skipped["pipe.txt"]


def test_one_file_and_a_missing_one(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text(TEXT, "utf-8")
    assert list(load.discover(path)) == [path]
    (missing,) = load.discover(tmp_path / "none.txt")
    assert isinstance(missing, Skipped)
    assert missing.reason == "no such file or folder"
    assert list(load.discover(tmp_path / "none.txt" / "\0")) != []


# --- text, html, markdown ----------------------------------------------------------------------

FRONT = """
---
title: '山海情_青溪'
categories:
 - 财经
 - 白沙新闻
author: 白沙新闻
date: Fri, 08 Mar 2024 09:59:42 GMT
link: https://example.cn/a/1
---
"""


def test_front_matter_becomes_metadata() -> None:
    page = page_of(f"{FRONT}<div>\n<p>{TEXT}</p>\n</div>".encode(), ".txt")
    assert page.kind == "html"
    assert "山海情" not in page.text
    assert page.metadata == {
        "title": "山海情_青溪",
        "author": "白沙新闻",
        "published": "2024-03-08",
        "url": "https://example.cn/a/1",
        "categories": "财经、白沙新闻",
    }


@pytest.mark.parametrize(
    ("text", "suffix", "kind"),
    [
        pytest.param(TEXT, ".txt", "text", id="text"),
        pytest.param(f"<p>{TEXT}</p><p>{TEXT}</p>", ".txt", "html", id="html-in-txt"),
        pytest.param(TEXT, ".html", "html", id="html"),
        pytest.param(f"# 题\n{TEXT}", ".md", "markdown", id="markdown"),
        pytest.param(f"1 < 2 且 3 > 2。{TEXT}", ".txt", "text", id="less-than"),
        pytest.param(f"---\n{TEXT}\n---\n", ".txt", "text", id="rules"),
    ],
)
def test_kind_is_known_by_content(text: str, suffix: str, kind: str) -> None:
    page = page_of(text.encode(), suffix)
    assert (page.kind, page.metadata) == (kind, {})


def test_broken_front_matter_is_read_line_by_line() -> None:
    page = page_of(f'---\ntitle: [山海情: "\ndate: 2024/3/8\n---\n{TEXT}'.encode(), ".md")
    assert page.metadata["published"] == "2024-03-08"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-08T09:15:00+08:00", "2024-03-08"),
        ("2024年3月8日", "2024-03-08"),
        ("2024.3.8", "2024-03-08"),
        ("20240308", "2024-03-08"),
        ("Fri, 08 Mar 2024 09:59:42 GMT", "2024-03-08"),
        ("2024-13-40", ""),
        ("昨天", ""),
        ("", ""),
    ],
)
def test_iso_date(text: str, day: str) -> None:
    assert formats.iso_date(text) == day


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_empty_files_are_skipped(data: bytes) -> None:
    assert reason_of(data, ".txt") == "empty"


def test_unknown_suffix_and_size() -> None:
    assert ".exe" in reason_of(b"x", ".exe")
    assert reason_of(b"x" * (formats.MAX_BYTES + 1), ".txt") == "larger than 20 MB"
    assert "binary" in reason_of(b"\x89PNG\r\n" + bytes(99), ".txt")


# --- jsonl -------------------------------------------------------------------------------------


def test_a_bad_line_does_not_stop_the_rest() -> None:
    good = {
        "id": "a",
        "title": "题",
        "text": TEXT,
        "published": "2024-03-08",
        "publisher": "青溪日报",
    }
    lines = [
        json.dumps(good, ensure_ascii=False),
        "{broken",
        "[1]",
        '{"text": " "}',
        "",
        '{"text": "好"}',
        "[" * 9999,
    ]
    found = list(load.parse("\n".join(lines).encode(), "/a/b.jsonl", ".jsonl"))
    pages = [each for each in found if isinstance(each, RawPage)]
    assert [page.source for page in pages] == ["/a/b.jsonl#1", "/a/b.jsonl#6"]
    assert pages[0].kind == "record"
    assert pages[0].text == TEXT
    assert pages[0].metadata == {key: value for key, value in good.items() if key != "text"}
    reasons = [each.reason for each in found if isinstance(each, Skipped)]
    assert reasons == [
        "line 2 is not JSON",
        "line 3 is not a JSON object",
        "line 4 has no text",
        "line 7 is not JSON",
    ]


# --- pdf and docx ------------------------------------------------------------------------------


def test_pdf_text_is_read_also_under_another_suffix() -> None:
    assert "Hello cooperation" in page_of(pdf("Hello cooperation"), ".pdf").text
    assert "Hello cooperation" in page_of(pdf("Hello cooperation"), ".txt").text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(pdf(), "text layer", id="scan"),
        pytest.param(pdf("x", "secret"), "encrypted", id="encrypted"),
        pytest.param(b"%PDF-1.7 nothing", "damaged PDF", id="damaged"),
        pytest.param(pdf("x")[:200], "PDF", id="truncated"),
        pytest.param(b"no pdf at all", "damaged PDF", id="not-pdf"),
    ],
)
def test_unreadable_pdf_is_skipped(data: bytes, reason: str) -> None:
    assert reason in reason_of(data, ".pdf")


def test_docx_paragraphs_and_tables_are_read_in_order() -> None:
    page = page_of(docx(), ".docx")
    assert page.text.split("\n") == [TEXT, "园区 12个", "附记。"]
    assert page.metadata == {"title": "山海情", "author": "何小平"}


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda: zipped(1, 300_000_000), "inflates", id="bomb"),
        pytest.param(lambda: zipped(2_001, 1), "entries", id="many-entries"),
        pytest.param(lambda: lying(zipped(1, 300_000_000)), "DOCX", id="lying-header"),
        pytest.param(lambda: zipped(1, 10), "DOCX", id="no-document"),
        pytest.param(lambda: docx()[:-100], "damaged DOCX", id="truncated"),
        pytest.param(lambda: b"plain text", "damaged DOCX", id="not-a-zip"),
    ],
)
def test_dangerous_or_damaged_docx_is_skipped(make: Callable[[], bytes], reason: str) -> None:
    data = make()
    start = time.process_time()
    assert reason in reason_of(data, ".docx")
    assert time.process_time() - start < 3


@pytest.mark.parametrize("suffix", formats.SUFFIXES)
@pytest.mark.parametrize("seed", range(12))
def test_noise_gives_verdicts_only(suffix: str, seed: int) -> None:
    import random

    noise = random.Random(seed)
    start = {".pdf": pdf("x"), ".docx": docx()}.get(
        suffix, (f'{{"text": "{TEXT}"}}\n' * 5).encode()
    )
    data = bytearray(start)
    for _ in range(seed * 3):
        data[noise.randrange(len(data))] = noise.randrange(256)
    for found in load.parse(bytes(data), "/a/one", suffix):
        assert isinstance(found, RawPage | Skipped)
