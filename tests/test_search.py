"""Filters, exact search and fusion."""

import numpy as np
import pytest

from vectorstore.indexing.search import ExactIndex, fuse


@pytest.fixture
def vectors() -> np.ndarray:
    random = np.random.default_rng(1).normal(size=(50, 8)).astype(np.float32)
    return random / np.linalg.norm(random, axis=1, keepdims=True)


def make(vectors: np.ndarray, first: int = 0, revision: int = 1) -> ExactIndex:
    return ExactIndex(np.arange(first, first + len(vectors)), vectors, revision)


NOTHING = (np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype=np.float32))


def test_each_vector_finds_itself_first(vectors: np.ndarray) -> None:
    index = make(vectors)
    for row, vector in enumerate(vectors):
        (found, score), *_ = index.search(vector, 3)
        assert (found, score) == (row, pytest.approx(1, abs=1e-5))


@pytest.mark.parametrize("top_k", [1, 7, 49, 50, 1000])
def test_the_order_is_that_of_the_similarities(vectors: np.ndarray, top_k: int) -> None:
    scores = vectors @ vectors[3]
    expected = np.argsort(-scores)[:top_k].tolist()
    assert [chunk_id for chunk_id, _ in make(vectors).search(vectors[3], top_k)] == expected


def test_what_is_equally_near_comes_by_its_id(vectors: np.ndarray) -> None:
    same = np.repeat(vectors[:1], 20, axis=0)
    assert [chunk_id for chunk_id, _ in make(same).search(vectors[0], 30)] == list(range(20))


@pytest.mark.parametrize(
    "allowed",
    [
        pytest.param([3], id="one"),
        pytest.param([0, 7, 49], id="few"),
        pytest.param(list(range(0, 50, 2)), id="half"),
        pytest.param([*range(50), 60, 99], id="all-and-unknown"),
        pytest.param([], id="none"),
        pytest.param([77], id="unknown"),
    ],
)
def test_only_the_chunks_allowed_are_found(vectors: np.ndarray, allowed: list[int]) -> None:
    found = make(vectors).search(vectors[0], 60, np.array(allowed, dtype=np.int64))
    assert {chunk_id for chunk_id, _ in found} == set(allowed) & set(range(50))
    everything = dict(make(vectors).search(vectors[0], 50))
    assert dict(found) == pytest.approx({each: everything[each] for each, _ in found}, abs=1e-6)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_an_empty_index_and_an_empty_question_find_nothing(vectors: np.ndarray) -> None:
    assert ExactIndex(*NOTHING, 0).search(vectors[0], 5) == []
    assert make(vectors).search(np.zeros(8, dtype=np.float32), 5) == []


def test_an_updated_index_is_the_one_built_anew(vectors: np.ndarray) -> None:
    changed = vectors[10:20][::-1]
    updated = make(vectors[:20]).updated(range(5), (np.arange(10, 20), changed), revision=2)
    anew = make(np.concatenate([vectors[5:10], changed]), first=5)
    assert (updated.revision, updated.size) == (2, 15)
    for allowed in (None, np.array([6, 10, 12, 30])):
        found, expected = (each.search(vectors[3], 20, allowed) for each in (updated, anew))
        assert [chunk_id for chunk_id, _ in found] == [chunk_id for chunk_id, _ in expected]


def test_many_small_updates_are_put_together(vectors: np.ndarray) -> None:
    index = make(vectors[:1])
    for row in range(1, 50):
        gone = [row - 1] if row % 10 == 0 else []
        index = index.updated(gone, (np.array([row]), vectors[row : row + 1]), row + 1)
    assert len(index._blocks) < 10
    found = {chunk_id for chunk_id, _ in index.search(vectors[0], 60)}
    assert found == set(range(50)) - {9, 19, 29, 39}


@pytest.mark.parametrize("kept", [0, 3], ids=["all-gone", "some-left"])
def test_an_index_may_lose_chunks_and_win_none(vectors: np.ndarray, kept: int) -> None:
    updated = make(vectors[:5]).updated(range(5 - kept), NOTHING, revision=2)
    assert len(updated.search(vectors[0], 10)) == kept


def test_an_empty_index_can_be_updated(vectors: np.ndarray) -> None:
    updated = ExactIndex(*NOTHING, 0).updated([], (np.array([7]), vectors[:1]), 1)
    assert updated.search(vectors[0], 5)[0][0] == 7


def test_what_both_rankings_have_first_is_first() -> None:
    fused = fuse([(1, 9.0), (2, 8.0)], [(1, 0.9), (3, 0.8)])
    assert [item.chunk_id for item in fused] == [1, 2, 3]
    assert [(item.lexical_rank, item.dense_rank) for item in fused] == [
        (1, 1),
        (2, None),
        (None, 2),
    ]
    assert fused[0].score > fused[1].score > fused[2].score >= 0


def test_nothing_is_lost_or_doubled_in_fusion() -> None:
    lexical, dense = [(n, 1.0) for n in range(20)], [(n, 1.0) for n in range(10, 30)]
    assert sorted(item.chunk_id for item in fuse(lexical, dense)) == list(range(30))
    assert fuse([], []) == []
