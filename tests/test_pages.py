"""Reading a source: which pages it gives, how many are known of, and very large files."""

from pathlib import Path

import pytest
from invented import article, record, write_articles

from vectorstore.loading import formats
from vectorstore.loading.pages import read_pages
from vectorstore.schema import RawPage, Skipped


def told(source: Path | str) -> list[tuple[int, int]]:
    return [(step.done, step.total) for step in read_pages(str(source), frozenset())]


def pages(source: Path) -> list[RawPage | Skipped]:
    return [step.page for step in read_pages(str(source), frozenset())]


def test_records_are_counted_one_by_one(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "in", range(2))
    lines = [record(str(number), article(number)) for number in range(3)]
    (folder / "more.jsonl").write_text("\n\n".join(lines), "utf-8")
    (folder / "what.xyz").write_text("?")
    assert told(folder) == [(done, 6) for done in range(1, 7)]


@pytest.mark.parametrize(
    ("data", "steps"),
    [
        pytest.param(b"", [(1, 1)], id="empty"),
        pytest.param(b" \n\n", [(1, 1)], id="blank"),
        pytest.param((record("1", "甲。") * 2).encode("utf-16"), [(1, 2), (2, 2)], id="utf-16"),
        pytest.param(b"x\ny\n\nz", [(1, 3), (2, 3), (3, 3)], id="no-records"),
    ],
)
def test_a_count_that_was_wrong_is_put_right(
    tmp_path: Path, data: bytes, steps: list[tuple[int, int]]
) -> None:
    (tmp_path / "a.jsonl").write_bytes(data)
    assert [done for done, _ in told(tmp_path)] == [done for done, _ in steps]
    (tmp_path / "b.txt").write_text(article(1), "utf-8")
    done, total = told(tmp_path)[-1]
    assert done == total == len(steps) + 1


def test_a_large_file_of_records_is_read_like_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [record(str(number), article(number)) for number in range(5)]
    text = "\ufeff" + "\n".join(["", *lines[:3], "not json", '{"id": 1}', " ", *lines[3:]])
    (tmp_path / "a.jsonl").write_text(text, "utf-8")
    small = pages(tmp_path)
    monkeypatch.setattr(formats, "MAX_BYTES", 4000)
    assert len(text.encode()) > 4000
    assert pages(tmp_path) == small
    assert sum(isinstance(page, RawPage) for page in small) == 5


def test_bad_lines_of_a_large_file_never_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formats, "MAX_BYTES", 8000)
    bad = [record("2", article(2)).encode("gb18030"), record("3", "长" * 9000).encode()]
    good = [record(str(number), article(number)).encode() for number in (1, 4)]
    (tmp_path / "a.jsonl").write_bytes(good[0] + bad[0] + bad[1] + good[1])
    found = pages(tmp_path)
    assert [page.source.rpartition("#")[2] for page in found] == ["1", "2", "3", "4"]
    reasons = [page.reason for page in found if isinstance(page, Skipped)]
    assert reasons == ["line 2 is not UTF-8", "line 3 is larger than 0 MB"]
    assert told(tmp_path)[-1] == (4, 4)
