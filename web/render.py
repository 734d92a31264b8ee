"""The only way from text to HTML: every text is escaped whole, then our own marks and links are added.

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

_ENTITIES = str.maketrans(
    {mark: f"&#{ord(mark)};" for mark in string.punctuation}
    | {"\n": "&#10;", "\t": " ", "\u2028": "&#10;", "\u2029": "&#10;"}
)
# Bidi, zero-width and tag characters are Cf; variation selectors beyond the emoji ones can carry
# hidden text. Lone surrogates can't be sent at all.
_DROPPED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}
_HIDDEN_SELECTORS = range(0xE0100, 0xE01F0)
_MARKER = re.compile(r"&#91;(\d+)&#93;")  # [1] after escaping
_MAX_URL = 2048
# A longer article is shown around the quote only.
_MAX_SHOWN = 20_000
_AROUND = 6_000
_NEAREST = 3
_MAX_LISTED = 200


def escape(text: str) -> str:
    """`text` as inert HTML, fit for an element or a quoted attribute, in one line.

    Control, bidirectional, zero-width and tag characters are dropped; line breaks become `&#10;`.
    """
    kept = (
        character
        for character in text.replace("\r\n", "\n")
        if character in "\n\t"
        or (
            unicodedata.category(character) not in _DROPPED_CATEGORIES
            and ord(character) not in _HIDDEN_SELECTORS
        )
    )
    return "".join(kept).translate(_ENTITIES)


def link(url: str, label: str) -> str:
    """A link to `url` with its host in ASCII after the label; empty unless it is plain http(s)."""
    host = _host(url)
    if not host:
        return ""
    return (
        f'<a class="xs-link" href="{escape(url)}" target="_blank" rel="noopener noreferrer nofollow">'
        f"{escape(label)} {escape(host)}</a>"
    )


def _host(url: str) -> str:
    if len(url) > _MAX_URL or not url.isprintable() or re.search(r"[\s\\]", url):
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return ""
    return host if parts.scheme in ("http", "https") and "@" not in parts.netloc else ""


def question(text: str) -> str:
    """What the person asked."""
    return f'<p class="xs-question">{escape(text)}</p>'


def pending(status: str, text: str) -> str:
    """An answer that is still being written: what is going on, and the text so far."""
    words = _MARKER.sub(r'<span class="xs-cite">\1</span>', escape(text))
    return _block("xs-pending", status, f'<p class="xs-text">{words}</p>' if text else "")


def notice(title: str, text: str = "") -> str:
    """A line of the page itself in the place of an answer: stopped, refused, failed."""
    return _block("xs-notice", title, f'<p class="xs-text">{escape(text)}</p>' if text else "")


def _block(kind: str, head: str, body: str) -> str:
    return f'<div class="xs-answer {kind}"><p class="xs-head">{escape(head)}</p>{body}</div>'


def answer(given: Answer, turn: int) -> str:
    """A finished answer; its citations link to `#cite-<turn>-<number>`."""
    note = f'<p class="xs-note">{escape(given.reason)}</p>' if given.reason else ""
    if given.abstained:
        # Without an LLM the text only says in words what is shown here as links.
        said = f'<p class="xs-text">{escape(given.text)}</p>' if given.mode == "llm" else ""
        return _block("xs-abstained", "文章中没有找到答案", f"{said}{note}{_nearest(given)}")
    kind = "xs-short" if given.short else "xs-plain"
    body = f"{_text(given, turn)}{note}{_sources(given, turn)}"
    return _block(kind, given.short or "回答", body)


def _text(given: Answer, turn: int) -> str:
    """The sentences with their citations, in the paragraphs that the answer's text has."""
    numbers = {citation.number for citation in given.citations}
    sentences = given.sentences or [Sentence(given.text)]
    paragraphs, cursor = [""], 0
    for sentence in sentences:
        start = given.text.find(sentence.text, cursor)
        if start >= 0:
            if "\n" in given.text[cursor:start] and paragraphs[-1]:
                paragraphs.append("")
            cursor = start + len(sentence.text)
        paragraphs[-1] += _sentence(sentence, numbers, turn)
    return "".join(f'<p class="xs-text">{paragraph}</p>' for paragraph in paragraphs)


def _sentence(sentence: Sentence, numbers: set[int], turn: int) -> str:
    words = escape(sentence.text)
    if sentence.status == "unsupported":
        reason = escape(sentence.reason or "文章中没有找到依据")
        words = f'<span class="xs-unsupported" title="{reason}">{words}</span>'
        words += f'<span class="xs-flag" title="{reason}">未证实：{reason}</span>'
    return words + _cites([n for n in sentence.citations if n in numbers], turn)


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
        f"{escape(group[0].title)}</a>"
        f'<span class="xs-meta">{_origin(group[0])}</span></span></li>'
        for group in grouped.values()
    )
    return f'<ul class="xs-sources">{"".join(rows)}</ul>' if grouped else ""


def _nearest(given: Answer) -> str:
    titles = {hit.chunk.article_id: hit.title for hit in reversed(given.hits)}
    nearest = list(reversed(titles.items()))[:_NEAREST]
    rows = (f'<li><a href="#near-{_key(id_)}">{escape(title)}</a></li>' for id_, title in nearest)
    return f'<p class="xs-note">最接近的文章：</p><ul>{"".join(rows)}</ul>' if nearest else ""


def _key(article_id: str) -> str:
    return escape(quote(article_id, safe=""))


def _origin(record: Article | Citation) -> str:
    published = record.published.isoformat() if record.published else "日期不详"
    return f"{escape(record.publisher or '出处不详')} · {published}"


def article(shown: Article, quoted: Citation | None = None) -> str:
    """An article's text under its title and origin, with the quote of `quoted` marked in it."""
    start, end = _place(shown.text, quoted)
    author = f" · {escape(shown.author)}" if shown.author else ""
    label = f'<p class="xs-label">引文 {quoted.number:d}</p>' if quoted else ""
    script = "zh-Hant" if shown.script == "hant" else "zh-Hans"
    return (
        f'<div class="xs-article" lang="{script}">{label}<h2>{escape(shown.title)}</h2>'
        f'<p class="xs-meta">{_origin(shown)}{author} {link(shown.url, "原文")}</p>'
        f'<div class="xs-body">{"".join(_paragraphs(shown.text, start, end))}</div></div>'
    )


def _place(text: str, quoted: Citation | None) -> tuple[int, int]:
    """Where the quote stands now: the article may have been changed since it was cited."""
    if not quoted:
        return 0, 0
    if text[quoted.start : quoted.end] == quoted.quote:
        return quoted.start, quoted.end
    start = text.find(quoted.quote)
    return (start, start + len(quoted.quote)) if start >= 0 else (0, 0)


def _paragraphs(text: str, start: int, end: int) -> Iterator[str]:
    """The lines of `text` as paragraphs, `text[start:end]` marked; a long text is cut around it."""
    first, last = (0, len(text))
    if last > _MAX_SHOWN:
        first, last = max(0, start - _AROUND), min(last, max(end, start) + _AROUND)
    if first:
        yield '<p class="xs-note">（前文略）</p>'
    for match in re.finditer(r"[^\n]+", text[first:last]):
        left, right = match.start() + first, match.end() + first
        cut, stop = (min(max(place, left), right) for place in (start, end))
        marked = f"<mark>{escape(text[cut:stop])}</mark>" if cut < stop else ""
        yield f"<p>{escape(text[left:cut])}{marked}{escape(text[stop:right])}</p>"
    if last < len(text):
        yield '<p class="xs-note">（后文略）</p>'


def article_list(articles: list[Article]) -> str:
    """The articles as links to `#read-<id>`, each with its origin and length."""
    if not articles:
        return '<p class="xs-note">没有符合的文章。</p>'
    rows = "".join(
        f'<li><a href="#read-{_key(one.id)}"><span class="xs-title">{escape(one.title)}</span>'
        f'<span class="xs-meta">{_origin(one)} · {len(one.text):,} 字</span></a></li>'
        for one in articles[:_MAX_LISTED]
    )
    cut = f"，列出前 {_MAX_LISTED} 篇" if len(articles) > _MAX_LISTED else ""
    count = f'<p class="xs-note">共 {len(articles):,} 篇{cut}</p>'
    return f'<div class="xs-list">{count}<ul>{rows}</ul></div>'


def line(kind: str, text: str) -> str:
    """One line of the page's own, such as the one that names the mode."""
    return f'<p class="xs-{kind}">{escape(text)}</p>'
