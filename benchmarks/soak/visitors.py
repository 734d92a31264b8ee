"""Visitors at once, each with questions of its own; each answer is held against one given alone."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np

Ask = Callable[[httpx.AsyncClient, str], Awaitable[str]]
"""Sends one question; gives what of the answer must be the same each time.

Raises `httpx.HTTPError`, also for a status that is no success.
"""
_TIMEOUT = 120.0
# Memory is looked at so often, and its slope taken after the first third: caches fill until then.
_EVERY_SECONDS = 5.0


@dataclass(slots=True)
class Visit:
    """What happened to all visitors together."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)
    health: list[float] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    cpu_seconds: float = 0.0

    def figures(self) -> dict[str, Any]:
        """As the result file has it; seconds, megabytes."""
        return {
            "answers": len(self.seconds),
            "errors": len(self.errors),
            "crossed_answers": len(self.crossed),
            "answer_p50_s": _percentile(self.seconds, 50),
            "answer_p95_s": _percentile(self.seconds, 95),
            "healthz_p95_s": _percentile(self.health, 95),
            "cpu_s_per_answer": round(self.cpu_seconds / max(1, len(self.seconds)), 2),
            "memory_mb": round(self.memory[-1][1]) if self.memory else 0,
            "memory_slope_mb_per_minute": slope(self.memory),
            "examples": (self.errors + self.crossed)[:5],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """Who asks what, for how long.

    Attributes:
        minutes: how long.
        think: seconds between an answer and the visitor's next question, on average.
        questions: those of each visitor.
    """

    minutes: float
    think: float
    questions: Sequence[Sequence[str]]


async def visit(
    url: str, ask: Ask, plan: Plan, memory: Callable[[], float], cpu: Callable[[], float]
) -> Visit:
    """Ask everything once alone, then let all visitors ask at once until the time is over.

    Args:
        url: the server's address.
        ask: by which door.
        plan: who asks what.
        memory: the server's resident memory, in MB.
        cpu: seconds of processor time that the server has taken.
    """
    found = Visit()
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, limits=limits) as client:
        alone = {
            question: await ask(client, question) for own in plan.questions for question in own
        }
        before, started = cpu(), time.monotonic()
        until = started + plan.minutes * 60
        await asyncio.gather(
            *(
                _visitor(client, ask, own, (plan.think, until, seed), alone, found)
                for seed, own in enumerate(plan.questions)
            ),
            _look(client, started, until, memory, found),
        )
        found.cpu_seconds = cpu() - before
    return found


async def _visitor(
    client: httpx.AsyncClient,
    ask: Ask,
    own: Sequence[str],
    pace: tuple[float, float, int],
    alone: Mapping[str, str],
    found: Visit,
) -> None:
    think, until, seed = pace
    chance = random.Random(seed)
    while True:
        await asyncio.sleep(chance.expovariate(1 / think))
        if time.monotonic() > until:
            return
        question = chance.choice(own)
        before = time.monotonic()
        try:
            told = await ask(client, question)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            found.errors.append(f"{type(error).__name__}: {error}"[:200])
            continue
        found.seconds.append(time.monotonic() - before)
        if told != alone[question]:
            found.crossed.append(f"{question}: {told[:80]}")


async def _look(
    client: httpx.AsyncClient,
    started: float,
    until: float,
    memory: Callable[[], float],
    found: Visit,
) -> None:
    """Watch the memory, and whether the page itself still answers at once."""
    while time.monotonic() < until:
        before = time.monotonic()
        found.memory.append(((before - started) / 60, memory()))
        try:
            (await client.get("/healthz")).raise_for_status()
        except httpx.HTTPError as error:
            found.errors.append(f"healthz: {error}")
        found.health.append(time.monotonic() - before)
        await asyncio.sleep(_EVERY_SECONDS)


async def ask_plainly(client: httpx.AsyncClient, question: str) -> str:
    """Ask the REST door."""
    response = await client.post("/api/ask", json={"question": question})
    answer = response.raise_for_status().json()
    return repr((answer["question"], answer["text"], answer["citations"], answer["hits"]))


async def ask_as_chat(client: httpx.AsyncClient, question: str) -> str:
    """Ask the door for OpenAI's clients."""
    body = {"model": "xieshou", "messages": [{"role": "user", "content": question}]}
    response = await client.post("/v1/chat/completions", json=body)
    answer = response.raise_for_status().json()["xieshou"]
    if answer["mode"] != "llm":
        raise ValueError(answer["reason"])
    return repr((answer["question"], answer["text"], answer["citations"]))


def slope(memory: Sequence[tuple[float, float]]) -> float:
    """Megabytes a minute, by least squares over what follows the first third."""
    later = np.array(memory[len(memory) // 3 :])
    if len(later) < 3:
        return 0.0
    return round(float(np.polyfit(later[:, 0], later[:, 1], 1)[0]), 2)


def _percentile(values: Sequence[float], share: float) -> float:
    return round(float(np.percentile(values, share)), 2) if values else 0.0
