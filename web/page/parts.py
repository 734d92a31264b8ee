"""What the tabs of the page share: parts whose words follow the language, and their wiring."""

from __future__ import annotations

from collections.abc import Callable
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

    def __init__(self, language: gr.Textbox | gr.State) -> None:
        self.language = language
        self._said: dict[Any, Callable[[Words], dict[str, Any]]] = {}

    def made(self, kind: Any, words: dict[str, str], **settings: Any) -> Any:
        """A part of the page: `made(gr.Button, {"value": "ask.send"}, elem_id="xs-send")`.

        Args:
            kind: a class of Gradio.
            words: for each of its arguments that is shown as words, their key in `web.words`.
            settings: its other arguments.
        """
        return self.shown(
            kind, lambda say: {name: say(key) for name, key in words.items()}, **settings
        )

    def shown(self, kind: Any, said: Callable[[Words], dict[str, Any]], **settings: Any) -> Any:
        """A part of the page of which `said` gives the arguments that a language decides."""
        part = kind(**said(CHINESE), **settings)
        self._said[part] = said
        return part

    def line(self, elem_id: str, label: str, placeholder: str, **settings: Any) -> gr.Textbox:
        """A box for one line of text without a visible label; label and placeholder are keys."""
        import gradio as gr

        words = {"label": label, "placeholder": placeholder}
        box: gr.Textbox = self.made(
            gr.Textbox,
            words,
            value="",
            elem_id=elem_id,
            show_label=False,
            max_length=1000,
            container=False,
            **settings,
        )
        return box

    def parts(self) -> list[Any]:
        """All of them, as outputs of a handler."""
        return list(self._said)

    def said(self, say: Words) -> Update:
        """All of them in the language of `say`."""
        import gradio as gr

        return {part: gr.update(**said(say)) for part, said in self._said.items()}

    def properties(self, say: Words) -> dict[Any, dict[str, Any]]:
        """The same as each was made with."""
        return {part: said(say) for part, said in self._said.items()}


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
