"""An answer told as it comes: sentence by sentence, then its notes; an interrupt keeps the rest."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from assistant.schema import Answer, Event, FallbackEvent, SentenceEvent
from assistant.writing.language import language_of, words_in


def tell(events: Iterable[Event], say: Callable[[str], object]) -> Answer:
    """Say what a stream brings as a person reads it in a terminal.

    A written answer is said sentence by sentence, each as soon as it is checked; a quoted one
    comes whole, its short answer first. Ctrl-C (`KeyboardInterrupt`) ends a written answer where
    it is: what was said stays, with its notes.

    Args:
        events: from `Assistant.stream`.
        say: takes pieces of text; line ends are in them.

    Returns:
        The final answer, or the one so far, with `complete` false.

    Raises:
        KeyboardInterrupt: if it comes before the first sentence.
    """
    so_far: Answer | None = None
    try:
        for event in events:
            if isinstance(event, Answer):
                say(_rest(event, so_far))
                return event
            if isinstance(event, SentenceEvent) and event.so_far.mode == "llm":
                say(_grown(event, so_far))
                so_far = event.so_far
            elif isinstance(event, FallbackEvent):
                say(f"\n（{event.reason}）\n\n" if so_far else "")
                so_far = None
    except KeyboardInterrupt:
        if so_far is None:
            raise
        answer = stopped(so_far)
        say("\n" + "\n".join(answer.notes()) + "\n")
        return answer
    raise AssertionError("a stream ends with its Answer")


def stopped(so_far: Answer) -> Answer:
    """An answer that was stopped in its middle, with the reason."""
    words = words_in(language_of(so_far.question))
    return replace(so_far, text=so_far.text.strip(), reason=words.stopped)


def _grown(event: SentenceEvent, before: Answer | None) -> str:
    text = event.so_far.text[len(before.text) if before else 0 :]
    return text if event.sentence.status == "supported" else f"{text.rstrip()}〔未证实〕"


def _rest(answer: Answer, so_far: Answer | None) -> str:
    if so_far is None:
        return f"{answer}\n"
    return "\n" + "".join(f"{line}\n" for line in answer.notes())
