"""The lexical index: what it finds, how it changes, and how it takes damage."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore.errors import IndexUnavailable
from vectorstore.lexical import LexicalIndex

ROWS = [(number, f"a{number % 5}", f"第{number}号：两市开展对口合作。") for number in range(1, 301)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lexical"


@pytest.fixture
def index(path: Path) -> LexicalIndex:
    made = LexicalIndex(path, "store")
    made.rebuild(ROWS, 1)
    return made


def ids(index: LexicalIndex, question: str, articles: set[str] | None = None) -> list[int]:
    return [chunk_id for chunk_id, _ in index.search(question, 10, articles)]


def engine_files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file() and file.name[0] != ".")


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("第77号", id="simplified"),
        pytest.param("第７７號的對口合作？", id="traditional-and-full-width"),
        pytest.param("77", id="number"),
        pytest.param("😀77\ud800\0", id="with-broken-characters"),
    ],
)
def test_the_best_match_comes_first(index: LexicalIndex, question: str) -> None:
    assert ids(index, question)[0] == 77


@pytest.mark.parametrize("question", ["", "？！", "😀", "龘", "nothing"], ids=ascii)
def test_what_matches_nothing_finds_nothing(index: LexicalIndex, question: str) -> None:
    assert index.search(question, 10) == []


def test_scores_fall_and_are_positive(index: LexicalIndex) -> None:
    scores = [score for _, score in index.search("第8号对口", 50)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_only_the_articles_asked_for(index: LexicalIndex) -> None:
    found = ids(index, "对口合作", {"a1", "a2"})
    assert {number % 5 for number in found} == {1, 2}
    assert ids(index, "对口合作", set()) == []
    assert ids(index, "对口合作", {"nowhere"}) == []


def test_a_very_long_question_is_answered(index: LexicalIndex) -> None:
    assert 77 in ids(index, "第77号" + "字" * 50_000 + "x" * 100_000)


def test_update_takes_out_and_puts_in_and_may_be_repeated(index: LexicalIndex) -> None:
    for _ in range(2):
        index.update([77], [(400, "b", "青岭飞来石")], 2)
        assert index.revision == 2
        assert ids(index, "青岭飞来石") == [400]
        assert 77 not in ids(index, "第77号")


def test_rebuild_leaves_only_what_it_was_given(index: LexicalIndex, path: Path) -> None:
    index.rebuild([(5, "c", "只有这一条")], 9)
    assert index.revision == 9
    assert ids(index, "对口合作这一条") == [5]
    assert len([folder for folder in path.iterdir() if folder.is_dir()]) == 1


def test_another_process_sees_each_change_at_once(index: LexicalIndex, path: Path) -> None:
    reader = LexicalIndex(path, "store")
    assert ids(reader, "第77号")[0] == 77
    index.update([77], [(400, "b", "青岭飞来石")], 2)
    assert ids(reader, "青岭飞来石") == [400]
    index.rebuild([(5, "c", "只有这一条")], 3)
    assert ids(reader, "这一条") == [5]
    assert reader.revision == 3


def test_an_update_that_breaks_off_changes_nothing(index: LexicalIndex) -> None:
    def broken() -> Iterator[tuple[int, str, str]]:
        yield 400, "b", "青岭飞来石"
        raise KeyboardInterrupt

    before = index.search("第77号", 5)
    with pytest.raises(KeyboardInterrupt):
        index.update([77], broken(), 2)
    assert (index.revision, index.search("第77号", 5)) == (1, before)
    index.update([], [(400, "b", "青岭飞来石")], 2)
    assert ids(index, "青岭飞来石") == [400]


def test_searching_goes_on_while_the_index_is_written(index: LexicalIndex, path: Path) -> None:
    done, reader = threading.Event(), LexicalIndex(path, "store")

    def write() -> None:
        try:
            for revision in range(2, 8):
                index.update([], [(revision * 1000, "b", "青岭飞来石")], revision)
                index.rebuild(ROWS, revision)
        finally:
            done.set()

    writer = threading.Thread(target=write)
    writer.start()
    searches = 0
    while not done.is_set():
        assert ids(index, "第77号")[0] == 77
        assert ids(reader, "第77号")[0] == 77
        searches += 1
    writer.join()
    assert searches > 3
    assert index.revision == 7


def test_an_index_of_another_store_is_not_used(index: LexicalIndex, path: Path) -> None:
    other = LexicalIndex(path, "another")
    assert index.revision == 1
    assert other.revision == 0
    with pytest.raises(IndexUnavailable):
        other.search("对口", 5)


def test_a_copied_index_is_whole(index: LexicalIndex, path: Path, tmp_path: Path) -> None:
    shutil.copytree(path, tmp_path / "copy")
    copy = LexicalIndex(tmp_path / "copy", "store")
    copy.check()
    assert copy.revision == 1
    assert copy.search("第77号", 5) == index.search("第77号", 5)


def test_one_in_memory_does_the_same(index: LexicalIndex) -> None:
    memory = LexicalIndex(None, "store")
    assert memory.revision == 0
    memory.rebuild(ROWS, 1)
    assert memory.search("第77号", 10) == index.search("第77号", 10)
    memory.update([77], [(400, "b", "青岭飞来石")], 2)
    assert (memory.revision, ids(memory, "青岭飞来石")) == (2, [400])


@pytest.mark.parametrize("damage", ["half", "empty", "flip", "gone"])
def test_every_damaged_file_is_noticed(path: Path, damage: str) -> None:
    LexicalIndex(path, "store").rebuild(ROWS, 1)
    count = len(engine_files(path))
    assert count > 5
    for position in range(count):
        made = LexicalIndex(path, "store")
        made.rebuild(ROWS, 1)
        good = made.search("第77号", 10)
        file = engine_files(path)[position]
        data = bytearray(file.read_bytes())
        if damage == "flip":
            data[len(data) // 2] ^= 0x55
        cut = {"half": data[: len(data) // 2], "empty": b"", "flip": data, "gone": b""}[damage]
        # Removed first: this process still reads the former file.
        file.unlink()
        if damage != "gone":
            file.write_bytes(cut)
        later = LexicalIndex(path, "store")
        later.check()
        assert later.revision == 0, f"{file.name} {damage}"
        with pytest.raises(IndexUnavailable):
            later.search("第77号", 10)
        later.rebuild(ROWS, 1)
        assert later.search("第77号", 10) == good


def test_a_folder_deleted_under_it_is_noticed(index: LexicalIndex, path: Path) -> None:
    assert ids(index, "第77号")
    shutil.rmtree(path)
    with pytest.raises(IndexUnavailable):
        index.search("第77号", 5)
    assert index.revision == 0
    index.rebuild(ROWS, 2)
    assert ids(index, "第77号")[0] == 77


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(IndexUnavailable, match=r"lexical index in .*file"):
        LexicalIndex(tmp_path / "file", "store").rebuild(ROWS, 1)
