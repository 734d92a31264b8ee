"""The store in trouble: damage is mended, other settings and places that can't be used are told."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from invented import title, write_articles, write_tiny_model
from stores import MakeStore, finds_all, run, texts

from vectorstore.errors import ModelMissing, StoreDamaged, StoreMismatch


@pytest.fixture
def data_dir(filled_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled_store, tmp_path / "data"))


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
    filled_store: Path, tmp_path: Path, closed: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        data_dir = Path(shutil.copytree(filled_store, Path(name) / "data"))
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
