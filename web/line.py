"""Places for work, and the line before them: who waits can see how many are before."""

import math
import time
from collections import deque
from types import TracebackType
from typing import Self

import anyio

# What one piece of work is thought to take before any was measured, in seconds.
_FIRST_GUESS = 1.0
# How much the last one counts in the mean.
_SHARE = 0.2


class Busy(Exception):
    """More is waiting than can be answered soon.

    Args:
        waiting: how many are.
        seconds: until about when so many will have had their turn.
    """

    def __init__(self, waiting: int, seconds: int) -> None:
        super().__init__(f"{waiting} questions are waiting; try again in {seconds} s")
        self.seconds = seconds


class Line:
    """So many places; who finds none free waits, first come first served.

    Of one event loop; nothing of it may be touched by other threads.

    Args:
        places: how many tickets have their turn at a time.
        most: how many more may wait.
    """

    def __init__(self, places: int, most: int) -> None:
        self._free = places
        self._places = places
        self._most = most
        self._waiting: deque[Ticket] = deque()
        self._mean = _FIRST_GUESS

    def join(self) -> "Ticket":
        """A ticket at the end of the line; `with` it, or its place is never free again.

        Raises:
            Busy: if too many wait already.
        """
        if self._free:
            self._free -= 1
            return Ticket(self, its_turn=True)
        if len(self._waiting) >= self._most:
            seconds = self._mean * (len(self._waiting) + 1) / self._places
            raise Busy(len(self._waiting), math.ceil(seconds))
        ticket = Ticket(self, its_turn=False)
        self._waiting.append(ticket)
        return ticket

    def before(self, ticket: "Ticket") -> int:
        """How many wait before a ticket that waits; 0 for the next, and for one that does not."""
        return self._waiting.index(ticket) if ticket in self._waiting else 0

    def leave(self, ticket: "Ticket", worked: float) -> None:
        """Take a ticket out, and give its place to the next; after `worked` seconds at it."""
        if ticket in self._waiting:
            self._waiting.remove(ticket)
            return
        self._mean += _SHARE * (worked - self._mean)
        if self._waiting:
            self._waiting.popleft().begin()
        else:
            self._free += 1


class Ticket:
    """A place, or the wait for one; in a `with` block, at the end of which it is given up."""

    def __init__(self, line: Line, *, its_turn: bool) -> None:
        self._line = line
        self._turn = anyio.Event()
        self._left = False
        self._began = time.monotonic()
        if its_turn:
            self._turn.set()

    @property
    def before(self) -> int:
        """How many wait before it."""
        return self._line.before(self)

    def begin(self) -> None:
        """Its turn has come."""
        self._began = time.monotonic()
        self._turn.set()

    async def comes(self, seconds: float = math.inf) -> bool:
        """Wait for its turn, at most so long; whether it has come."""
        with anyio.move_on_after(seconds):
            await self._turn.wait()
        return self._turn.is_set()

    def __enter__(self) -> Self:
        """Nothing to do: it stands in line since it was made."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give it up; a second time does nothing."""
        if not self._left:
            self._left = True
            self._line.leave(self, time.monotonic() - self._began)
