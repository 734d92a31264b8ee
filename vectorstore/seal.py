"""The note beside a derived index: what it is, where it stands, and that its files are whole."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of an index that was left whole.

    Attributes:
        name: which index of which article store it is.
        folder: name of the folder that holds it.
        revision: the article store's revision that it stands at.
        files: SHA-256 of each of its files, by path within the folder.
    """

    name: str
    folder: str
    revision: int
    files: dict[str, str]


class Seal:
    """Writes and reads the note of one index; a change of the index breaks the seal first.

    A flipped byte can make either engine answer wrongly without a word, or crash the process, so
    what is not exactly as it was left is never opened. The digest also tells a copied data
    directory, which is whole, from one that a kill or a lost page left in between.

    Args:
        path: folder that holds the index's folder, and the note.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._note = path / "note.json"

    def read(self) -> Note | None:
        """The note, None where there is none that can be read."""
        try:
            return Note(**json.loads(self._note.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def break_(self) -> None:
        """Take the note away; the index does not count as whole until the next `write`."""
        self._note.unlink(missing_ok=True)

    def write(self, name: str, folder: str, revision: int) -> Note:
        """Write the note of an index as it lies on disk now."""
        note = Note(name, folder, revision, _digests(self._path / folder))
        temporary = self._note.with_suffix(".tmp")
        temporary.write_text(json.dumps(asdict(note)), "utf-8")
        temporary.replace(self._note)
        return note

    def holds(self, note: Note) -> bool:
        """Whether every file of the note is still as it was."""
        folder = self._path / note.folder
        try:
            return all(_digest(folder / name) == digest for name, digest in note.files.items())
        except OSError:
            return False


def _digests(folder: Path) -> dict[str, str]:
    """Digests of all files but those that an engine keeps for itself, such as its locks."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): _digest(path)
        for path in paths
        if not path.name.startswith(".")
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
