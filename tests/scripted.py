"""An encoder that says what a test wants: logits by the words of a sentence."""

from collections.abc import Mapping, Sequence

from assistant.reading.judge import Calibration, Judge
from assistant.reading.network import ReadSentence
from vectorstore import Chunk, Hit, sentences

PLAIN = Calibration(answers=1.0, evidence=0.0, sure=0.0, bias=0.0)


class Scripted:
    """Finds the sentences that hold given words.

    Args:
        logits: by words how strongly a sentence with them answers; −5 for all others.
        spans: words that are marked as the short answer, where a sentence has them.
        yes: the logit of "yes".
    """

    def __init__(
        self, logits: Mapping[str, float], spans: Sequence[str] = (), yes: float = 0.0
    ) -> None:
        self._logits, self._spans, self._yes = logits, spans, yes
        self.asked: list[str] = []

    def read(self, asked: str, passages: Sequence[tuple[str, str]]) -> list[list[ReadSentence]]:
        """As `ReadingNetwork.read`."""
        self.asked.append(asked)
        return [[self._sentence(text, *each) for each in sentences(text)] for _, text in passages]

    def _sentence(self, text: str, start: int, end: int) -> ReadSentence:
        own = text[start:end]
        logit = max((value for words, value in self._logits.items() if words in own), default=-5.0)
        marked = next((words for words in self._spans if words in own), own)
        at = start + own.index(marked)
        sure = 4.0 if marked in self._spans else -4.0
        return ReadSentence((start, end), logit, logit, self._yes, (at, at + len(marked)), sure)


def judge_of(
    logits: Mapping[str, float],
    spans: Sequence[str] = (),
    *,
    yes: float = 0.0,
    threshold: float = 0.5,
) -> Judge:
    """A judge over a `Scripted` encoder."""
    network = Scripted(logits, spans, yes)
    return Judge(network, PLAIN, threshold)  # type: ignore[arg-type]


def hit(text: str, article: str = "a", start: int = 0, title: str = "两市合作") -> Hit:
    """A chunk that was found."""
    return Hit(Chunk(article, text, start, start + len(text)), 1.0, 1, 1, title=title)
