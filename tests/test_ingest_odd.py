"""Ingest of what is odd: broken characters, unreadable files, missing sources, other encodings."""

import hashlib
import json
from pathlib import Path

import pytest
from adding import Add, counts
from invented import article, record, write_articles

from vectorstore.preparing.embed import Embedder
from vectorstore.storage.articles import ArticleStore


@pytest.fixture
def add(article_store: ArticleStore, tiny_embedder: Embedder) -> Add:
    return Add(article_store, tiny_embedder)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"id": "a\0b"}, id="nul-in-id"),
        pytest.param({"id": "a\ud800"}, id="surrogate-in-id"),
        pytest.param({"title": "题\ud800\0", "publisher": "报\ud800"}, id="in-metadata"),
        pytest.param({"text": "正文\0有\ud800坏字。" + article(3)}, id="in-text"),
    ],
)
def test_broken_characters_never_stop_the_rest(
    add: Add, tmp_path: Path, fields: dict[str, str]
) -> None:
    broken = {"id": "x", "title": "题", "text": article(1), **fields}
    path = tmp_path / "some.jsonl"
    path.write_text(json.dumps(broken) + "\n" + record("good", article(2)), "utf-8")
    assert counts(add(path)) == (2, 0, 0, 0)
    before = add.state()
    assert counts(add(path)) == (0, 0, 2, 0)
    assert add.state() == before


def test_a_file_whose_name_is_no_text_is_added(add: Add, tmp_path: Path) -> None:
    name = "合作.txt".encode("gb18030")
    try:
        (Path(str(tmp_path)) / name.decode("utf-8", "surrogateescape")).write_text(
            article(1), "utf-8"
        )
    except OSError:
        pytest.skip("this file system takes no such name")
    report = add(tmp_path)
    assert report.added == 1
    assert add.store.articles()[0].source.isprintable()
    assert counts(add(tmp_path))[2] == 1


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("empty.txt", b"", "empty", id="empty"),
        pytest.param("blank.txt", b" \n\xe3\x80\x80\n", "", id="blank"),
        pytest.param("picture.txt", bytes(range(256)) * 40, "", id="binary"),
        pytest.param("fake.pdf", b"%PDF-1.7 nothing", "PDF", id="broken-pdf"),
        pytest.param("fake.docx", b"PK\x03\x04nothing", "DOCX", id="broken-docx"),
        pytest.param("what.xyz", b"abc", "unknown file type", id="unknown-type"),
        pytest.param("lines.jsonl", b"not json\n{}\n[]\n", "line", id="no-records"),
        pytest.param("huge.txt", b"\xe7\x94\xb2" * 7_000_000, "larger than 20 MB", id="21-mb"),
    ],
)
def test_what_can_not_be_read_is_skipped_with_its_reason(
    add: Add, tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    folder = write_articles(tmp_path / "in", range(2))
    (folder / name).write_bytes(data)
    report = add(folder)
    assert report.added == 2
    assert report.skipped
    assert all(name in item.source and reason in item.reason for item in report.skipped)
    assert all(item.reason and "\n" not in item.reason for item in report.skipped)
    assert add.store.counts()[0] == 2


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        pytest.param("", "names no file", id="empty"),
        pytest.param("  ", "names no file", id="blank"),
        pytest.param("/no/such/file.txt", "no such file", id="missing"),
        pytest.param("/no/such\0/file.txt", "names no file", id="nul"),
        pytest.param("http://127.0.0.1:9/a.html", "port 9", id="refused-port"),
        pytest.param("HTTP://127.0.0.1/a.html", "not a public address", id="inner-address"),
        pytest.param("https://nowhere.invalid/a.html", "nowhere.invalid", id="unknown-host"),
    ],
)
def test_a_source_that_is_not_there_is_skipped(add: Add, source: str, reason: str) -> None:
    report = add(source)
    assert counts(report) == (0, 0, 0, 1)
    assert reason in report.skipped[0].reason


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_other_encodings_are_read(add: Add, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(article(1).encode(encoding))
    assert counts(add(tmp_path / "a.txt")) == (1, 0, 0, 0)
    assert "携手发展" in add.store.articles()[0].text + add.store.articles()[0].title


def test_a_megabyte_is_stored(add: Add, tmp_path: Path) -> None:
    text = "".join(article(number, 40) for number in range(400))
    (tmp_path / "long.txt").write_text(text[:350_000], "utf-8")
    assert counts(add(tmp_path / "long.txt")) == (1, 0, 0, 0)
    stored = add.store.articles()[0]
    digest = hashlib.sha256()
    for batch in add.store.chunks_since(0):
        for row in batch:
            assert stored.text[row.chunk.start : row.chunk.end] == row.chunk.text
            digest.update(row.chunk.text.encode())
    assert digest.digest() != hashlib.sha256().digest()
