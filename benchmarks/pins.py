"""The digests that pin the data of published figures: the files, and what was made of them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol


class DataChanged(ValueError):
    """The data are not those that the published figures were measured on."""


class Pinned(Protocol):
    """What can be pinned."""

    @property
    def key(self) -> str:
        """The name by which it is chosen and stored."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """The files it was made of, as named under the data folder."""
        ...

    def digest(self) -> str:
        """SHA-256 of what was made of them."""
        ...


def digests(made: Pinned, data: Path) -> dict[str, Any]:
    """The digests of what was made and of the files it was made of."""
    sources = {
        name: hashlib.sha256((data / name).read_bytes()).hexdigest() for name in made.sources
    }
    return {"sources": sources, "derived": made.digest()}


def check(made: Pinned, data: Path, pins: Mapping[str, Any]) -> None:
    """Compare what was made with what is pinned, by its key.

    Raises:
        DataChanged: naming the file that changed, or the key where only what is made of the
            files did, or that has no pin.
    """
    known = pins.get(made.key)
    if known is None:
        raise DataChanged(f"{made.key} has no digest; pin it with --pin")
    present = digests(made, data)
    for name, digest in present["sources"].items():
        if known["sources"].get(name) != digest:
            raise DataChanged(f"{name} is not the file that {made.key} was pinned with")
    if known["derived"] != present["derived"]:
        raise DataChanged(f"what {made.key} makes of its files is not what was pinned")


def read_pins(file: Path) -> dict[str, Any]:
    """What is pinned, by key."""
    pins: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return pins


def pin(made: Iterable[Pinned], data: Path, file: Path) -> None:
    """Write the digests of what was made; those of other keys are kept."""
    pins = read_pins(file) | {each.key: digests(each, data) for each in made}
    file.write_text(json.dumps(pins, indent=1, sort_keys=True) + "\n", encoding="utf-8")
