"""The words that the perturbations exchange, from the table beside this file."""

from importlib import resources


def _sections() -> dict[str, list[list[str]]]:
    """The rows of each section of the table."""
    text = resources.files("benchmarks.verification").joinpath("swaps.txt").read_text("utf-8")
    found: dict[str, list[list[str]]] = {}
    rows: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("@"):
            rows = found.setdefault(line[1:], [])
        elif line and not line.startswith("#"):
            rows.append(line.split("/"))
    return found


_TABLE = _sections()
TURNED = _TABLE["turned"]
"""Pairs of opposites; each may stand for the other."""
DENIED = {row[0]: row[1] for row in _TABLE["denied"]}
"""What is said, and its denial."""
AFFIRMED = {row[0]: row[1] for row in _TABLE["affirmed"]}
"""A denial, and what is said without it."""
UNITS = {row[0]: row[1:] for row in _TABLE["units"]}
"""A unit, and others that would be wrong in its stead."""
BODIES = _TABLE["bodies"]
"""Organisations of one sort, each of which may stand for another."""
PROGRAMMES = [row[0] for row in _TABLE["programmes"]]
"""Programmes that are named without quotation marks."""
SYNONYMS = _TABLE["synonyms"]
"""Words of the same meaning; the first is exchanged for the second."""
LEAD_INS = [row[0] for row in _TABLE["lead-ins"]]
"""What may stand before any true sentence."""
INVENTED_FACTS = [row[0] for row in _TABLE["invented facts"]]
"""Clauses with a figure or a name that no article holds."""
INVENTED_WORDS = [row[0] for row in _TABLE["invented words"]]
"""Clauses without one."""
