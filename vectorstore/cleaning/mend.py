"""Damaged characters: invisible ones, pinyin in brackets, mojibake; mended where certain."""

import re
import unicodedata
from collections.abc import Callable

from vectorstore.chinese import simplify
from vectorstore.schema import Dropped

ILLEGIBLE = "□"
"""Stands where a character can't be read, as editors of damaged texts print it."""

_HAN = "㐀-䶿一-鿿豈-﫿"
_SPACES = re.compile(r"[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000\t\f\v]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u2029-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e01ef\U000f0000-\U0010ffff]"
)

# Pinyin: letters with tone marks, precomposed or combining, and the IPA letters that fonts swap in.
_TONED = "āáǎàēéěèêīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ\u0300\u0301\u0304\u030c"
_LETTERS = rf"a-zɡɑü{_TONED}\u0302\u0308"
_PINYIN = re.compile(
    rf"(?<=[{_HAN}])[ ]?[(（\[【〔][ ]?([{_LETTERS}]{{1,9}}(?:[ '’·-]?[{_LETTERS}]{{1,9}}){{0,3}})"
    r"[ ]?[)）\]】〕]"
)
_ZHUYIN = re.compile(rf"(?<=[{_HAN}])[(（][ˊˇˋ˙\u3105-\u312f ]{{1,12}}[)）]")
_SYLLABLES = re.compile(
    r"(?:(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:[iuüv]?(?:ang|eng|ong|ai|ei|ao|ou|an|en|a|e|o)"
    r"|ing|ün|vn|in|un|ui|iu|er|i|u|ü|v)|n|m|ng)(?:[ '’·-]?(?=.)|$)"
)
_BARE = dict.fromkeys(map(ord, "\u0300\u0301\u0302\u0304\u0308\u030c")) | {
    ord("ɡ"): "g",
    ord("ɑ"): "a",
}
# This many toneless syllables in brackets on one page are a converter's work, not abbreviations.
_TONELESS_MANY = 5

# A page converter read GBK bytes one off: the lost lead byte and the bracket became "?", the pinyin
# of the misread character stayed, and all characters up to the next single byte are shifted.
_SHIFTED = re.compile(rf"([{_HAN}])\?([{_LETTERS}]{{1,7}})[)）]([^\n\x20-?]{{1,40}}?[@-~])")
_BROKEN_SHIFT = re.compile(
    rf"\?[{_LETTERS}]{{1,7}}[)）](?:[^\n，。,]{{0,12}}[\ue000-\uf8ff‰]{{1,4}}[@-~]?){{0,4}}"
)
# Level 1 of GB2312 is ordered by pinyin: the first code of each initial.
_INITIALS = (
    ("a", 0xB0A1), ("b", 0xB0C5), ("c", 0xB2C1), ("d", 0xB4EE), ("e", 0xB6EA), ("f", 0xB7A2),
    ("g", 0xB8C1), ("h", 0xB9FE), ("j", 0xBBF7), ("k", 0xBFA6), ("l", 0xC0AC), ("m", 0xC2E8),
    ("n", 0xC4C3), ("o", 0xC5B6), ("p", 0xC5BE), ("q", 0xC6DA), ("r", 0xC8BB), ("s", 0xC8F6),
    ("t", 0xCBFA), ("w", 0xCDDA), ("x", 0xCEF4), ("y", 0xD1B9), ("z", 0xD4D1), ("", 0xD7FA),
)  # fmt: skip
_LATIN_RUN = re.compile("[\x80-\xffŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]{3,}")
_GBK_RUN = re.compile(
    "[㐀-䶿一-鿿\ue000-\uf8ff\u0370-\u04ff\u2010-\u2fff\u3001-\u30ff€?�﹐-﹫！-￥]{4,}"
)
# UTF-8 read as GBK turns the most frequent characters and marks into these.
_GBK_SIGNS = re.compile("[锛銆鐨鈥鍦涓鏄绛鍜骞涔鍚鏈鏂鍙鍥浣鎴浠鑰鍒鍏鏉鐢缁]")
_LOST_TEXT = re.compile(r"(?:锟斤拷|锟斤|烫烫烫+|屯屯屯+|�|ï¿½)+")
_LOST = re.compile(rf"(?<=[、，,“‘《（(「『])\?+(?=[{_HAN}])")


def mend(text: str) -> tuple[str, list[Dropped]]:
    """Mend mojibake, put □ where a character is lost, drop pinyin and what is invisible.

    Spaces become plain, line ends become line feeds. Each kind of change is receipted.
    """
    text = _SPACES.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    text, mojibake = _mend_mojibake(text)
    visible = _INVISIBLE.sub("", text)
    hidden = [Dropped("invisible", len(text) - len(visible))] if len(visible) < len(text) else []
    text, pinyin = _drop_pinyin(visible)
    return text, [*mojibake, *hidden, *pinyin]


def _drop_pinyin(text: str) -> tuple[str, list[Dropped]]:
    found = [match for match in _PINYIN.finditer(text) if _is_pinyin(match[1])]
    toned = [match for match in found if _has_tone(match[1])]
    chosen = found if len(toned) > 1 or len(found) >= _TONELESS_MANY else toned
    chosen = sorted([*chosen, *_ZHUYIN.finditer(text)], key=lambda match: match.start())
    if not chosen:
        return text, []
    parts, end = [], 0
    for match in chosen:
        parts.append(text[end : match.start()])
        end = match.end()
    parts.append(text[end:])
    kept = "".join(parts)
    sample = "".join(match.group() for match in chosen[:12])[:60]
    return kept, [Dropped("pinyin", len(text) - len(kept), sample)]


def _has_tone(letters: str) -> bool:
    return any(letter in _TONED for letter in letters)


def _is_pinyin(letters: str) -> bool:
    """Whether every syllable can be spoken: `tài`, `lǜ` and `gong` can, `gdp` can't."""
    bare, end = unicodedata.normalize("NFD", letters).translate(_BARE), 0
    while end < len(bare):
        syllable = _SYLLABLES.match(bare, end)
        if not syllable:
            return False
        end = syllable.end()
    return True


def _mend_mojibake(text: str) -> tuple[str, list[Dropped]]:
    damaged: list[str] = []

    def replace(pattern: re.Pattern[str], mended: Callable[[re.Match[str]], str], text: str) -> str:
        def one(match: re.Match[str]) -> str:
            new = mended(match)
            if new != match.group():
                damaged.append(match.group())
            return new

        return pattern.sub(one, text)

    if "?" in text:
        text = replace(_SHIFTED, _unshift, text)
        text = replace(_BROKEN_SHIFT, _illegible, text)
        text = replace(_LOST, _illegible, text)
    text = replace(_LATIN_RUN, _from_latin, text)
    if len(set(_GBK_SIGNS.findall(text))) >= 3:
        text = replace(_GBK_RUN, _from_gbk, text)
    text = replace(_LOST_TEXT, _illegible, text)
    if not damaged:
        return text, []
    return text, [Dropped("mojibake", sum(map(len, damaged)), " ".join(damaged)[:60])]


def _illegible(_: re.Match[str]) -> str:
    return ILLEGIBLE


def _from_latin(match: re.Match[str]) -> str:
    """UTF-8 that was read as Latin-1 or Windows-1252."""
    data = b"".join(
        bytes([ord(character)]) if ord(character) < 256 else character.encode("cp1252")
        for character in match.group()
    )
    return _as_utf8(data) or match.group()


def _from_gbk(match: re.Match[str]) -> str:
    """UTF-8 that was read as GBK; a lost last byte shows as a question mark."""
    return _as_utf8(match.group().replace("�", "?").encode("gb18030")) or match.group()


def _as_utf8(data: bytes) -> str:
    text = data.decode("utf-8", "replace")
    lost = text.count("�")
    if lost * 4 > len(text) or not re.search(rf"[{_HAN}，。、“”—]", text):
        return ""
    return re.sub("�[?�]*", ILLEGIBLE, text)


def _unshift(match: re.Match[str]) -> str:
    """Read a shifted run from its right first byte on.

    The misread character was made of the last byte of the character before and the lost lead byte,
    and its pinyin is known: that mostly leaves one lead byte.
    """
    before, pinyin, run = match.groups()
    trail, shifted = before.encode("gb18030")[-1], run.encode("gb18030")
    mended = []
    for lead in range(0x81, 0xFF):
        misread = bytes([trail, lead]).decode("gbk", "ignore")
        text = (bytes([lead]) + shifted).decode("gbk", "ignore")
        if len(text) == len(run) and _is_common(text) and _initial(misread) == pinyin[0]:
            mended.append(text)
    certain = [text for text in mended if _is_common(text[0])]
    if len(certain) == 1:
        return before + certain[0]
    return before + ILLEGIBLE + mended[0][1:] if mended else match.group()


def _initial(character: str) -> str:
    """The first letter of the pinyin of a character of GB2312 level 1, else an empty string."""
    code = int.from_bytes(simplify(character).encode("gb18030")[:2])
    return next((letter for letter, first in reversed(_INITIALS) if code >= first), "")


def _is_common(text: str) -> bool:
    """Whether all characters of `text` but the first are marks or of GB2312 level 1."""
    codes = [int.from_bytes(character.encode("gb18030")[:2]) for character in simplify(text)]
    return all(
        0xA1A1 <= code <= 0xA3FE or 0xB0A1 <= code <= 0xD7F9 for code in codes[-len(text) + 1 :]
    )
