"""Load a prompt template by its id and fill it strictly.

A template is a folder `<name>/<version>/` with `system.md` and `user.md`: exactly what the model
sees, with `$variables`. Text put in is never read as a template again.
"""

import hashlib
import string
from dataclasses import dataclass
from importlib import resources

__all__ = ["Prompt", "PromptError", "load"]


class PromptError(Exception):
    """A template that is not there, or was filled with the wrong variables."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A loaded template; `id` names it with the first 12 hex digits of its SHA-256."""

    name: str
    system: str
    user: str

    @property
    def digest(self) -> str:
        """The first 12 hex digits of the SHA-256 of both parts."""
        return hashlib.sha256(f"{self.system}\0{self.user}".encode()).hexdigest()[:12]

    @property
    def id(self) -> str:
        """The name with its digest: `answer/v1@0123456789ab`."""
        return f"{self.name}@{self.digest}"

    @property
    def variables(self) -> set[str]:
        """The names that must be given to fill it."""
        parts = (self.system, self.user)
        return {name for part in parts for name in string.Template(part).get_identifiers()}

    def messages(self, **values: str) -> list[dict[str, str]]:
        """Fill the template into chat messages; every variable must be given, and nothing else.

        Raises:
            PromptError: if the names given are not exactly the template's variables.
        """
        if values.keys() != self.variables:
            raise PromptError(f"{self.id} needs {sorted(self.variables)}, got {sorted(values)}")
        parts = (("system", self.system), ("user", self.user))
        return [
            {"role": role, "content": string.Template(part).substitute(values)}
            for role, part in parts
        ]


def load(name: str) -> Prompt:
    """Load the template `name`, for example `answer/v1`.

    Raises:
        PromptError: if there is no such folder.
    """
    parts = name.split("/")
    folder = resources.files("prompts").joinpath(*parts)
    if ".." in parts or not folder.joinpath("system.md").is_file():
        raise PromptError(
            f"no prompt {name!r}; a prompt is a folder such as answer/v1 under prompts/"
        )
    texts = [folder.joinpath(part).read_text("utf-8").strip() for part in ("system.md", "user.md")]
    return Prompt(name, texts[0], texts[1])
