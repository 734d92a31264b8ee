"""A Chroma server and a PostgreSQL server of their own on loopback, ended when they are closed."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_BINARIES = Path("/usr/lib/postgresql")
_SECONDS = 60.0
_CHROMA = "from chromadb.cli.cli import app; app()"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class ChromaServer:
    """`chroma run` on loopback.

    Args:
        path: where it keeps its data.

    Raises:
        TimeoutError: if it does not answer.
    """

    def __init__(self, path: Path) -> None:
        import httpx

        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        arguments = ["run", "--path", str(path), "--host", "127.0.0.1", "--port", str(port)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _CHROMA, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=path.parent,
        )
        deadline = time.monotonic() + _SECONDS
        while True:
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat", timeout=2).raise_for_status()
            except httpx.HTTPError:
                if time.monotonic() > deadline:
                    self.close()
                    raise TimeoutError("chroma run did not answer") from None
                time.sleep(0.1)
            else:
                return

    @property
    def pid(self) -> int:
        """Number of its process."""
        return self._process.pid

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class PostgresServer:
    """A PostgreSQL cluster of Debian's package, with one empty database; it is thrown away.

    Raises:
        FileNotFoundError: if the package is not installed.
    """

    def __init__(self) -> None:
        found = sorted(_BINARIES.glob("*/bin/pg_ctl"))
        if not found:
            raise FileNotFoundError(f"no PostgreSQL server under {_BINARIES}")
        self._binaries = found[-1].parent
        self._folder = Path(tempfile.mkdtemp(prefix="scale-postgres-"))
        self.data = self._folder / "data"
        self._options: dict[str, Any] = {}
        if os.geteuid() == 0:
            # The server refuses to run as root.
            user = pwd.getpwnam("postgres")
            os.chown(self._folder, user.pw_uid, user.pw_gid)
            self._options = {"user": user.pw_uid, "group": user.pw_gid}
        port = free_port()
        self.url = f"postgresql+psycopg://scale@127.0.0.1:{port}/scale"
        try:
            self._run("initdb", "-D", str(self.data), "-U", "scale", "-A", "trust", "-E", "UTF8")
            listen = f"-p {port} -k '' -c listen_addresses=127.0.0.1"
            self._run("pg_ctl", "-D", str(self.data), "-w", "-l", "log", "-o", listen, "start")
            self._run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "scale", "scale")
        except subprocess.SubprocessError:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Number of its first process, the parent of the others."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def close(self) -> None:
        """Stop it, and throw its data away."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "fast", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, tool: str, *arguments: str) -> None:
        subprocess.run(
            [self._binaries / tool, *arguments],
            check=True,
            timeout=_SECONDS,
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            **self._options,
        )
