"""The store as a whole: what is added is found, what is gone is gone, a filter holds."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from invented import article, record, title, write_articles
from stores import MakeStore, finds, finds_all, texts

from vectorstore.errors import FilterError


@pytest.fixture
def data_dir(filled_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled_store, tmp_path / "data"))


def test_what_is_added_is_found(data_dir: Path, make_store: MakeStore) -> None:
    store = make_store(data_dir)
    assert finds_all(store)
    assert all(finds(store, number) for number in range(12))
    hit = store.search("攜手發展" + title(3), 1)[0]
    stored = store.article(hit.chunk.article_id)
    assert stored is not None
    assert "第3号" in hit.title
    assert stored.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text


def test_the_owner_asks_chroma_and_finds_the_same(data_dir: Path, make_store: MakeStore) -> None:
    store = make_store(data_dir)
    before = [store.search(article(number)[:100], 10) for number in range(12)]
    store.own()
    assert store._indexes.is_open
    after = [store.search(article(number)[:100], 10) for number in range(12)]
    assert [texts(hits) for hits in after] == [texts(hits) for hits in before]
    assert [hit.dense_rank for hit in after[0]] == [hit.dense_rank for hit in before[0]]


def test_adding_again_changes_nothing(
    data_dir: Path, filled_store: Path, make_store: MakeStore
) -> None:
    store = make_store(data_dir)
    before, hits = (store.status(), store.articles()), store.search("对口合作", 20)
    report = store.add(filled_store.parent / "in")
    assert (report.added, report.updated, report.unchanged) == (0, 0, 12)
    assert (store.status(), store.articles()) == before
    # Chroma, which `add` has opened by now, rounds a similarity otherwise than the exact search.
    again = store.search("对口合作", 20)
    assert [hit.chunk for hit in again] == [hit.chunk for hit in hits]
    assert [hit.score for hit in again] == pytest.approx([hit.score for hit in hits], abs=1e-4)


def test_an_add_knows_what_was_done_since_the_last_one(
    data_dir: Path, make_store: MakeStore, tmp_path: Path
) -> None:
    store, folder = make_store(data_dir), tmp_path / "more"
    assert store.add(write_articles(folder, range(20, 22))).added == 2
    copy = folder / "copy.txt"
    copy.write_text(article(20), "utf-8")
    assert store.add(copy).unchanged == 1
    victim = next(stored for stored in store.articles() if "第20号" in stored.title)
    assert str(copy) in {victim.source, *victim.also_in}
    assert store.remove(victim.id)
    assert store.add(copy).added == 1
    assert finds(store, 20)


def test_a_removed_article_is_gone_everywhere(data_dir: Path, make_store: MakeStore) -> None:
    store = make_store(data_dir)
    victim = next(stored for stored in store.articles() if "第5号" in stored.title)
    assert store.remove(victim.id)
    assert not store.remove(victim.id)
    assert store.article(victim.id) is None
    assert victim.id not in {stored.id for stored in store.articles()}
    for question in (victim.title, victim.text[:200], "第5号通讯"):
        assert victim.id not in {hit.chunk.article_id for hit in store.search(question, 50)}
    assert store.search("第5号通讯", filters={"article_ids": victim.id}) == []


def test_old_words_are_never_found(tmp_path: Path, make_store: MakeStore) -> None:
    path = tmp_path / "a.txt"
    store = make_store()
    path.write_text("青岭飞来石\n\n传说山上有一块飞来石，石上刻着四个大字。\n", "utf-8")
    store.add(path)
    assert "飞来石" in store.search("飞来石")[0].chunk.text
    path.write_text("青岭观景台\n\n山上新建了一座观景台，可以望见大海。\n", "utf-8")
    assert store.add(path).updated == 1
    assert all("飞来石" not in hit.chunk.text for hit in store.search("飞来石", 50))
    assert "观景台" in store.search("观景台")[0].chunk.text


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        pytest.param({"date_from": "2022-01-01"}, {"b", "c"}, id="from"),
        pytest.param({"date_to": "2022-06-30"}, {"a", "b"}, id="to"),
        pytest.param({"publisher": "甲报"}, {"a", "c"}, id="publisher"),
        pytest.param({"publisher": ["甲报"], "date_to": "2021-12-31"}, {"a"}, id="both"),
        pytest.param({"article_ids": ["b", "d"]}, {"b", "d"}, id="ids"),
        pytest.param({"publisher": "丁报"}, set(), id="unknown"),
    ],
)
def test_filters(
    tmp_path: Path, make_store: MakeStore, filters: dict[str, Any], found: set[str]
) -> None:
    lines = [
        record("a", article(1), publisher="甲报", published="2021-05-01"),
        record("b", article(2), publisher="乙报", published="2022-05-01"),
        record("c", article(3), publisher="甲报", published="2023-05-01"),
        record("d", article(4)),
    ]
    (tmp_path / "all.jsonl").write_text("".join(lines), "utf-8")
    store = make_store()
    store.add(tmp_path / "all.jsonl")
    hits = store.search("市签下协议，项目总投资", 50, filters)
    assert {hit.chunk.article_id for hit in hits} == found


def test_a_bad_filter_is_refused(make_store: MakeStore) -> None:
    with pytest.raises(FilterError, match="unknown filter"):
        make_store().search("对口", filters={"author": "甲"})


@pytest.mark.parametrize("question", ["", "？！", "😀", "\ud800\0", "龘" * 5000], ids=ascii)
def test_any_question_is_answered(data_dir: Path, make_store: MakeStore, question: str) -> None:
    assert isinstance(make_store(data_dir).search(question), list)


@pytest.mark.parametrize("top_k", [-1, 0, 1, 7, 1000])
def test_as_many_hits_as_asked_for(data_dir: Path, make_store: MakeStore, top_k: int) -> None:
    store = make_store(data_dir)
    chunks = store.status()["chunks"]
    assert len(store.search("项目总投资亿元", top_k)) == min(max(top_k, 0), chunks)


def test_an_empty_store_finds_nothing_and_lists_nothing(make_store: MakeStore) -> None:
    store = make_store()
    assert (store.search("对口合作"), store.articles(), store.article("x")) == ([], [], None)
    store.own()
    assert store.search("对口合作") == []
    assert not store.remove("x")
