"""A bundled model's folder, and the list by which its files are checked."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def write_sums(folder: Path) -> None:
    """Write `SHA256SUMS` over all other files of a model's folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder)}" for p in files]
    (folder / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")


def save(folder: Path, tensors: Mapping[str, NDArray[Any]], config: Mapping[str, Any]) -> None:
    """Write a model's folder: safetensors, JSON and sums."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    # What lies otherwise in memory would be written out of order.
    ordered = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    save_file(ordered, folder / "model.safetensors")
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    (folder / "config.json").write_text(text, "utf-8")
    write_sums(folder)
