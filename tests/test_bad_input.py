"""Ugly files, all in one folder: each ends with its verdict, in time and memory; the good stay."""

import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from papers import docx, pdf, zipped

from vectorstore.loading.pages import read_pages
from vectorstore.schema import RawPage, Skipped

ROOT = Path(__file__).parent.parent
SECONDS, MEGABYTES = 10, 1000
BODY = "甲市与乙市在2023年5月8日签署对口合作协议，签约重点项目60个，总投资325亿元，分三期建成。"
TRADITIONAL = (
    "甲市與乙市在2023年5月8日簽署對口合作協議，簽約重點項目60個，總投資325億元，分三期建成。"
)


def told(number: int) -> str:
    """An article that no other is a reprint of."""
    return f"第{number}号通讯：{chr(0x5200 + number * 5)}港工程\n\n{BODY}第{number}批农户{number * 37}人。\n"


def page(body: str, head: str = "") -> bytes:
    return f"<html><head>{head}<title>题</title></head><body>{body}</body></html>".encode()


def flate_bomb() -> bytes:
    """A PDF whose one content stream inflates to 600 MB."""
    packed = zlib.compress(bytes(600_000_000), 1)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    data, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj%s endobj\n" % (number, text)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(data)
    return data + b"xref\n0 5\n0000000000 65535 f \n" + table + end


@dataclass(frozen=True)
class Case:
    """A file, and what must come of it: words of its text, or of the reason why it is skipped.

    What takes seconds to make is made when it is written.
    """

    name: str
    data: bytes | Callable[[], bytes]
    found: str = ""
    reason: str = ""


CASES = [
    Case("empty.txt", b"", reason="empty"),
    Case("blank.txt", "　\n \t\n".encode(), reason="empty"),
    Case("mark-alone.txt", b"\xef\xbb\xbf", reason="empty"),
    Case("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, reason="binary"),
    Case("noise.html", os.urandom(100_000), reason="not text"),
    Case("controls.txt", b"\x00\x01\x02\x03" * 5_000, reason="not text"),
    Case("gb18030.txt", told(1).encode("gb18030"), found="第1批农户"),
    Case("big5.txt", f"第2號通訊\n\n{TRADITIONAL}".encode("big5"), found="簽署對口合作"),
    Case("utf16-mark.txt", told(3).encode("utf-16"), found="第3批农户"),
    Case("utf16-le.txt", told(4).encode("utf-16-le"), found="第4批农户"),
    Case("utf16-be.txt", told(5).encode("utf-16-be"), found="第5批农户"),
    Case("mixed.txt", told(6).encode() * 9 + told(6).encode("gb18030") * 9, reason="encoding"),
    Case(
        "says-big5.html",
        page(f"<p>{told(7)}</p>", '<meta charset="big5">'),
        found="第7批农户",
    ),
    Case("one-line.txt", "山".encode() * 17_000_000, reason="larger than 20 MB"),
    Case(
        "nested.html",
        page("<div>" * 100_000 + f"<p>{told(8)}</p>" + "</div>" * 100_000),
        found="第8批农户",
    ),
    Case(
        "attributes.html",
        page(f"<p {' '.join(f'a{n}=1' for n in range(50_000))}>{told(9)}</p>"),
        found="第9批农户",
    ),
    Case("unclosed.html", page(f"<p>{told(10)}</p><!--" + "内" * 200_000), found="第10批农户"),
    Case("nul.txt", told(11).replace("合作", "合\0作").encode(), found="第11批农户"),
    Case(
        "zero-width.txt", told(12).replace("对口", "对\u200b\ufeff口").encode(), found="第12批农户"
    ),
    Case("bidi.txt", told(13).replace("乙市", "\u202e乙市\u2066").encode(), found="第13批农户"),
    Case("rtl.txt", (told(14) + "مرحبا بالعالم שלום עולם。").encode(), found="第14批农户"),
    Case("private-use.txt", (told(15) + "\ue000\uf8ff\U000f0000" * 9).encode(), found="第15批农户"),
    Case("combining.txt", (told(16) + "a" + "\u0301" * 50_000).encode(), found="第16批农户"),
    Case("emoji.txt", (told(17) + "👩‍👩‍👧‍👦🏳️‍🌈🇨🇳" * 2_000).encode(), found="第17批农户"),
    Case("tags.txt", (told(18) + "\U000e0041\U000e0042" * 99).encode(), found="第18批农户"),
    Case("bomb.docx", lambda: zipped(1, 300_000_000), reason="inflates"),
    Case("entries.docx", lambda: zipped(2_001, 1), reason="entries"),
    Case("cut.docx", docx()[:-100], reason="damaged DOCX"),
    Case("flate-bomb.pdf", flate_bomb, reason="PDF"),
    Case("pictures.pdf", pdf(), reason="OCR"),
    Case("locked.pdf", pdf("x", "secret"), reason="encrypted"),
    Case("cut.pdf", pdf("x")[:200], reason="PDF"),
    # An entity that a page declares itself stays as it was written.
    Case("entities.html", b'<!DOCTYPE a [<!ENTITY b "bb">]>' + page("&b;" * 9), found="&b;&b;"),
    Case("surrogate.jsonl", b'{"text": "\\ud800", "title": "\\udfff"}', reason=""),
    Case("deep.jsonl", b"[" * 200_000, reason="not JSON"),
    Case("unknown.exe", b"MZ", reason="unknown file type"),
    Case("good-first.txt", told(90).encode(), found="第90批农户"),
    Case("zz-good-last.txt", told(91).encode(), found="第91批农户"),
]

# Adds a folder and tells of each source: article text or reason, and the seconds that it took.
_ADD = """
import json, sys, time
from pathlib import Path
from vectorstore.store import VectorStore
store, last, seconds = VectorStore(Path(sys.argv[2])), time.process_time(), {}
store.own()
def told(done, total, source):
    global last
    now = time.process_time()
    seconds[Path(source.partition("#")[0]).name] = now - last
    last = now
report = store.add(sys.argv[1], told)
print(json.dumps({
    "seconds": seconds,
    "found": {Path(a.source.partition("#")[0]).name: a.text for a in store.articles()},
    "skipped": {Path(s.source.partition("#")[0]).name: s.reason for s in report.skipped},
    "mb": int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1000,
}))
store.close()
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process of its own made of all files in one folder."""
    place = tmp_path_factory.mktemp("ugly")
    folder = place / "in"
    folder.mkdir()
    for case in CASES:
        data = case.data if isinstance(case.data, bytes) else case.data()
        (folder / case.name).write_bytes(data)
    (place / "outside.txt").write_text(told(99), "utf-8")
    (folder / "link.txt").symlink_to(place / "outside.txt")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    os.mkfifo(folder / "pipe.txt")
    done = subprocess.run(
        [sys.executable, "-c", _ADD, str(folder), str(place / "data")],
        capture_output=True,
        text=True,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_has_its_verdict_in_time(case: Case, verdicts: dict[str, Any]) -> None:
    found, reason = verdicts["found"].get(case.name), verdicts["skipped"].get(case.name)
    assert (found is None) is (reason is not None), "either an article or a reason"
    if case.found:
        assert case.found in (found or ""), reason
    if case.reason:
        assert case.reason in (reason or ""), found
    assert "\n" not in (reason or "")
    assert verdicts["seconds"][case.name] < SECONDS


@pytest.mark.parametrize(
    ("name", "reason"),
    [("link.txt", "leads out"), ("loop.txt", "can't be opened"), ("pipe.txt", "not a regular")],
)
def test_what_is_no_plain_file_is_left_alone(
    name: str, reason: str, verdicts: dict[str, Any]
) -> None:
    assert reason in verdicts["skipped"][name]
    assert "第99批农户" not in str(verdicts["found"])


def test_the_memory_is_bounded(verdicts: dict[str, Any]) -> None:
    assert verdicts["mb"] < MEGABYTES


def test_nothing_of_what_no_eye_sees_is_stored(verdicts: dict[str, Any]) -> None:
    stored = "".join(verdicts["found"].values())
    assert "\0" not in stored
    assert not [character for character in stored if 0xD800 <= ord(character) < 0xE000]


def test_one_bad_line_of_ten_thousand(tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "text": f"{BODY}{n}"}) for n in range(10_000)]
    lines[4_321] = lines[4_321][:-1]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), "utf-8")
    pages = [step.page for step in read_pages(str(tmp_path / "all.jsonl"), frozenset())]
    assert sum(isinstance(page, RawPage) for page in pages) == 9_999
    [bad] = [page for page in pages if isinstance(page, Skipped)]
    assert bad.reason == "line 4322 is not JSON"
