"""Ingest by worker processes: it stores what this process would; and what progress tells of."""

from dataclasses import replace
from pathlib import Path

import pytest
from adding import Add, counts
from invented import article, record, write_articles

from vectorstore import ingest as module
from vectorstore.filing import Filing
from vectorstore.ingest import Ingest
from vectorstore.preparing.embed import Embedder
from vectorstore.preparing.prepare import Cutting, Preparer
from vectorstore.storage.articles import ArticleStore, sqlite_url


@pytest.fixture
def add(article_store: ArticleStore, tiny_embedder: Embedder) -> Add:
    return Add(article_store, tiny_embedder)


@pytest.fixture
def with_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MANY", 1)


def write_mixture(folder: Path) -> Path:
    """Articles, reprints, a template filled in twice, records, and what can't be read."""
    write_articles(folder, range(12))
    (folder / "bad.txt").write_bytes(b"")
    (folder / "copy.txt").write_text(article(3) + "（转载）\n", "utf-8")
    (folder / "what.xyz").write_text("?")
    lines = [record(f"id-{number}", article(number)) for number in (4, 20, 21)]
    (folder / "more.jsonl").write_text("".join([*lines, lines[1], "no json\n"]), "utf-8")
    return folder


def test_workers_store_what_this_process_would(
    add: Add, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_embedder: Embedder
) -> None:
    folder = write_mixture(tmp_path / "in")
    report, before = add(folder), add.state()
    other = ArticleStore(sqlite_url(tmp_path / "other.db"))
    monkeypatch.setattr(module, "_MANY", 1)
    again = Add(other, tiny_embedder)
    assert again(folder) == report
    assert again.state() == before
    assert again(folder) == replace(report, added=0, unchanged=report.added + report.unchanged)
    assert again.state() == before
    other.close()


def test_a_reprint_is_read_again_within_the_run_that_leaves_it_alone(
    add: Add, tmp_path: Path, with_workers: None
) -> None:
    original, copy = tmp_path / "in" / "a.txt", tmp_path / "in" / "b.txt"
    original.parent.mkdir()
    original.write_text(article(1), "utf-8")
    copy.write_text(article(1) + "（转载）\n", "utf-8")
    assert counts(add(tmp_path / "in")) == (1, 0, 1, 0)
    original.write_text(article(2), "utf-8")
    add(tmp_path / "in")
    before = add.state()
    assert {stored.source for stored in add.store.articles()} == {str(original), str(copy)}
    assert counts(add(tmp_path / "in")) == (0, 0, 2, 0)
    assert add.state() == before


def test_what_progress_was_told_of_is_stored(
    article_store: ArticleStore, tiny_embedder: Embedder, tmp_path: Path, with_workers: None
) -> None:
    folder = write_articles(tmp_path / "in", range(40))
    told: list[str] = []

    def stop(done: int, total: int, source: str) -> None:
        assert article_store.source(source) is not None
        told.append(source)
        if done == 11:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Ingest(Filing(article_store), Preparer(tiny_embedder, Cutting(120, 1)), frozenset()).run(
            str(folder), stop
        )
    assert 11 <= article_store.counts()[0] < 40
    rest = Ingest(Filing(article_store), Preparer(tiny_embedder, Cutting(120, 1)), frozenset()).run(
        str(folder)
    )
    assert (rest.unchanged >= 11, rest.added + rest.unchanged) == (True, 40)


def test_progress_is_told_for_every_page(
    article_store: ArticleStore, tiny_embedder: Embedder, tmp_path: Path
) -> None:
    folder = write_articles(tmp_path / "in", range(3))
    (folder / "x.xyz").write_text("?")
    told: list[tuple[int, int, str]] = []
    Ingest(Filing(article_store), Preparer(tiny_embedder, Cutting(120, 1)), frozenset()).run(
        str(folder), lambda done, total, source: told.append((done, total, Path(source).name))
    )
    assert told == [(1, 4, "000.txt"), (2, 4, "001.txt"), (3, 4, "002.txt"), (4, 4, "x.xyz")]
