"""The long runs in their short form: they find what they are for, and reach their figures."""

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from serving import over_samples, serving

from benchmarks.soak import fuzz, results
from benchmarks.soak.visitors import Plan, ask_plainly, slope, visit
from web.app import create_app

ASKED = [
    "邵阳高峰论坛一共签约了多少个省级项目？",
    "佛山和郴州的对口合作期限是哪几年？",
    "珠海对口帮扶哪里？",
]


def visited(url: str, questions: list[list[str]], seconds: float) -> dict[str, Any]:
    plan = Plan(seconds / 60, 0.05, questions)
    return asyncio.run(visit(url, ask_plainly, plan, lambda: 1.0, time.process_time)).figures()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The doors over the sample articles."""
    with (
        over_samples(tmp_path_factory.mktemp("soak") / "data") as assistant,
        serving(create_app(assistant)) as url,
    ):
        yield url


def test_visitors_at_once_get_their_own_answers(address: str) -> None:
    found = visited(address, [[question] for question in ASKED * 4], 2)
    assert found["answers"] >= len(ASKED)
    assert (found["errors"], found["crossed_answers"]) == (0, 0), found["examples"]


def test_a_crossed_answer_and_an_error_are_noticed() -> None:
    app, turn = FastAPI(), iter(range(10**6))

    @app.get("/healthz")
    def health() -> str:
        return "ok"

    @app.post("/api/ask")
    def ask(asked: dict[str, str]) -> dict[str, Any]:
        number = next(turn)
        if number % 5 == 4:
            raise httpx.HTTPError("fails now and then")
        told = "甲" if number < 2 or number % 2 else "乙"
        return {"question": asked["question"], "text": told, "citations": [], "hits": []}

    with serving(app) as url:
        found = visited(url, [["一"], ["二"]], 1)
    assert found["crossed_answers"] > 0
    assert found["errors"] > 0


def test_the_slope_of_memory() -> None:
    assert slope([(minute / 10, 100 + 5 * minute / 10) for minute in range(60)]) == 5.0
    # What fills up at the beginning is no leak.
    assert slope([(minute / 10, min(300, 100 + 20 * minute)) for minute in range(60)]) == 0.0
    assert slope([(0, 1)]) == 0.0


def test_random_texts_give_verdicts_only(tmp_path: Path) -> None:
    assert fuzz.blindly(8, tmp_path) > 20
    assert not list(tmp_path.iterdir())


def test_a_find_is_written_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(data: bytes) -> None:
        raise KeyError(len(data))

    monkeypatch.setattr(fuzz, "one", fail)
    tried = fuzz.blindly(0.2, tmp_path)
    assert len(list(tmp_path.glob("find-*"))) == tried > 0


def test_mutation_changes_and_stays_bounded() -> None:
    chance = random.Random(1)
    made = [fuzz.mutated(seed, chance) for seed in fuzz.SEEDS * 20]
    assert len(set(made)) > len(made) * 0.9
    assert max(map(len, made)) <= 20_000


def test_results_are_merged_and_shown(tmp_path: Path) -> None:
    found = results.read(tmp_path)
    results.put(found, "kills", {"kills": 1234, "examples": ["x"], "passed": True}, "python -m x")
    results.write(found, tmp_path)
    again = results.read(tmp_path)
    results.put(again, "fuzz", {"inputs": 5}, "python -m y")
    shown = results.write(again, tmp_path)
    assert "| kills | 1,234 |" in shown
    assert "| inputs | 5 |" in shown
    assert "`python -m x`" in shown
    assert "examples" not in shown
    assert (tmp_path / "soak.md").read_text("utf-8") == shown
    assert time.strftime("%Y") in shown
