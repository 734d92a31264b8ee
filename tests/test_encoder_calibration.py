"""Logits made one probability, and a threshold that loses no more than it may."""

import numpy as np
import pytest

from training.encoder.calibration import (
    LOST,
    Judged,
    chances,
    figures,
    fitted,
    threshold_for,
)


def rows_of(number: int) -> list[Judged]:
    chance = np.random.default_rng(3)
    found = []
    for _ in range(number):
        logits = chance.normal(0, 2, 3)
        likely = 1 / (1 + np.exp(-(logits[0] + 0.5 * logits[1] - 1)))
        right = bool(chance.random() < likely)
        found.append(Judged(np.append(logits, 1.0), right, right or bool(chance.random() < 0.5)))
    return found


def test_a_probability_is_as_often_right_as_it_says() -> None:
    rows = rows_of(4000)
    calibration = fitted(rows)
    assert calibration.answers == pytest.approx(1.0, abs=0.15)
    assert calibration.evidence == pytest.approx(0.5, abs=0.15)
    assert calibration.sure == pytest.approx(0.0, abs=0.15)
    assert calibration.bias == pytest.approx(-1.0, abs=0.2)
    said = chances(calibration, rows)
    sure = said > 0.8
    right = np.asarray([row.is_right for row in rows])
    assert right[sure].mean() == pytest.approx(said[sure].mean(), abs=0.05)


def test_the_threshold_loses_what_it_may() -> None:
    rows = rows_of(2000)
    calibration = fitted(rows)
    found = figures(calibration, threshold_for(calibration, rows), rows)
    assert found["lost"] == pytest.approx(100 * LOST, abs=1)
    assert found["left open"] > found["lost"]
    assert found["questions"] == 2000
