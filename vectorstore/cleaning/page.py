"""HTML to the lines a reader sees, without script, style, hidden text and portal chrome."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vectorstore.schema import Dropped

# Above this many tags the tree costs more than it tells: 100,000 nested ones parse in about 3 s.
_MAX_TAGS = 150_000
# Pages of fewer characters of sentences are not worth trafilatura's view.
_LEAST_MAIN = 200
# lxml needs time in the square of the attributes of one tag; no honest tag has so many.
_MAX_ATTRIBUTES = 300
_ATTRIBUTE = re.compile(r"\s[\w:-]+=")
_MOST_MAIN = 2_000_000  # Longer ones are lists; they would take seconds.
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|noscript|template)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.I | re.S
)
_ANY_TAG = re.compile(r"<[!/?a-zA-Z][^<>]*>")
_BLOCK_NAMES = (
    "address article aside blockquote body br caption center dd details div dl dt fieldset figure"
    " figcaption footer form h1 h2 h3 h4 h5 h6 head header hr html legend li main nav ol option p"
    " pre section summary table tbody tfoot thead title tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset({"td", "th"})
_UNSEEN_TAGS = {
    "script": "script",
    "style": "style link",
    "hidden": "noscript template iframe object svg canvas audio video title",
    "navigation": "button select textarea input",
}
_TAG_KINDS = {tag: kind for kind, tags in _UNSEEN_TAGS.items() for tag in tags.split()}
_SUSPECT_TAGS = dict.fromkeys(("nav", "aside", "footer", "form"), "navigation")
# Words of class and id that name what an element is for, cut at - _ and capital letters.
_SUSPECT_WORDS = {
    "navigation": "nav navbar navigation menu crumb crumbs breadcrumb breadcrumbs sidebar side"
    " aside"
    " footer foot copyright toolbar topbar pagination pager login search location weizhi"
    " position tools"
    " tool tags tag daohang mbx sitemap friendlink links header masthead skip prev next",
    "share": "share bdshare social sharebox weixin wechat jiathis fenxiang",
    "advert": "ad ads adv advert advertisement adbox gg guanggao banner qr qrcode ewm erweima"
    " sponsor"
    " promo promotion download popup",
    "teaser": "related relate recommend recommended rec hot hotnews rank ranking ranklist"
    " latest guess"
    " tuijian xiangguan xgyd xgxw paihang more morenews readmore feeds",
    "comment": "comment comments pinglun reply replies discuss discussion disqus",
}
_WORD_KINDS = {word: kind for kind, words in _SUSPECT_WORDS.items() for word in words.split()}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.I
)
_SENTENCE = re.compile(r"[。！？；，]|[,;.!?](?=\s|$|[一-鿿“])")


@dataclass(frozen=True, slots=True)
class Page:
    """The article's part of an HTML page, and what its tags state."""

    lines: list[str]
    around: list[str]
    """Visible lines that stand outside the main text; metadata may stand among them."""
    tags: dict[str, str]
    """Content of the meta tags by name or property in lower case; h1, `<title>`, canonical."""
    blocks: list[str]
    """JSON-LD blocks, as text."""
    dropped: list[Dropped]


@dataclass(slots=True)
class _Line:
    text: str
    linked: int
    """How many of its characters stand in links."""
    inside: tuple[tuple[str, int], ...]
    """Kind and number of each suspect element it stands in, outermost first."""
    drop: str = ""


@dataclass(slots=True)
class _Walk:
    """The state of one walk over the tree: the line being read and what was left out."""

    lines: list[_Line] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    samples: dict[str, str] = field(default_factory=dict)
    suspects: int = 0

    def end_line(self, inside: tuple[tuple[str, int], ...]) -> None:
        text = " ".join("".join(self.parts).split())
        if text:
            self.lines.append(_Line(text, self.linked, inside))
        self.parts.clear()
        self.linked = 0

    def leave_out(self, kind: str, text: str) -> None:
        text = " ".join(text.split())
        if text:
            self.left_out[kind] += len(text)
            self.samples.setdefault(kind, text[:60])


def read_page(html: str) -> Page:
    """Read an HTML page or fragment.

    The tree is BeautifulSoup's over lxml, which keeps text that lxml.html and trafilatura silently
    lose at depth 256 and more; what is main text on a full page is cross-checked with trafilatura.
    """
    html = "<".join(map(_without_attributes, html.split("<")))
    if html.count("<") > _MAX_TAGS:
        return _flat_page(html)
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "lxml")
    walk = _Walk()
    _walk_tree(soup, walk)
    tags, blocks = _read_tags(soup)
    _mark(walk.lines)
    if "<body" in html[:200_000].lower() and len(html) <= _MOST_MAIN:
        _mark_outside(walk.lines, _main_text(html))
    for line in walk.lines:
        if line.drop:
            walk.leave_out(line.drop, line.text)
    return Page(
        lines=[line.text for line in walk.lines if not line.drop],
        around=[line.text for line in walk.lines if line.drop == "navigation"],
        tags=tags,
        blocks=blocks,
        dropped=[Dropped(kind, count, walk.samples[kind]) for kind, count in walk.left_out.items()],
    )


def _without_attributes(piece: str) -> str:
    """One tag and the text behind it; the attributes go where there are far too many."""
    if piece.count("=") < _MAX_ATTRIBUTES or not piece[:1].isalpha():
        return piece
    if len(_ATTRIBUTE.findall(piece)) < _MAX_ATTRIBUTES:
        return piece
    tag, closed, text = piece.rpartition(">")
    return f"{(tag or piece).split(maxsplit=1)[0].partition('>')[0]}>{text if closed else ''}"


def _flat_page(html: str) -> Page:
    """A page too tangled for a tree: its tags become line ends."""
    text = _ANY_TAG.sub("\n", _UNSEEN.sub("\n", html))
    from html import unescape

    lines = [" ".join(line.split()) for line in unescape(text).split("\n")]
    kept = [line for line in lines if line]
    return Page(kept, [], {}, [], [Dropped("markup", len(html) - sum(map(len, kept)))])


def _walk_tree(soup: Any, walk: _Walk) -> None:
    """Visit the tree without recursion, so that depth costs nothing."""
    stack: list[tuple[Iterator[Any], str, tuple[tuple[str, int], ...], bool]] = [
        (iter(soup.contents), "", (), False)
    ]
    while stack:
        children, name, inside, in_link = stack[-1]
        node = next(children, None)
        if node is None:
            stack.pop()
            if name in _BLOCKS:
                walk.end_line(inside)
        elif node.name is None:
            _read_string(node, walk, in_link)
        else:
            kind = _unseen_kind(node)
            if kind:
                walk.leave_out(kind, _raw_text(node))
                continue
            if node.name in _BLOCKS:
                walk.end_line(inside)
            elif node.name in _CELLS:
                walk.parts.append(" ")
            suspect = _suspect_kind(node)
            if suspect:
                walk.end_line(inside)
                walk.suspects += 1
            within = (*inside, (suspect, walk.suspects)) if suspect and len(inside) < 20 else inside
            stack.append(
                (iter(node.contents), _closing(node, suspect), within, in_link or node.name == "a")
            )
    walk.end_line(())


def _closing(node: Any, suspect: str) -> str:
    return "div" if suspect else node.name


def _read_string(node: Any, walk: _Walk, in_link: bool) -> None:
    if type(node).__name__ not in ("NavigableString", "CData"):
        return  # Comments, doctypes and processing instructions are no text.
    walk.parts.append(str(node))
    if in_link:
        walk.linked += len("".join(str(node).split()))


def _raw_text(node: Any) -> str:
    return " ".join(str(each) for each in node.descendants if each.name is None)


def _unseen_kind(node: Any) -> str:
    kind = _TAG_KINDS.get(node.name, "")
    if kind:
        return kind
    attributes = node.attrs
    if not attributes:
        return ""
    hidden = (
        "hidden" in attributes
        or str(attributes.get("aria-hidden", "")).lower() == "true"
        or _HIDDEN_STYLE.search(str(attributes.get("style", ""))[:500])
    )
    return "hidden" if hidden and node.name not in ("html", "body") else ""


def _suspect_kind(node: Any) -> str:
    if node.name in ("html", "body", "article", "main", "p", "span", "font", "h1"):
        return ""
    classes = node.attrs.get("class", ())
    named = " ".join(classes if isinstance(classes, list) else [str(classes)])
    named = f"{named} {node.attrs.get('id', '')}"[:200]
    for word in _WORD.findall(named):
        kind = _WORD_KINDS.get(word.lower())
        if kind:
            return kind
    return _SUSPECT_TAGS.get(node.name, "")


def _weight(line: _Line) -> int:
    """Characters of a line of sentences; links and bare titles weigh nothing."""
    if line.linked * 2 > len(line.text) or not _SENTENCE.search(line.text):
        return 0
    return len(line.text)


def _mark(lines: list[_Line]) -> None:
    """Mark lines in suspect elements, and lines that are only links.

    A suspect element that holds a third of the page's sentences is no chrome, whatever its name.
    """
    weights: Counter[int] = Counter()
    for line in lines:
        for _, number in line.inside:
            weights[number] += _weight(line)
    total = sum(map(_weight, lines))
    for line in lines:
        kinds = [kind for kind, number in line.inside if weights[number] * 3 <= total]
        line.drop = kinds[0] if kinds else ""
    linked = [line for line in lines if line.linked * 10 >= len("".join(line.text.split())) * 7]
    if sum(len(line.text) for line in linked) < total:
        for line in linked:
            line.drop = line.drop or "navigation"


def _main_text(html: str) -> str:
    """What trafilatura takes for the main text; it may find nothing."""
    import trafilatura

    text = trafilatura.extract(html, include_comments=False, include_tables=True, favor_recall=True)
    return "".join((text or "").split())


def _mark_outside(lines: list[_Line], main: str) -> None:
    """Drop what stands around the lines that trafilatura kept, if it kept the sentences."""
    kept = [line for line in lines if not line.drop]
    found = [line for line in kept if "".join(line.text.split()) in main]
    covered, total = sum(map(_weight, found)), sum(map(_weight, kept))
    if total < _LEAST_MAIN or covered * 10 < total * 6:
        return
    weighty = [index for index, line in enumerate(kept) if line in found and _weight(line)]
    first = kept.index(found[0]) if found else 0
    for line in [*kept[: min(first, weighty[0])], *kept[weighty[-1] + 1 :]]:
        if line not in found:
            line.drop = "navigation"


def _read_tags(soup: Any) -> tuple[dict[str, str], list[str]]:
    tags: dict[str, str] = {}
    for node in soup.find_all("meta", limit=200):
        name = node.get("name") or node.get("property") or node.get("itemprop")
        if name and node.get("content"):
            tags.setdefault(str(name).lower(), str(node["content"]))
    for name, node in (("h1", soup.h1), ("<title>", soup.title)):
        if node is not None:
            tags[name] = " ".join(node.get_text(" ").split())
    canonical = soup.find("link", rel="canonical")
    if canonical is not None:
        tags["canonical"] = str(canonical.get("href", ""))
    blocks = soup.find_all("script", type="application/ld+json", limit=10)
    return tags, [str(block.string or "") for block in blocks]
