"""What a model's text is made of: sentences, marks, headings, and the sentence that declines."""

import re

from assistant.facts.overlap import squeeze

_CLOSING = "”’」』）)》】〕\"'*"
_NUMBER = r"(?:\^|来源|资料|出处|[Ss]ource|[Rr]ef)*\s*[:：#]?\s*-?\d{1,3}"
_LIST = rf"{_NUMBER}(?:\s*[,，、;；和&/~～–—至-]\s*{_NUMBER})*"
_BRACKETED = rf"[\[【［〔]\s*{_LIST}\s*[\]】］〕]"
MARK = re.compile(
    rf"{_BRACKETED}|[（(]\s*(?:见|参见|来源|资料|出处)+\s*[:：]?\s*(?:{_LIST}|(?:{_BRACKETED})+)\s*[)）]"
)
_UNFINISHED_MARK = re.compile(r"[\[【［〔（(][^\]】］〕)）\n]{0,30}$")
_OPEN = re.compile(r"[\[【［](?=[\s^]*(?:\d{1,3}\s*)?$)")
_RANGE = re.compile(r"(\d+)\s*[~～–—至-]\D*(\d+)")
_END = re.compile(rf"(?:[。！？!?…]+|(?<=[A-Za-z0-9)\]])\.(?=\s))[{_CLOSING}]*|\n")
_LIST_NUMBER = re.compile(r"\s*\d{1,2}\.?$")
_BULLET = re.compile(
    r"^\s*(?:#{1,6}|[-*•·](?!\*)|\d{1,2}[.、)）](?!\d)|[(（]?[一二三四五六七八九十]+[)）、])\s*"
)
_REFERENCES = re.compile(
    r"^\W*(?:参考(?:资料|来源|文献)|资料来源|引用来源|来源|出处|references|sources)\W*$",
    re.IGNORECASE,
)
_DECLINE = re.compile(
    r"(?:资料|文章|报道|材料|文中|来源|原文)[^,。]{0,12}?(?:没有?|未|不包含|无)[^,。]{0,40}?"
    r"(?:回答|提到|提及|说明|涉及|给出|写到|写明|记载|包含|找到|披露|相关|内容|信息|确定|介绍|答案)"
    r"|(?:无法|不能)(?:根据|从|依据)[^,。]{0,8}(?:资料|文章|报道|材料)"
    r"|(?:articles?|sources?|documents?) (?:do|does|did)(?: not|n't) "
    r"|not (?:mentioned|stated|contained|given|found) in the (?:articles?|sources?|documents?)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"但|不过|然而|而是|只有|仅|却|\b(?:but|however|only)\b")
_CHAT = re.compile(
    r"^(?:(?:好的|当然|您好|你好|综上所述|综上|总之|总的来说|另外|此外)[,!。]?"
    r"|(?:根据|依据|按照|基于|从)[^,。]{0,8}(?:资料|文章|报道|信息|内容|来源)[^,。]{0,8}[,。:]?"
    r"|(?:以下|以上|下面)(?:是|为|就是)[^,。]{0,24}[。:]?"
    r"|(?:希望|如需|如果您|如有)[^。]{0,24}[。!]?)$"
)


def declined(text: str) -> bool:
    """Whether the model says that the articles do not hold the answer, and gives none.

    True where the first sentence says so and nothing after it names a source.
    """
    end = next((match.end() for match in _END.finditer(text.strip())), len(text))
    first, rest = text.strip()[:end], text.strip()[end:]
    rest = re.sub(rf"^(?:\s*(?:{MARK.pattern}))+", "", rest)
    return declines(first) and not MARK.search(rest)


def unit_end(text: str, *, last: bool) -> int | None:
    """Where the first sentence of `text` ends, its marks included; None: it may still go on."""
    for match in _END.finditer(text, len(text) - len(text.lstrip())):
        if match.group() == "." and _LIST_NUMBER.match(text[: match.start()].rpartition("\n")[2]):
            continue
        end = match.end()
        while mark := _following_mark(text, end):
            end = mark.end()
        rest = text[end:].lstrip()
        if last or (rest and not _UNFINISHED_MARK.match(rest)):
            return end
        return None
    return None


def _following_mark(text: str, end: int) -> re.Match[str] | None:
    """The mark that follows a sentence: on its line, or alone on the next ones."""
    same_line = re.compile(rf"[ \t]*(?:{MARK.pattern})[。.]?").match(text, end)
    if same_line and not text[:end].endswith("\n"):
        return same_line
    return re.compile(rf"\s*(?:{MARK.pattern})[ \t]*(?=\n|$)").match(text, end)


def numbers(text: str) -> list[int]:
    """The source numbers that the marks of `text` name, in order, each once."""
    found: list[int] = []
    for mark in MARK.finditer(text):
        for part in re.split(r"[,，、;；和&/\]】］〕]", mark.group()):
            between = _RANGE.search(part)
            single = re.search(r"(?<![-\d])\d+", part)
            if between:
                found.extend(range(int(between[1]), min(int(between[2]), int(between[1]) + 20) + 1))
            elif single:
                found.append(int(single.group()))
    return list(dict.fromkeys(found))


def unmarked(text: str) -> str:
    """A sentence without its marks, those left when others are taken out of them included.

    A bracket that is still open at its end goes too: what follows might close it to a mark.
    """
    while (less := MARK.sub("", text)) != text:
        text = less
    return _OPEN.sub("", text)


def plain(text: str) -> str:
    """Take marks, list bullets and bold signs out of a sentence: what is left is its claim."""
    return _BULLET.sub("", unmarked(text)).replace("**", "").strip()


def opens_references(text: str) -> bool:
    """Whether a line opens a list of references, as models like to add at the end."""
    return bool(_REFERENCES.match(text))


def claims_nothing(text: str) -> bool:
    """Whether a sentence is a heading, a lead-in or a courtesy rather than a claim.

    A heading is in Markdown, ends with a colon, or is a short line without punctuation, bullet or
    figure that another line follows.
    """
    line = text.strip()
    marked = line.startswith("#") or (line.startswith("**") and line.endswith("**"))
    bare = not re.search(r"[。！？!?.；;，,…\d]", line) and not _BULLET.match(text)
    short = text.endswith("\n") and bare and len(line) <= 20
    squeezed = squeeze(plain(text))
    return marked or short or squeezed.endswith(":") or bool(_CHAT.match(squeezed))


def declines(text: str) -> bool:
    """Whether one sentence says that the articles do not hold the answer, and nothing more."""
    claim = squeeze(plain(text))
    return bool(_DECLINE.search(claim)) and not _GOES_ON.search(claim)
