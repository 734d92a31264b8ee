"""The list by which the files of a bundled model are checked."""

import hashlib
from pathlib import Path


def write_sums(folder: Path) -> None:
    """Write `SHA256SUMS` over all other files of a model's folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder)}" for p in files]
    (folder / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")
