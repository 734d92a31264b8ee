"""What a click on one of the page's own links does: show an article, vote, open a conversation."""

from dataclasses import astuple
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from assistant import Assistant, AssistantError
from vectorstore import Article
from web.page import render, turns
from web.page.chat import Chat
from web.page.parts import HIDDEN, Update, Visit, unchanged
from web.page.shelf import Shelf
from web.page.turns import Conversation
from web.words import words_in

if TYPE_CHECKING:
    import gradio as gr


class Links:
    """Follows links of ours: `#cite-<turn>-<number>`, `#near-<id>`, `#only-<id>`, `#up-<turn>`.

    Those of the kept conversations are `#open-<id>`, `#rename-<id>-<title>`, `#save-<id>` and
    `#forget-<id>`. The page's script writes the target of a clicked link into a hidden box.

    Args:
        assistant: has the articles.
        chat: holds the conversation, the panel beside it, the filters and the votes.
        reader: shows the articles that are read on the other tab.
        tabs: of the page.
    """

    def __init__(
        self, assistant: Assistant, chat: Chat, reader: "gr.Markdown", tabs: "gr.Tabs"
    ) -> None:
        self._assistant, self._chat, self._reader, self._tabs = assistant, chat, reader, tabs

    def wire(self, target: "gr.Textbox") -> None:
        """Follow what the page's script writes into `target`."""
        chat = self._chat
        outputs = [chat.panel, self._reader, self._tabs, *chat.scope.outputs]
        outputs += [*chat.outputs, *chat.voting.outputs, chat.file]
        # The row for a vote's reason is of the chat, too.
        outputs = list(dict.fromkeys(outputs))
        target.change(self.follow, [target, chat.conversation, *chat.visit], outputs, **HIDDEN)

    def follow(self, target: str, conversation: Conversation, *visit: Any) -> Update:
        """Do what the link asks for; the script puts a count after it."""
        import gradio as gr

        visitor = Visit(*visit)
        kind, _, name = target.split(" ")[0].partition("-")
        if kind in ("#up", "#down"):
            return self._vote(kind[1:], name, conversation, visitor)
        if kind == "#only":
            article, say = self._article(unquote(name)), words_in(visitor.language)
            chosen = self._chat.scope.only(article, visitor.filters, say) if article else {}
            return chosen | {self._tabs: gr.Tabs(selected="chat")}
        if kind == "#read":
            say = words_in(visitor.language)
            return {self._reader: Shelf.read(self._assistant, unquote(name), say)}
        if kind in ("#open", "#rename", "#save", "#forget"):
            return self._past(kind, name, visitor)
        if kind in ("#cite", "#near"):
            return self._show(kind, name, conversation, visitor)
        return unchanged()

    def _show(self, kind: str, name: str, conversation: Conversation, visitor: Visit) -> Update:
        say = words_in(visitor.language)
        quoted = turns.citation(conversation, name) if kind == "#cite" else None
        article = self._article(quoted.article_id if quoted else unquote(name))
        if article is None:
            return {self._chat.panel: render.notice(say("panel.gone"))}
        return {self._chat.panel: render.article(article, quoted, say)}

    def _past(self, kind: str, name: str, visitor: Visit) -> Update:
        """Open, rename, export or delete a kept conversation."""
        chat, history = self._chat, self._chat.history
        key, _, title = name.partition("-")
        if history is None:
            return unchanged()
        if kind == "#save":
            return {chat.file: history.export(key, visitor)}
        if kind == "#open":
            return chat.open(key, visitor)
        if kind == "#rename":
            history.rename(key, unquote(title), visitor)
        else:
            history.delete(key, visitor)
            if key == visitor.key:
                return chat.clear(*astuple(visitor))
        return {history.list: history.show(visitor)}

    def _vote(self, way: str, place: str, conversation: Conversation, visitor: Visit) -> Update:
        chat = self._chat
        voted, update = chat.voting.vote(place, way, conversation, visitor)
        shown = {chat.conversation: voted, chat.chatbot: turns.messages(voted)}
        return shown | update if update else unchanged()

    def _article(self, article_id: str) -> Article | None:
        try:
            return self._assistant.article(article_id)
        except AssistantError:
            return None
