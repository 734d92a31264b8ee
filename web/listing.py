"""The HTML of the shelf: the table of articles, and around one article what else is known of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from vectorstore import Article, Dropped, Listed, Listing
from web import render
from web.render import escape, link, paragraph

PAGE = 50
"""Articles on one page of the list."""
# Each order with its name, the column that it sorts and how.
_ORDERS = {
    "newest": ("最新", "date", "descending"),
    "oldest": ("最早", "date", "ascending"),
    "publisher": ("发布者", "publisher", "ascending"),
    "title": ("标题", "title", "ascending"),
    "longest": ("篇幅", "size", "descending"),
    "chunks": ("段数", "chunks", "descending"),
}
_COLUMNS = {
    "title": "标题",
    "publisher": "发布者",
    "date": "日期",
    "size": "字数",
    "chunks": "段数",
}
_KINDS = {
    "script": "脚本",
    "style": "样式",
    "hidden": "网页上看不见的文字",
    "markup": "标记",
    "navigation": "导航",
    "share": "分享按钮",
    "advert": "广告",
    "comment": "评论",
    "related": "相关链接",
    "teaser": "别的文章的导读",
    "notice": "公告",
    "editor": "编辑署名",
    "metadata": "题头信息（已记作出处）",
    "picture": "图片名",
    "stamp": "时间戳",
    "spam": "垃圾内容",
    "duplicate": "重复的文字",
    "pinyin": "夹在字里的拼音",
    "mojibake": "乱码",
    "invisible": "不可见的字符",
}


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


def table(listing: Listing, view: View) -> str:
    """One page of the articles as a table; titles link to `#read-<id>`."""
    pages = -(-listing.total // PAGE)
    first, _ = view.place
    count = f"共 {listing.total:,} 篇"
    if pages > 1:
        count += f"，第 {first + 1:,}–{first + len(listing.articles):,} 篇"
    if not listing.articles:
        return paragraph("note", f"{count}。没有符合条件的文章。" if first == 0 else count)
    _, sorted_by, direction = _ORDERS[view.order]
    # Gradio's sanitizer leaves no ARIA through: page scripts say what these classes tell.
    heads = "".join(
        f'<th scope="col" class="xs-{name}{f" xs-{direction}" * (name == sorted_by)}">{label}</th>'
        for name, label in _COLUMNS.items()
    )
    rows = "".join(map(_row, listing.articles))
    return (
        f"{_bar(count, view)}<table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{_pages(view.page, pages)}"
    )


def _bar(count: str, view: View) -> str:
    links = "".join(
        f'<a href="#sort-{order}"{_current(order == view.order)}>{label}</a>'
        for order, (label, *_) in _ORDERS.items()
    )
    return (
        f'<div class="xs-bar"><p class="xs-note">{escape(count)}</p>'
        f'<p class="xs-orders"><span>排序</span>{links}</p></div>'
    )


def _current(is_current: bool) -> str:
    return ' class="xs-chosen"' if is_current else ""


def _row(one: Listed) -> str:
    publisher = escape(one.publisher or "出处不详")
    published = one.published.isoformat() if one.published else "日期不详"
    also = f' <span class="xs-also">转载 {len(one.also_in)}</span>' if one.also_in else ""
    title = f'<a href="#read-{_id(one.id)}">{escape(one.title)}</a>{also}'
    meta = f"{publisher} · {published} · {one.characters:,} 字 · {one.chunks:,} 段"
    return (
        f'<tr><th scope="row" class="xs-title">{title}<span class="xs-meta">{meta}</span></th>'
        f'<td class="xs-publisher">{publisher}</td><td class="xs-date">{published}</td>'
        f'<td class="xs-size">{one.characters:,}</td><td class="xs-chunks">{one.chunks:,}</td></tr>'
    )


def _id(article_id: str) -> str:
    return escape(quote(article_id, safe=""))


def article_of(target: str) -> str:
    """The id of the article that a link such as `#delete-<id>` names."""
    return unquote(target.partition("-")[2])


def _pages(page: int, pages: int) -> str:
    if pages < 2:
        return ""
    steps = [("上一页", page - 1), ("下一页", page + 1)]
    links = "".join(
        f'<a href="#page-{number}">{label}</a>' for label, number in steps if 1 <= number <= pages
    )
    return f'<p class="xs-pages"><span>第 {page:,} / {pages:,} 页</span>{links}</p>'


def reader(shown: Article) -> str:
    """An article with its reprints, with what cleaning dropped, and the way to delete it."""
    delete = f'<a class="xs-delete" href="#delete-{_id(shown.id)}">删除这篇文章</a>'
    about = f"{_reprints(shown.also_in)}{_dropped(shown.dropped)}{delete}"
    return f'{render.article(shown)}<div class="xs-about">{about}</div>'


def _reprints(also_in: Sequence[str]) -> str:
    if not also_in:
        return ""
    items = "".join(f"<li>{_source(uri)}</li>" for uri in also_in)
    return f"<details><summary>另有 {len(also_in)} 处转载</summary><ul>{items}</ul></details>"


def _source(uri: str) -> str:
    """A source as a link, or as the name of its file: where that lies is nobody's business."""
    shown = link(uri, "网页")
    return shown or escape(uri.rpartition("/")[2] or uri)


def _dropped(receipts: Sequence[Dropped]) -> str:
    if not receipts:
        return paragraph("note", "清洗时没有删去任何文字。")
    total = sum(each.characters for each in receipts)
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("删去的是", "字数", "开头"))
    return (
        f"<details><summary>清洗时删去了 {total:,} 个字符</summary>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(_receipts(receipts))}</tbody>"
        "</table></details>"
    )


def _receipts(receipts: Sequence[Dropped]) -> Iterator[str]:
    for each in sorted(receipts, key=lambda one: -one.characters):
        kind = escape(_KINDS.get(each.kind, each.kind))
        yield (
            f'<tr><th scope="row">{kind}</th><td class="xs-size">{each.characters:,}</td>'
            f"<td>{escape(each.sample)}</td></tr>"
        )
