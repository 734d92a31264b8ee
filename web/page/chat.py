"""The tab of the conversation: the kept ones, questions and answers, the article that was cited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from assistant import Assistant, Feedback, answerable
from vectorstore import VectorStoreError
from web.conversations import Conversations
from web.page import render, turns
from web.page.export import markdown
from web.page.history import NEW, History, keep, opened
from web.page.parts import HIDDEN, Captions, Update, Visit, unchanged
from web.page.scope import Scope
from web.page.turns import Conversation, Manner
from web.page.voting import Voting
from web.page.welcome import EXAMPLES, blank_panel, examples, welcome
from web.words import words_in

if TYPE_CHECKING:
    import gradio as gr

_OFFERED = 3


class Chat:
    """The conversation between the list of kept ones and the panel of cited articles.

    Args:
        assistant: answers.
        captions: the words of the page, and the visitor's language.
        owner: the visitor's secret.
        kept: keeps the conversations; without it a reload of the page forgets them.
        feedback: keeps the votes; without it there are none.
    """

    def __init__(
        self,
        assistant: Assistant,
        captions: Captions,
        owner: gr.BrowserState,
        kept: Conversations | None = None,
        feedback: Feedback | None = None,
    ) -> None:
        import gradio as gr

        self._assistant, self._kept, self._captions = assistant, kept, captions
        self.conversation = gr.State(())
        # Which one is open: known to this browser, so that a reload opens it again.
        self.key = gr.BrowserState("", storage_key="xieshou-open", secret="xieshou")
        self.file = gr.Markdown(elem_id="xs-file", sanitize_html=False)
        with gr.Row(elem_id="xs-desk"):
            self.history = History(kept, captions) if kept else None
            with gr.Column(elem_id="xs-talk"):
                self._talk()
                self.voting = Voting(feedback, captions)
                self.scope = Scope(assistant, captions)
                self._ask()
            with gr.Column(elem_id="xs-side"):
                captions.made(gr.Button, {"value": "panel.close"}, elem_id="xs-close", size="sm")
                self.panel = captions.shown(gr.Markdown, blank_panel, elem_id="xs-panel")
        wanted = [self.history.wanted] if self.history else []
        self.visit = [owner, self.key, captions.language, self.scope.chosen, *wanted]
        self._wire()

    def _talk(self) -> None:
        import gradio as gr

        self.chatbot = self._captions.shown(
            gr.Chatbot,
            welcome,
            elem_id="xs-chat",
            show_label=False,
            # All HTML comes from web.page.render; Gradio's sanitizer stays on behind it.
            render_markdown=False,
            latex_delimiters=[],
            line_breaks=False,
            buttons=[],
            feedback_options=None,
            layout="panel",
            height="100%",
        )
        with gr.Row(elem_id="xs-examples") as self._offers:
            self.hint = self._captions.shown(gr.Markdown, examples)
            self._offered = [gr.Button(text, size="sm") for text in EXAMPLES]

    def _ask(self) -> None:
        import gradio as gr

        made = self._captions.made
        with gr.Row(elem_id="xs-ask"):
            self._box = self._captions.line(
                "xs-box", "ask.box", "ask.hint", max_lines=4, autofocus=True
            )
            self._send = made(
                gr.Button, {"value": "ask.send"}, variant="primary", elem_id="xs-send"
            )
            self._stop = made(gr.Button, {"value": "ask.stop"}, visible=False, elem_id="xs-stop")
        with gr.Row(elem_id="xs-tools"):
            if self.history:
                made(gr.Button, {"value": "past.open"}, size="sm", elem_id="xs-past-open")
            self._filter = made(gr.Button, {"value": "scope.open"}, size="sm", elem_id="xs-filter")
            self._retry, self._export = (self._tool(name) for name in ("retry", "export"))
            self._clear = self.history.new if self.history else self._tool("clear")

    def _tool(self, name: str) -> gr.Button:
        """A button below the box that is there when there is a conversation."""
        import gradio as gr

        settings = {"size": "sm", "visible": False, "elem_id": f"xs-{name}"}
        tool: gr.Button = self._captions.made(gr.Button, {"value": f"ask.{name}"}, **settings)
        return tool

    def _wire(self) -> None:
        import gradio as gr

        own = [self.conversation, *self.visit]
        self.outputs = [
            *(self.conversation, self.key, self.chatbot, self._box, self._send, self._stop),
            *(self._offers, self.hint, *self._offered, self.voting.row),
            *(self._retry, self._export, self._clear),
            *([self.history.list] if self.history else []),
        ]
        asking = [self._box.submit, self._send.click]
        asked = [gr.on(asking, self.respond, [self._box, *own], self.outputs, **HIDDEN)]
        asked += [
            button.click(self.respond, [button, *own], self.outputs, **HIDDEN)
            for button in self._offered
        ]
        asked.append(self._retry.click(self.retry, own, self.outputs, **HIDDEN))
        for event in asked:
            event.failure(self.end, own, self.outputs, **HIDDEN)
            event.success(self.offer, own, self.outputs, **HIDDEN)
        self._stop.click(self.end, own, self.outputs, cancels=asked, **HIDDEN)
        blank = [*self.outputs, self.panel]
        self._clear.click(self.clear, self.visit, blank, cancels=asked, **HIDDEN)
        lists = self.scope.lists()
        self._filter.click(self.scope.offer, [self.scope.chosen], lists, **HIDDEN)
        self._export.click(self.export, [self.conversation], [self.file], **HIDDEN)
        self.voting.wire(self.conversation, self.visit)
        if self.history:
            self.history.wire(self.visit)

    def resume(self, *visit: Any) -> Update:
        """The list of conversations, and the open one as it is kept, if there is one."""
        visitor = Visit(*visit)
        return self._reopened(visitor) | self._listed(visitor, visitor.key) or unchanged()

    def open(self, key: str, visit: Visit) -> Update:
        """A kept conversation in the place of the open one; a word where it is gone."""
        import gradio as gr

        say = words_in(visit.language)
        shown = self._reopened(replace(visit, key=key))
        if not shown:
            gr.Info(say("past.gone"))
            return self._listed(visit, visit.key)
        return shown | self._listed(visit, key) | {self.panel: gr.update(**blank_panel(say))}

    def _reopened(self, visit: Visit) -> Update:
        answers = opened(self._kept, visit.owner, visit.key)
        if not answers:
            return {}

        def voted(answer: Any) -> str | None:
            return self.voting.given(visit.owner, answer)

        shown = turns.reopened(answers, voted, words_in(visit.language))
        return self._show(shown) | {self.key: visit.key}

    def _listed(self, visit: Visit, key: str) -> Update:
        """The list of conversations anew, of which the one with this key is open."""
        if self.history is None:
            return {}
        return {self.history.list: self.history.show(replace(visit, key=key))}

    def respond(self, question: str, conversation: Conversation, *visit: Any) -> Iterator[Update]:
        """Answer one question, step by step; each step is an update of the page."""
        question = question.strip()
        if not question:
            yield self._show(conversation)
            return
        yield from self._grow(question, conversation, self._manner(Visit(*visit)), Visit(*visit))

    def retry(self, conversation: Conversation, *visit: Any) -> Iterator[Update]:
        """Ask the last question again, in the place of its answer."""
        if not conversation:
            yield self._show(conversation)
            return
        *before, last = conversation
        again = last.answer is not None or last.again
        manner = self._manner(Visit(*visit), again=again)
        yield from self._grow(last.question, tuple(before), manner, Visit(*visit))

    def _manner(self, visit: Visit, *, again: bool = False) -> Manner:
        say = words_in(visit.language)
        told = self.scope.told(visit.filters, say)
        votes = self.voting.feedback is not None and bool(visit.owner)
        return Manner(visit.filters, told, say, votes=votes, again=again)

    def _grow(
        self, question: str, before: Conversation, manner: Manner, visit: Visit
    ) -> Iterator[Update]:
        turn = turns.opened(question, manner)
        yield self._show((*before, turn), busy=True)
        for turn in turns.grow(self._assistant, question, before, manner):
            shown = (*before, turn)
            yield {self.conversation: shown, self.chatbot: turns.messages(shown)}
        key = keep(self._kept, visit.owner, visit.key, turn)
        yield self._show((*before, turn)) | {self.key: key} | self._listed(visit, key)

    def offer(self, conversation: Conversation, *visit: Any) -> Update:
        """Below an abstention, questions that the nearest articles do answer."""
        visitor = Visit(*visit)
        if not (conversation and (answer := conversation[-1].answer) and answer.abstained):
            return unchanged()
        told = turns.history(conversation)
        near = answerable(self._assistant, answer, told, visitor.filters)
        try:
            found = tuple(islice(near, _OFFERED))
        except VectorStoreError:
            return unchanged()
        return self._offer(found, words_in(visitor.language)("ask.offers"))

    def _offer(self, questions: tuple[str, ...], hint: str) -> Update:
        import gradio as gr

        update: Update = {
            self._offers: gr.update(visible=bool(questions)),
            self.hint: render.paragraph("note", hint),
        }
        for place, button in enumerate(self._offered):
            there = place < len(questions)
            text = questions[place] if there else ""
            update[button] = gr.update(value=text, visible=there)
        return update

    def end(self, conversation: Conversation, *visit: Any) -> Update:
        """End the turn that was stopped or failed (Gradio reports a stopped one as failed, too)."""
        visitor = Visit(*visit)
        ended = turns.ended(conversation, words_in(visitor.language))
        key = visitor.key
        if ended != conversation:
            key = keep(self._kept, visitor.owner, key, ended[-1])
        return self._show(ended) | {self.key: key} | self._listed(visitor, key)

    def clear(self, *visit: Any) -> Update:
        """Begin a new conversation; a kept one stays in the list."""
        import gradio as gr

        visitor = Visit(*visit)
        say = words_in(visitor.language)
        update = self._show(()) | self._offer(EXAMPLES, say("ask.examples"))
        update |= {self.key: NEW, self.panel: gr.update(**blank_panel(say))}
        return update | self._listed(visitor, NEW)

    def export(self, conversation: Conversation) -> str:
        """The conversation as a Markdown file to save."""
        title = conversation[0].question if conversation else ""
        return render.download(f"{title}.md", markdown(title, turns.answers(conversation)))

    def said(self, conversation: Conversation, visit: Visit) -> Update:
        """The conversation and what is around it in the visitor's language."""
        import gradio as gr

        say = words_in(visit.language)
        shown = turns.shown(conversation, say)
        hint = say("ask.offers" if conversation else "ask.examples")
        return {
            self.conversation: shown,
            self.chatbot: gr.update(value=turns.messages(shown), **welcome(say)),
            self.hint: render.paragraph("note", hint),
        } | self._listed(visit, visit.key)

    def _show(self, conversation: Conversation, *, busy: bool = False) -> Update:
        import gradio as gr

        idle = gr.update(visible=bool(conversation) and not busy)
        update: Update = {
            self.conversation: conversation,
            self.chatbot: turns.messages(conversation),
            self._send: gr.update(visible=not busy),
            self._stop: gr.update(visible=busy),
            self._offers: gr.update(visible=not conversation),
            self.voting.row: gr.update(visible=False),
            **dict.fromkeys((self._retry, self._export, self._clear), idle),
        }
        if self.history:
            update[self._clear] = gr.update(interactive=not busy)  # in its place above the list
        return update | ({self._box: ""} if busy else {})
