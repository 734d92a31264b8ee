"""Propose a Q&A set from stored articles, as a draft for a person to read and mend."""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from assistant.assistant import Assistant
from assistant.errors import LLMError
from assistant.evaluation.draft_llm import ask_for
from assistant.evaluation.draft_rules import near_misses, propose
from assistant.evaluation.marking import normalise
from assistant.evaluation.qa_set import UNANSWERABLE, Question
from assistant.evaluation.run import names_of
from assistant.settings import Settings
from assistant.writing.writer import connect
from vectorstore import Article

# Of six questions one has no answer: the share of the public sets that have some.
_UNANSWERABLE_SHARE = 1 / 6


def draft(
    assistant: Assistant, n: int, *, progress: Callable[[int, int], None] | None = None
) -> list[Question]:
    """Propose `n` questions or fewer, spread over the articles and the types.

    With an LLM in the settings it writes those that have an answer, as far as its evidence stands
    in the article; what it does not give, and without one, is made by rule. The questions without
    an answer are made by rule.
    """
    articles = assistant.articles()
    written = _written(assistant.settings, articles, n, progress)
    ruled = {article.id: list(propose(article, names_of(article)[0])) for article in articles}
    missing = list(near_misses((each for found in ruled.values() for each in found), articles))
    wanted = min(round(n * _UNANSWERABLE_SHARE), len(missing))
    chosen = _spread([*written, *_mixed(ruled.values())], n - wanted)
    whole = _distinct([*chosen, *missing])[:n]
    return [replace(question, id=f"d{number:03}") for number, question in enumerate(whole, 1)]


def _written(
    settings: Settings,
    articles: Sequence[Article],
    n: int,
    progress: Callable[[int, int], None] | None,
) -> list[Question]:
    """What the configured LLM proposes; nothing where there is none, or from where it fails."""
    if settings.mode == "extractive" or not settings.llm_base_url or not articles:
        return []
    llm, found = connect(settings), []
    each = -(-n // len(articles))
    for number, article in enumerate(articles, 1):
        try:
            found += ask_for(llm, article, names_of(article)[0], each, settings.llm_timeout)
        except LLMError:
            return found
        if progress:
            progress(number, len(articles))
        if len(found) >= n:
            break
    return found


def _mixed(groups: Iterable[Sequence[Question]]) -> list[Question]:
    """One of each article in turn."""
    waiting = deque(deque(group) for group in groups if group)
    mixed = []
    while waiting:
        group = waiting.popleft()
        mixed.append(group.popleft())
        if group:
            waiting.append(group)
    return mixed


def _spread(questions: Sequence[Question], n: int) -> list[Question]:
    """Choose `n`: the type that was taken least first, and of it the first that is left.

    Of two questions about one sentence the second waits until each sentence had its turn.
    """
    by_type: dict[str, deque[Question]] = {}
    asked: set[tuple[str, ...]] = set()
    again = []
    for question in _distinct(questions):
        if question.evidence in asked:
            again.append(question)
        else:
            asked.add(question.evidence)
            by_type.setdefault(question.type, deque()).append(question)
    for question in again:
        by_type.setdefault(question.type, deque()).append(question)
    taken, chosen = Counter(dict.fromkeys(by_type, 0)), list[Question]()
    while len(chosen) < n and any(by_type.values()):
        kind = min((kind for kind in by_type if by_type[kind]), key=lambda kind: taken[kind])
        taken[kind] += 1
        chosen.append(by_type[kind].popleft())
    return chosen


def _distinct(questions: Iterable[Question]) -> list[Question]:
    """Each wording once; what is asked of an answer and of nothing is asked of the answer."""
    first: dict[str, Question] = {}
    for question in questions:
        wording = normalise(question.question)
        if wording not in first or first[wording].type == UNANSWERABLE:
            first[wording] = question
    return list(first.values())
