"""Which printing of an article comes first, and that the store shows it."""

from datetime import date
from pathlib import Path

import pytest
from invented import article, record, write_tiny_model

from vectorstore import VectorStore
from vectorstore.reprints.official import outranks
from vectorstore.schema import Article


def printing(publisher: str = "", url: str = "", published: str = "") -> Article:
    day = date.fromisoformat(published) if published else None
    return Article("id", "题", "文", url=url, publisher=publisher, published=day)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(printing("云川市人民政府"), printing("新华社"), id="government-press"),
        pytest.param(printing("凤凰县人民政府"), printing("凤凰网"), id="a-county-no-portal"),
        pytest.param(printing("国家乡村振兴局"), printing("人民日报"), id="office"),
        pytest.param(printing("商务部网站"), printing("石桥日报"), id="ministry"),
        pytest.param(printing("新华网"), printing("石桥日报"), id="national-local"),
        pytest.param(printing("石桥日报"), printing("某某资讯"), id="paper-site"),
        pytest.param(printing("石桥日报"), printing(), id="paper-unnamed"),
        pytest.param(printing(), printing("搜狐"), id="unnamed-portal"),
        pytest.param(
            printing("石桥日报"),
            printing("新华社", "https://www.sohu.com/a/1"),
            id="a-portal-names-whom-it-copies",
        ),
        pytest.param(
            printing(url="http://www.sz.gov.cn/a.html"),
            printing("人民日报", "http://people.com.cn/a"),
            id="government-host",
        ),
        pytest.param(
            printing(url="https://news.cn/1"), printing(url="https://notnews.cn/1"), id="host-whole"
        ),
        pytest.param(
            printing("石桥日报", published="2022-03-04"),
            printing("青岭晚报", published="2022-03-05"),
            id="earlier",
        ),
        pytest.param(
            printing("搜狐", published="2022-03-04"), printing("网易"), id="dated-undated"
        ),
        pytest.param(
            printing("云川市人民政府", published="2022-03-09"),
            printing("搜狐", published="2022-03-04"),
            id="official-before-earlier",
        ),
    ],
)
def test_the_first_of_two_printings(first: Article, second: Article) -> None:
    assert outranks(first, second)
    assert not outranks(second, first)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(printing("石桥日报"), id="alike"),
        pytest.param(printing("青岭日报"), id="of-one-standing"),
        pytest.param(printing("石桥日报", "http://[broken"), id="broken-url"),
    ],
)
def test_neither_comes_first(other: Article) -> None:
    assert not outranks(printing("石桥日报"), other)
    assert not outranks(other, printing("石桥日报"))


class Shelf:
    """A store into which printings of articles are put, one file each."""

    def __init__(self, folder: Path) -> None:
        model = str(write_tiny_model(folder / "model"))
        self.store = VectorStore(folder / "data", embedding_model=model)
        self._folder = folder

    def put(self, name: str, text: str, publisher: str = "", published: str = "") -> str:
        """Add one record; its source, as `also_in` names it."""
        path = self._folder / f"{name}.jsonl"
        fields = {"publisher": publisher, "published": published}
        path.write_text(record(name, text, **fields), "utf-8")
        report = self.store.add(path)
        assert report.skipped == []
        return f"{path}#{name}"

    def shown(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Id, publisher and further sources of each article."""
        return [(each.id, each.publisher, each.also_in) for each in self.store.articles()]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_the_most_official_is_shown_though_it_came_last(shelf: Shelf) -> None:
    body = article(3)
    portal = shelf.put("portal", body + "\n返回首页，查看更多", "搜狐", "2022-03-04")
    paper = shelf.put("paper", body, "石桥日报", "2022-03-05")
    assert shelf.shown() == [("paper", "石桥日报", (portal,))]
    shelf.put("city", "权威发布\n" + body, "云川市人民政府", "2022-03-06")
    assert shelf.shown() == [("city", "云川市人民政府", (paper, portal))]
    site = shelf.put("site", body, "某某资讯", "2022-03-01")
    assert shelf.shown() == [("city", "云川市人民政府", (paper, portal, site))]


def test_a_reprint_counts_once_in_results(shelf: Shelf) -> None:
    body = article(3)
    shelf.put("portal", body + "\n返回首页，查看更多", "搜狐", "2022-03-04")
    shelf.put("other", article(5), "石桥日报", "2022-03-04")
    shelf.put("city", "权威发布\n" + body, "云川市人民政府", "2022-03-06")
    hits = shelf.store.search("第3号通讯 签下协议", top_k=10)
    assert {hit.chunk.article_id for hit in hits} <= {"city", "other"}
    assert "city" in {hit.chunk.article_id for hit in hits}


def test_adding_what_was_outranked_again_changes_nothing(shelf: Shelf) -> None:
    body = article(3)
    shelf.put("portal", body + "\n返回首页，查看更多", "搜狐", "2022-03-04")
    shelf.put("city", body, "云川市人民政府", "2022-03-06")
    before = shelf.shown()
    shelf.put("portal", body + "\n返回首页，查看更多", "搜狐", "2022-03-04")
    assert shelf.shown() == before
    shelf.put("portal", body + "\n返回首页，查看更多精彩", "搜狐", "2022-03-04")
    assert shelf.shown() == before


def test_what_was_outranked_may_become_an_article_of_its_own(shelf: Shelf) -> None:
    shelf.put("portal", article(3) + "\n返回首页，查看更多", "搜狐", "2022-03-04")
    shelf.put("city", article(3), "云川市人民政府", "2022-03-06")
    shelf.put("portal", article(9), "搜狐", "2022-03-04")
    assert sorted(shelf.shown()) == [("city", "云川市人民政府", ()), ("portal", "搜狐", ())]
