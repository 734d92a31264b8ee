"""The models that come with the package: their tensors and what is said of them."""

import json
from importlib import resources
from typing import Any

from numpy.typing import NDArray


def bundled(name: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read the tensors and the configuration of a bundled model."""
    from safetensors.numpy import load

    folder = resources.files("assistant") / "models" / name
    config = json.loads(folder.joinpath("config.json").read_text("utf-8"))
    return load(folder.joinpath("model.safetensors").read_bytes()), config
