"""The gate of the check: it flags what is false and keeps what is true, on a sample, as before.

``python -m benchmarks.verification.gate --data ../shared --raise`` lifts the floors.
"""

from pathlib import Path

import pytest

from benchmarks.floors import below, read_floors
from benchmarks.pins import check
from benchmarks.verification.cases import CaseSet
from benchmarks.verification.gate import PART, gate_sets, reached

SHARED = Path(__file__).parent.parent.parent / "shared"
SETS = ("domain-reporting-gate", "pages-reporting-gate")
STORED = read_floors(PART)


def test_every_set_has_its_floors() -> None:
    assert STORED["floors"].keys() == STORED["digests"].keys() == set(SETS)
    for floors in STORED["floors"].values():
        assert floors.keys() == {"false flagged", "true kept"}
        assert all(90 < floor <= 100 for floor in floors.values())


@pytest.fixture(scope="module")
def samples() -> dict[str, CaseSet]:
    return {made.key: made for made in gate_sets(SHARED)}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the data are not in ../shared")
@pytest.mark.parametrize("key", SETS)
def test_sample(key: str, samples: dict[str, CaseSet]) -> None:
    check(samples[key], SHARED, STORED["digests"])
    assert not below(reached(samples[key]), STORED["floors"][key])
