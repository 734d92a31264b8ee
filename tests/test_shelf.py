"""The shelf: what is kept, what goes, and that nothing outdated gets in."""

import numpy as np

from vectorstore.schema import Chunk
from vectorstore.storage.shelf import Shelf
from vectorstore.storage.tables import Candidate


def candidates(*chunk_ids: int, title: str = "标题") -> dict[int, Candidate]:
    pieces, vector = np.zeros(1, dtype=np.uint16), np.zeros(1, dtype=np.float32)
    return {
        each: Candidate(each, Chunk("a", "文", 0, 1), title, "", None, "", pieces, vector)
        for each in chunk_ids
    }


def test_what_changed_or_went_is_read_again() -> None:
    shelf = Shelf()
    shelf.move(3, [])
    shelf.put(candidates(1, 2), 3)
    shelf.move(4, [2, 9])

    assert shelf.get([1, 2, 3]).keys() == {1}
    assert shelf.revision == 4


def test_what_was_read_at_an_older_revision_is_not_kept() -> None:
    shelf = Shelf()
    shelf.move(4, [])
    shelf.put(candidates(1), 3)

    assert shelf.get([1]) == {}


def test_what_was_asked_for_last_stays() -> None:
    shelf = Shelf()
    shelf.put(candidates(*range(4_096)), 0)
    shelf.get([0])
    shelf.put(candidates(5_000), 0)

    assert shelf.get([0, 1, 2, 5_000]).keys() == {0, 2, 5_000}
