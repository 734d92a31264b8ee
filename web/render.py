"""The only way from text to HTML: each text is escaped whole, then our own marks and links come in.

The HTML goes into Gradio's Chatbot and Markdown, which would act on HTML, Markdown and formulas in
it. So no ASCII punctuation of a text survives as itself, and the result is always one line.
"""

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

from assistant import Answer, Citation, Sentence
from vectorstore import Article

_ENTITIES: dict[int, str | None] = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation}
_ENTITIES |= dict.fromkeys(map(ord, "\n\u2028\u2029"), "&#10;") | {ord("\t"): " "}
# Variation selectors beyond the emoji ones can carry hidden text.
_ENTITIES |= dict.fromkeys(range(0xE0100, 0xE01F0))
# Cf holds the bidi, zero-width and tag characters; lone surrogates (Cs) can't be sent at all.
_DROPPED = {"Cc", "Cf", "Cs", "Co", "Cn"}
_SUBHEAD = re.compile(r".{1,24}[^。！？…；：，、”」）\s]")  # a short line that is no sentence
# A longer article is shown around the quote only.
_MAX_SHOWN, _AROUND = 20_000, 6_000
_MAX_NEAREST = 3


def escape(text: str) -> str:
    """`text` as inert HTML, fit for an element or a quoted attribute, in one line.

    Control, bidirectional, zero-width and tag characters are dropped; line breaks become `&#10;`.
    """
    kept = (one for one in text if one in "\n\t" or unicodedata.category(one) not in _DROPPED)
    return "".join(kept).translate(_ENTITIES)


def paragraph(kind: str, text: str) -> str:
    """A paragraph of the class `xs-<kind>`."""
    return _p(kind, escape(text))


def _p(kind: str, html: str) -> str:
    return f'<p class="xs-{kind}">{html}</p>'


def link(url: str, label: str) -> str:
    """A link to `url` with its host in ASCII after the label; empty unless it is plain http(s)."""
    host = _host(url)
    if not host:
        return ""
    attributes = 'class="xs-link" target="_blank" rel="noopener noreferrer nofollow"'
    return f'<a {attributes} href="{escape(url)}">{escape(label)} {escape(host)}</a>'


def _host(url: str) -> str:
    if len(url) > 2048 or not url.isprintable() or re.search(r"[\s\\]", url):
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:
        return ""
    return host if parts.scheme in ("http", "https") and "@" not in parts.netloc else ""


def pending(status: str, so_far: Answer | None = None, turn: int = 0) -> str:
    """An answer that is still being written: what is going on, and the sentences so far."""
    return _block("pending", status, _text(so_far, turn) if so_far else "")


def notice(title: str, text: str = "") -> str:
    """A word of the page itself in the place of an answer: stopped, refused, failed."""
    return _block("notice", title, paragraph("text", text) if text else "")


def _block(kind: str, head: str, body: str) -> str:
    return f'<div class="xs-answer xs-{kind}">{paragraph("head", head)}{body}</div>'


def answer(given: Answer, turn: int) -> str:
    """A finished answer; its citations link to `#cite-<turn>-<number>`."""
    note = paragraph("note", given.reason) if given.reason else ""
    if given.abstained:
        # Without an LLM the text only says in words what is shown here as links.
        said = paragraph("text", given.text) if given.mode == "llm" else ""
        return _block("abstained", "文章中没有找到答案", f"{said}{note}{_nearest(given)}")
    label = "原文摘录" if given.mode == "extractive" else "回答"
    label = label if given.complete else f"{label}（未写完）"
    kind, head = ("short", given.short) if given.short else ("plain", label)
    return _block(kind, head, f"{_text(given, turn)}{note}{_sources(given, turn)}")


def _text(given: Answer, turn: int) -> str:
    """The sentences with their citations, in the paragraphs that the answer's text has."""
    numbers = {citation.number for citation in given.citations}
    paragraphs, cursor = [""], 0
    for sentence in given.sentences or [Sentence(given.text)]:
        start = given.text.find(sentence.text, cursor)
        if start >= 0:
            if "\n" in given.text[cursor:start] and paragraphs[-1]:
                paragraphs.append("")
            cursor = start + len(sentence.text)
        paragraphs[-1] += _sentence(sentence, numbers, turn)
    return "".join(_p("text", sentences) for sentences in paragraphs)


def _sentence(sentence: Sentence, numbers: set[int], turn: int) -> str:
    words = escape(sentence.text)
    if sentence.status == "unsupported":
        reason = escape(sentence.reason or "文章中没有找到依据")
        words = f'<span class="xs-unsupported" title="{reason}">{words}</span>'
        words += f'<span class="xs-flag" title="{reason}">未证实：{reason}</span>'
    return words + _cites((number for number in sentence.citations if number in numbers), turn)


def _cites(numbers: Iterable[int], turn: int) -> str:
    return "".join(
        f'<a class="xs-cite" href="#cite-{turn:d}-{number:d}">'
        f'<span class="xs-sr">查看引文 </span>{number:d}</a>'
        for number in numbers
    )


def _sources(given: Answer, turn: int) -> str:
    """One line for each cited article, with the numbers of its quotes."""
    grouped: dict[str, list[Citation]] = {}
    for citation in given.citations:
        grouped.setdefault(citation.article_id, []).append(citation)
    rows = (
        f"<li>{_cites((citation.number for citation in group), turn)}"
        f'<span><a class="xs-from" href="#cite-{turn:d}-{group[0].number:d}">'
        f'{escape(group[0].title)}</a><span class="xs-meta">{_origin(group[0])}</span></span></li>'
        for group in grouped.values()
    )
    return f'<ul class="xs-sources">{"".join(rows)}</ul>' if grouped else ""


def _nearest(given: Answer) -> str:
    titles: dict[str, str] = {}
    for hit in given.hits:
        titles.setdefault(hit.chunk.article_id, hit.title)
    nearest = list(titles.items())[:_MAX_NEAREST]
    rows = (f"<li>{_opener('near', key, escape(title))}</li>" for key, title in nearest)
    return f"{paragraph('note', '最接近的文章：')}<ul>{''.join(rows)}</ul>" if nearest else ""


def _opener(kind: str, article_id: str, html: str) -> str:
    return f'<a href="#{kind}-{escape(quote(article_id, safe=""))}">{html}</a>'


def _origin(record: Article | Citation) -> str:
    published = record.published.isoformat() if record.published else "日期不详"
    return f"{escape(record.publisher or '出处不详')} · {published}"


def article(shown: Article, quoted: Citation | None = None) -> str:
    """An article's text under its title and origin, with the quote of `quoted` marked in it."""
    label = paragraph("label", f"引文 {quoted.number:d}") if quoted else ""
    author = f" · {escape(shown.author)}" if shown.author else ""
    meta = _p("meta", f"{_origin(shown)}{author} {link(shown.url, '原文')}")
    script = "zh-Hant" if shown.script == "hant" else "zh-Hans"
    body = "".join(_paragraphs(shown.text, *_place(shown.text, quoted)))
    head = f"{label}<h2>{escape(shown.title)}</h2>{meta}"
    return f'<div class="xs-article" lang="{script}">{head}<div class="xs-body">{body}</div></div>'


def _place(text: str, quoted: Citation | None) -> tuple[int, int]:
    """Where the quote stands now: the article may have been changed since it was cited."""
    if not quoted:
        return 0, 0
    same = text[quoted.start : quoted.end] == quoted.quote
    start = quoted.start if same else text.find(quoted.quote)
    return (start, start + len(quoted.quote)) if start >= 0 else (0, 0)


def _paragraphs(text: str, start: int, end: int) -> Iterator[str]:
    """The lines of `text` as paragraphs, `text[start:end]` marked; a long text is cut around it."""
    first, last = 0, len(text)
    if last > _MAX_SHOWN:
        first, last = max(0, start - _AROUND), min(last, end + _AROUND)
    if first:
        yield paragraph("note", "（前文略）")
    for match in re.finditer(r"[^\n]+", text[first:last]):
        left, right = match.start() + first, match.end() + first
        cut, stop = (min(max(place, left), right) for place in (start, end))
        marked = f"<mark>{escape(text[cut:stop])}</mark>" if cut < stop else ""
        words = f"{escape(text[left:cut])}{marked}{escape(text[stop:right])}"
        yield _p("subhead" if _SUBHEAD.fullmatch(match.group()) else "line", words)
    if last < len(text):
        yield paragraph("note", "（后文略）")
