"""The product as a reader: the public call, and all that is known here of what lies behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import Answer, Assistant, Settings, evaluate, load_questions
from assistant.answering import as_hits
from assistant.reading.judge import load_judge
from assistant.reading.read import read
from assistant.reading.records import Evidence
from vectorstore import Hit

_CORRECTS = "文中"


@dataclass(frozen=True, slots=True)
class Given:
    """What a reader gave.

    Args:
        quotes: the sentences that it quotes, best first; none where it abstains.
        text: the whole answer, without the numbers of citations.
        short: the short answer, or empty.
        confidence: how sure it is, 0 to 1.
        corrects: whether it answers only by saying what the question has wrong.
    """

    quotes: tuple[str, ...]
    text: str
    short: str
    confidence: float
    corrects: bool = False

    @property
    def declines(self) -> bool:
        """Whether it does not answer what was asked: it abstains, or corrects the question."""
        return self.corrects or not self.quotes


class Ours:
    """The product without an LLM.

    Args:
        work: an empty folder, for stores.
    """

    def __init__(self, work: Path) -> None:
        self._work = work
        self._assistant = Assistant(Settings(data_dir=work / "none", mode="extractive"))
        self._forced: dict[tuple[str, tuple[str, ...]], Given] = {}

    def close(self) -> None:
        """Close what is open."""
        self._assistant.close()

    def answer(self, question: str, passages: Sequence[str]) -> Given:
        """What a user gets from `Assistant.answer_from`."""
        return _given(self._assistant.answer_from(question, passages))

    def forced(self, question: str, passages: Sequence[str]) -> Given:
        """The answer with abstention off; remembered, since several figures are made of it.

        Where a guard still objects, the best sentence is taken.
        """
        key = (question, tuple(passages))
        if key not in self._forced:
            self._forced[key] = self._force(question, as_hits(passages))
        return self._forced[key]

    def ranked(self, question: str, passages: Sequence[str]) -> list[str]:
        """Sentences with abstention off: first the one that would be quoted first, then the best.

        A sentence that was shortened for the quotation counts once, as quoted.
        """
        quoted = self.forced(question, passages).quotes[:1]
        others = [each.text for each in self._scored(question, as_hits(passages))]
        rest = [text for text in others if not any(quote in text for quote in quoted)]
        return [*quoted, *rest]

    def over_pages(self, pages: Path, questions: Path) -> dict[str, tuple[float, int]]:
        """Shares by name, with their counts, of a Q&A set asked the whole way over pages."""
        with Assistant(Settings(data_dir=self._work / "pages", mode="extractive")) as assistant:
            assistant.add(pages)
            report = evaluate(assistant, load_questions(questions)[0])
        rates = {name: (rate.total, rate.n) for name, rate in report.totals().items()}
        answerable = [row for row in report.rows if row.question.is_answerable]
        lost = sum(row.abstained for row in answerable)
        return rates | {"answerable_lost": (float(lost), len(answerable))}

    def _force(self, question: str, hits: Sequence[Hit]) -> Given:
        reading = read(question, hits, load_judge(threshold=0.0))
        evidence = reading.evidence or self._scored(question, hits)[:1]
        # Of a kind that has no short answer, the words that are marked.
        short = reading.short or (evidence[0].said if evidence else "")
        return Given(
            tuple(each.text for each in evidence),
            "".join(each.lead + each.text for each in evidence),
            short,
            reading.confidence,
        )

    def _scored(self, question: str, hits: Sequence[Hit]) -> list[Evidence]:
        return load_judge().candidates(question, hits)


def _given(answer: Answer) -> Given:
    quotes = tuple(citation.quote for citation in answer.citations)
    text = "".join(sentence.text for sentence in answer.sentences)
    corrects = any(
        sentence.text.removesuffix(quote).startswith(_CORRECTS)
        for sentence, quote in zip(answer.sentences, quotes, strict=True)
    )
    return Given(quotes, text, answer.short, answer.confidence, corrects)
