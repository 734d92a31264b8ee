"""What a page says about itself: lines and tags that name its publisher, author, date, URL."""

import json
import re
from datetime import date
from typing import Any

from vectorstore.chinese import simplify

_KEYS = {
    "reprinted": "本文转自 转载自 转载于 转自 摘自 原载于 原载 首发于",
    "publisher": "信息来源 新闻来源 文章来源 稿件来源 消息来源 内容来源 资料来源 来源 来源于"
    " 稿源 出处"
    " 发布机构 发布单位 发文机关 发布者 供稿单位 供稿 媒体",
    "author": "作者 撰文 文字 撰稿 撰稿人 记者 本报记者 通讯员 文",
    "published": "发布时间 发布日期 发表时间 发表日期 发稿时间 刊发时间 更新时间 更新日期 上传时间"
    " 录入时间 添加时间 成文日期 发文日期 公开日期 时间 日期 发布于 发表于 发布 更新",
    "url": "本文链接 本文网址 本文地址 原文链接 原文地址 原文网址 信息原文地址 文章链接"
    " 文章地址 原文 链接"
    " 网址 地址",
    "title": "原标题 标题",
    "": "责任编辑 编辑 责编 值班编辑 网络编辑 美编 编审 校对 审核 审稿 审签 签发 主编 监制 初审"
    " 复审 终审"
    " 一审 二审 三审 二校 三校 排版 制图 摄影 图片 供图 点击 点击数 点击量 点击率 点击次数 浏览"
    " 浏览量"
    " 浏览数 浏览次数 阅读 阅读量 阅读数 阅读次数 访问量 访问次数 人气 字号 字体 字体大小 大小"
    " 评论 评论数"
    " 分享 分享到 类别 分类 栏目 所属栏目 频道 所属频道 标签 关键词 关键字 责任 索引号 文号"
    " 发文字号"
    " 主题分类 主题词 有效性 信息索引号 公开方式 公开形式 信息类别 打印 收藏 IP属地"
    " 快照生成时间 版次 版面",
}
_FIELD = {key: field for field, keys in _KEYS.items() for key in keys.split()}
_SPACED = "|".join(" *".join(key) for key in sorted(_FIELD, key=len, reverse=True))
_KEY = re.compile(
    rf"(?:(?<=^)|(?<=[\s|丨/\d】\])）〕]))[【\[(（〔]?({_SPACED})[】\]]? *[:：]", re.IGNORECASE
)
_DAY = re.compile(
    r"((?:19|20)\d\d) ?(?:[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2}) ?日?|(\d\d)(\d\d)(?!\d))"
    r"(?:[ T,，]*(?:星期.|周.)?[ T,，]*(?:[上下]午)?\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2}秒?)?"
    r"(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_URL = re.compile(r"https?://[^\s\"'<>，。；、（）【】]+")
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[-/]?([01]\d)[-/]?([0-3]\d)(?=[/_.\-]|\b)")
_EDGES = " \t\"'“”[]【】()（）〔〕<>《》|丨/·•—-_,，;；:：。"
_NAME = re.compile(r"[一-鿿]{2,4}(?:[·•][一-鿿]{1,6})?")
_RANK = r"(?:全媒体|融媒体|融媒|见习|实习|首席|特约|特派|高级|资深|驻[一-鿿]{2,4})"
_REPORTER = re.compile(
    rf"[\W_]{{0,4}}(?P<org>[^\s:：。，,]{{0,30}}?){_RANK}*记者(?:[:：\s]+"
    rf"|(?=[一-鿿]{{2,4}}(?:\s|、|$)))"
    r"(?P<names>[^。！？:：]{2,40})"
)
_IN_TEXT = re.compile(
    r"[（(](?:[^（()）。]{0,20}?)记者[\s:：]*([^（()）。，,]{2,24})[)）]"
    r"|本报讯[\s(（]*记者[\s:：]*([^（()）。，,]{2,24})[)）]?"
)
_DATELINE = re.compile(
    r"^[\s\W]{0,3}([一-鿿]{2,8}?(?:社|网|报|日报|台|客户端"
    r"|财经))[一-鿿]{0,8}(?:\d{1,2}月)?(?:\d{1,2}日)?"
    r"(?:讯|电)(?=[\s(（]|$)"
)
_MEDIUM = re.compile(
    r"(?:日报|晚报|早报|晨报|时报|都市报|周刊|周报|新闻网?|财经|网|社|报|电视台|广播|在线"
    r"|客户端|频道|头条"
    r"|传媒|融媒|融媒体中心|发布|局|委|办|政府|中心|杂志)$"
)
_ORG_TAIL = re.compile(rf"(?:客户端|{_RANK})+$")
_NOT_NAMES = ("通讯员", "文图", "图文", "见习记者", "特约记者", "记者", "综合", "整理", "编译")


def find_date(text: str) -> date | None:
    """The first calendar day with a year in `text`, in any of the usual forms."""
    for match in _DAY.finditer(text):
        year, month, day = (int(part) for part in match.groups() if part)
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None


def read_line(line: str, plain: str = "") -> dict[str, str] | None:
    """The fields of a line that holds nothing but metadata, else None.

    `来源:红网 作者:汪衡 2019-08-01 16:39` gives publisher, author and published (ISO). Fields that
    no record keeps (editor, clicks, font size) make a metadata line too, with no field. `plain` is
    the line in simplified script, where the caller has it.
    """
    line = line.strip()
    if not 3 <= len(line) <= 200:
        return None
    found = list(_KEY.finditer((plain or simplify(line)).strip()))
    if not found:
        return _read_dated(line)
    start = found[0].start()
    fields = _read_dated(line[:start]) if line[:start].strip(_EDGES) else {}
    if fields is None:
        return None
    ends = [match.start() for match in found[1:]] + [len(line)]
    for match, end in zip(found, ends, strict=True):
        key = match[1].replace(" ", "")
        if not _read_value(_FIELD.get(key, ""), line[match.end() : end], fields):
            return None
    return fields


def _read_value(field: str, value: str, fields: dict[str, str]) -> bool:
    """Put the value of one key into `fields`; False where it reads like a sentence."""
    url = _URL.search(value)
    if url:
        fields.setdefault("url", url.group())
        return True
    day = find_date(value)
    if day:
        fields.setdefault("published", day.isoformat())
    rest = _DAY.sub(" ", value).strip(_EDGES)
    if (
        len(rest) > 40
        or re.search(r"[。！？?!；]|[，,].*[，,]", rest)
        or _starts_sentence(field, rest)
    ):
        return False
    if field == "published":
        return (day is not None and len(rest) <= 16) or not value.strip()
    if field and rest and field != "url":
        fields.setdefault(field, (_names(rest) if field == "author" else "") or _first(field, rest))
    return True


def _first(field: str, rest: str) -> str:
    return rest if field == "title" else re.split(r"\s{2,}|[|丨]", rest)[0]


def _starts_sentence(field: str, rest: str) -> bool:
    return field == "author" and len(rest) > 20


def _read_dated(line: str) -> dict[str, str] | None:
    """A line of a time stamp with at most a publisher's name beside it."""
    match = _DAY.search(line)
    if not match or not find_date(line):
        return None
    rest = (line[: match.start()] + " " + line[match.end() :]).strip(_EDGES)
    if len(rest) > 16 or re.search(r"[。！？，,、]|\d{3}", rest):
        return None
    fields = {"published": find_date(line).isoformat()}  # type: ignore[union-attr]
    if rest and _MEDIUM.search(rest.split()[0]):
        fields["publisher"] = rest.split()[0]
    elif rest and ":" not in match.group() and "：" not in match.group():
        return None
    return fields


def read_byline(line: str) -> dict[str, str]:
    """Author and publisher of a byline such as `□ 某某日报全媒体记者 张三 佛山报道`."""
    plain = simplify(line)
    match = _REPORTER.fullmatch(line.replace("記者", "记者")) if "记者" in plain else None
    if not match or len(line) > 60:
        return {}
    fields = {"author": _names(match["names"])}
    publisher = _organisation(match["org"])
    return {name: value for name, value in {**fields, "publisher": publisher}.items() if value}


def _names(text: str) -> str:
    names = []
    for part in re.split(r"[\s、,，/|]+", re.split(r"通讯员|特约|实习生", text)[0]):
        if (
            part in _NOT_NAMES
            or part.endswith(("报道", "報道", "摄影", "摄"))
            or not _NAME.fullmatch(part)
        ):
            continue
        names.append(part)
    return " ".join(names)


def _organisation(text: str) -> str:
    """`某某日报·今日某某客户端全媒体` → 某某日报; 本报 and 本网 name nobody."""
    name = _ORG_TAIL.sub("", re.split(r"[·•/|]", text.strip(_EDGES + "□■●◆○◎▲★*"))[0])
    return "" if name[:1] in ("", "本") or name in ("文", "图", "特约", "见习") else name


def read_text(text: str) -> dict[str, str]:
    """Author and publisher named inside the text: `（记者 张三）`, `新华社北京6月1日电`."""
    fields = {}
    for part in (text[:400], text[-200:]):
        found = _IN_TEXT.search(part)
        if found and _names(found[1] or found[2]):
            fields["author"] = _names(found[1] or found[2])
            break
    dateline = _DATELINE.match(text[:60])
    if dateline:
        fields["publisher"] = dateline[1]
    return fields


def date_in_url(url: str) -> date | None:
    """The day in the path of a URL such as /2019/08/01/5783176.html."""
    match = _URL_DAY.search(url)
    return find_date("-".join(match.groups())) if match else None


def is_medium(name: str) -> bool:
    """Whether a name is a publisher's (newspaper, site, station, office), not a person's."""
    return bool(_MEDIUM.search(simplify(name).strip()))


_TAGS = {
    "title": ("og:title", "twitter:title", "articletitle", "title", "dc.title", "headline"),
    "published": ("article:published_time", "og:published_time", "publishdate", "pubdate",
                  "og:release_date", "weibo:article:create_at", "datepublished", "dc.date", "date",
                  "publish_time", "pub_date"),
    "publisher": ("contentsource", "source", "mediaid", "og:site_name", "dc.publisher", "sitename"),
    "author": ("author", "article:author", "og:article:author", "dc.creator", "byl"),
    "url": ("og:url", "twitter:url"),
}  # fmt: skip


def from_tags(tags: dict[str, str], blocks: list[str]) -> dict[str, str]:
    """Fields from a page's meta tags (names in lower case) and its JSON-LD, which goes first."""
    fields: dict[str, str] = {}
    for block in blocks:
        for node in _nodes(block):
            fields = {**_from_json(node), **fields}
    for field, names in _TAGS.items():
        value = next((tags[name].strip() for name in names if tags.get(name, "").strip()), "")
        if field == "published":
            day = find_date(value)
            value = day.isoformat() if day else ""
        if value and len(value) <= 300:
            fields.setdefault(field, value)
    return fields


def _nodes(block: str) -> list[dict[str, Any]]:
    try:
        data = json.loads(block)
    except (ValueError, RecursionError):
        return []
    found = data if isinstance(data, list) else [data]
    found += [node for top in found if isinstance(top, dict) for node in _list(top.get("@graph"))]
    return [node for node in found if isinstance(node, dict) and "rticle" in str(node.get("@type"))]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _from_json(node: dict[str, Any]) -> dict[str, str]:
    day = find_date(str(node.get("datePublished", "")))
    names = [
        each.get("name", "") if isinstance(each, dict) else each
        for each in _list(node.get("author"))
    ]
    publisher = node.get("publisher")
    fields = {
        "title": node.get("headline", ""),
        "published": day.isoformat() if day else "",
        "author": " ".join(str(name) for name in names),
        "publisher": publisher.get("name", "") if isinstance(publisher, dict) else publisher,
        "url": node.get("url", ""),
    }
    return {
        name: str(value).strip()
        for name, value in fields.items()
        if value and isinstance(value, str)
    }
