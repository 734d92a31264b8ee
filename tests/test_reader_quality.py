"""The reader's gate: it answers and abstains as well as before, on a sample; the floors only rise.

``python -m benchmarks.reader.gate --data ../shared/data --raise`` lifts them.
"""

from pathlib import Path

import pytest

from benchmarks.floors import below, read_floors
from benchmarks.pins import check
from benchmarks.reader.cases import CaseSet
from benchmarks.reader.gate import PART, gate_sets, reached, values

DATA = Path(__file__).parent.parent.parent / "shared/data"
SETS = (
    "domain-gate",
    "trial-gate",
    "expmrc-gate",
    "abstention-gate",
    "pages-gate",
    "noise-gate",
)
STORED = read_floors(PART)


def test_every_set_has_its_floors() -> None:
    assert STORED["floors"].keys() == STORED["digests"].keys() == set(SETS)
    for floors in STORED["floors"].values():
        assert floors
        assert all(0 < floor <= 100 for floor in floors.values())


@pytest.fixture(scope="module")
def samples() -> dict[str, CaseSet]:
    return {asked.key: asked for asked in gate_sets(DATA)}


@pytest.mark.skipif(not DATA.is_dir(), reason="the data are not in ../shared")
@pytest.mark.parametrize("key", SETS)
def test_sample(key: str, samples: dict[str, CaseSet], tmp_path: Path) -> None:
    check(samples[key], DATA, STORED["digests"])
    assert not below(values(reached(samples[key], DATA, tmp_path)), STORED["floors"][key])
