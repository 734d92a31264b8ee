"""What the tabs of the page share: parts whose words follow the language, and their wiring."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from web.words import CHINESE, Words

if TYPE_CHECKING:
    import gradio as gr

HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Of every handler: no endpoint of its own, and no bar over what it changes."""

Update = dict[Any, Any]
"""New values of the page's parts."""


def unchanged() -> Update:
    """What a handler gives back that changes nothing; Gradio does not take an empty update."""
    import gradio as gr

    update: Update = gr.skip()
    return update


class Captions:
    """The parts of a page that show words of its own, in Chinese until another is chosen.

    Attributes:
        language: the component that holds the visitor's language, `zh`, `en` or empty.
    """

    def __init__(self, language: gr.BrowserState | gr.State) -> None:
        self.language = language
        self._keys: dict[Any, dict[str, str]] = {}

    def made(self, kind: Any, words: dict[str, str], **settings: Any) -> Any:
        """A part of the page: `made(gr.Button, {"value": "ask.send"}, elem_id="xs-send")`.

        Args:
            kind: a class of Gradio.
            words: for each of its arguments that is shown as words, their key in `web.words`.
            settings: its other arguments.
        """
        part = kind(**{name: CHINESE(key) for name, key in words.items()}, **settings)
        self._keys[part] = words
        return part

    def line(self, elem_id: str, label: str, placeholder: str, **settings: Any) -> gr.Textbox:
        """A box for one line of text without a visible label; label and placeholder are keys."""
        import gradio as gr

        words = {"label": label, "placeholder": placeholder}
        box: gr.Textbox = self.made(gr.Textbox, words, **line_settings(elem_id), **settings)
        return box

    def parts(self) -> list[Any]:
        """All of them, as outputs of a handler."""
        return list(self._keys)

    def said(self, say: Words) -> Update:
        """All of them in the language of `say`."""
        import gradio as gr

        update: Update = {}
        for part, keys in self._keys.items():
            words: dict[str, Any] = {name: say(key) for name, key in keys.items()}
            update[part] = gr.update(**words)
        return update


@dataclass(frozen=True, slots=True)
class Visit:
    """What a handler knows of its visitor, in the order in which the page gives it.

    Attributes:
        owner: the secret by which the browser is known; empty before the first event.
        key: the id of the kept conversation that is open; empty: none yet.
        language: `zh`, `en` or empty.
        filters: the conditions in force, as `Assistant.stream` takes them.
        wanted: what is searched for in the list of conversations.
    """

    owner: str = ""
    key: str = ""
    language: str = ""
    filters: dict[str, Any] = field(default_factory=dict)
    wanted: str = ""


def line_settings(elem_id: str) -> dict[str, Any]:
    """Of a box for one line of text."""
    return {
        "value": "",
        "elem_id": elem_id,
        "show_label": False,
        "max_length": 1000,
        "container": False,
    }


def line_box(elem_id: str, label: str, placeholder: str, **settings: Any) -> gr.Textbox:
    """A box for one line of text without a visible label."""
    import gradio as gr

    return gr.Textbox(label=label, placeholder=placeholder, **line_settings(elem_id), **settings)
