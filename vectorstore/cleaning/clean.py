"""A raw page to the article's own words, with its metadata and a receipt of what was dropped.

Kinds of receipts: script, style, hidden, markup, navigation, share, advert, comment, related,
teaser, notice, editor, metadata, picture, stamp, spam, duplicate, pinyin, mojibake, invisible.
"""

import hashlib
import re
from collections.abc import Iterable
from pathlib import PurePath

from vectorstore.chinese import fold, is_traditional
from vectorstore.cleaning import metadata
from vectorstore.cleaning.lines import Line, choose, read_lines
from vectorstore.cleaning.mend import mend
from vectorstore.cleaning.page import Page, read_page
from vectorstore.cleaning.unwrap import join_wrapped
from vectorstore.errors import SourceUnreadable
from vectorstore.schema import Article, Dropped, RawPage

_WORD = re.compile(r"\w")
_LONGEST_OPENING = 30
_CLAUSE = re.compile(r"[^，。！？；,!?;\n]{4,30}(?=[，。！？；,!?;\n])")
_MARKDOWN = (
    (
        re.compile(r"^ {0,3}#{1,6}[ \t]+|^ {0,3}>[ \t]?|^[ \t]*(?:[-*_][ \t]*){3,}$|^```.*$", re.M),
        "",
    ),
    (re.compile(r"!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)"), ""),
    (re.compile(r"\[([^\]\n]{1,200})\]\([^)\n]{0,500}\)"), r"\1"),
    (re.compile(r"(\*\*|__)(?=\S)([^\n*_]{1,500})(?<=\S)\1"), r"\2"),
)
# A site's name behind the title: 标题_频道_某某网.
_SITE_NAME = re.compile(r"\s*(?:[_|｜—]|\s-|-\s)[^_|｜]{2,20}$")
_FIELDS = ("title", "publisher", "author", "published", "url")


def clean(page: RawPage) -> Article:
    """Clean one raw page.

    What the container states (front matter, a record's fields) goes before what the page says.
    Raises `SourceUnreadable` when no article text remains.
    """
    content = _content(page)
    text, mended = mend("\n".join(content.lines))
    lines = read_lines(text)
    choose(lines)
    fields = _fields(page, content, lines)
    _drop_second_title(lines, fields["title"])
    body = "\n".join(join_wrapped([line.text for line in lines if not line.dropped]))
    if not _WORD.search(body):
        raise SourceUnreadable("no article text remains after cleaning")
    receipts = (
        Dropped(line.dropped, len(line.text), line.text[:60]) for line in lines if line.dropped
    )
    return Article(
        id=page.metadata.get("id") or hashlib.sha256(page.source.encode()).hexdigest()[:16],
        title=fields["title"],
        text=body,
        url=fields["url"],
        publisher=fields["publisher"],
        author=fields["author"],
        published=metadata.find_date(fields["published"]),
        script="hant" if is_traditional(body) else "hans",
        source=page.source,
        dropped=_merge([*page.dropped, *content.dropped, *mended, *receipts]),
    )


def _content(page: RawPage) -> Page:
    if page.kind == "html":
        return read_page(page.text)
    text = page.text
    if page.kind == "markdown":
        for pattern, plain in _MARKDOWN:
            text = pattern.sub(plain, text)
    return Page(text.split("\n"), [], {}, [], [])


def _merge(receipts: Iterable[Dropped]) -> tuple[Dropped, ...]:
    merged: dict[str, Dropped] = {}
    for each in receipts:
        known = merged.get(each.kind, Dropped(each.kind, 0, each.sample[:60]))
        merged[each.kind] = Dropped(each.kind, known.characters + each.characters, known.sample)
    return tuple(merged.values())


def _fields(page: RawPage, content: Page, lines: list[Line]) -> dict[str, str]:
    """Title, publisher, author, published (ISO) and url, each from the first that states it."""
    stated = {name: mend(page.metadata.get(name, ""))[0].strip() for name in _FIELDS}
    tags = metadata.from_tags(content.tags, content.blocks)
    said = _said(lines, content.around)
    written = metadata.read_text("\n".join(line.text for line in lines if line.kind == "body"))
    author = stated["author"] or said.get("author", "") or tags.get("author", "")
    medium = author if _names_medium(author, page.metadata.get("categories", "")) else ""
    if medium:
        author = said.get("byline", "")
    url = (
        stated["url"]
        or said.get("url", "")
        or tags.get("url", "")
        or content.tags.get("canonical", "")
    )
    url = url or (page.source if page.source.startswith(("http://", "https://")) else "")
    published = stated["published"] or tags.get("published", "") or said.get("published", "")
    in_url = metadata.date_in_url(url)
    return {
        "title": stated["title"] or _title(page, content, lines, tags.get("title", "")),
        "publisher": stated["publisher"]
        or said.get("reprinted", "")
        or said.get("publisher", "")
        or tags.get("publisher", "")
        or medium
        or said.get("organisation", "")
        or written.get("publisher", ""),
        "author": author or said.get("byline", "") or written.get("author", ""),
        "published": published or (in_url.isoformat() if in_url else ""),
        "url": url if url.startswith(("http://", "https://")) else "",
    }


def _names_medium(author: str, categories: str) -> bool:
    """Whether the author named is no person: a medium, or one of the page's own categories."""
    return bool(author) and (author in categories.split("、") or metadata.is_medium(author))


def _said(lines: list[Line], around: list[str]) -> dict[str, str]:
    """Fields from the page's lines: metadata lines first, then bylines as `byline`, `organisation`.

    Below the text only lines before the first teaser speak of this article, and no bare time stamp.
    """
    said: dict[str, str] = {}
    in_body = False
    for line in lines:
        in_body = in_body or line.kind == "body"
        if line.kind == "related" or line.dropped == "teaser":
            break
        if line.fields and not (in_body and line.kind == "stamp" and line.dropped):
            said = {**line.fields, **said}
        elif line.kind == "text" and not line.dropped:
            byline = metadata.read_byline(line.text)
            for name, known in (("author", "byline"), ("publisher", "organisation")):
                if byline.get(name):
                    said.setdefault(known, byline[name])
    for text in around:
        said = {**(metadata.read_line(text) or {}), **said}
    return {name: value for name, value in said.items() if value}


def _title(page: RawPage, content: Page, lines: list[Line], tagged: str) -> str:
    heading = content.tags.get("h1", "")
    if not heading and (tagged or content.tags.get("<title>")):
        heading = tagged or _SITE_NAME.sub("", _SITE_NAME.sub("", content.tags["<title>"]))
    if heading or page.kind == "record":
        heading = mend(heading)[0].strip()
    else:
        heading = _first_heading(lines)
    if heading:
        return heading
    return _opening(lines) if page.kind == "record" else _file_name(page.source)


def _opening(lines: list[Line]) -> str:
    """What a record without a title is called: the words it opens with."""
    first = next((line.text for line in lines if not line.dropped), "")
    opening = _CLAUSE.match(first)
    return opening.group() if opening else first[:_LONGEST_OPENING]


def _file_name(source: str) -> str:
    """What a page without a title is called: its file, without folder and suffix."""
    name = source.rstrip("/").rpartition("/")[2]
    return PurePath(name).stem or name


def _first_heading(lines: list[Line]) -> str:
    """The first line of a text that stands like a title above its body."""
    for line in lines:
        if line.kind == "body":
            return ""
        if not line.dropped and line.kind == "text" and 4 <= len(line.text) <= 80:
            return "" if metadata.read_byline(line.text) else line.text
    return ""


def _drop_second_title(lines: list[Line], title: str) -> None:
    """Keep the title line once where the page prints it again above the text."""
    wanted, seen = fold(title), False
    for line in lines:
        if line.kind == "body":
            return
        if not line.dropped and wanted and fold(line.text) == wanted:
            line.dropped = "duplicate" if seen else ""
            seen = True
