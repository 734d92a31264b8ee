"""Candidates and their features for each question, by the code that searches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.ranker.questions import Task
from vectorstore.indexing.engine import Entry
from vectorstore.indexing.lexical import LexicalIndex
from vectorstore.preparing.chunk import heading
from vectorstore.preparing.embed import SEPARATOR, Pieces, StaticEmbedder
from vectorstore.preparing.prepare import Cutting, Preparer
from vectorstore.schema import Article
from vectorstore.searching.foreign import Neighbourhood, chinese_terms
from vectorstore.searching.interaction import Interaction
from vectorstore.searching.query import read_query
from vectorstore.searching.ranking import cut_question
from vectorstore.searching.rerank import Candidates, Question, features

Floats = npt.NDArray[np.float32]
_CANDIDATES = 50
# A text of which so many pieces stand in the right one is another printing of it.
_PRINTING = 0.55


@dataclass(frozen=True)
class Group:
    """One question: the candidates, which of them are right, and whose they are."""

    question: Question
    candidates: Candidates
    right: npt.NDArray[np.bool_]
    weight: float


class Corpus:
    """The chunks of a task's texts, with what searches them."""

    def __init__(self, task: Task, model: StaticEmbedder) -> None:
        self._model, self._task = model, task
        preparer = Preparer(model, Cutting(256, 1))
        self.pieces: list[Pieces] = []
        self._owners: list[int] = []
        self._first: list[bool] = []
        vectors: list[Floats] = []
        entries: list[Entry] = []
        for number, (title, text) in enumerate(task.texts):
            cut = preparer.cut(Article(id=str(number), title=title, text=text))
            vectors.append(cut.vectors)
            for chunk, pieces in zip(cut.chunks, cut.pieces, strict=True):
                whole = heading(title, None) + chunk.text
                entries.append(Entry(len(entries), str(number), "", "", whole))
                self.pieces.append(pieces)
                self._owners.append(number)
                self._first.append(chunk.start == 0)
        self._vectors = np.concatenate(vectors)
        self._lexical = LexicalIndex(None, "training")
        self._lexical.rebuild(entries, 1)
        self._near = Neighbourhood(model.vocabulary, model.table)

    def groups(self) -> list[Group]:
        """A group for each question that has a right candidate and a wrong one."""
        found = [self._group(question, right) for question, right in self._task.questions]
        return [
            group
            for group in found
            if len(group.question.pieces) and group.right.any() and not group.right.all()
        ]

    def _group(self, question: str, right: set[int]) -> Group:
        query = read_query(question)
        weights = query.terms | chinese_terms(query.text, lambda: self._near)
        lexical = dict(self._lexical.search(weights, _CANDIDATES))
        cosines = self._vectors @ self._model.embed_query(question)
        nearest = np.argsort(-cosines)[:_CANDIDATES]
        ids = sorted(lexical.keys() | set(nearest.tolist()))
        ids = self._without_printings(ids, right)
        owners = [self._owners[row] for row in ids]
        candidates = Candidates(
            pieces=[self.pieces[row] for row in ids],
            articles=[str(owner) for owner in owners],
            lexical=np.array([lexical.get(row, 0.0) for row in ids], dtype=np.float32),
            dense=cosines[ids].astype(np.float32),
            is_first=np.array([self._first[row] for row in ids]),
        )
        is_right = np.array([owner in right for owner in owners])
        asked = cut_question(question)
        return Group(asked, candidates, is_right, self._task.weight)

    def _without_printings(self, ids: list[int], right: set[int]) -> list[int]:
        """The candidates less those that are nearly the right text, and would count as wrong."""
        own = [self.pieces[row] for row in ids if self._owners[row] in right]
        if not own:
            return ids
        known = np.unique(np.concatenate(own))

        def is_other(row: int) -> bool:
            pieces = np.unique(self.pieces[row])
            return bool(np.isin(pieces, known).mean() < _PRINTING)

        return [row for row in ids if self._owners[row] in right or is_other(row)]


def matrix(group: Group, interaction: Interaction) -> Floats:
    """The features of a group's candidates."""
    return features(interaction, group.question, group.candidates)


def piece_weights(corpora: list[Corpus], table: Floats) -> Floats:
    """How much each piece says: its length in the table times its rarity among the chunks."""
    counts = np.ones(len(table))
    total = 1
    for corpus in corpora:
        for pieces in corpus.pieces:
            counts[np.unique(pieces[pieces != SEPARATOR])] += 1
        total += len(corpus.pieces)
    rarity = np.clip(np.log(total / counts), 0.1, None)
    lengths = np.linalg.norm(table, axis=1)
    return np.asarray(rarity * lengths + 1e-3, dtype=np.float32)
