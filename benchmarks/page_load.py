"""How long the page takes to its first sight in Chromium: python -m benchmarks.page_load."""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RESULT = ROOT / "benchmarks" / "results" / "page_load.json"
CHROMIUM = "/usr/bin/chromium"
_LOADS = 10
# Where the driver looks for them, with a script of its own in the page, they come a second later.
_WATCH = """(() => {
    const wanted = ['#xs-box textarea', '#xs-examples button'];
    const watcher = new MutationObserver(() => {
        if (!wanted.every((each) => document.querySelector(each)?.checkVisibility())) return;
        watcher.disconnect();
        requestAnimationFrame(() => console.debug(`ready ${performance.now()}`));
    });
    watcher.observe(document, {childList: true, subtree: true, attributes: true});
})()"""
_TIMES = """() => {
    const [page] = performance.getEntriesByType('navigation');
    const parts = performance.getEntriesByType('resource');
    const sum = (all, name) => all.reduce((total, one) => total + one[name], 0);
    const [paint] = performance.getEntriesByName('first-contentful-paint');
    return {
        first_paint: paint ? paint.startTime / 1000 : null,
        requests: parts.length + 1,
        bytes: sum([page, ...parts], 'transferSize'),
    };
}"""


def served(folder: str) -> tuple[subprocess.Popen[str], str]:
    """The page over the sample articles in a process of its own, and its address."""
    settings = {"ASSISTANT_DATA_DIR": folder, "ASSISTANT_PORT": "0", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(ROOT / "ui.py")]
    process = subprocess.Popen(
        command, env=os.environ | settings, cwd=folder, stderr=subprocess.PIPE, text=True
    )
    for line in process.stderr or ():
        found = re.search(r"http://\S+", line)
        if found:
            return process, found.group()
    raise RuntimeError("the page did not start")


def load(browser: Any, address: str) -> dict[str, float]:
    """One first visit, nothing cached: seconds until a question can be typed, and what it took."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(_WATCH)
    page = context.new_page()
    with page.expect_console_message(lambda said: said.text.startswith("ready ")) as told:
        page.goto(address)
    ready = float(told.value.text.split()[1]) / 1000
    measured: dict[str, float] = page.evaluate(_TIMES)
    context.close()
    return {"ready": ready, **measured}


def main() -> int:
    """Measure and keep the result."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        process, address = served(folder)
        try:
            browser = driver.chromium.launch(
                executable_path=CHROMIUM, args=["--no-sandbox", "--disable-quic"]
            )
            first = load(browser, address)
            runs = [load(browser, address) for _ in range(_LOADS)]
            browser.close()
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
    names = sorted(runs[0])
    result = {
        "command": "python -m benchmarks.page_load",
        "loads": _LOADS,
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
        "first_after_start": first,
        "median": {name: statistics.median(run[name] for run in runs) for name in names},
        "slowest": {name: max(run[name] for run in runs) for name in names},
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    print(json.dumps(result, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
