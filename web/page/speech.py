"""The head of the page, and the switch between its two languages."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant import Assistant
from web.page import render
from web.page.chat import Chat
from web.page.parts import HIDDEN, Captions, Update, Visit, unchanged
from web.page.shelf import Shelf
from web.page.turns import Conversation
from web.words import ENGLISH, Words, words_in

if TYPE_CHECKING:
    import gradio as gr

# Names for a screen reader that the page's script gives to parts of Gradio's making.
_NAMES = ("log", "past", "panel", "reader", "copied")


class Speech:
    """The head of the page with its language switch, and what every word of the page follows.

    The language is Chinese unless the address says `?lang=en` or the visitor chose English
    before; the choice stays in the browser, which puts the page's first words into it before they
    are shown: nobody sees Chinese who asked for English.

    Args:
        assistant: tells how it answers.
        has_login: whether there is a login to leave.
    """

    def __init__(self, assistant: Assistant, *, has_login: bool = False) -> None:
        import gradio as gr

        self._assistant, self._has_login = assistant, has_login
        # Filled in by the page's head before Gradio makes the page (`web/head.js`).
        self.language = gr.Textbox("", visible="hidden", elem_id="xs-lang")
        self.captions = Captions(self.language)
        self.captions.shown(
            gr.Markdown,
            lambda say: {"value": self._headed(say)},
            elem_id="xs-header",
            sanitize_html=False,
        )

    def wire(self, target: "gr.Textbox", chat: Chat, shelf: Shelf) -> None:
        """Speak as a click on the switch says."""
        outputs = [self.language, *self.captions.parts(), chat.conversation]
        outputs += [chat.history.list] if chat.history else []

        def switch(target: str, conversation: Conversation, *visit: Any) -> Update:
            chosen = target.split(" ")[0].removeprefix("#lang-")
            if chosen not in ("zh", "en"):
                return unchanged()
            said = self.captions.said(words_in(chosen))
            said |= chat.said(conversation, replace(Visit(*visit), language=chosen))
            return said | {self.language: chosen}

        inputs = [target, chat.conversation, *chat.visit]
        target.change(switch, inputs, outputs, **HIDDEN)
        self.language.change(shelf.show, shelf.conditions, shelf.shown, **HIDDEN)

    def english(self, app: "gr.Blocks") -> dict[int, dict[str, Any]]:
        """For who chose English before: the properties of each component of the page, by its id."""
        said = self.captions.properties(ENGLISH) | {self.language: {"value": "en"}}
        return {key: said[part] for key, part in app.blocks.items() if part in said}

    def _headed(self, say: Words) -> str:
        english = say.language == "en"
        mode = render.paragraph("mode", self._assistant.describe("en" if english else "hans"))
        other = "zh" if english else "en"
        names = "".join(
            f'<span hidden id="xs-name-{name}">{render.escape(say(f"name.{name}"))}</span>'
            for name in _NAMES
        )
        leave = f'<a class="xs-leave" href="#logout">{say("leave")}</a>' if self._has_login else ""
        return (
            f'<header lang="{say.language}"><h1>携手问答</h1>{mode}'
            f'<a class="xs-language" lang="{other}" href="#lang-{other}">{say("other")}</a>'
            f"{leave}</header>{names}"
        )
