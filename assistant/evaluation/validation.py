"""Whether a Q&A set is sound: ids, contradictions, and evidence that stands in its article."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.evaluation.marking import contains, missing, normalise, says_no
from assistant.evaluation.qa_set import Question
from assistant.evaluation.run import names_of
from vectorstore import Article, fold


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a question of a set, and whether the set can't be trusted with it."""

    id: str
    reason: str
    is_error: bool = True

    def __str__(self) -> str:
        """The line that a person reads."""
        return f"{'error' if self.is_error else 'warning'}: {self.id}: {self.reason}"


def validate(
    questions: Sequence[Question], articles: Iterable[Article] | None = None
) -> list[Problem]:
    """Check a set by itself, and against its articles where they are given."""
    problems = [*_twice(questions), *_contradictions(questions)]
    for question in questions:
        problems += _of_itself(question)
    if articles is not None:
        texts = [(frozenset(names_of(each)), _bare(each.text)) for each in articles]
        for question in questions:
            problems += _against(question, texts)
    return problems


def _twice(questions: Sequence[Question]) -> Iterator[Problem]:
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            yield Problem(question.id, "this id is taken by an earlier question")
        seen.add(question.id)


def _contradictions(questions: Sequence[Question]) -> Iterator[Problem]:
    """The same question after the same turns, asked twice."""
    asked: dict[tuple[str, str], Question] = {}
    for question in questions:
        turns = "|".join(_bare(turn["content"]) for turn in question.history)
        first = asked.setdefault((_wording(question), turns), question)
        if first is question:
            continue
        if reason := _disagreement(first, question):
            yield Problem(question.id, f"contradicts {first.id}: the same question, {reason}")
        else:
            yield Problem(question.id, f"asks the same as {first.id}", is_error=False)


def _disagreement(one: Question, other: Question) -> str:
    if one.is_answerable != other.is_answerable:
        return "answerable in one place and not in the other"
    for first, second in ((one, other), (other, one)):
        clash = [value for value in first.must_include if value in second.must_not_include]
        if clash:
            return f"“{clash[0]}” must stand in one answer and not in the other"
    if one.answers and other.answers and one.is_answerable and not _agree(one, other):
        return f"other answers: {' / '.join(one.answers)} and {' / '.join(other.answers)}"
    return ""


def _agree(one: Question, other: Question) -> bool:
    """Whether an accepted answer of one is, or holds, an accepted answer of the other."""
    return any(
        (contains(first, second) or contains(second, first)) and says_no(first) == says_no(second)
        for first in one.answers
        for second in other.answers
    )


def _of_itself(question: Question) -> Iterator[Problem]:
    clash = [value for value in question.must_include if value in question.must_not_include]
    if clash:
        yield Problem(question.id, f"“{clash[0]}” must stand in the answer and must not")
    for value in question.must_not_include:
        if question.answers and all(contains(answer, value) for answer in question.answers):
            yield Problem(question.id, f"every accepted answer has “{value}”, which none may have")
    if question.is_answerable and not (question.answers or question.must_include):
        yield Problem(question.id, "nothing to mark an answer against", is_error=False)
    if any(not value.strip() for value in (*question.answers, *question.evidence)):
        yield Problem(question.id, "an empty answer or quote of evidence")
    if question.must_include and question.answers and question.is_answerable:
        lacking = [missing(question, answer) for answer in question.answers]
        if all(lacking) and not any(map(says_no, question.answers)):
            reason = f"no accepted answer has “{lacking[0][0]}”, which each must have"
            yield Problem(question.id, reason, is_error=False)


def _against(question: Question, texts: Sequence[tuple[frozenset[str], str]]) -> Iterator[Problem]:
    named = [text for names, text in texts if not names.isdisjoint(question.source)]
    known = {name for names, _ in texts for name in names}
    for source in question.source:
        if source not in known:
            yield Problem(question.id, f"its source {source} is not among the articles")
    for quote in question.evidence:
        bare = _bare(quote)
        if not any(bare in text for text in named or [text for _, text in texts]):
            elsewhere = any(bare in text for _, text in texts)
            where = "stands in another article than its source" if elsewhere else "stands nowhere"
            yield Problem(question.id, f"evidence {where}: “{quote}”")


def _wording(question: Question) -> str:
    return normalise(question.question).strip("?。!")


def _bare(text: str) -> str:
    """Text as evidence is compared: folded, without white space."""
    return "".join(fold(text).split())
