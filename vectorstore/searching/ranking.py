"""Around the two rankings: the terms that a question is looked for by, and the second stage."""

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vectorstore.chinese import fold, sentences
from vectorstore.indexing.search import Fused
from vectorstore.preparing.embed import bundled_embedder
from vectorstore.schema import Hit
from vectorstore.searching.foreign import Neighbourhood, chinese_terms
from vectorstore.searching.gazetteer import coverage
from vectorstore.searching.query import Query
from vectorstore.searching.rerank import Candidates, Question, Reranker
from vectorstore.searching.spelling import suggest
from vectorstore.searching.timing import date_fit
from vectorstore.storage.articles import ArticleStore
from vectorstore.storage.tables import Candidate
from vectorstore.trace import stage

# Newspapers put the name of a series before a headline in such brackets.
_LABEL = re.compile(r"(【[^】]*】)")
# What a chunk loses, in logarithms of its probability, that names none of the places asked about,
# and what it wins or loses by its date. Set by hand: no set to learn them from is at hand.
_PLACES, _DATE = 2.0, 0.7
# What a chunk loses that only asks: made of likely questions, it is more like any question than a
# text that answers, and would stand before it. Of 18,506 pieces of articles none is such.
_ASKS = 8.0
_FEWEST, _SHARE = 4, 0.7
_ASKED = re.compile(r"[?？]\W*$")
# The second stage looks at so many of each ranking: from 15 to 50, nDCG@10 of web questions and
# news titles stays within 0.3; ten more of each cost half a millisecond.
_RANKED = 25


def search_terms(query: Query, frequency: Callable[[str], int]) -> dict[str, float]:
    """The question's terms with their weights, and what may be meant: well spelt, or in Chinese.

    Args:
        query: the question.
        frequency: says in how many chunks a term stands.
    """
    spelt = suggest(query.text, frequency)
    return spelt | chinese_terms(query.text, _neighbourhood) | query.terms


def cut_question(text: str) -> Question:
    """The pieces of a question by the bundled model; none of them reaches across a bracket."""
    parts = bundled_embedder().pieces(_LABEL.split(text))
    is_main = np.repeat([n % 2 == 0 for n in range(len(parts))], [len(part) for part in parts])
    return Question(text, np.concatenate(parts), is_main)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the second stage compares it.

    Attributes:
        query: the question.
        question: the same, cut by the bundled model.
        vector: its embedding by the bundled model, shape (dimensions,).
    """

    query: Query
    question: Question
    vector: NDArray[np.float32]

    @classmethod
    def of(cls, query: Query) -> "Asked":
        """Cut and embed a question, with the bundled model."""
        model = bundled_embedder()
        question = cut_question(query.text)
        return cls(query, question, model.embed_pieces([question.pieces])[0])


def rank(
    asked: Asked, fused: Sequence[Fused], store: ArticleStore
) -> tuple[list[Fused], Mapping[int, Candidate]]:
    """The best candidates in the order of the second stage, then the others; and what it read.

    `score` becomes a share of 1 among those that it looked at, and 0 for the others.

    Args:
        asked: the question.
        fused: the candidates of the first stage, best first.
        store: holds them; one that is gone is left out.
    """
    first = [item for item in fused if _best_rank(item) <= _RANKED]
    others = [item.scored(0.0) for item in fused if _best_rank(item) > _RANKED]
    with stage("rank"):
        stored = store.candidates(item.chunk_id for item in first)
        return _ordered(asked, first, stored) + others, stored


def as_hit(item: Fused, stored: Candidate) -> Hit:
    """A chunk of the ranking with what its article states."""
    return Hit(
        chunk=stored.chunk,
        score=item.score,
        dense_rank=item.dense_rank,
        lexical_rank=item.lexical_rank,
        title=stored.title,
        publisher=stored.publisher,
        published=stored.published,
        url=stored.url,
    )


def _ordered(asked: Asked, first: Sequence[Fused], stored: Mapping[int, Candidate]) -> list[Fused]:
    kept = [item for item in first if item.chunk_id in stored]
    if not kept or not len(asked.question.pieces):
        return kept
    rows = [stored[item.chunk_id] for item in kept]
    candidates = Candidates(
        pieces=[row.pieces for row in rows],
        articles=[row.chunk.article_id for row in rows],
        lexical=np.array([item.lexical_score for item in kept], dtype=np.float32),
        dense=np.stack([row.vector for row in rows]) @ asked.vector,
        is_first=np.array([row.chunk.start == 0 for row in rows]),
    )
    scores = _reranker().score(asked.question, candidates)
    scores += _by_rule(asked.query, rows)
    chances = np.exp(scores - scores.max())
    chances /= chances.sum()
    order = np.argsort(-chances, kind="stable")
    return [kept[place].scored(float(chances[place])) for place in order]


def _best_rank(item: Fused) -> int:
    """The chunk's place, from 1, in the ranking that places it higher."""
    return min(item.lexical_rank or sys.maxsize, item.dense_rank or sys.maxsize)


def _by_rule(query: Query, rows: Sequence[Candidate]) -> NDArray[np.float32]:
    """What places and dates of the question, and what only asks, add to the scores."""
    asks = [only_asks(row.chunk.text) for row in rows]
    scores = -_ASKS * np.array(asks, dtype=np.float32)
    if query.places:
        texts = [_folded(row.title, row.chunk.text) for row in rows]
        shares = [coverage(query.places, text) for text in texts]
        scores -= _PLACES * (max(shares) - np.array(shares, dtype=np.float32))
    if query.prefer is not None:
        fits = [date_fit(query.prefer, row.published) for row in rows]
        scores += _DATE * np.array(fits, dtype=np.float32)
    return scores


def only_asks(text: str) -> bool:
    """Whether most of a text's sentences are questions: a list of them, which answers none."""
    if text.count("？") + text.count("?") < _FEWEST:
        return False
    spans = sentences(text)
    asked = sum(bool(_ASKED.search(text[start:end])) for start, end in spans)
    return asked >= _FEWEST and asked >= _SHARE * len(spans)


# Folding a chunk takes 20 microseconds, and keeping it folded 1 kB.
@lru_cache(maxsize=4_096)
def _folded(title: str, text: str) -> str:
    return fold(f"{title}\n{text}")


@lru_cache(maxsize=1)
def _neighbourhood() -> Neighbourhood:
    model = bundled_embedder()
    return Neighbourhood(model.vocabulary, model.table)


@lru_cache(maxsize=1)
def _reranker() -> Reranker:
    return Reranker()
