"""Ingest: what becomes of each source, and that doing it again changes nothing."""

from pathlib import Path

import pytest
from adding import Add, counts
from invented import article, record, write_articles

from vectorstore.preparing.embed import Embedder
from vectorstore.storage.articles import ArticleStore


@pytest.fixture
def add(article_store: ArticleStore, tiny_embedder: Embedder) -> Add:
    return Add(article_store, tiny_embedder)


def words(add: Add) -> str:
    return "".join(row.chunk.text for batch in add.store.chunks_since(0) for row in batch)


def test_a_folder_is_added_once(add: Add, tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "in", range(6))
    assert counts(add(folder)) == (6, 0, 0, 0)
    before = add.state()
    assert counts(add(folder)) == (0, 0, 6, 0)
    assert add.state() == before


@pytest.mark.parametrize(
    "named",
    [
        pytest.param(lambda folder: folder / ".." / folder.name, id="through-the-parent"),
        pytest.param(lambda folder: f"{folder}/", id="with-a-slash"),
        pytest.param(lambda folder: Path(".."), id="relative"),
    ],
)
def test_a_folder_is_the_same_wherever_it_is_named_from(
    add: Add, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: object
) -> None:
    folder = write_articles(tmp_path / "in", range(3))
    add(folder)
    before = add.state()
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    assert counts(add(named(folder))) == (0, 0, 3, 0)  # type: ignore[operator]
    assert add.state() == before


def test_each_chunk_is_a_piece_of_its_article(add: Add, tmp_path: Path) -> None:
    add(write_articles(tmp_path / "in", range(4)))
    for batch in add.store.chunks_since(0):
        for row in batch:
            owner = add.store.article(row.chunk.article_id)
            assert owner is not None
            assert owner.text[row.chunk.start : row.chunk.end] == row.chunk.text


def test_a_changed_file_updates_and_its_old_words_are_gone(add: Add, tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "in", range(3))
    add(folder)
    old = (folder / "001.txt").read_text("utf-8")
    (folder / "001.txt").write_text(old.replace("亿元", "亿元（调整后）"), "utf-8")
    assert counts(add(folder)) == (0, 1, 2, 0)
    (folder / "001.txt").write_text("全新的一篇\n\n石狮子开口说话了。\n", "utf-8")
    assert counts(add(folder)) == (0, 1, 2, 0)
    assert "石狮子" in words(add)
    assert "调整后" not in words(add)
    assert add.store.counts()[0] == 3


def test_the_same_text_elsewhere_becomes_also_in(add: Add, tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "in", range(2))
    add(folder)
    copy, headline = tmp_path / "copy.txt", tmp_path / "headline.txt"
    copy.write_text(article(1), "utf-8")
    headline.write_text("另起的一个标题\n" + article(1).partition("\n")[2], "utf-8")
    assert counts(add(copy)) == (0, 0, 1, 0)
    assert counts(add(headline)) == (0, 0, 1, 0)
    (found,) = (stored for stored in add.store.articles() if stored.also_in)
    assert found.source == str(folder / "001.txt")
    assert found.also_in == (str(copy), str(headline))
    before = add.state()
    assert counts(add(headline)) == (0, 0, 1, 0)
    assert add.state() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("工程总投资", "工程总投资9", id="another-figure"),
        pytest.param("石桥", "石塘", id="another-city"),
    ],
)
def test_a_template_filled_in_twice_is_two_articles(
    add: Add, tmp_path: Path, old: str, new: str
) -> None:
    text = next(text for number in range(20) if "石桥" in (text := article(number)))
    (tmp_path / "one.txt").write_text(text, "utf-8")
    (tmp_path / "two.txt").write_text(text.replace(old, new), "utf-8")
    add(tmp_path / "one.txt")
    assert counts(add(tmp_path / "two.txt")) == (1, 0, 0, 0)
    assert add.store.counts()[0] == 2


def test_a_reprint_keeps_its_words_when_the_original_becomes_another_article(
    add: Add, tmp_path: Path
) -> None:
    original, copy = tmp_path / "in" / "original.txt", tmp_path / "in" / "copy.txt"
    original.parent.mkdir()
    original.write_text(article(1), "utf-8")
    add(original)
    copy.write_text(article(1) + "（转载）\n", "utf-8")
    add(copy)
    original.write_text(article(2), "utf-8")
    for expected in [(0, 1, 0), (0, 0, 1)]:
        assert counts(add(original))[:3] == expected
        sources = {stored.source: stored for stored in add.store.articles()}
        assert sources.keys() == {str(original), str(copy)}
        assert "第1号通讯" in sources[str(copy)].text + sources[str(copy)].title
        assert all(not stored.also_in for stored in sources.values())
    add(copy)
    before = add.state()
    assert counts(add(tmp_path / "in"))[:3] == (0, 0, 2)
    assert add.state() == before


def test_a_file_that_becomes_a_reprint_and_then_an_article_of_its_own(
    add: Add, tmp_path: Path
) -> None:
    folder = write_articles(tmp_path / "in", range(2))
    add(folder)
    (folder / "001.txt").write_text(article(0), "utf-8")
    assert counts(add(folder)) == (0, 0, 2, 0)
    assert add.store.counts()[0] == 1
    assert add.store.articles()[0].also_in == (str(folder / "001.txt"),)
    # What was known of the article that went must not attract another one.
    (tmp_path / "old.txt").write_text(article(1), "utf-8")
    assert counts(add(tmp_path / "old.txt")) == (1, 0, 0, 0)
    (folder / "001.txt").write_text(article(5), "utf-8")
    assert counts(add(folder)) == (1, 0, 1, 0)
    assert add.store.counts()[0] == 3
    assert all(not stored.also_in for stored in add.store.articles())


def test_within_one_run_an_article_may_go_and_come(add: Add, tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "in", range(3))
    add(folder)
    # The first becomes a reprint of the third, and a new file brings what the first one held.
    (folder / "000.txt").write_text(article(2), "utf-8")
    (folder / "009.txt").write_text(article(0), "utf-8")
    report = add(folder)
    assert (report.added, report.skipped) == (1, [])
    assert add.store.counts()[0] == 3
    before = add.state()
    add(folder)
    assert add.state() == before


def test_a_removed_article_comes_back_when_it_is_added_again(add: Add, tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "in", range(2))
    add(folder)
    assert add.store.remove(add.store.articles()[0].id)
    assert counts(add(folder)) == (1, 0, 1, 0)


def test_records_keep_their_ids_wherever_their_lines_move(add: Add, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    lines = [record(f"id-{number}", article(number), published="2022-03-04") for number in range(3)]
    path.write_text("".join(lines), "utf-8")
    assert counts(add(path)) == (3, 0, 0, 0)
    assert {stored.id for stored in add.store.articles()} == {"id-0", "id-1", "id-2"}
    assert add.store.articles()[0].published is not None
    before = add.state()
    path.write_text("\n".join(reversed(lines)), "utf-8")
    assert counts(add(path)) == (0, 0, 3, 0)
    assert add.state() == before


def test_a_file_of_records_may_be_moved(add: Add, tmp_path: Path) -> None:
    lines = "".join(record(f"id-{number}", article(number)) for number in range(3))
    (tmp_path / "a.jsonl").write_text(lines, "utf-8")
    (tmp_path / "b.jsonl").write_text(lines, "utf-8")
    add(tmp_path / "a.jsonl")
    chunks = add.state()[2]
    assert counts(add(tmp_path / "b.jsonl")) == (0, 0, 3, 0)
    assert add.state()[2] == chunks


def test_a_corrected_record_in_another_file_updates(add: Add, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(record("x", article(1), publisher="甲报"), "utf-8")
    (tmp_path / "b.jsonl").write_text(record("x", article(1), publisher="乙报"), "utf-8")
    add(tmp_path / "a.jsonl")
    assert counts(add(tmp_path / "b.jsonl")) == (0, 1, 0, 0)
    assert add.store.articles()[0].publisher == "乙报"


def test_an_id_that_comes_twice_in_a_file_counts_once(add: Add, tmp_path: Path) -> None:
    path = tmp_path / "twice.jsonl"
    path.write_text(record("x", article(1)) + record("x", article(2)), "utf-8")
    report = add(path)
    assert counts(report) == (1, 0, 0, 1)
    assert report.skipped[0].source.endswith("#2")
    before = add.state()
    assert counts(add(path)) == (0, 0, 1, 1)
    assert add.state() == before
