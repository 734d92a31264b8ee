"""Questions with the articles that hold their answers, and other passages that a search brings."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.reading.letters import Letters, spelled
from assistant.reading.span_reader import QUESTION, Bounds
from training.question_sets import Articles
from vectorstore import sentences

SETS = (
    ("cmrc2018_train.jsonl", None),
    ("drcd_dev_simplified.jsonl", None),
    ("dureader_checklist_dev.jsonl", None),
    ("dureader_qg_noleak.jsonl", None),
    ("cail2019_dev.jsonl", 3000),
)
"""The sets that are learned from, with the most questions of each."""
_HITS = 6
# Longer answers teach more about whole sentences than about what is asked for.
_LONGEST_ANSWER = 80


@dataclass(frozen=True, slots=True)
class Place:
    """A run of an article."""

    article: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """A question.

    Attributes:
        asked: its letters.
        article: which article holds its answer, or lacks it.
        spans: where the answers stand in it; none where it has no answer.
        answers: what they are.
        hits: what a lexical search finds for it in all articles of its set.
    """

    asked: Letters
    article: int
    spans: list[Bounds]
    answers: list[str]
    hits: list[Place]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Articles with their letters and sentences, and questions about them."""

    texts: list[str]
    letters: list[Letters]
    sentences: list[list[Bounds]]
    items: list[Item]


def kept_for_scorer(context: str) -> bool:
    """Whether an article's questions are kept for the sentence scorer, a tenth of them.

    The scorer learns how far to trust the span network, which must not have seen the answers.
    """
    return hashlib.sha1(context.encode()).digest()[5] % 10 == 1


def question_set(found: list[dict[str, Any]], ids: Mapping[str, int]) -> QuestionSet:
    """Search for each question, and spell all out."""
    articles = Articles(found)
    asked = spelled([item["question"] for item in found], ids)
    items = []
    for item, letters in zip(found, asked, strict=True):
        hits = articles.search(item["question"], _HITS)
        spans = [
            (start, start + len(answer))
            for answer, start in item["answers"]
            if start >= 0 and len(answer) <= _LONGEST_ANSWER
        ]
        if letters.text and (spans or not item["answers"]):
            places = [Place(int(hit.article_id), hit.start, hit.end) for hit in hits]
            answers = [answer for answer, _ in item["answers"]]
            own = letters.at(slice(0, QUESTION))
            items.append(Item(own, articles.place[item["context"]], spans, answers, places))
    texts = articles.texts
    return QuestionSet(texts, spelled(texts, ids), [sentences(text) for text in texts], items)
