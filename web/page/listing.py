"""The HTML of the shelf: the table of articles, and around one article what else is known of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from vectorstore import Article, Dropped, Listed, Listing
from web.page import render
from web.page.render import escape, link, paragraph
from web.words import CHINESE, Words

PAGE = 50
"""Articles on one page of the list."""
# Each order with its words, the column that it sorts and how.
_ORDERS = {
    "newest": ("list.newest", "date", "descending"),
    "oldest": ("list.oldest", "date", "ascending"),
    "publisher": ("list.publisher", "publisher", "ascending"),
    "title": ("list.title", "title", "ascending"),
    "longest": ("list.longest", "size", "descending"),
    "chunks": ("list.chunks", "chunks", "descending"),
}
_COLUMNS = ("title", "publisher", "date", "size", "chunks")


@dataclass(frozen=True, slots=True)
class View:
    """How one visitor looks at the list: in which order, and which page of it, from 1."""

    order: str = "newest"
    page: int = 1

    def after(self, target: str) -> "View":
        """The view after a click on `#sort-<order>` or `#page-<number>`; else this one."""
        kind, _, value = target.partition("-")
        if kind == "#sort" and value in _ORDERS:
            return View(value)
        if kind == "#page" and value.isdecimal():
            return View(self.order, max(1, int(value[:9])))
        return self

    @property
    def place(self) -> tuple[int, int]:
        """How many articles come before this page, and how many are on it."""
        return (self.page - 1) * PAGE, PAGE


def table(listing: Listing, view: View, say: Words = CHINESE) -> str:
    """One page of the articles as a table; titles link to `#read-<id>`."""
    pages = -(-listing.total // PAGE)
    first, _ = view.place
    last = first + len(listing.articles)
    counts = {"total": f"{listing.total:,}", "first": f"{first + 1:,}", "last": f"{last:,}"}
    count = say("list.part" if pages > 1 else "list.all", **counts)
    if not listing.articles:
        return paragraph("note", say("list.none", count=count) if first == 0 else count)
    _, sorted_by, direction = _ORDERS[view.order]
    # Gradio's sanitizer leaves no ARIA through: page scripts say what these classes tell.
    heads = "".join(
        f'<th scope="col" class="xs-{name}{f" xs-{direction}" * (name == sorted_by)}">'
        f"{escape(say(f'list.{name}'))}</th>"
        for name in _COLUMNS
    )
    rows = "".join(_row(one, say) for one in listing.articles)
    return (
        f"{_bar(count, view, say)}<table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{_pages(view.page, pages, say)}"
    )


def _bar(count: str, view: View, say: Words) -> str:
    links = "".join(
        f'<a href="#sort-{order}"{_current(order == view.order)}>{escape(say(label))}</a>'
        for order, (label, *_) in _ORDERS.items()
    )
    return (
        f'<div class="xs-bar"><p class="xs-note">{escape(count)}</p>'
        f'<p class="xs-orders"><span>{escape(say("list.sort"))}</span>{links}</p></div>'
    )


def _current(is_current: bool) -> str:
    return ' class="xs-chosen"' if is_current else ""


def _row(one: Listed, say: Words) -> str:
    publisher = escape(one.publisher or say("article.unsigned"))
    published = one.published.isoformat() if one.published else escape(say("article.undated"))
    size, chunks = f"{one.characters:,}", f"{one.chunks:,}"
    told = escape(say("list.also", count=len(one.also_in)))
    also = f' <span class="xs-also">{told}</span>' if one.also_in else ""
    title = f'<a href="#read-{_id(one.id)}">{escape(one.title)}</a>{also}'
    about = escape(say("list.about", characters=size, chunks=chunks))
    meta = f"{publisher} · {published} · {about}"
    return (
        f'<tr><th scope="row" class="xs-title">{title}<span class="xs-meta">{meta}</span></th>'
        f'<td class="xs-publisher">{publisher}</td><td class="xs-date">{published}</td>'
        f'<td class="xs-size">{size}</td><td class="xs-chunks">{chunks}</td></tr>'
    )


def _id(article_id: str) -> str:
    return escape(quote(article_id, safe=""))


def article_of(target: str) -> str:
    """The id of the article that a link such as `#delete-<id>` names."""
    return unquote(target.partition("-")[2])


def _pages(page: int, pages: int, say: Words) -> str:
    if pages < 2:
        return ""
    steps = [("list.before", page - 1), ("list.after", page + 1)]
    links = "".join(
        f'<a href="#page-{number}">{escape(say(label))}</a>'
        for label, number in steps
        if 1 <= number <= pages
    )
    here = say("list.page", page=f"{page:,}", pages=f"{pages:,}")
    return f'<p class="xs-pages"><span>{escape(here)}</span>{links}</p>'


def reader(shown: Article, say: Words = CHINESE) -> str:
    """An article with its reprints, with what cleaning dropped, and the way to delete it."""
    label = escape(say("about.delete"))
    delete = f'<a class="xs-delete" href="#delete-{_id(shown.id)}">{label}</a>'
    about = f"{_reprints(shown.also_in, say)}{_dropped(shown.dropped, say)}{delete}"
    return f'{render.article(shown, say=say)}<div class="xs-about">{about}</div>'


def _reprints(also_in: Sequence[str], say: Words) -> str:
    if not also_in:
        return ""
    items = "".join(f"<li>{_source(uri, say)}</li>" for uri in also_in)
    told = escape(say("about.reprints", count=len(also_in)))
    return f"<details><summary>{told}</summary><ul>{items}</ul></details>"


def _source(uri: str, say: Words) -> str:
    """A source as a link, or as the name of its file: where that lies is nobody's business."""
    shown = link(uri, say("about.web"))
    return shown or escape(uri.rpartition("/")[2] or uri)


def _dropped(receipts: Sequence[Dropped], say: Words) -> str:
    if not receipts:
        return paragraph("note", say("about.whole"))
    total = sum(each.characters for each in receipts)
    names = (escape(say(f"about.{name}")) for name in ("kind", "size", "sample"))
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    return (
        f"<details><summary>{escape(say('about.dropped', count=f'{total:,}'))}</summary>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(_receipts(receipts, say))}</tbody>"
        "</table></details>"
    )


def _receipts(receipts: Sequence[Dropped], say: Words) -> Iterator[str]:
    for each in sorted(receipts, key=lambda one: -one.characters):
        kind = f"kind.{each.kind}"
        name = escape(say(kind) if say.known(kind) else each.kind)
        yield (
            f'<tr><th scope="row">{name}</th><td class="xs-size">{each.characters:,}</td>'
            f"<td>{escape(each.sample)}</td></tr>"
        )
