"""Find the values of a claim that cited words have too, but elsewhere: there they have another."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from assistant.facts.overlap import squeezed_content

# A value is taken from the wrong place where another of its family stands so much closer to the
# words around it. Measured on the development half of benchmarks/verification.
MARGIN = 1.0
# What two whole sentences have in common tells less than what stands beside the value.
_FAR = 0.12
_LEAST_NEAR = 1.5


class Around(Protocol):
    """What is needed of a value: a figure has it, and a slot."""

    @property
    def text(self) -> str:
        """As written."""

    @property
    def before(self) -> str:
        """What stands before it in its part of the sentence."""

    @property
    def after(self) -> str:
        """What stands after it in its part."""


Value = TypeVar("Value", bound=Around)


@dataclass(frozen=True, slots=True)
class Said(Generic[Value]):
    """A value of cited words, and how much the whole claim has in common with its sentence."""

    value: Value
    in_common: int


@dataclass(frozen=True, slots=True)
class Contrast(Generic[Value]):
    """The values of a claim beside those of the words that it cites.

    Args:
        claimed: the values of the claim.
        said: those of the cited words.
        same: whether two values say the same.
        rivals: whether one could stand in the other's place.
    """

    claimed: Sequence[Value]
    said: Sequence[Said[Value]]
    same: Callable[[Value, Value], bool]
    rivals: Callable[[Value, Value], bool]

    def exchanged(self) -> tuple[Value, Value] | None:
        """A value of the claim in whose place the cited words have another, and that other."""
        found = ((one, self._instead(one)) for one in self.claimed)
        return next(((one, other) for one, other in found if other), None)

    def _instead(self, one: Value) -> Value | None:
        """What the cited words have in the place of a value.

        A value that they have nowhere is judged by how near another comes; one that they have, by
        how much nearer than itself. Where the claim has both, by which of the two stands where.
        """
        known = self._known(one)
        close = _closest(one, known)
        for other in self.said:
            if self.same(one, other.value) or not self.rivals(one, other.value):
                continue
            near = _nearness(one, other.value)
            gain = near + _FAR * other.in_common - close - MARGIN if known else near - _LEAST_NEAR
            if gain > 0 and known:
                gain += self._gain_of_partner(other, known)
            if gain > 0:
                return other.value
        return None

    def _gain_of_partner(self, other: Said[Value], known: Sequence[Said[Value]]) -> float:
        """What the claim's own value in the other's place would gain by standing elsewhere."""
        for each in self.claimed:
            if self.same(each, other.value):
                own = _closeness(each, other)
                if own >= _closest(each, self._known(each)):
                    return _closest(each, known) - own
        return 0.0

    def _known(self, one: Value) -> list[Said[Value]]:
        return [other for other in self.said if self.same(one, other.value)]


def in_common(text: str, other: str) -> int:
    """How many bigrams, words and figures two squeezed texts share."""
    return len(squeezed_content(text) & squeezed_content(other))


def _closest(one: Around, known: Iterable[Said[Value]]) -> float:
    return max((_closeness(one, other) for other in known), default=0.0)


def _closeness(one: Around, other: Said[Value]) -> float:
    """How much alike two values stand, in their parts and in their sentences."""
    return _nearness(one, other.value) + _FAR * other.in_common


def _nearness(one: Around, other: Around) -> int:
    """How many terms two values have around them both, those on the same side twice."""
    before, after = squeezed_content(one.before), squeezed_content(one.after)
    known_before, known_after = squeezed_content(other.before), squeezed_content(other.after)
    whole = len((before | after) & (known_before | known_after))
    return whole + len(before & known_before) + len(after & known_after)
