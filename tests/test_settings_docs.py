"""docs/settings.md is what the settings are; `python -m tests.test_settings_docs` writes its table."""

import re
from pathlib import Path
from typing import Any, get_args

from assistant import Settings

PAGE = Path(__file__).parent.parent / "docs" / "settings.md"
MARKS = "<!-- begin settings -->\n", "<!-- end -->"
NAMED = {"str": "text", "Path": "folder", "SecretStr": "text, secret", "list": "JSON list of texts"}


def table() -> str:
    """Every setting: its variable, its default, what it accepts, what it means."""
    rows = ["| variable | default | accepts | meaning |", "| --- | --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "~/.local/share/xieshou" if name == "data_dir" else str(field.default)
        default = "" if default in ("", "None", "**********") else f"`{default}`"
        cells = [f"`ASSISTANT_{name.upper()}`", default, accepted(field), str(field.description)]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def accepted(field: Any) -> str:
    """The kind of value, and its bounds."""
    given = get_args(field.annotation)
    if given and all(isinstance(each, str) for each in given):
        return ", ".join(f"`{each}`" for each in given)
    kind = next((each for each in given if each is not type(None)), field.annotation)
    kind = list if str(field.annotation).startswith("list") else kind
    bounds = {name: getattr(each, name) for each in field.metadata for name in each.__slots__}
    words = {"gt": "above", "ge": "from", "le": "to"}
    told = " ".join(f"{words[name]} {bounds[name]}" for name in words if name in bounds)
    return " ".join([NAMED.get(kind.__name__, kind.__name__), told]).strip()


def test_the_page_has_the_table() -> None:
    begin, end = MARKS
    assert PAGE.read_text("utf-8").split(begin)[1].split(end)[0] == table(), (
        "run: python -m tests.test_settings_docs"
    )


def test_bounds_are_told_as_they_are_held() -> None:
    assert "| `8` | int from 1 to 100 |" in table()
    assert "| float above 0 |" in table()
    assert "`auto`, `extractive`, `llm`" in table()


def test_only_settings_are_named_anywhere() -> None:
    known = {f"ASSISTANT_{name.upper()}" for name in Settings.model_fields}
    for page in (*PAGE.parent.glob("*.md"), *PAGE.parent.parent.glob("*.md")):
        named = set(re.findall(r"ASSISTANT_[A-Z_]*[A-Z]\b(?!_)", page.read_text("utf-8")))
        assert named <= known, page.name


if __name__ == "__main__":
    head, tail = PAGE.read_text("utf-8").split(MARKS[0])
    PAGE.write_text(head + MARKS[0] + table() + MARKS[1] + tail.split(MARKS[1])[1], "utf-8")
