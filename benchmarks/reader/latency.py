"""How long one question takes, measured in a process of its own with a number of threads."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.evaluation.intervals import percentile
from benchmarks.reader.cases import Case
from benchmarks.reader.ours import Ours

_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
_WARM = 5
_ROOT = Path(__file__).parent.parent.parent


def timed(cases: Sequence[Case], threads: int) -> dict[str, float]:
    """Wall and processor milliseconds of a question, p50 and p95, with so many threads."""
    asked = json.dumps([[case.question, case.passages] for case in cases], ensure_ascii=False)
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=asked,
        cwd=_ROOT,
        env={**os.environ, **dict.fromkeys(_VARIABLES, str(threads))},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def measure(asked: Sequence[tuple[str, Sequence[str]]]) -> dict[str, float]:
    """Ask every question in turn; the first few once before, since models are loaded then."""
    wall, spent = [], []
    with tempfile.TemporaryDirectory() as work:
        reader = Ours(Path(work))
        for question, passages in asked[:_WARM]:
            reader.answer(question, passages)
        for question, passages in asked:
            before, spent_before = time.perf_counter(), time.process_time()
            reader.answer(question, passages)
            wall.append(1000 * (time.perf_counter() - before))
            spent.append(1000 * (time.process_time() - spent_before))
        reader.close()
    return {
        f"{name} p{share}": percentile(taken, share / 100)
        for name, taken in (("wall", wall), ("cpu", spent))
        for share in (50, 95)
    }


if __name__ == "__main__":
    print(json.dumps(measure(json.load(sys.stdin))))
