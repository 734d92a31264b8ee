"""What each door exports: exactly what its `__all__` says, and nothing heavy on the way in."""

import importlib
import subprocess
import sys
from types import ModuleType

import pytest

HEAVY = ("torch", "chromadb", "gradio", "llama_index", "sentence_transformers", "transformers")


@pytest.mark.parametrize("room", ["assistant", "vectorstore", "prompts"])
def test_the_door_exports_what_it_says(room: str) -> None:
    module = importlib.import_module(room)
    # A door may import what it exports only when it is asked for.
    assert all(getattr(module, name) for name in module.__all__)
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, ModuleType | bool)
    }
    assert set(module.__all__) <= public
    made_in = {name: getattr(vars(module)[name], "__module__", room) for name in public}
    own = {name for name in public if made_in[name].startswith(room)}
    assert own <= set(module.__all__)


def loaded_after(statement: str) -> set[str]:
    probe = f"{statement}; import sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    result = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60
    )
    return set(result.stdout.split())


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="Asistant"):
        importlib.import_module("assistant").Asistant  # noqa: B018


@pytest.mark.parametrize("statement", ["import assistant", "import assistant.shell.cli"])
def test_importing_is_light(statement: str) -> None:
    assert loaded_after(statement).isdisjoint(HEAVY)
