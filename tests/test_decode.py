"""Decoding: the exact text, or a refusal with its reason; never a wrong guess."""

import pytest

from vectorstore.errors import SourceUnreadable
from vectorstore.loading.decode import decode

HANS = "青溪市与白沙市日前签署对口合作协议，双方将在五年内共建两个产业园区。"
HANT = "青溪市與白沙市日前簽署對口合作協議，雙方將在五年內共建兩個產業園區。"
ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "gb2312",
    "gbk",
    "gb18030",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "hz",
]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("text", [HANS[:20], HANS * 30, f"<html><body><p>{HANS}</p></body></html>"])
def test_simplified_text(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "big5", "big5hkscs", "gb18030", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("text", [HANT[:20], HANT * 30])
def test_traditional_text(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_four_byte_characters_of_gb18030() -> None:
    text = HANS + "𠮷野家与㐂屋，🎉。"
    assert decode(text.encode("gb18030")) == text


@pytest.mark.parametrize("declared", ["big5", "iso-8859-1", "no-such-charset", "utf-8"])
def test_a_wrong_declaration_does_not_mislead(declared: str) -> None:
    page = f'<html><head><meta charset="{declared}"></head><body>{HANS}</body></html>'
    assert decode(page.encode("gb18030")) == page


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(bytes(range(256)) * 8, id="all-bytes"),
        pytest.param(b"\x00\x01\x02\x03", id="controls"),
        pytest.param(b"\x01\x02\x03\x04" * 50, id="ascii-controls"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40, id="png"),
        pytest.param(b"\x7fELF\x02\x01" + b"\x00" * 40, id="elf"),
        pytest.param(b"PK\x03\x04" + b"abc" * 40, id="zip"),
        pytest.param(b"\xff\xfe\x00", id="half-utf-16"),
        pytest.param("Zürich, Köln und Genève".encode("latin-1") * 3, id="latin-1"),
    ],
)
def test_what_is_no_readable_text_is_refused(data: bytes) -> None:
    with pytest.raises(SourceUnreadable, match=r"not text|broken|decided"):
        decode(data)


def test_mixed_encodings_are_refused() -> None:
    with pytest.raises(SourceUnreadable, match=r"mixed encodings|decided"):
        decode((HANS * 20).encode("gb18030") + b"\n" + (HANS * 20).encode())


def test_a_file_cut_inside_its_last_character_is_read() -> None:
    assert decode(HANS.encode()[:-1]) == HANS[:-1]


def test_one_broken_byte_stays_visible() -> None:
    data = (HANS * 20).encode() + b"\xff" + (HANS * 20).encode()
    assert decode(data) == HANS * 20 + "\ufffd" + HANS * 20
