"""How well the confidence tells what can be answered: the curve, and the table of reliability."""

from collections.abc import Mapping, Sequence
from typing import Any

STEPS = 20
BINS = 10
MOST_LOST = 5.0
"""Per cent of the answerable questions that may be lost."""


def curve(confidences: Mapping[str, Sequence[float]]) -> list[dict[str, float]]:
    """At each of 20 thresholds the share of each kind that stays below it, in per cent."""
    thresholds = [step / STEPS for step in range(1, STEPS + 1)]
    return [
        {"threshold": threshold}
        | {kind: _below(each, threshold) for kind, each in confidences.items()}
        for threshold in thresholds
    ]


def abstained_at(
    answerable: Sequence[float], unanswerable: Sequence[float], most_lost: float = MOST_LOST
) -> float:
    """The share of unanswerable questions left open at the strictest threshold that may be set.

    Args:
        answerable: confidences of questions that have an answer.
        unanswerable: of those that have none.
        most_lost: per cent of the answerable that may lie below the threshold.

    Returns:
        Per cent.
    """
    ordered = sorted(answerable)
    if not ordered:
        return 100.0
    may_go = int(len(ordered) * most_lost / 100)
    # All below the next one may go; that one itself is answered, as are those equal to it.
    return _below(unanswerable, ordered[min(may_go, len(ordered) - 1)])


def reliability(answers: Sequence[tuple[float, bool]]) -> list[dict[str, Any]]:
    """Ten bins of confidence: how many, mean confidence and share right, both 0 to 1.

    Args:
        answers: confidence of each, and whether it is right.
    """
    rows = []
    for number in range(BINS):
        inside = [each for each in answers if number == min(int(each[0] * BINS + 1e-9), BINS - 1)]
        count = len(inside)
        rows.append(
            {
                "from": number / BINS,
                "n": count,
                "confidence": sum(sure for sure, _ in inside) / count if count else None,
                "right": sum(right for _, right in inside) / count if count else None,
            }
        )
    return rows


def calibration_error(rows: Sequence[Mapping[str, Any]]) -> float:
    """Mean distance of confidence and share right over the bins, by how many are in each; 0 to 1.

    (Expected calibration error: Naeini et al. 2015.)
    """
    total = sum(row["n"] for row in rows)
    gaps = (row["n"] * abs(row["confidence"] - row["right"]) for row in rows if row["n"])
    return sum(gaps) / total if total else 0.0


def _below(confidences: Sequence[float], threshold: float) -> float:
    below = sum(confidence < threshold for confidence in confidences)
    return 100 * below / len(confidences) if confidences else 0.0
