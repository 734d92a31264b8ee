"""What the tabs of the page share: the box for a line of text, and how a handler is wired."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gradio as gr

HIDDEN: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Of every handler: no endpoint of its own, and no bar over what it changes."""

Update = dict[Any, Any]
"""New values of the page's parts."""


def line_box(elem_id: str, label: str, placeholder: str, **settings: Any) -> gr.Textbox:
    """A box for one line of text without a visible label."""
    import gradio as gr

    return gr.Textbox(
        "",
        elem_id=elem_id,
        label=label,
        show_label=False,
        placeholder=placeholder,
        max_length=1000,
        container=False,
        **settings,
    )
