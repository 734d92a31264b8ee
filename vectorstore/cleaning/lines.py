"""Which lines of a page are the article's own: each line has a kind, and its place decides."""

import re
from dataclasses import dataclass

from vectorstore.chinese import simplify
from vectorstore.cleaning import boilerplate, metadata

_ENTRY = re.compile(
    r"[\[(（【]?(?:(?:19|20)\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?[\])）】]?\s+\S.{5,60}"
    r"|\S.{5,60}\s*[\[(（【\s](?:(?:19"
    r"|20)\d\d[-/.年])?\d{1,2}[-/.月]\d{1,2}日?(?:\s+\d{1,2}:\d\d(?::\d\d)?)?[\])）】]?"
)
_FULL = re.compile(r"[。！？!?；;…](?:[”’」』）)》】\"'])*$")
_LIST_MARK = re.compile(
    r"[\W_]{0,2}(?:[一二三四五六七八九十]+[、.．]|[(（]?\d{1,2}[)）.、．]|附[件:：])"
)
# A key before its colon; in a bare time stamp only digits stand there.
_NAMED = re.compile(r"[^\d\s][ \])】]?[:：]")
# The day under a notice, as part of its signature.
_SIGNED = re.compile(r"(?:19|20)\d\d ?年 ?\d{1,2} ?月 ?\d{1,2} ?日")
# An ending before this many characters of sentences is a line of the page's head.
_LEAST_BODY = 80
# So many titles in a row below the text are links to other articles.
_MANY_TITLES = 3
# Lines that end an article: what follows them is the page's.
_ENDS = frozenset({"related", "notice", "editor"})
_CHROME = _ENDS | {"metadata", "picture", "share", "navigation", "advert", "stamp", "teaser"}
_ANYWHERE = frozenset({"picture", "share", "spam", "teaser"})


@dataclass(slots=True)
class Line:
    """One line of a page: what it is, and whether it stays."""

    text: str
    kind: str = ""
    """body (full sentences), text (other), or one of the kinds of chrome."""
    fields: dict[str, str] | None = None
    dropped: str = ""


def read_lines(text: str) -> list[Line]:
    """Split `text` into lines with their kinds; empty lines fall away."""
    lines = []
    # Converting the whole text once is ten times faster than line by line; lengths stay the same.
    for printed, plain in zip(text.split("\n"), simplify(text).split("\n"), strict=True):
        if printed.strip():
            line = Line(" ".join(printed.split()))
            line.kind = _kind(line, " ".join(plain.split()))
            lines.append(line)
    return lines


def _kind(line: Line, plain: str) -> str:
    text = line.text
    if len(text) >= 30 and boilerplate.is_spam(plain):
        return "spam"
    if len(text) <= 200:
        line.fields = metadata.read_line(text, plain)
        kind = boilerplate.kind_of(plain)
        if line.fields is not None and kind != "editor":
            return "metadata" if _NAMED.search(plain) else "stamp"
        if kind:
            return kind
    full = len(text) >= 10 and _FULL.search(text)
    return "body" if full or (len(text) >= 60 and "。" in text) else "text"


def _cut_last_words(lines: list[Line]) -> None:
    """Cut what a portal sets behind the last sentence, in the same line, into a line of its own."""
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if line.dropped:
            continue
        cut = boilerplate.last_words(simplify(line.text))
        if line.kind == "body" and cut >= 10:
            lines.insert(index + 1, Line(line.text[cut:].strip(), "notice", dropped="notice"))
            line.text = line.text[:cut].rstrip()
        return


def choose(lines: list[Line]) -> None:
    """Mark each line that is not the article's own with the kind it is dropped as.

    Before the first sentence of the body and after its last one all chrome goes; in between only
    what can't be part of an article.
    """
    body = [index for index, line in enumerate(lines) if line.kind == "body"]
    first = body[0] if body else len(lines)
    end = _end_of_article(lines, first)
    for index, line in enumerate(lines):
        if index >= end:
            line.dropped = line.kind if line.kind in _CHROME | {"spam"} else "teaser"
        elif line.kind in _ANYWHERE:
            line.dropped = line.kind
        elif index < first and (line.kind in _CHROME or boilerplate.is_menu_entry(line.text)):
            line.dropped = line.kind if line.kind in _CHROME else "navigation"
    _drop_tail(lines[first:end])
    _cut_last_words(lines)


def _end_of_article(lines: list[Line], first: int) -> int:
    """Index of the first line that ends the article, or the number of lines."""
    weights = [len(line.text) if line.kind == "body" else 0 for line in lines]
    seen, ahead = 0, sum(weights[first:])
    for index in range(first, len(lines)):
        seen, ahead = seen + weights[index], ahead - weights[index]
        if lines[index].kind in _ENDS and seen >= _LEAST_BODY and ahead <= seen:
            return index
    return len(lines)


def _drop_tail(lines: list[Line]) -> None:
    """Drop chrome and teasers from the end upwards, until the article's own last line."""
    stamps = sum(line.kind == "stamp" for line in lines)
    kinds = [line.kind for line in lines if line.kind not in ("share", "navigation", "related")]
    stamp_last = bool(kinds) and kinds[-1] == "stamp"
    index = len(lines) - 1
    while index >= 0:
        line = lines[index]
        if _SIGNED.fullmatch(line.text):
            return
        if line.kind in _CHROME | {"snippet", "spam"}:
            line.dropped = "teaser" if line.kind == "snippet" else line.kind
        elif (
            (stamps >= 2 and _near_stamp(lines, index, stamp_last))
            or _before_snippet(lines, index)
            or _titles_from(lines, index) >= _MANY_TITLES
        ):
            line.dropped = "teaser"
        else:
            return
        index -= 1


def _near_stamp(lines: list[Line], index: int, stamp_last: bool) -> bool:
    """Whether a line belongs to a time stamp below it (or above it, where stamps come first)."""
    if len(lines[index].text) > 200:
        return False
    near = lines[index + 1 : index + 3] if stamp_last else lines[max(index - 2, 0) : index][::-1]
    if stamp_last and (lines[index].kind == "body" or [line.kind for line in near[:1]] == ["text"]):
        near = near[:1]
    return any(line.kind == "stamp" for line in near)


def _before_snippet(lines: list[Line], index: int) -> bool:
    below = lines[index + 1].kind if index + 1 < len(lines) else ""
    return lines[index].kind == "text" and below == "snippet"


def _titles_from(lines: list[Line], index: int) -> int:
    """How many lines in a row around this one look like titles of other articles, up to enough."""
    count = 0
    while count < _MANY_TITLES and index >= count and _is_title(lines[index - count]):
        count += 1
    for line in lines[index + 1 : index + _MANY_TITLES] if count else ():
        if line.dropped != "teaser":
            break
        count += 1
    return count


def _is_title(line: Line) -> bool:
    if line.kind != "text" or _LIST_MARK.match(line.text) or _FULL.search(line.text):
        return False
    return bool(_ENTRY.fullmatch(line.text)) or 10 <= len(line.text) <= 50
