"""The lexical index: what it finds, how it changes, and how it takes damage."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from invented import article

from vectorstore.errors import IndexUnavailable
from vectorstore.indexing import lexical
from vectorstore.indexing.engine import Entry
from vectorstore.indexing.lexical import LexicalIndex
from vectorstore.storage.filters import Filters


def entry(number: int, article: str, text: str, publisher: str = "", day: str = "") -> Entry:
    return Entry(number, article, publisher, day, text)


ROWS = [
    entry(
        number,
        f"a{number % 5}",
        f"第{number}号：两市开展对口合作。",
        f"第{number % 3}报",
        f"2022-01-{number % 31:02}" if number % 31 else "",
    )
    for number in range(1, 301)
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lexical"


@pytest.fixture
def index(path: Path) -> LexicalIndex:
    made = LexicalIndex(path, "store")
    made.rebuild(ROWS, 1)
    return made


def ids(index: LexicalIndex, question: str, top_k: int = 10, **filters: object) -> list[int]:
    found = index.search(question, top_k, Filters.read(filters))
    return [chunk_id for chunk_id, _ in found]


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


@pytest.mark.parametrize(
    ("filters", "is_met"),
    [
        pytest.param({"article_ids": ["a1", "a2"]}, lambda n: n % 5 in (1, 2), id="articles"),
        pytest.param({"article_ids": "nowhere"}, lambda n: False, id="unknown-article"),
        pytest.param({"publisher": "第2报"}, lambda n: n % 3 == 2, id="publisher"),
        pytest.param({"date_from": "2022-01-30"}, lambda n: n % 31 == 30, id="from"),
        pytest.param({"date_to": "2022-01-02"}, lambda n: n % 31 in (1, 2), id="to-dated"),
        pytest.param(
            {"date_from": "2022-01-05", "date_to": "2022-01-05", "publisher": ["第1报", "第2报"]},
            lambda n: n % 31 == 5 and n % 3 > 0,
            id="all-kinds",
        ),
    ],
)
def test_only_what_meets_the_filters(
    index: LexicalIndex, filters: dict[str, object], is_met: Callable[[int], bool]
) -> None:
    expected = {number for number in range(1, 301) if is_met(number)}
    assert set(ids(index, "对口合作", 300, **filters)) == expected


QUESTIONS = [
    "石桥市的冷链仓储建成了吗？",
    "第7号通讯里的项目总投资是多少亿元",
    "的在一",
    "村支书赵",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_common_characters_scored_afterwards_rank_alike(
    monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    memory = LexicalIndex(None, "store")
    texts = enumerate((part for number in range(60) for part in article(number).split("。")), 1)
    memory.rebuild([entry(number, "a", text) for number, text in texts if text], 1)
    plain = memory.search(question, 200)
    monkeypatch.setattr(lexical, "_LARGE", 10)
    rescored = dict(memory.search(question, 200))
    assert rescored.keys() >= {chunk_id for chunk_id, _ in plain[:20]}
    for chunk_id, score in plain[:20]:
        assert rescored[chunk_id] == pytest.approx(score, rel=0.03)


def test_a_very_long_question_is_answered(index: LexicalIndex) -> None:
    assert 77 in ids(index, "第77号" + "字" * 50_000 + "x" * 100_000)


def test_update_takes_out_and_puts_in_and_may_be_repeated(index: LexicalIndex) -> None:
    for _ in range(2):
        index.update([77], [entry(400, "b", "青岭飞来石")], 2)
        assert index.revision == 2
        assert ids(index, "青岭飞来石") == [400]
        assert 77 not in ids(index, "第77号")


def test_rebuild_leaves_only_what_it_was_given(index: LexicalIndex, path: Path) -> None:
    index.rebuild([entry(5, "c", "只有这一条")], 9)
    assert index.revision == 9
    assert ids(index, "对口合作这一条") == [5]
    assert len([folder for folder in path.iterdir() if folder.is_dir()]) == 1


def test_another_process_sees_each_change_at_once(index: LexicalIndex, path: Path) -> None:
    reader = LexicalIndex(path, "store")
    assert ids(reader, "第77号")[0] == 77
    index.update([77], [entry(400, "b", "青岭飞来石")], 2)
    assert ids(reader, "青岭飞来石") == [400]
    index.rebuild([entry(5, "c", "只有这一条")], 3)
    assert ids(reader, "这一条") == [5]
    assert reader.revision == 3


def test_an_update_that_breaks_off_changes_nothing(index: LexicalIndex) -> None:
    def broken() -> Iterator[Entry]:
        yield entry(400, "b", "青岭飞来石")
        raise KeyboardInterrupt

    before = index.search("第77号", 5)
    with pytest.raises(KeyboardInterrupt):
        index.update([77], broken(), 2)
    assert (index.revision, index.search("第77号", 5)) == (1, before)
    index.update([], [entry(400, "b", "青岭飞来石")], 2)
    assert ids(index, "青岭飞来石") == [400]


def test_searching_goes_on_while_the_index_is_written(index: LexicalIndex, path: Path) -> None:
    done, reader = threading.Event(), LexicalIndex(path, "store")

    def write() -> None:
        try:
            for revision in range(2, 8):
                index.update([], [entry(revision * 1000, "b", "青岭飞来石")], revision)
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
    memory.update([77], [entry(400, "b", "青岭飞来石")], 2)
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


def test_terms_may_come_with_weights(index: LexicalIndex) -> None:
    plain, weighted = index.search("第7号合作", 5), index.search({"7": 1.0, "合作": 0.01}, 5)
    assert plain[0][0] == weighted[0][0] == 7
    assert index.search({"7": 2.0}, 1)[0][1] == pytest.approx(2 * index.search("7", 1)[0][1])
    assert index.search({}, 5) == []


def test_in_how_many_chunks_a_term_stands(index: LexicalIndex) -> None:
    frequency = index.frequencies()
    assert frequency("合作") == len(ROWS)
    assert frequency("7") == 1
    assert frequency("没有") == 0
    with pytest.raises(IndexUnavailable):
        LexicalIndex(Path("/dev/null/none"), "store").frequencies()
