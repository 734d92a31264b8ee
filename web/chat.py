"""The tab of the conversation: questions and answers beside the article that was cited."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from assistant import Assistant
from web import render, turns
from web.conversations import Conversations
from web.history import History, keep
from web.parts import HIDDEN, Update, line_box
from web.turns import Conversation

if TYPE_CHECKING:
    import gradio as gr

EXAMPLES = (
    "佛山和郴州的对口合作期限是哪几年？",
    "涉及广东的8对城市分别是哪些？",
    "2019年邵阳高峰论坛签约了多少个项目？",
    "新晃和大龙的首批合作有哪些？",
)
_WELCOME = "答案逐句引自库中的文章。点句末的编号，可在原文中核对出处。"
_PANEL_EMPTY = "点答案句末的编号，这里会显示所引文章，并标出原句。"


class Chat:
    """The conversation beside the panel of cited articles."""

    def __init__(
        self, assistant: Assistant, kept: Conversations | None, owner: gr.BrowserState
    ) -> None:
        import gradio as gr

        self._assistant, self._kept, self._owner = assistant, kept, owner
        self.conversation = gr.State(())
        self.key = gr.State("")
        with gr.Row(elem_id="xs-desk"):
            with gr.Column(elem_id="xs-talk"):
                examples = self._talk()
            with gr.Column(elem_id="xs-side"):
                gr.Button("关闭", elem_id="xs-close", size="sm")
                self.panel = gr.Markdown(render.paragraph("note", _PANEL_EMPTY), elem_id="xs-panel")
        self._wire(examples)

    def _talk(self) -> list[gr.Button]:
        import gradio as gr

        self._chatbot = gr.Chatbot(
            elem_id="xs-chat",
            label="对话",
            show_label=False,
            # All HTML comes from web.render; Gradio's sanitizer stays on behind it.
            render_markdown=False,
            latex_delimiters=[],
            line_breaks=False,
            buttons=[],
            feedback_options=None,
            placeholder=render.paragraph("welcome", _WELCOME),
            layout="panel",
            height="100%",
        )
        with gr.Row(elem_id="xs-examples") as self._examples:
            examples = [gr.Button(text, size="sm") for text in EXAMPLES]
        with gr.Row(elem_id="xs-ask"):
            self._box = line_box(
                "xs-box", "问题", "请输入问题，按回车提问", max_lines=4, autofocus=True
            )
            self._send = gr.Button("提问", variant="primary", elem_id="xs-send")
            self._stop = gr.Button("停止", visible=False, elem_id="xs-stop")
            self._clear = gr.Button("清空对话", elem_id="xs-clear")
        return examples

    def _wire(self, examples: list[gr.Button]) -> None:
        import gradio as gr

        own = [self.conversation, self._owner, self.key]
        controls = [self._send, self._stop, self._examples]
        outputs = [self.conversation, self.key, self._chatbot, self._box, *controls]
        self._outputs = outputs
        triggers = [self._box.submit, self._send.click]
        asked = [gr.on(triggers, self.respond, [self._box, *own], outputs, **HIDDEN)]
        for button in examples:
            respond = partial(self.respond, button.value)
            asked.append(button.click(respond, own, outputs, **HIDDEN))
        for event in asked:
            event.failure(self.end, own, outputs, **HIDDEN)
        self._stop.click(self.end, own, outputs, cancels=asked, **HIDDEN)
        self._clear.click(self.clear, None, [*outputs, self.panel], cancels=asked, **HIDDEN)

    def reopen_with(self, history: History, tabs: gr.Tabs) -> None:
        """Let the button of the history bring a kept conversation back here."""
        import gradio as gr

        def reopen(owner: str, chosen: str | None) -> Update:
            answers = history.load(owner, chosen)
            if not answers:
                return {tabs: gr.update()}
            shown = self._show(turns.reopened(answers), busy=False)
            return shown | {self.key: chosen, tabs: gr.Tabs(selected="chat")}

        chosen = [self._owner, history.chosen]
        history.open.click(reopen, chosen, [*self._outputs, tabs], **HIDDEN)

    def respond(
        self, question: str, conversation: Conversation, owner: str = "", key: str = ""
    ) -> Iterator[Update]:
        """Answer one question, step by step; each step is an update of the page."""
        question = question.strip()
        if not question:
            yield self._show(conversation, busy=False)
            return
        turn = turns.opened(question)
        yield self._show((*conversation, turn), busy=True)
        for turn in turns.grow(self._assistant, question, conversation):
            shown = (*conversation, turn)
            yield {self.conversation: shown, self._chatbot: turns.messages(shown)}
        key = keep(self._kept, owner, key, turn.answer)
        yield self._show((*conversation, turn), busy=False) | {self.key: key}

    def end(self, conversation: Conversation, owner: str = "", key: str = "") -> Update:
        """End the turn that was stopped or failed (Gradio reports a stopped one as failed, too)."""
        ended = turns.ended(conversation)
        if ended != conversation:
            key = keep(self._kept, owner, key, ended[-1].answer)
        return self._show(ended, busy=False) | {self.key: key}

    def clear(self) -> Update:
        """Forget the conversation of this visitor."""
        blank = {self.key: "", self.panel: render.paragraph("note", _PANEL_EMPTY)}
        return self._show((), busy=False) | blank

    def _show(self, conversation: Conversation, *, busy: bool) -> Update:
        import gradio as gr

        update: Update = {
            self.conversation: conversation,
            self._chatbot: turns.messages(conversation),
            self._send: gr.update(visible=not busy),
            self._stop: gr.update(visible=busy),
            self._examples: gr.update(visible=not conversation),
        }
        return update | ({self._box: ""} if busy else {})
