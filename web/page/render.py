"""The only way from text to HTML: each text is escaped whole, then our own marks and links come in.

The HTML goes into Gradio's Chatbot and Markdown, which would act on HTML, Markdown and formulas in
it. So no ASCII punctuation of a text survives as itself, and the result is always one line.
"""

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from secrets import token_hex
from urllib.parse import quote, urlsplit

from assistant import Answer, Citation, Sentence
from vectorstore import Article
from web.reasons import doubt
from web.words import CHINESE, Words

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


def notice(title: str, text: str = "") -> str:
    """A word of the page itself in the place of an answer: stopped, refused, failed."""
    return _block("notice", title, paragraph("text", text) if text else "")


def pending(status: str, so_far: Answer | None = None, turn: int = 0, say: Words = CHINESE) -> str:
    """An answer that is still being written: what is going on, and the sentences so far."""
    return _block("pending", status, _text(so_far, turn, say) if so_far else "")


def _block(kind: str, head: str, body: str) -> str:
    return f'<div class="xs-answer xs-{kind}">{paragraph("head", head)}{body}</div>'


def answer(given: Answer, turn: int, say: Words = CHINESE, vote: str | None = None) -> str:
    """A finished answer; its citations link to `#cite-<turn>-<number>`.

    Below it stands what can be done with it: `#copy-<turn>`, and `#up-<turn>`, `#down-<turn>`
    unless `vote` is None; a vote that was given (`up`, `down`) is shown.
    """
    note = paragraph("note", given.reason) if given.reason else ""
    below = _acts(given, turn, say, vote)
    if given.abstained:
        # Without an LLM the text only says in words what is shown here as links.
        said = paragraph("text", given.text) if given.mode == "llm" else ""
        return _block("abstained", say("answer.none"), said + note + _nearest(given, say) + below)
    label = say("answer.quoted" if given.mode == "extractive" else "answer.written")
    label = label if given.complete else say("answer.partial", label=label)
    kind, head = ("short", given.short) if given.short else ("plain", label)
    return _block(kind, head, _text(given, turn, say) + note + _sources(given, turn, say) + below)


def _acts(given: Answer, turn: int, say: Words, vote: str | None) -> str:
    acts = ["copy", "up", "down"] if vote is not None else ["copy"]
    links = "".join(
        f'<a class="xs-act xs-{act}{" xs-chosen" if act == vote else ""}" '
        f'href="#{act}-{turn:d}">{escape(say(f"answer.{act}"))}</a>'
        for act in acts
    )
    # What is copied lies ready: a browser lets a page write to the clipboard only at once.
    return f'{_p("acts", links)}<div class="xs-copied">{escape(str(given))}</div>'


def _text(given: Answer, turn: int, say: Words) -> str:
    """The sentences with their citations, in the paragraphs that the answer's text has."""
    numbers = {citation.number for citation in given.citations}
    paragraphs, cursor = [""], 0
    for sentence in given.sentences or [Sentence(given.text)]:
        start = given.text.find(sentence.text, cursor)
        if start >= 0:
            if "\n" in given.text[cursor:start] and paragraphs[-1]:
                paragraphs.append("")
            cursor = start + len(sentence.text)
        cited = (number for number in sentence.citations if number in numbers)
        paragraphs[-1] += _sentence(sentence, say) + _cites(cited, turn, say)
    return "".join(_p("text", sentences) for sentences in paragraphs)


def _sentence(sentence: Sentence, say: Words) -> str:
    words = escape(sentence.text)
    if sentence.status == "supported":
        return words
    why = doubt(sentence.reason, say)
    reason, flag = escape(why), escape(say("answer.doubt", reason=why))
    words = f'<span class="xs-unsupported" title="{reason}">{words}</span>'
    return f'{words}<span class="xs-flag" title="{reason}">{flag}</span>'


def _cites(numbers: Iterable[int], turn: int, say: Words) -> str:
    return "".join(
        f'<a class="xs-cite" href="#cite-{turn:d}-{number:d}">'
        f'<span class="xs-sr">{escape(say("answer.see"))}</span>{number:d}</a>'
        for number in numbers
    )


def _sources(given: Answer, turn: int, say: Words) -> str:
    """One line for each cited article, with the numbers of its quotes."""
    grouped: dict[str, list[Citation]] = {}
    for citation in given.citations:
        grouped.setdefault(citation.article_id, []).append(citation)
    rows = (
        f"<li>{_cites((citation.number for citation in group), turn, say)}"
        f'<span><a class="xs-from" href="#cite-{turn:d}-{group[0].number:d}">'
        f'{escape(group[0].title)}</a><span class="xs-meta">{_origin(group[0], say)}</span></span>'
        "</li>"
        for group in grouped.values()
    )
    return f'<ul class="xs-sources">{"".join(rows)}</ul>' if grouped else ""


def _nearest(given: Answer, say: Words) -> str:
    titles: dict[str, str] = {}
    for hit in given.hits:
        titles.setdefault(hit.chunk.article_id, hit.title)
    nearest = list(titles.items())[:_MAX_NEAREST]
    rows = (f"<li>{_opener('near', key, escape(title))}</li>" for key, title in nearest)
    head = paragraph("note", say("answer.nearest"))
    return f"{head}<ul>{''.join(rows)}</ul>" if nearest else ""


def _opener(kind: str, article_id: str, html: str) -> str:
    return f'<a href="#{kind}-{escape(quote(article_id, safe=""))}">{html}</a>'


def _origin(record: Article | Citation, say: Words = CHINESE) -> str:
    published = record.published.isoformat() if record.published else say("article.undated")
    return f"{escape(record.publisher or say('article.unsigned'))} · {published}"


def article(shown: Article, quoted: Citation | None = None, say: Words = CHINESE) -> str:
    """An article's text under its title and origin, with the quote of `quoted` marked in it."""
    label = paragraph("label", say("article.quote", number=quoted.number)) if quoted else ""
    author = f" · {escape(shown.author)}" if shown.author else ""
    links = f"{link(shown.url, say('article.original'))} {_only(shown, say)}"
    meta = _p("meta", f"{_origin(shown, say)}{author} {links}")
    script = "zh-Hant" if shown.script == "hant" else "zh-Hans"
    body = "".join(_paragraphs(shown.text, _place(shown.text, quoted), say))
    head = f"{label}<h2>{escape(shown.title)}</h2>{meta}"
    return f'<div class="xs-article" lang="{script}">{head}<div class="xs-body">{body}</div></div>'


def _only(shown: Article, say: Words) -> str:
    """A link that puts the next questions to this article alone."""
    place = escape(quote(shown.id, safe=""))
    return f'<a class="xs-link" href="#only-{place}">{escape(say("article.only"))}</a>'


def download(name: str, text: str) -> str:
    """A text that the page gives to save as the file `name`; each is another one."""
    return f'<pre id="xs-file-{token_hex(4)}" title="{escape(name)}">{escape(text)}</pre>'


def _place(text: str, quoted: Citation | None) -> tuple[int, int]:
    """Where the quote stands now: the article may have been changed since it was cited."""
    if not quoted:
        return 0, 0
    same = text[quoted.start : quoted.end] == quoted.quote
    start = quoted.start if same else text.find(quoted.quote)
    return (start, start + len(quoted.quote)) if start >= 0 else (0, 0)


def _paragraphs(text: str, quoted: tuple[int, int], say: Words) -> Iterator[str]:
    """The lines of `text` as paragraphs, the quoted span marked; a long text is cut around it."""
    start, end = quoted
    first, last = 0, len(text)
    if last > _MAX_SHOWN:
        first, last = max(0, start - _AROUND), min(last, end + _AROUND)
    if first:
        yield paragraph("note", say("article.before"))
    for match in re.finditer(r"[^\n]+", text[first:last]):
        left, right = match.start() + first, match.end() + first
        cut, stop = (min(max(place, left), right) for place in (start, end))
        marked = f"<mark>{escape(text[cut:stop])}</mark>" if cut < stop else ""
        words = f"{escape(text[left:cut])}{marked}{escape(text[stop:right])}"
        yield _p("subhead" if _SUBHEAD.fullmatch(match.group()) else "line", words)
    if last < len(text):
        yield paragraph("note", say("article.after"))
