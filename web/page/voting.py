"""What visitors say of an answer: thumbs up or down, then a reason if they like."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant import Answer, Feedback, FeedbackUnusable
from web.page import render, turns
from web.page.parts import HIDDEN, Captions, Update, Visit
from web.page.turns import Conversation
from web.words import words_in

if TYPE_CHECKING:
    import gradio as gr

_log = logging.getLogger(__name__)


class Voting:
    """Votes on the answers of a chat, and the row that asks for a reason.

    Args:
        feedback: where they are stored; without it no answer can be voted on.
        captions: the words of the row.
    """

    def __init__(self, feedback: Feedback | None, captions: Captions) -> None:
        import gradio as gr

        self.feedback = feedback
        self._voted = gr.State("")
        with gr.Column(visible=False, elem_id="xs-why") as self.row:
            with gr.Row():
                self._reason = captions.made(
                    gr.Textbox,
                    {"label": "vote.why.down"},
                    max_lines=1,
                    max_length=1000,
                    elem_id="xs-reason",
                )
                self._save = captions.made(
                    gr.Button, {"value": "vote.save"}, variant="primary", elem_id="xs-why-save"
                )
                self._later = captions.made(
                    gr.Button, {"value": "vote.later"}, elem_id="xs-why-later"
                )
            self._note = gr.Markdown()
        self.outputs = [self._voted, self.row, self._reason, self._note]

    def wire(self, conversation: gr.State, visit: Sequence[Any]) -> None:
        """Let the row keep the reason for the vote that was given last."""
        import gradio as gr

        inputs = [self._reason, self._voted, conversation, *visit]
        gr.on([self._reason.submit, self._save.click], self.explain, inputs, [self.row], **HIDDEN)
        self._later.click(self.close, None, [self.row], **HIDDEN)

    def given(self, owner: str, answer: Answer) -> str | None:
        """What a visitor said of an answer: `up`, `down` or nothing; None: nothing can be said."""
        if self.feedback is None or not owner:
            return None
        try:
            good = self.feedback.given(owner, answer)
        except FeedbackUnusable as error:
            _log.warning("%s", error)
            return None
        return "" if good is None else "up" if good else "down"

    def vote(
        self, place: str, way: str, conversation: Conversation, visit: Visit
    ) -> tuple[Conversation, Update]:
        """Vote `up` or `down` on the answer of a turn; the same once more takes it back."""
        import gradio as gr

        answer = turns.answer_at(conversation, place)
        if answer is None or conversation[int(place)].vote is None:
            return conversation, {}
        say = words_in(visit.language)
        taken_back = conversation[int(place)].vote == way
        if not self._store(int(place), "" if taken_back else way, conversation, visit):
            gr.Warning(say("vote.failed"))
            return conversation, {}
        turn = replace(conversation[int(place)], vote="" if taken_back else way)
        voted = (*conversation[: int(place)], turn, *conversation[int(place) + 1 :])
        return turns.shown(voted, say), {
            self._voted: place,
            self.row: gr.update(visible=not taken_back),
            self._reason: gr.update(value="", label=say(f"vote.why.{way}")),
            self._note: render.paragraph("note", say("vote.note")),
        }

    def explain(self, reason: str, place: str, conversation: Conversation, *visit: Any) -> Update:
        """Store the reason with the vote that was given last."""
        import gradio as gr

        visitor = Visit(*visit)
        say = words_in(visitor.language)
        if turns.answer_at(conversation, place) is None:
            return self.close()
        way = conversation[int(place)].vote or ""
        if self._store(int(place), way, conversation, visitor, reason=reason):
            gr.Info(say("vote.thanks"))
        else:
            gr.Warning(say("vote.failed"))
        return self.close()

    def close(self) -> Update:
        """Put the row away."""
        import gradio as gr

        return {self.row: gr.update(visible=False)}

    def _store(
        self, place: int, way: str, conversation: Conversation, visit: Visit, reason: str = ""
    ) -> bool:
        """Store or, without a `way`, withdraw a vote; whether that could be done."""
        answer = conversation[place].answer
        if self.feedback is None or answer is None:
            return False
        try:
            if not way:
                self.feedback.withdraw(visit.owner, answer)
            else:
                told = turns.history(conversation[:place])
                good = way == "up"
                self.feedback.vote(visit.owner, answer, good=good, reason=reason, history=told)
        except FeedbackUnusable as error:
            _log.warning("%s", error)
            return False
        return True
