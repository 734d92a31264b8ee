"""Chroma embedded in a folder: the same results as exact search, and never a damaged index."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from vectorstore.errors import IndexUnavailable
from vectorstore.indexing.collection import EmbeddedIndex, ServerIndex, Vector
from vectorstore.indexing.search import ExactIndex

NAME = "xieshou-test"


def make_vectors(count: int, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


VECTORS = make_vectors(300)


def rows(vectors: np.ndarray = VECTORS, first: int = 1) -> list[Vector]:
    return [Vector(number, vector) for number, vector in enumerate(vectors, first)]


def is_exact(index: EmbeddedIndex, vectors: np.ndarray = VECTORS, first: int = 1) -> bool:
    ids = list(range(first, first + len(vectors)))
    exact = ExactIndex(np.array(ids), vectors, 0)
    questions = [*vectors[::29], *make_vectors(10, seed=5)]
    return all(
        [chunk_id for chunk_id, _ in index.search(question, 10)]
        == [chunk_id for chunk_id, _ in exact.search(question, 10)]
        for question in questions
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A folder with a whole index at revision 3, closed."""
    index = EmbeddedIndex(tmp_path / "chroma", NAME, 0)
    index.update([], rows(), 3)
    index.close()
    return tmp_path / "chroma"


def folder(path: Path) -> str:
    (only,) = (item.name for item in path.iterdir() if item.is_dir())
    return only


def test_results_are_those_of_exact_search(path: Path) -> None:
    index = EmbeddedIndex(path, NAME, 3)
    assert is_exact(index)
    assert index.search(VECTORS[7], 1) == [(8, pytest.approx(1, abs=1e-5))]
    index.close()


def test_a_whole_index_is_opened_again_and_goes_on(path: Path) -> None:
    before = folder(path)
    index = EmbeddedIndex(path, NAME, 5)
    assert (index.revision, folder(path)) == (3, before)
    index.update([1, 2], rows(make_vectors(5, seed=9), first=900), 5)
    assert index.search(VECTORS[0], 1)[0][0] != 1
    assert index.search(make_vectors(5, seed=9)[0], 1)[0][0] == 900
    index.close()
    again = EmbeddedIndex(path, NAME, 5)
    assert (again.revision, folder(path)) == (5, before)
    assert again.search(make_vectors(5, seed=9)[0], 1)[0][0] == 900
    again.close()


def test_an_update_may_be_repeated(path: Path) -> None:
    index = EmbeddedIndex(path, NAME, 3)
    index.update([999], rows(), 4)
    assert is_exact(index)
    index.close()


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path / "chroma", NAME, 0)
    assert index.search(VECTORS[0], 5) == []
    index.update([], [], 1)
    assert index.search(VECTORS[0], 5) == []
    index.close()


@pytest.mark.parametrize(
    ("name", "revision"),
    [
        pytest.param(NAME, 2, id="beyond-the-store"),
        pytest.param("xieshou-other", 3, id="of-another-model"),
    ],
)
def test_an_index_that_does_not_fit_is_started_anew(path: Path, name: str, revision: int) -> None:
    before = folder(path)
    index = EmbeddedIndex(path, name, revision)
    assert index.revision == 0
    assert folder(path) != before
    assert index.search(VECTORS[0], 5) == []
    index.close()


def test_an_index_without_its_note_is_never_opened(path: Path) -> None:
    before = folder(path)
    (path / "note.json").unlink()
    index = EmbeddedIndex(path, NAME, 3)
    assert (index.revision, folder(path) != before) == (0, True)
    index.update([], rows(), 3)
    assert is_exact(index)
    index.close()


def test_an_update_that_breaks_off_leaves_no_note(path: Path) -> None:
    index = EmbeddedIndex(path, NAME, 3)
    bad = Vector(900, np.full(16, np.nan, dtype=np.float32))
    with pytest.raises(IndexUnavailable, match="Chroma at"):
        index.update([], [*rows(), bad], 4)
    index.close()
    assert not (path / "note.json").exists()


@pytest.mark.parametrize("damage", ["half", "empty", "flip", "gone"])
@pytest.mark.parametrize("kind", ["*.sqlite3", "*.bin", "*.pickle"])
def test_a_damaged_file_is_noticed_before_it_is_opened(
    tmp_path: Path, kind: str, damage: str
) -> None:
    path = tmp_path / "chroma"
    index = EmbeddedIndex(path, NAME, 0)
    # Above a thousand vectors Chroma writes all of its files.
    vectors = make_vectors(1100)
    index.update([], rows(vectors), 3)
    index.close()
    files = sorted(path.rglob(kind), key=lambda file: -file.stat().st_size)
    data = bytearray(files[0].read_bytes())
    data[len(data) // 2] ^= 0x55
    if damage == "gone":
        files[0].unlink()
    else:
        files[0].write_bytes({"half": data[: len(data) // 2], "empty": b""}.get(damage, data))
    before = folder(path)
    index = EmbeddedIndex(path, NAME, 3)
    assert (index.revision, folder(path) != before) == (0, True)
    index.close()


def test_a_deleted_folder_is_started_anew(path: Path) -> None:
    shutil.rmtree(path)
    index = EmbeddedIndex(path, NAME, 3)
    assert index.revision == 0
    index.update([], rows(), 3)
    assert is_exact(index)
    index.close()


def test_a_copied_folder_is_whole(path: Path, tmp_path: Path) -> None:
    shutil.copytree(path, tmp_path / "copy")
    index = EmbeddedIndex(tmp_path / "copy", NAME, 3)
    assert index.revision == 3
    assert is_exact(index)
    index.close()


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_place_that_can_not_be_written_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(IndexUnavailable, match=r"Chroma at .*file"):
        EmbeddedIndex(tmp_path / place, NAME, 0)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("localhost:8000", "write http://host:port", id="no-scheme"),
        pytest.param("ftp://a:1", "write http://host:port", id="other-scheme"),
        pytest.param("http://", "write http://host:port", id="no-host"),
        pytest.param("http://127.0.0.1:9", "127.0.0.1:9", id="nobody-there"),
    ],
)
def test_a_server_address_that_leads_nowhere(url: str, message: str) -> None:
    with pytest.raises(IndexUnavailable, match=message):
        ServerIndex(url, NAME)
