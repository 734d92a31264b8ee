"""Chinese question sets."""

import random
from pathlib import Path
from typing import Any

from benchmarks.embedding import held_out, read_lines


def read_questions(
    path: Path, most: int | None, seed: int, *, answered: bool = False
) -> list[dict[str, Any]]:
    """Up to `most` questions of a set, in a random order.

    The third of the web questions that retrieval is measured on is left out; if `answered`, so is
    what has no span as answer.
    """
    items = read_lines(path)
    if answered:
        items = [item for item in items if any(start >= 0 for _, start in item["answers"])]
    if path.name.startswith("dureader"):
        items = [item for item in items if not held_out(item["context"])]
    random.Random(seed).shuffle(items)
    return items[:most]
