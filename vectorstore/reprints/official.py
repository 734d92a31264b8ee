"""Which of two printings of one article comes first: the more official, then the earlier."""

import re
from datetime import date
from urllib.parse import urlsplit

from vectorstore.schema import Article

# By the publisher's name and by the host of the page, the most official first; whoever is not
# named stands before the portals, which print what others wrote.
_GOVERNMENT = 0
_NATIONAL = 1
_PRESS = 2
_OTHER = 3
_PORTAL = 4

_NAMES = (
    (
        _PORTAL,
        r"搜狐|网易|新浪|腾讯|凤凰网|凤凰新闻|百家号|百度|头条|一点资讯|微信|公众号|微博|知乎|豆瓣|雪球|快资讯"
        r"|趣头条|哔哩|抖音|快手|企鹅号|大鱼号",
    ),
    (
        _NATIONAL,
        r"新华|人民日报|人民网|央视|中央广播|中央电视|央广|中国新闻社|中新社|中新网|中国新闻网"
        r"|光明日报|光明网|经济日报|中国经济网|求是|解放军报|中国日报|中国网|国际在线",
    ),
    (_PRESS, r"报社?$|[日晚早时都商]报|电视台|广播|融媒|红网|新闻网|传媒"),
    (
        _GOVERNMENT,
        r"政府|国务院|人大|政协|法院|检察院|纪委|监委|[省市县区州]委|办公[室厅]$|委员会$|[部厅局署]$"
        r"|[部委厅局署]官?方?网站?$|发改委|商务部|海关|税务",
    ),
)
_HOSTS = (
    (_GOVERNMENT, r"\.gov(\.cn|\.hk|\.mo|\.tw)?$"),
    (
        _NATIONAL,
        r"(^|\.)(xinhuanet\.com|news\.cn|people\.com\.cn|people\.cn|cctv\.com|cnr\.cn"
        r"|chinanews\.com(\.cn)?|gmw\.cn|ce\.cn|qstheory\.cn|81\.cn|chinadaily\.com\.cn"
        r"|china\.com\.cn|cri\.cn)$",
    ),
    (
        _PORTAL,
        r"(^|\.)(sohu\.com|163\.com|sina\.(com|cn|com\.cn)|qq\.com|ifeng\.com|toutiao\.com"
        r"|baidu\.com|zhihu\.com|weibo\.(com|cn)|yidianzixun\.com|douban\.com|xueqiu\.com"
        r"|360doc\.com|bilibili\.com|msn\.(com|cn))$",
    ),
)


def outranks(article: Article, other: Article) -> bool:
    """Whether `article` is to be shown rather than `other`, a printing of the same.

    Governments, courts and their offices come before the national press, that before local papers
    and broadcasters, then everybody else, and portals last; among equals, the earlier date. What
    says nothing of itself never outranks what is there.
    """
    return _order(article) < _order(other)


def _order(article: Article) -> tuple[int, date]:
    return _standing(article.publisher, article.url), article.published or date.max


def _standing(publisher: str, url: str) -> int:
    name, host = _kind(_NAMES, publisher.strip()), _kind(_HOSTS, _host(url))
    # A portal names those whom it copies: where the page stands decides.
    if host == _PORTAL:
        return _PORTAL
    return min((kind for kind in (name, host) if kind is not None), default=_OTHER)


def _kind(kinds: tuple[tuple[int, str], ...], text: str) -> int | None:
    return next((kind for kind, pattern in kinds if text and re.search(pattern, text)), None)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
