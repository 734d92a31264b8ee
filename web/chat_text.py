"""An answer as a chat client of another make shows it: inert Markdown, its notes numbered below."""

import re

from assistant import Answer, Event, FallbackEvent, SentenceEvent

NOTES = "———"
"""The line between an answer's text and its notes."""

# What Markdown acts upon and an article may hold: links, images, HTML, code. Our own marks stay.
_ACTIVE = re.compile(r"(\[\d{1,3}\])|(?<=\])[(:]|[\\\[\]<`]")


def inert(text: str) -> str:
    r"""`text` so that Markdown makes no link, image, HTML or code of it; marks such as [1] stay.

    Works from left to right: the inert form of a text begins with that of its beginning.
    """
    return _ACTIVE.sub(lambda match: match[1] or f"\\{match[0]}", text)


def without_notes(text: str) -> str:
    """An earlier answer as it was before `Told` put the notes below it, and made it inert."""
    said = text.partition(f"\n\n{NOTES}\n")[0]
    return re.sub(r"\\([\\\[\]<`(:])", r"\1", said)


class Told:
    """Turns the events of one answer into text, piece by piece.

    Attributes:
        text: all of it so far; what an LLM said before it failed is no longer in it.
        answer: the final answer, once it is there.
    """

    def __init__(self) -> None:
        self.text = ""
        self.answer: Answer | None = None
        self._said = 0

    def feed(self, event: Event) -> str:
        """The next piece; a written answer comes sentence by sentence, a quoted one whole."""
        piece = self._piece(event)
        self.text = "" if isinstance(event, FallbackEvent) else self.text + piece
        return piece

    def _piece(self, event: Event) -> str:
        if isinstance(event, Answer):
            self.answer = event
            return self._rest(event)
        if isinstance(event, SentenceEvent) and event.so_far.mode == "llm":
            piece = self._grown(event.so_far)
            doubted = event.sentence.status == "unsupported"
            return f"{piece.rstrip()}〔未证实〕" if doubted else piece
        if isinstance(event, FallbackEvent) and self.text:
            self._said = 0
            return f"\n\n（{inert(event.reason)}）\n\n"
        return ""

    def _grown(self, so_far: Answer) -> str:
        text = inert(so_far.text.lstrip())
        piece, self._said = text[self._said :], len(text)
        return piece

    def _rest(self, answer: Answer) -> str:
        short = answer.mode == "extractive" and answer.short and answer.short != answer.text
        head = f"【{inert(answer.short)}】\n\n" if short else ""
        notes = "\n\n".join(inert(line.strip()) for line in answer.notes())
        below = f"\n\n{NOTES}\n\n{notes}" if notes else ""
        return f"{head}{self._grown(answer)}{below}"
