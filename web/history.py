"""The tab of a visitor's kept conversations: listed, reopened, renamed, exported, deleted."""

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
from web.parts import HIDDEN

if TYPE_CHECKING:
    import gradio as gr

_log = logging.getLogger(__name__)
_NOTE = "对话保存在这台服务器上，只有这个浏览器能看到。清除浏览器数据后就找不回来了。"


def visitor() -> "gr.BrowserState":
    """The secret by which this browser is known; it stays in the browser."""
    import gradio as gr

    # A fixed word: it only keeps the value legible to the page after a restart of the server.
    return gr.BrowserState("", storage_key="xieshou-visitor", secret="xieshou")


def known(owner: str) -> str:
    """The visitor's secret, a new one on the first visit."""
    return owner or secrets.token_urlsafe(24)


def keep(kept: Conversations | None, owner: str, key: str, answer: Answer | None) -> str:
    """Keep an answer, if there is one and a place for it; returns the conversation's id."""
    if kept is None or answer is None or not owner:
        return key
    try:
        return kept.add(owner, answer, key)
    except ConversationNotFound:
        # Deleted meanwhile, perhaps in another window: what is said now begins a new one.
        return kept.add(owner, answer)
    except ConversationsDamaged as error:
        # The answer is shown all the same.
        _log.warning("%s", error)
        return key


class History:
    """The list of conversations above what can be done with the one that was chosen."""

    def __init__(self, kept: Conversations, owner: "gr.BrowserState") -> None:
        import gradio as gr

        self._kept = kept
        with gr.Column(elem_id="xs-history"):
            gr.Markdown(render.paragraph("note", _NOTE))
            self.chosen = gr.Radio([], label="保留的对话", elem_id="xs-kept")
            with gr.Row():
                self.open = gr.Button("打开", variant="primary", elem_id="xs-reopen")
                export = gr.Button("导出为 Markdown", elem_id="xs-export")
                delete = gr.Button("删除", elem_id="xs-delete")
            with gr.Row():
                title = gr.Textbox("", label="新标题", max_length=60, elem_id="xs-title")
                rename = gr.Button("改名", elem_id="xs-rename")
            self._text = gr.Textbox(
                "", label="Markdown", buttons=["copy"], visible=False, elem_id="xs-markdown"
            )
        own = [owner, self.chosen]
        export.click(self.export, own, [self._text], **HIDDEN)
        delete.click(self.delete, own, [self.chosen, self._text], **HIDDEN)
        rename.click(self.rename, [*own, title], [self.chosen, title], **HIDDEN)

    def show(self, owner: str, chosen: str | None = None) -> Any:
        """The list anew, the one last added to first."""
        import gradio as gr

        try:
            entries = self._kept.entries(owner)
        except ConversationError as error:
            _tell(error)
            entries = []
        choices = [
            (f"{entry.title}（{entry.turns} 问，{entry.updated.date().isoformat()}）", entry.id)
            for entry in entries
        ]
        keys = [entry.id for entry in entries]
        return gr.update(choices=choices, value=chosen if chosen in keys else None)

    def load(self, owner: str, chosen: str | None) -> list[Answer]:
        """The answers of the chosen conversation; none if it can't be read."""
        try:
            return self._kept.load(owner, chosen or "")[1]
        except ConversationError as error:
            _tell(error)
            return []

    def export(self, owner: str, chosen: str | None) -> Any:
        """The chosen conversation as Markdown, to copy."""
        import gradio as gr

        try:
            text = markdown(*self._kept.load(owner, chosen or ""))
        except ConversationError as error:
            _tell(error)
            return gr.update(visible=False)
        return gr.update(value=text, visible=True)

    def rename(self, owner: str, chosen: str | None, title: str) -> list[Any]:
        """Give the chosen conversation another title."""
        try:
            self._kept.rename(owner, chosen or "", title)
        except ConversationError as error:
            _tell(error)
        return [self.show(owner, chosen), ""]

    def delete(self, owner: str, chosen: str | None) -> list[Any]:
        """Delete the chosen conversation."""
        import gradio as gr

        try:
            self._kept.delete(owner, chosen or "")
        except ConversationError as error:
            _tell(error)
        return [self.show(owner), gr.update(value="", visible=False)]


def _tell(error: ConversationError) -> None:
    """A known error as a passing note on the page; the log has the rest."""
    import gradio as gr

    _log.warning("%s", error)
    is_gone = isinstance(error, ConversationNotFound)
    gr.Info("请先选一段对话。" if is_gone else "对话记录暂时不能用。")
