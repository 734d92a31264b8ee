"""The rows of a run that is under way, on disk: a killed run goes on where it was."""

import json
from pathlib import Path

from assistant.evaluation.rows import Row


class Journal:
    """A file to which each row is appended as soon as it is there.

    Args:
        path: the file; its folder must exist.
        key: what is measured, as one line. A file that another key began is begun anew.
    """

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self.rows: dict[int, Row] = {}
        """The rows that are there, by the number of their question from 0."""
        if not self._read(key):
            path.write_text(json.dumps({"key": key}) + "\n", "utf-8")

    def append(self, number: int, row: Row) -> None:
        """Keep a row; it is on disk, but for a crash of the machine, when this returns."""
        self.rows[number] = row
        line = json.dumps({"number": number, "row": row.to_dict()}, ensure_ascii=False)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def _read(self, key: str) -> bool:
        """Read what is there; False where there is nothing of this key."""
        if not self._path.is_file():
            return False
        whole = self._path.read_bytes()
        # A line that a kill cut short is dropped, and the next one must not be joined to it.
        kept = whole[: whole.rfind(b"\n") + 1]
        if kept != whole:
            self._path.write_bytes(kept)
        try:
            # Not splitlines: JSON leaves U+2028 as it is.
            first, *rest = kept.decode("utf-8").split("\n")[:-1]
            if json.loads(first)["key"] != key:
                return False
            entries = [json.loads(line) for line in rest]
            self.rows = {each["number"]: Row.from_dict(each["row"]) for each in entries}
        except (ValueError, KeyError, TypeError):
            return False
        return True
