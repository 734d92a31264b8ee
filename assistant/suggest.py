"""Questions to offer where an answer abstains: made by rule from near articles, and answered."""

import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any

from assistant.answering import Asked, extract, last_answer
from assistant.asking.condense import stand_alone
from assistant.assistant import Assistant
from assistant.errors import ArticleNotFound
from assistant.evaluation.draft_rules import propose
from assistant.evaluation.marking import contains, missing, overlaps, plain_text
from assistant.evaluation.qa_set import Question
from assistant.schema import Answer
from vectorstore import Hit

NEAREST = 3
"""How many of the nearest articles are asked about: those that an abstention names."""
# A longer question is not read in passing.
_LONGEST = 45
# 对吗 offers the answer with the question.
_LEFT_OUT = {"yes_no"}
# Each costs one answer; more would keep a core busy for longer than a reader waits.
_MOST_TRIED = 8


def answerable(
    assistant: Assistant,
    answer: Answer,
    history: Sequence[Mapping[str, str]] = (),
    filters: Mapping[str, Any] | None = None,
) -> Iterator[str]:
    """Questions near to that of an abstaining answer which the articles do answer, nearest first.

    Each was put to the articles, quoted from without an LLM, and is given only if the answer holds
    the value it was made from and cites its sentence. At most eight are tried.

    Args:
        assistant: that abstained.
        answer: the abstention; its hits name the nearest articles.
        history: the turns after which it would be asked; one that leans on them is not given.
        filters: as the question was put.

    Raises:
        VectorStoreError: if the store can't be searched.
    """
    turns = [dict(turn) for turn in history]
    tried = 0
    for question in _proposed(assistant, answer.hits):
        if tried == _MOST_TRIED:
            return
        if stand_alone(question.question, turns) == question.question:
            tried += 1
            if _is_answered(question, _quoted(assistant, question.question, filters)):
                yield question.question


def _proposed(assistant: Assistant, hits: Sequence[Hit]) -> Iterator[Question]:
    """What the nearest articles can be asked, by turns; of each what was found for it first."""
    found: dict[str, list[str]] = {}
    for hit in hits:
        found.setdefault(hit.chunk.article_id, []).append(hit.chunk.text)
    groups = [_of_article(assistant, *each) for each in list(found.items())[:NEAREST]]
    asked = set[str]()
    for question in chain.from_iterable(zip_longest(*groups)):
        if question and question.evidence[0] not in asked:
            asked.add(question.evidence[0])
            yield question


def _of_article(assistant: Assistant, article_id: str, chunks: Sequence[str]) -> list[Question]:
    try:
        article = assistant.article(article_id)
    except ArticleNotFound:
        return []
    fit = [
        question
        for question in propose(article, article_id)
        if question.type not in _LEFT_OUT and len(question.question) <= _LONGEST
    ]
    return sorted(fit, key=lambda each: _rank(each.evidence[0], chunks))


def _rank(sentence: str, chunks: Sequence[str]) -> int:
    return next((place for place, text in enumerate(chunks) if sentence in text), len(chunks))


def _quoted(assistant: Assistant, question: str, filters: Mapping[str, Any] | None) -> Answer:
    """The answer by quotation, whatever the mode: no LLM is asked only to offer a question."""
    hits = assistant.search(question, filters=filters)
    threshold = assistant.settings.answer_threshold
    asked = Asked(question, question, hits, [], time.monotonic(), threshold)
    return last_answer(extract(asked))


def _is_answered(question: Question, answer: Answer) -> bool:
    """Whether the answer holds the values and quotes the sentence that the question is made of."""
    if answer.abstained or missing(question, plain_text(answer)):
        return False
    if answer.short and not any(contains(answer.short, value) for value in question.must_include):
        return False
    [source], [evidence] = question.source, question.evidence
    return any(
        citation.article_id == source and overlaps(citation.quote, evidence)
        for citation in answer.citations
    )
