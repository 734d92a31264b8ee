"""The list of a visitor's kept conversations: found, opened, renamed, exported, deleted."""

import logging
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant import Answer
from web.conversations import (
    MOST_LISTED,
    ConversationError,
    ConversationNotFound,
    Conversations,
    ConversationsDamaged,
    Entry,
)
from web.page import render
from web.page.export import markdown
from web.page.parts import HIDDEN, Captions, Visit
from web.page.turns import Turn
from web.words import Words, words_in

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
    """The list beside the chat: how a conversation is found in it, and what can be done with it.

    Args:
        kept: the conversations.
        captions: the words of the page.

    Attributes:
        new: the button that begins another conversation.
        wanted: the box of what is searched for.
        list: the conversations; each links to `#open-<id>`, `#rename-<id>`, `#save-<id>` and
            `#forget-<id>`, of which the page's script asks for the new title, or whether to delete.
    """

    def __init__(self, kept: Conversations, captions: Captions) -> None:
        import gradio as gr

        self._kept = kept
        with gr.Column(elem_id="xs-past"):
            captions.made(gr.Button, {"value": "panel.close"}, size="sm", elem_id="xs-past-close")
            self.new = captions.made(
                gr.Button, {"value": "ask.clear"}, size="sm", elem_id="xs-clear"
            )
            self.wanted = captions.line(
                "xs-past-wanted", "past.wanted", "past.wanted.hint", max_lines=1
            )
            self.list = gr.Markdown(elem_id="xs-kept")

    def wire(self, visit: Sequence[Any]) -> None:
        """Search while words are typed."""

        def found(*visit: Any) -> str:
            return self.show(Visit(*visit))

        # Of what is typed while the last answer is on its way, only the end is looked for.
        self.wanted.change(found, visit, [self.list], trigger_mode="always_last", **HIDDEN)

    def show(self, visit: Visit) -> str:
        """The list as HTML, the conversation last added to first, the open one marked."""
        say = words_in(visit.language)
        try:
            entries = self._kept.entries(visit.owner, visit.wanted) if visit.owner else []
        except ConversationError as error:
            _tell(error, say)
            entries = []
        rows = "".join(_entry(one, say, is_open=one.id == visit.key) for one in entries)
        notes = [say("past.more", count=MOST_LISTED)] if len(entries) == MOST_LISTED else []
        notes += [say("past.nothing")] if visit.wanted.strip() and not entries else []
        told = "".join(render.paragraph("note", note) for note in [*notes, say("past.note")])
        return f"<ul>{rows}</ul>{told}" if rows else told

    def export(self, key: str, visit: Visit) -> Any:
        """A conversation as a Markdown file to save."""
        import gradio as gr

        try:
            title, answers = self._kept.load(visit.owner, key)
        except ConversationError as error:
            _tell(error, words_in(visit.language))
            return gr.skip()
        return render.download(f"{title}.md", markdown(title, answers))

    def rename(self, key: str, title: str, visit: Visit) -> None:
        """Give a conversation another title."""
        try:
            self._kept.rename(visit.owner, key, title)
        except ConversationError as error:
            _tell(error, words_in(visit.language))

    def delete(self, key: str, visit: Visit) -> None:
        """Delete a conversation."""
        try:
            self._kept.delete(visit.owner, key)
        except ConversationError as error:
            _tell(error, words_in(visit.language))


def _entry(entry: Entry, say: Words, *, is_open: bool) -> str:
    """A conversation in the list; what can be done with it is folded away."""
    key, title = render.escape(entry.id), render.escape(entry.title)
    about = say("past.entry", turns=entry.turns, day=entry.updated.astimezone().date())
    acts = "".join(
        f'<a class="xs-act xs-{act}" href="#{act}-{key}">{render.escape(say(f"past.{act}"))}</a>'
        for act in ("rename", "save", "forget")
    )
    mark = ' class="xs-opened"' if is_open else ""
    more = f'<span class="xs-sr">{render.escape(say("past.acts", title=entry.title))}</span>'
    return (
        f'<li{mark}><a class="xs-entry" href="#open-{key}">{title}</a>'
        f'<span class="xs-meta">{render.escape(about)}</span>'
        f"<details><summary>{more}</summary><p>{acts}</p></details></li>"
    )


def _tell(error: ConversationError, say: Words) -> None:
    """A known error as a passing note on the page; the log has the rest."""
    import gradio as gr

    _log.warning("%s", error)
    is_gone = isinstance(error, ConversationNotFound)
    gr.Info(say("past.gone" if is_gone else "past.failed"))
