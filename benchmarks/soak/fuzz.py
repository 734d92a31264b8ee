"""Texts made up at random for `load` and `clean`: only verdicts may come, in bounded time.

Where atheris is installed it steers by the code that each input reaches; else the seeds are
mutated blindly.
"""

import contextlib
import importlib.util
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SUFFIXES = (".html", ".txt", ".md", ".jsonl", ".html", ".txt", ".pdf", ".docx")
"""The first byte of an input chooses; plain texts and pages more often than containers."""
# An input that takes longer, or more memory, is a find.
_SLOWEST_SECONDS, _MOST_MB = 10, 1024
_LONGEST = 20_000

_PAGE = (
    '<!doctype html><html><head><meta charset="utf-8"><title>甲市与乙市签约_某网</title></head>\n'
    '<body><nav><a href="/">首页</a></nav><h1>甲市与乙市签约</h1>\n'
    "<p>来源：某日报 2023-05-08 作者：张三</p><table><tr><td>园区</td><td>12个</td></tr></table>\n"
    "<p>2023年5月8日，甲市与乙市签约重点项目60个，\n总投资325亿元。</p>\n"
    "<p style=\"display:none\">隐藏</p><!-- 注 --><script>var a='<p>';</script></body></html>"
)
_FRONT = (
    "---\ntitle: 山海情\ndate: 2023-05-08\n---\n# 题\n\n甲市与[乙市](https://a.cn)签约。\n\n> 引\n"
)
_TEXT = (
    "甲市與乙市簽約\n\n本報訊（記者張三）2023年5月8日，動態(tài)更新。\n"
    "　　總投資325億元，同\n比增長12.3%。\n"
)
_RECORD = (
    '{"id": "a", "title": "题", "text": "甲市与乙市签约。\\n二〇二三年五月。", "date": 20230508}\n'
)
SEEDS = [
    b"\0" + _PAGE.encode(),
    b"\0" + _PAGE.encode("gb18030"),
    b"\1" + _TEXT.encode(),
    b"\1" + _TEXT.encode("big5", "ignore"),
    b"\1" + _TEXT.encode("utf-16"),
    b"\2" + _FRONT.encode(),
    b"\3" + _RECORD.encode() * 3,
]


def run(seconds: int, work: Path) -> dict[str, Any]:
    """Fuzz for so long in a child process.

    Returns:
        Engine, how many inputs were tried, and the finds, which lie as files in `work`.
    """
    engine = "atheris" if importlib.util.find_spec("atheris") else "blind mutation"
    command = [sys.executable, "-m", "benchmarks.soak.fuzz", str(seconds), str(work)]
    done = subprocess.run(
        command,
        stderr=subprocess.PIPE,
        errors="replace",
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        timeout=seconds * 3 + 120,
    )
    tried = re.findall(r"(?:#|tried |Done )(\d+)", done.stderr) or ["0"]
    finds = sorted(path.name for path in work.glob("find-*"))
    return {
        "engine": engine,
        "inputs": int(tried[-1]),
        "finds": len(finds),
        "exit_code": done.returncode,
        "examples": [*finds[:5], *re.findall(r"^\w*(?:Error|Exception).*", done.stderr, re.M)[:5]],
    }


def one(data: bytes) -> None:
    """Try one input: whatever it is, parsing and cleaning give verdicts, and storable text."""
    from vectorstore.cleaning.clean import clean
    from vectorstore.errors import SourceUnreadable
    from vectorstore.loading.load import parse
    from vectorstore.schema import Skipped

    if not data:
        return
    suffix = SUFFIXES[data[0] % len(SUFFIXES)]
    for page in parse(data[1:], f"/made/up{suffix}", suffix):
        if isinstance(page, Skipped):
            if not page.reason or "\n" in page.reason:
                raise AssertionError(f"no reason in one line: {page.reason!r}")
            continue
        with contextlib.suppress(SourceUnreadable):
            article = clean(page)
            article.text.encode("utf-8")
            if "\0" in article.text:
                raise AssertionError("NUL in the text of an article")


def _steered(seconds: int, work: Path) -> None:
    import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]

    with atheris.instrument_imports(include=["vectorstore"]):
        import vectorstore.cleaning.clean
        import vectorstore.loading.load  # noqa: F401
    seeds = work / "seeds"
    seeds.mkdir(exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (seeds / str(number)).write_bytes(seed)
    flags = [
        f"-max_total_time={seconds}",
        f"-timeout={_SLOWEST_SECONDS}",
        f"-rss_limit_mb={_MOST_MB}",
        f"-max_len={_LONGEST}",
        f"-artifact_prefix={work}/find-",
    ]
    atheris.Setup([sys.argv[0], *flags, str(seeds)], one)
    atheris.Fuzz()


def blindly(seconds: float, work: Path, seed: int = 0) -> int:
    """Mutate the seeds for so long; a find is written down, and the next one tried."""
    chance, until, tried = random.Random(seed), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        data, tried = mutated(chance.choice(SEEDS), chance), tried + 1
        before = time.process_time()
        try:
            one(data)
            found = time.process_time() - before > _SLOWEST_SECONDS
        except Exception as error:  # noqa: BLE001 - any error whatever is what is looked for
            print(f"{type(error).__name__}: {error}", file=sys.stderr)
            found = True
        if found:
            (work / f"find-{tried}").write_bytes(data)
    return tried


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The input with a few parts changed, doubled, cut out or exchanged."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        start = chance.randrange(1, len(changed) + 1)
        end = min(len(changed), start + chance.randint(0, 60))
        part = bytes(changed[start:end])
        changed[start:end] = chance.choice(
            (bytes([chance.randrange(256)]), b"", part * chance.choice((2, 2, 500)), part[::-1])
        )
    return bytes(changed[:_LONGEST]) or b"\0"


def main(arguments: Iterable[str]) -> int:
    """Fuzz in this process: seconds, and the folder for finds."""
    seconds, folder = arguments
    if importlib.util.find_spec("atheris"):
        _steered(int(seconds), Path(folder))
        return 0
    print("tried", blindly(int(seconds), Path(folder)), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
