"""The store as a whole: what is added is found, what is gone is gone, faults are told in a line."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from invented import article, record, title, write_articles, write_tiny_model

from vectorstore.errors import (
    FilterError,
    ModelMissing,
    StoreBusy,
    StoreDamaged,
    StoreMismatch,
)
from vectorstore.schema import Hit
from vectorstore.store import VectorStore

ROOT = Path(__file__).parent.parent
MakeStore = Callable[..., VectorStore]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with twelve articles; tests work on copies."""
    folder = tmp_path_factory.mktemp("filled")
    store = VectorStore(folder / "data")
    store.add(write_articles(folder / "in", range(12)))
    store.close()
    return folder / "data"


@pytest.fixture
def data_dir(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "data"))


def texts(hits: list[Hit]) -> list[str]:
    return [hit.chunk.text for hit in hits]


def finds(store: VectorStore, number: int) -> bool:
    """Whether an invented article is found first, and by both rankings, for its title."""
    hits = store.search(title(number), 1)
    return [f"第{number}号" in hit.title and hit.lexical_rank == 1 for hit in hits] == [True]


def finds_all(store: VectorStore) -> bool:
    """Whether every chunk of every article is found by its own words."""
    for batch in store._store.chunks_since(0):
        for row in batch:
            hits = store.search(row.title + row.chunk.text, 3)
            assert row.chunk in [hit.chunk for hit in hits], row.chunk.text
    return True


def run(script: str, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = str(ROOT)
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
        **options,
    )


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


def test_adding_again_changes_nothing(data_dir: Path, filled: Path, make_store: MakeStore) -> None:
    store = make_store(data_dir)
    before, hits = (store.status(), store.articles()), store.search("对口合作", 20)
    report = store.add(filled.parent / "in")
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


# -- damage ---------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["lexical", "chroma"])
@pytest.mark.parametrize("damage", ["half", "zeros", "gone", "folder-gone"])
def test_damaged_indexes_are_made_anew(
    data_dir: Path, make_store: MakeStore, place: str, damage: str
) -> None:
    good = texts(make_store(data_dir).search("第7号通讯的项目总投资", 10))
    if damage == "folder-gone":
        shutil.rmtree(data_dir / place)
    else:
        files = [file for file in (data_dir / place).rglob("*.*") if file.is_file()]
        for file in files:
            data = file.read_bytes()
            file.unlink()
            if damage != "gone":
                file.write_bytes(data[: len(data) // 2] if damage == "half" else bytes(len(data)))
    reader = make_store(data_dir)
    assert texts(reader.search("第7号通讯的项目总投资", 10)) == good
    reader.own()
    assert texts(reader.search("第7号通讯的项目总投资", 10)) == good
    assert reader.status()["lexical_index"] == "current"
    assert finds_all(reader)


# -- other settings -------------------------------------------------------------------------


def test_another_chunk_size_needs_a_rebuild(data_dir: Path, make_store: MakeStore) -> None:
    before = make_store(data_dir).status()["chunks"]
    store = make_store(data_dir, chunk_tokens=64)
    for use in (lambda: store.search("对口"), lambda: store.add("x"), lambda: store.remove("x")):
        with pytest.raises(StoreMismatch, match="xieshou rebuild"):
            use()
    assert not store.status()["matches_settings"]
    store.rebuild()
    assert store.status()["matches_settings"]
    assert store.status()["chunks"] > before
    assert finds_all(store)
    store.close()
    assert finds_all(make_store(data_dir, chunk_tokens=64))


def test_another_embedding_model_needs_a_rebuild(
    data_dir: Path, tmp_path: Path, make_store: MakeStore
) -> None:
    tiny = str(write_tiny_model(tmp_path / "tiny"))
    store = make_store(data_dir, embedding_model=tiny)
    with pytest.raises(StoreMismatch, match="xieshou rebuild"):
        store.search("对口")
    done: list[int] = []
    store.rebuild(lambda count, total, source: done.append(total - count))
    assert done[-1] == 0
    assert finds_all(store)
    store.close()
    with pytest.raises(StoreMismatch):
        make_store(data_dir).own()
    # What failed must not hold the directory.
    again = make_store(data_dir, embedding_model=tiny)
    again.own()
    assert finds_all(again)


def test_a_rebuild_that_breaks_off_is_not_taken_for_done(
    data_dir: Path, make_store: MakeStore
) -> None:
    store = make_store(data_dir, chunk_tokens=64)

    def stop(done: int, total: int, source: str) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.rebuild(stop)
    store.close()
    for tokens in (64, 256):
        later = make_store(data_dir, chunk_tokens=tokens)
        with pytest.raises(StoreMismatch, match="not finished"):
            later.search("对口")
        later.close()
    store = make_store(data_dir, chunk_tokens=64)
    store.rebuild()
    assert finds_all(store)


def test_an_empty_store_takes_any_settings(tmp_path: Path, make_store: MakeStore) -> None:
    first = make_store()
    first.own()
    first.close()
    second = make_store(embedding_model=str(write_tiny_model(tmp_path / "tiny")), chunk_tokens=90)
    assert second.search("对口") == []
    assert second.add(write_articles(tmp_path / "in", range(2))).added == 2
    assert finds_all(second)


def test_a_missing_model_is_named(make_store: MakeStore, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    with pytest.raises(ModelMissing, match="model"):
        make_store(embedding_model=str(tmp_path / "model")).search("对口")


# -- two at once ----------------------------------------------------------------------------

_HOLD = """
import sys
from pathlib import Path
from vectorstore.store import VectorStore
store = VectorStore(Path(sys.argv[1]))
store.own()
print("ready", flush=True)
for line in sys.stdin:
    print(store.add(line.strip()).added, flush=True)
"""


@pytest.fixture
def holder(data_dir: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns the data directory, and adds what it is told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(data_dir)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield process
    process.kill()
    process.communicate(timeout=10)


def test_one_writes_and_others_search(
    data_dir: Path, tmp_path: Path, make_store: MakeStore, holder: subprocess.Popen[str]
) -> None:
    store = make_store(data_dir)
    for use in (store.own, store.rebuild, lambda: store.add("x"), lambda: store.remove("x")):
        started = time.monotonic()
        with pytest.raises(StoreBusy, match=rf"process {holder.pid} since .* is writing"):
            use()
        assert time.monotonic() - started < 2
    assert finds_all(store)
    write_articles(tmp_path / "more", range(40, 43))
    assert not finds(store, 41)
    assert holder.stdin is not None
    assert holder.stdout is not None
    print(tmp_path / "more", file=holder.stdin, flush=True)
    assert holder.stdout.readline() == "3\n"
    assert finds(store, 41)
    holder.kill()
    holder.wait(10)
    assert store.add(write_articles(tmp_path / "last", range(50, 52))).added == 2
    assert finds_all(store)


def test_searching_goes_on_while_another_thread_adds(
    data_dir: Path, tmp_path: Path, make_store: MakeStore
) -> None:
    store = make_store(data_dir)
    store.own()
    folder, times = write_articles(tmp_path / "more", range(100, 180)), []
    adding = threading.Thread(target=store.add, args=(folder,))
    adding.start()
    while adding.is_alive():
        started = time.monotonic()
        assert finds(store, 3)
        times.append(time.monotonic() - started)
    adding.join()
    # A search that waited for the end of adding would be the only one.
    assert len(times) >= 5
    assert max(times) < 3
    assert store.status()["articles"] == 92
    assert finds_all(store)


def test_an_add_that_is_stopped_keeps_what_it_stored(
    data_dir: Path, tmp_path: Path, make_store: MakeStore
) -> None:
    store = make_store(data_dir)
    folder = write_articles(tmp_path / "more", range(100, 110))

    def stop(done: int, total: int, source: str) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.add(folder, stop)
    assert store.status()["articles"] == 16
    assert finds_all(store)
    # The directory is free again: nobody owned it before.
    other = make_store(data_dir)
    assert other.add(folder).added == 6
    assert finds_all(other)
    assert finds_all(store)


def test_what_a_killed_writer_left_is_found_by_one_that_only_searches(
    data_dir: Path, tmp_path: Path, make_store: MakeStore
) -> None:
    write_articles(tmp_path / "more", range(60, 64))
    script = (
        "import os, sys; from pathlib import Path; from vectorstore.store import VectorStore\n"
        "def die(done, total, source):\n    if done == 3: os.kill(os.getpid(), 9)\n"
        "VectorStore(Path(sys.argv[1])).add(sys.argv[2], die)"
    )
    assert run(script, str(data_dir), str(tmp_path / "more")).returncode == -9
    store = make_store(data_dir)
    assert store.status()["articles"] == 15
    assert finds(store, 61)
    assert store.status()["lexical_index"] == "current"
    store.add(tmp_path / "more")
    assert finds_all(store)


# -- places that can't be used --------------------------------------------------------------


def test_a_file_in_place_of_the_folder(tmp_path: Path, make_store: MakeStore) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreDamaged, match="can't be made"):
            make_store(place)


def test_a_folder_in_place_of_the_database(tmp_path: Path, make_store: MakeStore) -> None:
    (tmp_path / "data" / "articles.db").mkdir(parents=True)
    with pytest.raises(StoreDamaged, match=r"articles\.db"):
        make_store()


def test_a_damaged_database(data_dir: Path, make_store: MakeStore) -> None:
    (data_dir / "articles.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreDamaged, match="not a database"):
        make_store(data_dir)


_READ_ONLY = """
import os, sys
from pathlib import Path
from vectorstore.errors import StoreDamaged
from vectorstore.store import VectorStore
data_dir, elsewhere, question = sys.argv[1:]
if os.geteuid() == 0:
    # Root may write everywhere. All is imported while this may still be read, then root is left.
    store = VectorStore(Path(elsewhere))
    store.own()
    store.search(question)
    store.close()
    os.setresuid(65534, 65534, 65534)
store = VectorStore(Path(data_dir))
assert len(store.articles()) == 12
hit = store.search(question, 1)[0]
assert "第3号" in hit.title and hit.lexical_rank == 1, hit
assert store.search(question, 5, {"publisher": "无"}) == []
assert store.status()["articles"] == 12
for use in (store.own, store.rebuild, lambda: store.add("x"), lambda: store.remove("x")):
    try:
        use()
    except StoreDamaged as error:
        assert "can't be written" in str(error), error
        assert "\\n" not in str(error)
    else:
        raise AssertionError("written to what can't be written")
store.close()
"""


@pytest.mark.parametrize("closed", [True, False], ids=["closed-well", "in-use"])
def test_a_data_directory_that_may_only_be_read_still_answers(
    filled: Path, tmp_path: Path, closed: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        data_dir = Path(shutil.copytree(filled, Path(name) / "data"))
        if not closed:
            # A connection that is open leaves a log beside the database.
            user = sqlite3.connect(data_dir / "articles.db")
            user.execute("UPDATE article SET author = '某人'")
            user.commit()
        for path in [data_dir, *data_dir.rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        done = run(_READ_ONLY, str(data_dir), str(tmp_path / "elsewhere"), title(3))
        for path in [data_dir, *data_dir.rglob("*")]:
            path.chmod(0o755)
        if not closed:
            user.close()
    assert done.returncode == 0, done.stderr[-3000:]


_FULL = """
import resource, signal, sys
from pathlib import Path
from vectorstore.errors import VectorStoreError
from vectorstore.store import VectorStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
data_dir, folder, limit = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
store = VectorStore(data_dir)
store.own()
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    store.add(folder)
except VectorStoreError as error:
    assert "\\n" not in str(error), error
    print(type(error).__name__, error)
assert "第3号" in store.search(sys.argv[4], 1)[0].title
store.close()
"""


@pytest.mark.parametrize("share", [0.1, 1.2], ids=["at-once", "later"])
def test_a_full_disk_is_told_and_nothing_is_lost(
    data_dir: Path, tmp_path: Path, make_store: MakeStore, share: float
) -> None:
    folder = write_articles(tmp_path / "more", range(200, 260))
    limit = int((data_dir / "articles.db").stat().st_size * share)
    done = run(_FULL, str(data_dir), str(folder), str(limit), title(3))
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith(("StoreDamaged", "IndexUnavailable")), done.stdout
    store = make_store(data_dir)
    assert store.status()["articles"] >= 12
    report = store.add(folder)
    assert report.added + report.unchanged == 60
    assert store.status()["articles"] == 72
    assert finds_all(store)
