"""Plain text for a terminal: columns that stand under each other, lines that steer nothing."""

import unicodedata
from collections.abc import Sequence


def align(lines: Sequence[Sequence[str]]) -> str:
    """Lay out columns under each other, the first to the left, the others to the right."""
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    laid_out = []
    for first, *others in lines:
        padded = [first + " " * (widths[0] - width(first))]
        for cell, columns in zip(others, widths[1:], strict=True):
            padded.append(" " * (columns - width(cell)) + cell)
        laid_out.append("  ".join(padded).rstrip())
    return "\n".join(laid_out)


def width(text: str) -> int:
    """Count the columns that a terminal gives to `text`: two for a Chinese character."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


def printable(text: str) -> str:
    """Put `text` on one line, without characters that steer a terminal."""
    return "".join(
        character if character.isprintable() else " " for character in " ".join(text.split())
    )
