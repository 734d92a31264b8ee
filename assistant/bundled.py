"""What comes with the package: the models, with what is said of them, and the sample articles."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

from numpy.typing import NDArray


def bundled(name: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read the tensors and the configuration of a bundled model."""
    from safetensors.numpy import load

    config = json.loads(bundled_file(name, "config.json"))
    return load(bundled_file(name, "model.safetensors")), config


def bundled_file(name: str, file: str) -> bytes:
    """Read one file of a bundled model."""
    return (resources.files("assistant") / "models" / name / file).read_bytes()


def sample_articles() -> Path:
    """The folder of the sample articles, which an empty store is given at its first start."""
    return Path(__file__).parent.parent / "articles"
