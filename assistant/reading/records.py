"""What a reading is made of: runs of an article that answer, each with what leads it in."""

from dataclasses import dataclass, replace

from vectorstore import Hit


@dataclass(frozen=True, slots=True)
class Evidence:
    """A run of an article that answers: `article.text[start:end] == text`.

    Attributes:
        hit: the chunk where it stands.
        text: its words.
        start: where it starts in the article.
        end: where it ends there.
        score: the probability that it answers.
        belongs: the probability that it belongs to the answer, if there is one in its passage.
        yes: the probability that the answer to a yes-no question is yes.
        answer: where in the article the words stand that answer most shortly.
        sure: the probability that those words are the short answer.
        lead: the reader's own words before the run: a verdict, a correction, a source and its date.
    """

    hit: Hit
    text: str
    start: int
    end: int
    score: float
    belongs: float = 0.0
    yes: float = 0.5
    answer: tuple[int, int] | None = None
    sure: float = 0.0
    lead: str = ""

    @property
    def said(self) -> str:
        """The words of it that answer; empty where none are known, or they were cut off."""
        if self.answer is None or not self.start <= self.answer[0] < self.answer[1] <= self.end:
            return ""
        return self.text[self.answer[0] - self.start : self.answer[1] - self.start]

    def cut(self, start: int, end: int) -> "Evidence":
        """The part of it between two offsets into its own text."""
        text = self.text[start:end]
        return replace(self, text=text, start=self.start + start, end=self.start + end)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the evidence, best first, and how sure the reader is (0 to 1).

    `evidence` is empty where the reader abstains; `reason` then says why, in Chinese.
    """

    evidence: list[Evidence]
    short: str
    confidence: float
    reason: str = ""
