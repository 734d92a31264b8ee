"""Ingest: what becomes of each source, and that doing it again changes nothing."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from invented import article, record, write_articles, write_tiny_model

from vectorstore import ingest as module
from vectorstore.filing import Filing
from vectorstore.ingest import Ingest
from vectorstore.preparing.embed import Embedder, load_embedder
from vectorstore.preparing.prepare import Cutting, Preparer
from vectorstore.schema import AddReport
from vectorstore.storage.articles import ArticleStore, sqlite_url


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return load_embedder(str(write_tiny_model(tmp_path_factory.mktemp("tiny"))))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArticleStore]:
    opened = ArticleStore(sqlite_url(tmp_path / "articles.db"))
    yield opened
    opened.close()


@pytest.fixture
def add(store: ArticleStore, embedder: Embedder) -> "Add":
    return Add(store, embedder)


class Add:
    """Adds as a new call of `add` would, and knows the store."""

    def __init__(self, store: ArticleStore, embedder: Embedder) -> None:
        self.store = store
        self._embedder = embedder

    def __call__(self, source: Path | str) -> AddReport:
        """Add one source."""
        ingest = Ingest(Filing(self.store), Preparer(self._embedder, Cutting(120, 1)), frozenset())
        return ingest.run(str(source))

    def state(self) -> tuple[object, ...]:
        """All that a further `add` of the same must leave alone."""
        chunks = [
            (row.id, row.chunk, row.vector.tobytes())
            for batch in self.store.chunks_since(0)
            for row in batch
        ]
        return self.store.revision, self.store.articles(), chunks


def counts(report: AddReport) -> tuple[int, int, int, int]:
    return report.added, report.updated, report.unchanged, len(report.skipped)


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


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"id": "a\0b"}, id="nul-in-id"),
        pytest.param({"id": "a\ud800"}, id="surrogate-in-id"),
        pytest.param({"title": "题\ud800\0", "publisher": "报\ud800"}, id="in-metadata"),
        pytest.param({"text": "正文\0有\ud800坏字。" + article(3)}, id="in-text"),
    ],
)
def test_broken_characters_never_stop_the_rest(
    add: Add, tmp_path: Path, fields: dict[str, str]
) -> None:
    broken = {"id": "x", "title": "题", "text": article(1), **fields}
    path = tmp_path / "some.jsonl"
    path.write_text(json.dumps(broken) + "\n" + record("good", article(2)), "utf-8")
    assert counts(add(path)) == (2, 0, 0, 0)
    before = add.state()
    assert counts(add(path)) == (0, 0, 2, 0)
    assert add.state() == before


def test_a_file_whose_name_is_no_text_is_added(add: Add, tmp_path: Path) -> None:
    name = "合作.txt".encode("gb18030")
    try:
        (Path(str(tmp_path)) / name.decode("utf-8", "surrogateescape")).write_text(
            article(1), "utf-8"
        )
    except OSError:
        pytest.skip("this file system takes no such name")
    report = add(tmp_path)
    assert report.added == 1
    assert add.store.articles()[0].source.isprintable()
    assert counts(add(tmp_path))[2] == 1


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("empty.txt", b"", "empty", id="empty"),
        pytest.param("blank.txt", b" \n\xe3\x80\x80\n", "", id="blank"),
        pytest.param("picture.txt", bytes(range(256)) * 40, "", id="binary"),
        pytest.param("fake.pdf", b"%PDF-1.7 nothing", "PDF", id="broken-pdf"),
        pytest.param("fake.docx", b"PK\x03\x04nothing", "DOCX", id="broken-docx"),
        pytest.param("what.xyz", b"abc", "unknown file type", id="unknown-type"),
        pytest.param("lines.jsonl", b"not json\n{}\n[]\n", "line", id="no-records"),
        pytest.param("huge.txt", b"\xe7\x94\xb2" * 7_000_000, "larger than 20 MB", id="21-mb"),
    ],
)
def test_what_can_not_be_read_is_skipped_with_its_reason(
    add: Add, tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    folder = write_articles(tmp_path / "in", range(2))
    (folder / name).write_bytes(data)
    report = add(folder)
    assert report.added == 2
    assert report.skipped
    assert all(name in item.source and reason in item.reason for item in report.skipped)
    assert all(item.reason and "\n" not in item.reason for item in report.skipped)
    assert add.store.counts()[0] == 2


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        pytest.param("", "names no file", id="empty"),
        pytest.param("  ", "names no file", id="blank"),
        pytest.param("/no/such/file.txt", "no such file", id="missing"),
        pytest.param("/no/such\0/file.txt", "names no file", id="nul"),
        pytest.param("http://127.0.0.1:9/a.html", "port 9", id="refused-port"),
        pytest.param("HTTP://127.0.0.1/a.html", "not a public address", id="inner-address"),
        pytest.param("https://nowhere.invalid/a.html", "nowhere.invalid", id="unknown-host"),
    ],
)
def test_a_source_that_is_not_there_is_skipped(add: Add, source: str, reason: str) -> None:
    report = add(source)
    assert counts(report) == (0, 0, 0, 1)
    assert reason in report.skipped[0].reason


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_other_encodings_are_read(add: Add, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(article(1).encode(encoding))
    assert counts(add(tmp_path / "a.txt")) == (1, 0, 0, 0)
    assert "携手发展" in add.store.articles()[0].text + add.store.articles()[0].title


def test_a_megabyte_is_stored(add: Add, tmp_path: Path) -> None:
    text = "".join(article(number, 40) for number in range(400))
    (tmp_path / "long.txt").write_text(text[:350_000], "utf-8")
    assert counts(add(tmp_path / "long.txt")) == (1, 0, 0, 0)
    stored = add.store.articles()[0]
    digest = hashlib.sha256()
    for batch in add.store.chunks_since(0):
        for row in batch:
            assert stored.text[row.chunk.start : row.chunk.end] == row.chunk.text
            digest.update(row.chunk.text.encode())
    assert digest.digest() != hashlib.sha256().digest()


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
    add: Add, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: Embedder
) -> None:
    folder = write_mixture(tmp_path / "in")
    report, before = add(folder), add.state()
    other = ArticleStore(sqlite_url(tmp_path / "other.db"))
    monkeypatch.setattr(module, "_MANY", 1)
    again = Add(other, embedder)
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
    store: ArticleStore, embedder: Embedder, tmp_path: Path, with_workers: None
) -> None:
    folder = write_articles(tmp_path / "in", range(40))
    told: list[str] = []

    def stop(done: int, total: int, source: str) -> None:
        assert store.source(source) is not None
        told.append(source)
        if done == 11:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Ingest(Filing(store), Preparer(embedder, Cutting(120, 1)), frozenset()).run(
            str(folder), stop
        )
    assert 11 <= store.counts()[0] < 40
    rest = Ingest(Filing(store), Preparer(embedder, Cutting(120, 1)), frozenset()).run(str(folder))
    assert (rest.unchanged >= 11, rest.added + rest.unchanged) == (True, 40)


def test_progress_is_told_for_every_page(
    store: ArticleStore, embedder: Embedder, tmp_path: Path
) -> None:
    folder = write_articles(tmp_path / "in", range(3))
    (folder / "x.xyz").write_text("?")
    told: list[tuple[int, int, str]] = []
    Ingest(Filing(store), Preparer(embedder, Cutting(120, 1)), frozenset()).run(
        str(folder), lambda done, total, source: told.append((done, total, Path(source).name))
    )
    assert told == [(1, 4, "000.txt"), (2, 4, "001.txt"), (3, 4, "002.txt"), (4, 4, "x.xyz")]
