"""Bytes to text in the encodings of Chinese pages: the undecidable is refused, not guessed."""

import codecs
import re
from collections.abc import Iterator

from vectorstore.chinese import simplify
from vectorstore.errors import SourceUnreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,20})", re.IGNORECASE)
# What a page calls gb2312 or big5 is in practice the larger set.
_LARGER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "euc-cn": "gb18030"}
_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"SQLite f",
    b"\x1f\x8b",
)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f"))
_CJK = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_ODD = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff�ˇˉ¨ｦ-ﾟ\u0370-\u05ff]")
# The characters that make up more than half of a Chinese text; a wrong decoding has few of them.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过"
    "子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体"
    "制机当使点从业本去把性好应开合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数"
    "正心反你明看原又利比或但质气第向道命此变条只没结解问意建月公系军情者最立代想已通并提直题党程"
    "展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知将组见计区强放决被"
    "做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导压志世金增争济阶术极交受联认六共"
    "权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名"
    "确才科张信马节话整空元况今集温传土许步群广石记需段研界拉林律究观越织装影算低持音众书布复容际"
    "商验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往市构府称太准精值号率族维划选标写"
    "存毛亲快效院查江型按格养派层片始专状育厂京适属局照参红细引听该铁价推协项服创企村振兴湾州县"
)
# Measured on 200 news articles, cut to 20 characters and whole: right decodings have 0.45 or more,
# wrong ones 0.2 or less.
_PLAUSIBLE = 0.3


def decode(data: bytes) -> str:
    """Decode `data` by BOM, strict UTF-8, the declared charset, or the most plausible Chinese one.

    Raises `SourceUnreadable` for what is no text, is in mixed encodings, or can't be decided.
    """
    if data.startswith(_MAGIC):
        raise SourceUnreadable("not text: a binary file under the name of a text")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _by_mark(data[len(mark) :], encoding)
    if len(data.translate(None, _CONTROLS)) < len(data) * 0.95 and data.isascii():
        raise SourceUnreadable("not text: it is full of control characters")
    if data.count(0) * 20 <= len(data):
        try:
            return _unescape_hz(data) if b"~{" in data and data.isascii() else data.decode()
        except UnicodeDecodeError as error:
            if error.start >= len(data) - 3 and error.start > 0:
                return data[: error.start].decode()  # The file was cut inside its last character.
    return _most_plausible(data)


def _by_mark(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceUnreadable(f"marked as {encoding}, but broken at byte {error.start}") from None


def _unescape_hz(data: bytes) -> str:
    try:
        return data.decode("hz")
    except UnicodeDecodeError:
        return data.decode()


def _most_plausible(data: bytes) -> str:
    scored = [(plausibility(text), -rank, text) for rank, text in enumerate(_decodings(data))]
    score, _, text = max(scored, default=(0.0, 0, ""))
    if score < _PLAUSIBLE:
        raise SourceUnreadable(
            "not text, or in an encoding that can't be decided; save it as UTF-8"
        )
    offset = _first_implausible(text)
    if offset is not None:
        raise SourceUnreadable(
            f"mixed encodings: unreadable from character {offset} on; save it as UTF-8"
        )
    return text


def _decodings(data: bytes) -> Iterator[str]:
    declared = _DECLARED.search(data[:4096])
    names = (
        [_LARGER.get(declared[1].decode().lower(), declared[1].decode().lower())]
        if declared
        else []
    )
    names += ["gb18030", "big5hkscs"]
    if len(data) % 2 == 0:
        names += ["utf-16-le", "utf-16-be"]
    damaged = data.decode("utf-8", "replace")
    # A few broken bytes in an otherwise sound UTF-8 page: they stay visible as U+FFFD.
    if b"\x00" not in data and damaged.count("�") <= 1 + len(damaged) // 500:
        yield damaged
    for name in names:
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        yield text


def plausibility(text: str) -> float:
    """How much `text` looks like Chinese news: the share of common characters, 0 to 1.

    Controls, private-use and stray Greek or Hebrew characters count against it.
    """
    sample = text if len(text) <= 20_000 else text[:10_000] + text[-10_000:]
    characters = _CJK.findall(simplify(sample))
    odd = len(_ODD.findall(sample))
    if not characters:
        # Latin text: plausible where all of it is printable ASCII.
        return 0.0 if odd or not sample.isascii() else 0.5
    common = sum(character in _COMMON for character in characters)
    return max(0.0, (common - 3 * odd) / len(characters))


def _first_implausible(text: str) -> int | None:
    """Offset of the first part of 200 characters that was plainly decoded wrongly."""
    for start in range(0, min(len(text), 2_000_000), 200):
        part = text[start : start + 200]
        if len(_CJK.findall(part)) >= 60 and plausibility(part) < _PLAUSIBLE / 2:
            return start
    return None
