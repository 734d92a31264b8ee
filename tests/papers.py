"""PDF and DOCX files, sound and dangerous."""

import io
import struct
import zipfile
from functools import cache

TEXT = "青溪市与白沙市日前签署对口合作协议，双方将在五年内共建两个产业园区。"


def pdf(text: str = "", password: str = "") -> bytes:
    """A one-page PDF with `text` in a standard font."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1")}
    )
    font[NameObject("/BaseFont")] = NameObject("/Helvetica")
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode() if text else b"")
    page[NameObject("/Contents")] = content
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def docx() -> bytes:
    """A paragraph, a table and another paragraph, with a title and an author."""
    from docx import Document

    document = Document()
    document.core_properties.title = "山海情"
    document.core_properties.author = "何小平"
    document.add_paragraph(TEXT)
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "园区", "12个"
    document.add_paragraph("附记。")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@cache
def zipped(entries: int, size: int) -> bytes:
    """A DOCX of so many entries that each inflate to so many zero bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number in range(entries):
            archive.writestr(f"word/{number}.xml", b"\0" * size)
    return stream.getvalue()


def lying(data: bytes) -> bytes:
    """The same archive with headers that state a size of one byte."""
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.index(mark)
        data = data[: place + offset] + struct.pack("<I", 1) + data[place + offset + 4 :]
    return data
