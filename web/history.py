"""The tab of a visitor's kept conversations: found, reopened, renamed, exported, deleted."""

import logging
import secrets
from typing import TYPE_CHECKING, Any

from assistant import Answer
from web import render
from web.conversations import (
    ConversationError,
    ConversationNotFound,
    Conversations,
    ConversationsDamaged,
)
from web.export import markdown
from web.parts import HIDDEN, Captions
from web.turns import Turn
from web.words import CHINESE, Words, words_in

if TYPE_CHECKING:
    import gradio as gr

_log = logging.getLogger(__name__)

NEW = "new"
"""The key of a conversation that is still to begin: the browser does not remember an empty one."""


def visitor() -> "gr.BrowserState":
    """The secret by which this browser is known; it stays in the browser."""
    import gradio as gr

    # A fixed word: it only keeps the value legible to the page after a restart of the server.
    return gr.BrowserState("", storage_key="xieshou-visitor", secret="xieshou")


def known(owner: str) -> str:
    """The visitor's secret, a new one on the first visit."""
    return owner or secrets.token_urlsafe(24)


def keep(kept: Conversations | None, owner: str, key: str, turn: Turn) -> str:
    """Keep a turn's answer, if there is one and a place for it; returns the conversation's id."""
    if kept is None or turn.answer is None or not owner:
        return key
    key = "" if key == NEW else key
    try:
        if turn.again and key:
            return kept.replace(owner, turn.answer, key)
        return kept.add(owner, turn.answer, key)
    except ConversationNotFound:
        # Deleted meanwhile, perhaps in another window: what is said now begins a new one.
        return kept.add(owner, turn.answer)
    except ConversationsDamaged as error:
        # The answer is shown all the same.
        _log.warning("%s", error)
        return key


def opened(kept: Conversations | None, owner: str, key: str) -> list[Answer]:
    """The answers of a kept conversation; none where it is gone or can't be read."""
    if kept is None or not owner or key in ("", NEW):
        return []
    try:
        return kept.load(owner, key)[1]
    except ConversationError as error:
        _log.warning("%s", error)
        return []


class History:
    """The list of conversations, how one is found in it, and what can be done with it.

    Args:
        kept: the conversations.
        owner: the visitor's secret.
        captions: the words of the page, and the visitor's language.
        file: takes what is exported.
    """

    def __init__(
        self, kept: Conversations, owner: "gr.BrowserState", captions: Captions, file: "gr.Markdown"
    ) -> None:
        import gradio as gr

        self._kept, made = kept, captions.made
        with gr.Column(elem_id="xs-history"):
            self._wanted = captions.line(
                "xs-past-wanted", "past.wanted", "past.wanted.hint", max_lines=1
            )
            self.chosen = made(gr.Radio, {"label": "past.list"}, choices=[], elem_id="xs-kept")
            with gr.Row():
                self.open, export, delete = (
                    made(gr.Button, {"value": f"past.{name}"}, variant=look, elem_id=elem_id)
                    for name, look, elem_id in (
                        ("open", "primary", "xs-reopen"),
                        ("export", "secondary", "xs-past-export"),
                        ("delete", "secondary", "xs-delete"),
                    )
                )
            with gr.Row():
                title = made(gr.Textbox, {"label": "past.title"}, max_length=60, elem_id="xs-title")
                rename = made(gr.Button, {"value": "past.rename"}, elem_id="xs-rename")
            self._note = gr.Markdown(render.paragraph("note", CHINESE("past.note")))
        own = [owner, self.chosen, captions.language]
        self.inputs = [owner, self.chosen, captions.language, self._wanted]
        self.outputs = [self.chosen, self._note]
        self._wanted.change(self.show, self.inputs, self.outputs, **HIDDEN)
        export.click(self.export, own, [file], **HIDDEN)
        delete.click(self.delete, self.inputs, self.outputs, **HIDDEN)
        rename.click(self.rename, [title, *self.inputs], [*self.outputs, title], **HIDDEN)

    def show(
        self, owner: str, chosen: str | None = None, language: str = "", wanted: str = ""
    ) -> list[Any]:
        """The list anew, the one last added to first, and the note below it."""
        import gradio as gr

        say = words_in(language)
        try:
            entries = self._kept.entries(owner, wanted) if owner else []
        except ConversationError as error:
            _tell(error, say)
            entries = []
        choices = [
            (say("past.entry", title=one.title, turns=one.turns, day=one.updated.date()), one.id)
            for one in entries
        ]
        keys = [entry.id for entry in entries]
        value = chosen if chosen in keys else None
        listed = gr.update(choices=choices, value=value, label=say("past.list"))
        return [listed, render.paragraph("note", say("past.note"))]

    def export(self, owner: str, chosen: str | None, language: str = "") -> Any:
        """The chosen conversation as a Markdown file to save."""
        import gradio as gr

        try:
            title, answers = self._kept.load(owner, chosen or "")
        except ConversationError as error:
            _tell(error, words_in(language))
            return gr.skip()
        return render.download(f"{title}.md", markdown(title, answers))

    def rename(self, title: str, owner: str, chosen: str | None, *rest: str) -> list[Any]:
        """Give the chosen conversation another title; `rest` as in `show`."""
        try:
            self._kept.rename(owner, chosen or "", title)
        except ConversationError as error:
            _tell(error, words_in("".join(rest[:1])))
        return [*self.show(owner, chosen, *rest), ""]

    def delete(self, owner: str, chosen: str | None, *rest: str) -> list[Any]:
        """Delete the chosen conversation; `rest` as in `show`."""
        try:
            self._kept.delete(owner, chosen or "")
        except ConversationError as error:
            _tell(error, words_in("".join(rest[:1])))
        return self.show(owner, None, *rest)


def _tell(error: ConversationError, say: Words) -> None:
    """A known error as a passing note on the page; the log has the rest."""
    import gradio as gr

    _log.warning("%s", error)
    is_gone = isinstance(error, ConversationNotFound)
    gr.Info(say("past.none" if is_gone else "past.failed"))
