"""Find the Chinese provinces and cities that a text names."""

import re
from functools import lru_cache
from importlib import resources


def places(text: str) -> list[str]:
    """Name the provinces and the cities of prefecture rank in `text` (simplified), each once."""
    return list(dict.fromkeys(_known()[1].findall(text)))


def short_forms(place: str) -> str:
    """Return the characters that stand for a province, as 粤 for 广东; empty for a city."""
    return _known()[0].get(place, "")


@lru_cache(maxsize=1)
def _known() -> tuple[dict[str, str], re.Pattern[str]]:
    text = resources.files("assistant").joinpath("places.txt").read_text("utf-8")
    words = [word for line in text.splitlines() if line[0] != "#" for word in line.split()]
    known = {name: short for name, _, short in (word.partition("=") for word in words)}
    return known, re.compile("|".join(sorted(known, key=len, reverse=True)))
