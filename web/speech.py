"""The head of the page, and the switch between its two languages."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant import Assistant
from web import render
from web.chat import Chat
from web.parts import HIDDEN, Captions, Update, Visit, unchanged
from web.turns import Conversation
from web.words import Words, words_in

if TYPE_CHECKING:
    import gradio as gr

# Names for a screen reader that the page's script gives to parts of Gradio's making.
_NAMES = ("log", "past", "panel", "reader", "copied")


class Speech:
    """The head of the page with its language switch, and what every word of the page follows.

    The language is Chinese unless the address says `?lang=en` or the visitor chose English
    before; the choice stays in the browser.

    Args:
        assistant: tells how it answers.
        has_login: whether there is a login to leave.
    """

    def __init__(self, assistant: Assistant, *, has_login: bool = False) -> None:
        import gradio as gr

        self._assistant, self._has_login = assistant, has_login
        # A fixed word: it only keeps the value legible to the page after a restart of the server.
        self.language = gr.BrowserState("", storage_key="xieshou-language", secret="xieshou")
        self.captions = Captions(self.language)
        self._head = gr.Markdown(
            self._headed(words_in("")), elem_id="xs-header", sanitize_html=False
        )

    def wire(self, app: "gr.Blocks", target: "gr.Textbox", chat: Chat) -> None:
        """Speak as the address, the browser or a click on the switch says."""
        import gradio as gr

        captions = self.captions
        outputs = [self.language, self._head, *captions.parts(), chat.conversation, chat.chatbot]
        outputs += [chat.hint, chat.panel, *([chat.history.list] if chat.history else [])]

        def speak(language: str, conversation: Conversation, *visit: Any) -> Update:
            update = captions.said(words_in(language))
            update |= chat.said(conversation, replace(Visit(*visit), language=language))
            return update | {self.language: language, self._head: self._headed(words_in(language))}

        def arrive(language: str, request: gr.Request, *state: Any) -> Update:
            asked = request.query_params.get("lang", language)
            # The page is made in Chinese; it need not be said again.
            return speak(asked, *state) if asked != language or asked == "en" else unchanged()

        def switch(target: str, language: str, *state: Any) -> Update:
            chosen = target.split(" ")[0].removeprefix("#lang-")
            return speak(chosen, *state) if chosen in ("zh", "en") else unchanged()

        inputs = [self.language, chat.conversation, *chat.visit]
        app.load(arrive, inputs, outputs, **HIDDEN)
        target.change(switch, [target, *inputs], outputs, **HIDDEN)

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
