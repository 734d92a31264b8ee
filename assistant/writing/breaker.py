"""A circuit breaker: an endpoint that gives no text time after time is left alone for a while.

So that a person whose endpoint is down gets the quoted answer at once, and need not wait for the
same failure with each question. Pattern: M. Nygard, Release It!, chapter 5.
"""

import threading
import time
from collections.abc import Iterator

from assistant.errors import LLMError, LLMUnavailable


class Breaker:
    """Counts the answers of one endpoint that failed before their first word.

    Args:
        failures: so many, one after another, and it opens: nobody is let through.
        rest: seconds; then one is let through as a trial, and the others when that got an answer.
    """

    def __init__(self, failures: int = 5, rest: float = 15.0) -> None:
        self._most, self._rest = failures, rest
        self._failed, self._until = 0, 0.0
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether nobody is let through now."""
        return self._failed >= self._most and time.monotonic() < self._until

    def guarded(self, pieces: Iterator[str]) -> Iterator[str]:
        """The pieces of an answer, and whether any came is counted.

        Raises:
            LLMUnavailable: at once, while it is open.
            LLMError: as `pieces` do.
        """
        self._admit()
        came = False
        try:
            for piece in pieces:
                if not came:
                    came, self._failed = True, 0
                yield piece
        except LLMError:
            if not came:
                self._fail()
            raise

    def _admit(self) -> None:
        with self._lock:
            if self.is_open:
                left = max(self._until - time.monotonic(), 1)
                raise LLMUnavailable(
                    f"大模型服务接连 {self._failed} 次没有作答，{left:.0f} 秒内不再请求。"
                )
            # Where it was open, this one is the trial, and the others go on waiting.
            self._until = time.monotonic() + self._rest

    def _fail(self) -> None:
        with self._lock:
            self._failed += 1
            self._until = time.monotonic() + self._rest
