"""The parts of `make soak`: what each runs, and the figure that it must reach."""

import argparse
import asyncio
import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from benchmarks.soak import fuzz
from benchmarks.soak.kills import run as run_kills
from benchmarks.soak.kills import together
from benchmarks.soak.served import Served
from benchmarks.soak.visitors import Ask, Plan, Visit, ask_as_chat, ask_plainly, visit
from vectorstore import VectorStore

Part = Callable[[argparse.Namespace, Path], dict[str, Any]]

_KILLED_ARTICLES = 500
# One kill of so many meets articles that other processes prepare.
_AT_ONCE = 5
_VISITORS, _OWN = 50, 2
_MOST_P95, _MOST_SLOPE, _MOST_HEALTH = 2.0, 1.0, 1.0
# What a slow model waits before each eight characters: an answer takes two to five seconds.
_PAUSE = 0.4
_TURNS = 200
_GROWTH = 1.5


def kills(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Most of the kills meet articles stored one by one, the others those stored many at once."""
    lines = _articles(options).read_text("utf-8").splitlines()
    some = options.kills - options.kills // _AT_ONCE
    parts = ((some, _KILLED_ARTICLES // 4), (options.kills - some, _KILLED_ARTICLES))
    tallies = []
    for count, size in parts:
        source, place = work / f"of{size}", work / f"stores{size}"
        source.mkdir()
        place.mkdir()
        for start in range(0, _KILLED_ARTICLES, size):
            text = "\n".join(lines[start : min(start + size, _KILLED_ARTICLES)]) + "\n"
            (source / f"{start:05}.jsonl").write_text(text, "utf-8")
        tallies.append(run_kills(source, place, count, seed=options.seed))
    total = together(tallies)
    return {"articles": _KILLED_ARTICLES, **total.figures(), "passed": total.is_clean}


def load(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Visitors of the page's REST door, which quotes."""
    with Served(_filled(options, work)) as server:
        found = _visited(server, options, ask_plainly)
    figures = found.figures()
    return {**_shape(options), **figures, "passed": _held(figures) and _fast(figures)}


def written(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Visitors of the door for OpenAI's clients, behind which a slow model writes."""
    with _slow_model(_PAUSE) as model, Served(_filled(options, work), **model) as server:
        found = _visited(server, options, ask_as_chat)
    figures = found.figures()
    responsive = figures["healthz_p95_s"] <= _MOST_HEALTH
    return {**_shape(options), **figures, "passed": _held(figures) and responsive}


def turns(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """One conversation of many turns, each with all that was said before."""
    with _slow_model(0.0) as model, Served(_filled(options, work), **model) as server:
        found = asyncio.run(_talk(server.url, _titles(options)[:_TURNS], server.rss))
    return found | {"passed": not found["errors"] and found["growth"] <= _GROWTH}


def fuzzed(options: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Random texts through `load` and `clean`."""
    found = fuzz.run(int(options.minutes * 60), work)
    return found | {"passed": not found["finds"] and not found["exit_code"]}


PARTS: dict[str, Part] = {
    "kills": kills,
    "load": load,
    "written": written,
    "turns": turns,
    "fuzz": fuzzed,
}


def _articles(options: argparse.Namespace) -> Path:
    found: Path = options.data / "dev" / "domain_articles.jsonl"
    return found


def _filled(options: argparse.Namespace, work: Path) -> Path:
    """A data directory with all articles; one that is there already is taken as it is."""
    place: Path = options.store or work / "data"
    store = VectorStore(place)
    store.add(_articles(options))
    store.close()
    return place


def _titles(options: argparse.Namespace) -> list[str]:
    """Questions, each after another article."""
    rows = [json.loads(line) for line in _articles(options).read_text("utf-8").splitlines()]
    return [f"“{row['title']}”说了什么？" for row in rows[:: max(1, len(rows) // 400)]]


def _visited(server: Served, options: argparse.Namespace, ask: Ask) -> Visit:
    asked = _titles(options)
    own = [asked[place * _OWN :][:_OWN] for place in range(options.visitors)]
    plan = Plan(options.minutes, options.think, own)
    return asyncio.run(visit(server.url, ask, plan, server.rss, server.cpu))


def _shape(options: argparse.Namespace) -> dict[str, Any]:
    return {"visitors": options.visitors, "think_s": options.think, "asked_min": options.minutes}


def _held(figures: dict[str, Any]) -> bool:
    """No answer failed, none was another's, and the memory stayed."""
    wrong = figures["errors"] + figures["crossed_answers"]
    return not wrong and bool(figures["memory_slope_mb_per_minute"] <= _MOST_SLOPE)


def _fast(figures: dict[str, Any]) -> bool:
    return bool(figures["answer_p95_s"] <= _MOST_P95)


async def _talk(url: str, questions: list[str], memory: Callable[[], float]) -> dict[str, Any]:
    said: list[dict[str, str]] = []
    seconds: list[float] = []
    errors = 0
    async with httpx.AsyncClient(base_url=url, timeout=120) as client:
        for question in questions:
            said.append({"role": "user", "content": question})
            before = time.monotonic()
            body = {"model": "xieshou", "messages": said}
            response = await client.post("/v1/chat/completions", json=body)
            seconds.append(time.monotonic() - before)
            if response.status_code != 200 or response.json()["xieshou"]["mode"] != "llm":
                errors += 1
                said.pop()
                continue
            told = response.json()["choices"][0]["message"]["content"]
            said.append({"role": "assistant", "content": told})
    early, late = sorted(seconds[4:24])[10], sorted(seconds[-20:])[10]
    return {
        "turns": len(seconds),
        "errors": errors,
        "early_turn_p50_s": round(early, 2),
        "last_turn_p50_s": round(late, 2),
        "growth": round(late / early, 2),
        "memory_mb": round(memory()),
    }


@contextlib.contextmanager
def _slow_model(pause: float) -> Iterator[dict[str, str]]:
    """A model in a process of its own; gives the settings that name it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.soak.served", str(port), str(pause)]
    process = subprocess.Popen(command)
    try:
        yield {
            "MODE": "llm",
            "LLM_BASE_URL": f"http://127.0.0.1:{port}/v1",
            "LLM_MODEL": "slow",
            "LLM_TIMEOUT": "120",
        }
    finally:
        process.kill()
        process.wait()
