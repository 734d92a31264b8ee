"""Worker processes: they make what this process would make, in order, and may die."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from invented import article, write_tiny_model

from vectorstore.preparing import workers as module
from vectorstore.preparing.embed import load_embedder
from vectorstore.preparing.frames import Outcome
from vectorstore.preparing.prepare import Cutting, Prepared, Preparer
from vectorstore.preparing.workers import Workers, prepare
from vectorstore.schema import Dropped, RawPage, Skipped


@dataclass(frozen=True)
class Job:
    """A page to prepare, or none."""

    page: RawPage | None


@pytest.fixture(autouse=True)
def small_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FRAME", 4)


@pytest.fixture(scope="module")
def preparer(tmp_path_factory: pytest.TempPathFactory) -> Preparer:
    folder = write_tiny_model(tmp_path_factory.mktemp("tiny"))
    return Preparer(load_embedder(str(folder)), Cutting(120, 1))


def jobs(count: int = 60) -> list[Job]:
    found: list[Job] = []
    for number in range(count):
        page = RawPage(f"/in/{number}.jsonl#1", "record", article(number), {"id": f"号{number}"})
        if number % 7 == 1:
            found.append(Job(None))
        elif number % 7 == 2:
            found.append(Job(replace(page, text="……")))
        elif number % 7 == 3:
            dated = {"title": "题\ud800", "published": "2022-03-04", "publisher": "甲报"}
            found.append(
                Job(replace(page, metadata=dated, dropped=(Dropped("advert", 5, "\0买😀"),)))
            )
        else:
            found.append(Job(page))
    return found


def is_same(one: Outcome, other: Outcome) -> bool:
    if not isinstance(one, Prepared) or not isinstance(other, Prepared):
        return one == other
    return (
        (one.article, one.signature, one.cut.chunks)
        == (other.article, other.signature, other.cut.chunks)
        and np.array_equal(one.cut.vectors, other.cut.vectors)
        and [each.tolist() for each in one.cut.pieces] == [e.tolist() for e in other.cut.pieces]
    )


def check(preparer: Preparer, made: Iterator[list[tuple[Job, Outcome]]]) -> None:
    given = jobs()
    expected = [prepare(preparer, job.page) for job in given]
    assert {type(outcome) for outcome in expected} == {Prepared, Skipped, type(None)}
    pairs = [pair for batch in made for pair in batch]
    assert [job for job, _ in pairs] == given
    assert all(map(is_same, [outcome for _, outcome in pairs], expected))


@pytest.mark.parametrize("count", [1, 3])
def test_they_make_what_this_process_makes(preparer: Preparer, count: int) -> None:
    with closing(Workers(preparer, count)) as workers:
        check(preparer, workers.through(jobs()))


def test_the_caller_need_not_be_importable(
    preparer: Preparer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(Workers(preparer, 1)) as workers:
        assert workers.through(jobs(8)).__next__()[0][1] is not None


def test_work_of_one_that_dies_is_done_here(preparer: Preparer) -> None:
    with closing(Workers(preparer, 2)) as workers:
        made = workers.through(jobs())
        first = next(made)
        os.kill(workers._workers[1]._process.pid, 9)
        check(preparer, iter([first, *made]))


def test_one_that_can_not_start_is_done_without(
    preparer: Preparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_START", "raise SystemExit(3)")
    with closing(Workers(preparer, 1)) as workers:
        check(preparer, workers.through(jobs()))


@pytest.mark.parametrize(("taken", "codes"), [(1, {-9, 0}), (1000, {0})], ids=["stopped", "done"])
def test_they_end_with_their_owner(preparer: Preparer, taken: int, codes: set[int]) -> None:
    workers = Workers(preparer, 2)
    processes = [worker._process for worker in workers._workers]
    assert list(islice(workers.through(jobs()), taken))
    started = time.monotonic()
    workers.close()
    assert time.monotonic() - started < 4
    assert {process.poll() for process in processes} <= codes


def test_no_more_is_on_its_way_than_fits(
    preparer: Preparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_CHARACTERS", 3000)
    asked: list[int] = []

    def counted() -> Iterator[Job]:
        for number, job in enumerate(jobs()):
            asked.append(number)
            yield job

    with closing(Workers(preparer, 2)) as workers:
        next(workers.through(counted()))
    assert len(asked) <= 12
