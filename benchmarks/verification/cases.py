"""What is checked: sentences made of true ones, each over the sources that it cites and others."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from assistant.facts.overlap import share, squeeze
from benchmarks.reader.cases import spread
from benchmarks.reader.neighbours import Neighbours
from benchmarks.verification import articles, false, true
from benchmarks.verification.articles import HALVES, Text
from vectorstore import Hit, sentences

SOURCES = 8
"""How many sources a model is given, as in the default settings."""
_RIGHT_GIVEN = "wrong source, the right one given"
_WRONG = ("wrong source, the right one absent", _RIGHT_GIVEN)
_TWO_SOURCES = "figure of another article"
_OF_AN_ARTICLE = 2
# What holds this share of a sentence may well say the same: a reprint, or a report of one event.
_SAID_AGAIN = 0.6
_PARTS: Mapping[str, tuple[Callable[[Path], Iterator[Text]], int]] = {
    "domain": (articles.domain, 300),
    "pages": (articles.pages, 0),
    "news": (articles.news, 150),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence to check.

    Args:
        kind: what was done to the sentence.
        is_true: whether the sources carry it still.
        claim: the sentence.
        cited: places in `sources` of those that it cites.
        sources: what the model was given.
    """

    kind: str
    is_true: bool
    claim: str
    cited: tuple[int, ...]
    sources: tuple[Hit, ...]

    @property
    def is_moved(self) -> bool:
        """Whether the sentence is true, the right source is there, and a wrong one is cited."""
        return self.kind == _RIGHT_GIVEN


@dataclass(frozen=True, slots=True)
class CaseSet:
    """The cases of a part of the articles.

    Args:
        key: the name by which it is chosen and stored.
        cases: all of them.
        sources: the files they were made of, as named under the data folder.
    """

    key: str
    cases: Sequence[Case]
    sources: tuple[str, ...]

    def digest(self) -> str:
        """SHA-256 of all cases."""
        digest = hashlib.sha256()
        for case in self.cases:
            seen = [hit.chunk.text for hit in case.sources]
            row = [case.kind, case.claim, case.cited, seen]
            digest.update(json.dumps(row, ensure_ascii=False).encode("utf-8"))
        return digest.hexdigest()

    def limited(self, most: int) -> "CaseSet":
        """At most so many cases of each kind, spread evenly; 0 for all."""
        kinds: dict[str, list[Case]] = {}
        for case in self.cases:
            kinds.setdefault(case.kind, []).append(case)
        kept = [case for each in kinds.values() for case in spread(each, most)]
        return replace(self, cases=kept)


def keys() -> list[str]:
    """The names of all sets: a part of the articles and a half of it."""
    return [f"{part}-{half}" for half in HALVES for part in _PARTS]


def make(key: str, root: Path, most: int = 0) -> CaseSet:
    """The cases of a half of a part.

    Args:
        key: as in `keys`.
        root: the folder that holds `data/` and `articles/`.
        most: of so many articles at most; 0 for as many as the published table has.
    """
    part, _, half = key.partition("-")
    reader, usual = _PARTS[part]
    own = [text for text in reader(root) if text.half == half and text.facts]
    texts = spread(own, most or usual)
    files = {"domain": [articles.DOMAIN], "news": [articles.NEWS]}.get(part)
    return CaseSet(key, [*_cases(texts)], tuple(files or articles.page_names(root)))


@dataclass(frozen=True, slots=True)
class _Taken:
    """A true sentence with its chunk."""

    text: Text
    sentence: str
    hit: Hit
    start: int


def _cases(texts: Sequence[Text]) -> Iterator[Case]:
    few = len(texts) < 10
    bases = [taken for text in texts for taken in _taken(text, 0 if few else _OF_AN_ARTICLE)]
    hits = [hit for text in texts for hit in text.hits]
    near = Neighbours([base.sentence for base in bases], [hit.chunk.text for hit in hits])
    for base in bases:
        own = base.text.article.id

        def is_other(place: int, own: str = own, sentence: str = base.sentence) -> bool:
            chunk = hits[place].chunk
            return chunk.article_id != own and share(sentence, chunk.text) < _SAID_AGAIN

        others = [hits[place] for place in near.best(base.sentence, SOURCES, is_other)]
        more = [hit for hit in base.text.hits if hit is not base.hit][:1]
        yield from _false(base, [*more, *others])
        yield from _true(base, [*more, *others])


def _taken(text: Text, most: int) -> Iterator[_Taken]:
    found = []
    for start, sentence in text.facts:
        place = text.holding(start, start + len(sentence))
        if place is not None:
            found.append(_Taken(text, sentence, text.hits[place], start))
    # Of one article as many as told, chosen by its digest rather than the first ones.
    Random(text.article.id).shuffle(found)
    yield from found[: most or len(found)]


def _false(base: _Taken, others: Sequence[Hit]) -> Iterator[Case]:
    facts = [fact for hit in others for fact in _facts(hit) if fact not in base.text.text]
    same = [fact for fact in _facts(base.hit) if fact != base.sentence]
    made = false.Base(base.sentence, base.text.text, facts, same)
    for kind, maker in false.FALSE.items():
        claim = maker(made, Random(f"{kind} {base.sentence}"))
        sources = _given(base.hit, others)
        if kind in _WRONG:
            apart = [hit for hit in others if hit.chunk.article_id != base.text.article.id]
            right = [base.hit] if kind == _RIGHT_GIVEN else []
            sources = tuple([*apart[:1], *right, *apart[1:]][:SOURCES])
        if claim and (kind in _WRONG or not _carried(claim, base.text.text)):
            cited = _both(claim, base.sentence, sources) if kind == _TWO_SOURCES else (0,)
            yield Case(kind, False, claim, cited, sources)


def _true(base: _Taken, others: Sequence[Hit]) -> Iterator[Case]:
    facts = _facts(base.hit)
    before = facts[facts.index(base.sentence) - 1] if base.sentence in facts[1:] else ""
    made = true.Base(base.sentence, before, base.hit.published)
    for kind, maker in true.TRUE.items():
        claim = maker(made)
        if claim and (claim != base.sentence or kind == "verbatim"):
            yield Case(kind, True, claim, (0,), _given(base.hit, others))


def _given(hit: Hit, others: Sequence[Hit]) -> tuple[Hit, ...]:
    return (hit, *others[: SOURCES - 1])


def _facts(hit: Hit) -> list[str]:
    text = hit.chunk.text
    found = (text[start:end] for start, end in sentences(text))
    return [each for each in found if articles.is_factual(each)]


def _carried(claim: str, article: str) -> bool:
    """Whether the article says a perturbed sentence after all."""
    return squeeze(claim).rstrip("。") in squeeze(article)


def _both(claim: str, sentence: str, sources: Sequence[Hit]) -> tuple[int, ...]:
    """The first source, and the one that has the figure which `sentence` lacks."""
    held = {match.group() for match, _ in false.numbers_with_units(sentence)}
    new = [match.group() for match, _ in false.numbers_with_units(claim)]
    wanted = next((each for each in new if each not in held), "")
    having = [at for at, hit in enumerate(sources) if at and wanted and wanted in hit.chunk.text]
    return (0, *having[:1])
