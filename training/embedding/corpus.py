"""All texts cut once into pieces, and the pairs that are drawn from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from training.embedding.passages import Passage
from training.embedding.recipe import SENTENCE, Ids, Ints, Recipe


@dataclass(frozen=True)
class Corpus:
    """All passages as piece ids: flat arrays and the offsets of what they hold."""

    ids: Ids
    sentences: Ints  # (sentences + 1,) offsets into ids
    passages: Ints  # (passages + 1,) offsets into sentences
    titles: list[Ids]
    questions: list[list[tuple[Ids, int]]]  # by passage, with answer sentence
    english: list[list[Ids]]  # English queries by passage
    reworded: list[list[Ids]]  # misspelt queries and questions made of sentences, by passage

    def window(self, passage: int, first: int, room: int, without: int = -1) -> Ids:
        """Ids from sentence ``first`` on, at most ``room``, leaving sentence ``without`` out."""
        start, end = self.sentences[first], self.sentences[self.passages[passage + 1]]
        if not first <= without:
            return self.ids[start : min(end, start + room)]
        low, high = self.sentences[without], self.sentences[without + 1]
        rest = max(0, start + room - low)
        before = self.ids[start : min(low, start + room)]
        return np.concatenate([before, self.ids[high : min(end, high + rest)]])


def cut(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Ids]:
    """Piece ids of each text."""
    out: list[Ids] = []
    for start in range(0, len(texts), 4096):
        part = list(texts[start : start + 4096])
        encodings = tokenizer.encode_batch_fast(part, add_special_tokens=False)
        out.extend(np.array(encoding.ids, dtype=np.int32) for encoding in encodings)
    return out


def cut_groups(tokenizer: Tokenizer, groups: Sequence[Sequence[str]]) -> list[list[Ids]]:
    """Piece ids of each text of each group; empty ones are left out."""
    flat = iter(cut(tokenizer, [text for group in groups for text in group]))
    return [[ids for _ in group if len(ids := next(flat))] for group in groups]


def build_corpus(
    tokenizer: Tokenizer,
    passages: Sequence[Passage],
    english: Sequence[Sequence[str]],
    reworded: Sequence[Sequence[str]],
) -> Corpus:
    """Cut every passage, title, question and other wording once."""
    split = [SENTENCE.findall(p.text)[:80] for p in passages]
    sentences = cut(tokenizer, [sentence for part in split for sentence in part])
    titles = cut(tokenizer, [p.title for p in passages])
    asked = iter(cut(tokenizer, [q for p in passages for q, _ in p.questions]))
    questions = [
        [
            (next(asked), next((i for i, s in enumerate(part) if answer in s), -1))
            for _, answer in passage.questions
        ]
        for passage, part in zip(passages, split, strict=True)
    ]
    return Corpus(
        np.concatenate(sentences),
        np.cumsum([0, *map(len, sentences)]),
        np.cumsum([0, *map(len, split)]),
        titles,
        questions,
        cut_groups(tokenizer, english),
        cut_groups(tokenizer, reworded),
    )


class Sampler:
    """Draw (query, passage) id pairs."""

    def __init__(self, corpus: Corpus, recipe: Recipe) -> None:
        self.corpus, self.recipe = corpus, recipe
        self.random = np.random.default_rng(recipe.seed)

    def thin(self, ids: Ids) -> Ids:
        """A sentence as a person might type it: whole, a stretch of it, or some of its words."""
        way = self.random.random()
        if way < 0.3 or len(ids) < 4:
            return ids[:48]
        if way < 0.6:
            length = int(self.random.integers(3, 13))
            start = int(self.random.integers(0, max(1, len(ids) - length)))
            return ids[start : start + length]
        kept = ids[self.random.random(len(ids)) < self.random.uniform(0.25, 0.9)]
        return kept[:32] if len(kept) > 1 else ids[:32]

    def pair(self, passage: int) -> tuple[Ids, Ids]:
        """A title or a thinned sentence, and the text around it."""
        corpus, random = self.corpus, self.random
        first, last = int(corpus.passages[passage]), int(corpus.passages[passage + 1])
        room = int(random.integers(40, 220))
        title, reworded = corpus.titles[passage], corpus.reworded[passage]
        if reworded and random.random() < self.recipe.reworded:
            query = reworded[int(random.integers(len(reworded)))]
            return query[:48], corpus.window(passage, first, 300)
        if len(title) > 2 and random.random() < 0.4:
            start = first if random.random() < 0.7 else int(random.integers(first, last))
            return title, corpus.window(passage, start, room)
        sentence = first if random.random() < 0.15 else int(random.integers(first, last))
        ids = corpus.ids[corpus.sentences[sentence] : corpus.sentences[sentence + 1]]
        start = max(first, sentence - int(random.integers(0, 5)))
        keep = random.random() < self.recipe.keep_sentence
        document = corpus.window(passage, start, room, -1 if keep else sentence)
        if len(document) < 8:
            document = corpus.window(passage, first, room, -1 if keep else sentence)
        return self.thin(ids), document

    def asked(self, passage: int) -> tuple[Ids, Ids]:
        """A question, and its paragraph or the part around its answer."""
        corpus, random = self.corpus, self.random
        first = int(corpus.passages[passage])
        questions = corpus.questions[passage]
        question, answer = questions[int(random.integers(len(questions)))]
        if random.random() < 0.2:
            question = question[random.random(len(question)) < 0.7]
        if answer < 0 or random.random() < 0.6:
            return question, corpus.window(passage, first, 320)
        start = max(first, first + answer - int(random.integers(0, 3)))
        return question, corpus.window(passage, start, int(random.integers(60, 220)))

    def foreign(self, passage: int) -> tuple[Ids, Ids]:
        """An English query and its Chinese passage."""
        corpus, random = self.corpus, self.random
        queries = corpus.english[passage]
        query = queries[int(random.integers(len(queries)))]
        first = int(corpus.passages[passage])
        return query[:48], corpus.window(passage, first, int(random.integers(80, 320)))
