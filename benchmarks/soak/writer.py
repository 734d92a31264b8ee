"""Adds the files of a folder, and may be killed: imports once, then forks for each line in.

A line in: data directory and, divided by a tab, how many seconds after its first stored page the
writer is killed; none to let it end. A line out: how it ended, a negative number being the signal,
and how long it lived after its first page.
"""

import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from vectorstore.filing import Filing
from vectorstore.ingest import Ingest
from vectorstore.preparing.embed import bundled_embedder
from vectorstore.preparing.prepare import Cutting, Preparer
from vectorstore.storage.articles import ArticleStore, sqlite_url
from vectorstore.store import VectorStore


def main(folder: Path, pause: float) -> None:
    """Fork a writer for each line of standard input.

    Args:
        folder: its files are added in their order, each by itself; one of 200 pages or more is
            prepared by processes of its own.
        pause: seconds that a writer waits after each page, so that a short run can be hit.
    """
    _warm_up()
    for line in sys.stdin:
        data_dir, _, seconds = line.rstrip("\n").partition("\t")
        begun, begin = os.pipe()
        writer = os.fork()
        if writer == 0:
            _write(Path(data_dir), folder, pause, begin)
        os.close(begin)
        # Nothing comes of one that fails before.
        os.read(begun, 1)
        os.close(begun)
        first = time.monotonic()
        if seconds:
            time.sleep(float(seconds))
            # Its number is still its own, for nobody has waited for it yet.
            os.kill(writer, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(writer, 0)[1])
        print(code, time.monotonic() - first, flush=True)


def _warm_up() -> None:
    """Load all that adding needs; no index is opened, for their threads survive no fork."""
    import chromadb  # noqa: F401
    import tantivy  # noqa: F401

    with tempfile.TemporaryDirectory() as name:
        page = Path(name) / "page.txt"
        page.write_text("甲市与乙市签约\n\n2023年5月8日，甲市与乙市签约重点项目60个。\n", "utf-8")
        store = ArticleStore(sqlite_url(Path(name) / "articles.db"))
        Ingest(Filing(store), Preparer(bundled_embedder(), Cutting(256, 1)), frozenset()).run(
            str(page)
        )
        store.close()


def _write(data_dir: Path, folder: Path, pause: float, begin: int) -> None:
    told = False

    def stored(done: int, total: int, name: str) -> None:
        nonlocal told
        if not told:
            told = True
            os.write(begin, b"x")
        time.sleep(pause)

    store = VectorStore(data_dir)
    store.own()
    for file in sorted(folder.iterdir()):
        store.add(file, stored)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
