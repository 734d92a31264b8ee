"""Metadata lines, bylines and tags say who, when and where; sentences say nothing of the kind."""

from datetime import date

import pytest

from vectorstore.cleaning import metadata


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        pytest.param(
            "来源:青溪网 作者:何小平 编辑:吴一凡 2024-03-08 16:39:54",
            {"publisher": "青溪网", "author": "何小平", "published": "2024-03-08"},
            id="all-in-one",
        ),
        pytest.param(
            "發佈日期：2024年3月8日 信息來源：白沙市商務局",
            {"published": "2024-03-08", "publisher": "白沙市商務局"},
            id="traditional",
        ),
        pytest.param("转载自：青溪日报", {"reprinted": "青溪日报"}, id="reprint"),
        pytest.param("【来源：白沙日报】", {"publisher": "白沙日报"}, id="brackets"),
        pytest.param("来 源： 青溪新闻网", {"publisher": "青溪新闻网"}, id="spaced-key"),
        pytest.param(
            "2024-03-08 09:12 来源：青溪网",
            {"published": "2024-03-08", "publisher": "青溪网"},
            id="date-first",
        ),
        pytest.param(
            "青溪日报 2024/3/8 09:12",
            {"published": "2024-03-08", "publisher": "青溪日报"},
            id="no-keys",
        ),
        pytest.param(
            "日期：2024.3.8 | 浏览次数：1234 | 字号：大 中 小",
            {"published": "2024-03-08"},
            id="clicks",
        ),
        pytest.param(
            "原文链接：https://a.example.cn/2024/x.html",
            {"url": "https://a.example.cn/2024/x.html"},
            id="url",
        ),
        pytest.param("责任编辑：吴一凡", {}, id="editor"),
    ],
)
def test_metadata_line(line: str, fields: dict[str, str]) -> None:
    assert metadata.read_line(line) == fields


@pytest.mark.parametrize(
    "line",
    [
        "记者：请问两市为什么要合作？",
        "来源于大湾区的企业占九成以上",
        "2024年3月8日，青溪市与白沙市签署合作协议。",
        "作者单位在会上介绍：项目已经开工，进展顺利，质量良好。",
        "好",
        "",
    ],
)
def test_sentences_are_no_metadata(line: str) -> None:
    assert metadata.read_line(line) is None


@pytest.mark.parametrize(
    ("line", "author", "publisher"),
    [
        ("□ 青溪日报·今日青溪客户端全媒体记者 何小平", "何小平", "青溪日报"),
        ("●白沙日报记者 何小平 林晓", "何小平 林晓", "白沙日报"),
        ("青溪网时刻记者 何小平 白沙报道", "何小平", "青溪网时刻"),
        ("白沙财经全媒体见习记者吴一凡 何小平 青溪报道", "吴一凡 何小平", "白沙财经"),
        ("本报记者 何小平 通讯员 周明", "何小平", ""),
        ("记者：何小平、林晓", "何小平 林晓", ""),
        ("■白沙特区报驻青溪记者 何小平", "何小平", "白沙特区报"),
        ("□本報記者 陳大文", "陳大文", ""),
    ],
)
def test_byline(line: str, author: str, publisher: str) -> None:
    found = metadata.read_byline(line)
    assert (found.get("author", ""), found.get("publisher", "")) == (author, publisher)


@pytest.mark.parametrize("line", ["他告诉记者，项目已开工。", "记者节", "据记者了解，两市合作多年"])
def test_no_byline(line: str) -> None:
    assert metadata.read_byline(line) == {}


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("本报讯（记者 何小平 通讯员 周明）青溪市日前", {"author": "何小平"}),
        (
            "新华社北京3月8日电（记者何小平、林晓）青溪",
            {"author": "何小平 林晓", "publisher": "新华社"},
        ),
        ("青溪市日前签署协议。", {}),
    ],
)
def test_names_inside_the_text(text: str, fields: dict[str, str]) -> None:
    assert metadata.read_text(text) == fields


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-08T09:15:00Z", date(2024, 3, 8)),
        ("发布于2024年 3月 8日", date(2024, 3, 8)),
        ("20240308", date(2024, 3, 8)),
        ("2024-02-30 或 2024-03-01", date(2024, 3, 1)),
        ("3月8日", None),
        ("", None),
    ],
)
def test_find_date(text: str, day: date | None) -> None:
    assert metadata.find_date(text) == day


def test_date_in_url() -> None:
    assert metadata.date_in_url("https://a.example.cn/content/2024/03/08/57.html") == date(
        2024, 3, 8
    )
    assert metadata.date_in_url("https://a.example.cn/20240308/57.html") == date(2024, 3, 8)
    assert metadata.date_in_url("https://a.example.cn/2024/57831.html") is None


def test_tags_and_json_blocks() -> None:
    block = '{"@graph": [{"@type": "NewsArticle", "headline": "山海情", "author": [{"name": "何小平"}]}]}'
    tags = {
        "og:title": "别的",
        "source": "白沙日报",
        "publishdate": "2024年3月8日",
        "og:url": "https://a.cn/",
    }
    assert metadata.from_tags(tags, [block, "{broken", "[" * 9999]) == {
        "title": "山海情",
        "author": "何小平",
        "published": "2024-03-08",
        "publisher": "白沙日报",
        "url": "https://a.cn/",
    }


@pytest.mark.parametrize(
    ("name", "expected"), [("新浪财经", True), ("某某日報", True), ("何小平", False)]
)
def test_is_medium(name: str, expected: bool) -> None:
    assert metadata.is_medium(name) is expected
