"""Tie each sentence of a written answer to words of an article, and check it before it is shown."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from assistant.checking.marks import (
    claims_nothing,
    declined,
    declines,
    numbers,
    opens_references,
    plain,
    unit_end,
    unmarked,
)
from assistant.checking.orders import is_order
from assistant.checking.verify import Quote, check, unknown, verify
from assistant.facts.overlap import content, parts, share, squeeze
from assistant.schema import Citation, Sentence, Status
from vectorstore import Hit, sentences

__all__ = ["Cited", "Citer", "citation", "cite", "declined", "verify"]

_MOST_QUOTES = 3
# A sentence that names no source is looked for in so many articles.
_MOST_ARTICLES = 2
# A sentence that names no source, or the wrong one, is cited to the words found for it only when
# they hold this share of its bigrams: measured on the perturbed sentences of tests/test_cite.py.
_LEAST_SHARE_UNNAMED = 0.5


class Numbered(Protocol):
    """What is needed of a source; `assistant.writing.context.Source` has it."""

    @property
    def number(self) -> int:
        """The number by which the model names it."""

    @property
    def hit(self) -> Hit:
        """The hit it was made from."""

    @property
    def text(self) -> str:
        """The run of `hit.chunk.text` that the model saw."""

    @property
    def start(self) -> int:
        """Where `text` begins in `hit.chunk.text`."""


@dataclass(frozen=True, slots=True)
class Cited:
    """A checked answer: its text with renumbered marks, its sentences, its citations in order."""

    text: str
    sentences: list[Sentence]
    citations: list[Citation]


@dataclass(frozen=True, slots=True)
class _Span:
    """One sentence of a source, as offsets in its article."""

    hit: Hit
    start: int
    end: int
    text: str

    @property
    def quote(self) -> Quote:
        return Quote(self.text, f"{self.hit.title}|{self.hit.publisher}", self.hit.published)


def citation(number: int, hit: Hit, start: int, end: int) -> Citation:
    """Make the citation of `article.text[start:end]`, which must lie within the hit's chunk.

    Raises:
        ValueError: if it does not.
    """
    chunk = hit.chunk
    if not chunk.start <= start < end <= chunk.end:
        raise ValueError(f"{start}–{end} lies outside the chunk {chunk.start}–{chunk.end}")
    return Citation(
        number=number,
        article_id=chunk.article_id,
        title=hit.title,
        publisher=hit.publisher,
        published=hit.published,
        url=hit.url,
        quote=chunk.text[start - chunk.start : end - chunk.start],
        start=start,
        end=end,
    )


def cite(text: str, sources: Sequence[Numbered]) -> Cited:
    """Check a whole answer of the model: see `Citer`."""
    citer = Citer(sources)
    shown = "".join([*citer.feed(text), *citer.finish()])
    return Cited(shown.strip(), citer.sentences, citer.citations)


class Citer:
    """Checks an answer while it streams: text comes out sentence by sentence, checked.

    `feed` takes the model's deltas, `finish` ends it; both yield text to show, with marks that are
    renumbered from 1 in order of first use and stand after the sentence. No mark of the model is
    passed on unchecked. `sentences` and `citations` grow as it goes.

    A mark is narrowed to the sentences of its source that carry the claim (at most three). A
    sentence without a good mark is cited to the best sentence of any source. One that nothing
    carries is `unsupported`, says why, and is cited to nothing. Headings, lead-ins and the
    sentence that declines claim nothing: they get no citation and no blame, unless they hold a
    figure or a name that is in none of the sources.
    """

    def __init__(self, sources: Sequence[Numbered]) -> None:
        self.sentences: list[Sentence] = []
        self.citations: list[Citation] = []
        self._spans = {source.number: _spans(source) for source in sources}
        self._pending = ""
        self._at_references = False

    def feed(self, delta: str) -> Iterator[str]:
        """Take a piece of the model's text; yield what is finished and checked."""
        self._pending += delta
        while (end := unit_end(self._pending, last=False)) is not None:
            unit, self._pending = self._pending[:end], self._pending[end:]
            yield from self._check(unit)

    def finish(self) -> Iterator[str]:
        """Yield what is left, checked."""
        while self._pending:
            end = unit_end(self._pending, last=True) or len(self._pending)
            unit, self._pending = self._pending[:end], self._pending[end:]
            yield from self._check(unit)

    def _check(self, unit: str) -> Iterator[str]:
        text = re.sub(r"(?<![ \t])[ \t]+(?=[。！？，,.!?]|$)", "", unmarked(unit))
        self._at_references = self._at_references or opens_references(plain(unit))
        if self._at_references:
            return
        if not re.search(r"\w", plain(unit)):
            yield text if not text.strip() else ""
            return
        spans, reason = self._support(text, [n for n in numbers(unit) if n in self._spans])
        cited = sorted({self._number(span) for span in spans})
        status: Status = "unsupported" if reason else "supported"
        self.sentences.append(Sentence(text.strip(), cited, status, reason))
        body = text.rstrip()
        yield body + "".join(f"[{number}]" for number in cited) + text[len(body) :]

    def _support(self, text: str, marked: Sequence[int]) -> tuple[list[_Span], str]:
        """Find the spans that carry a sentence, or the reason why none do."""
        claim = plain(text)
        everything = [span for spans in self._spans.values() for span in spans]
        if declines(text):
            return [], ""
        spans, reason = _carried(claim, [self._spans[number] for number in marked])
        if spans:
            return spans, ""
        if claims_nothing(text):
            return [], unknown(claim, [span.quote for span in everything])
        for article in self._likely(claim):
            spans, other_reason = _carried(claim, [article])
            words = "|".join(span.text for span in spans)
            if spans and share(claim, words) >= _LEAST_SHARE_UNNAMED:
                return spans, ""
            reason = reason or other_reason
        return [], reason or "没有资料写到这句话"

    def _likely(self, claim: str) -> list[list[_Span]]:
        """The spans of the articles that share most with a claim, best first, each apart."""
        articles: dict[str, list[_Span]] = {}
        for spans in self._spans.values():
            for span in spans:
                articles.setdefault(span.hit.chunk.article_id, []).append(span)
        wanted = content(claim)

        def shared(spans: list[_Span]) -> int:
            return len(wanted & content("|".join(span.text for span in spans)))

        return sorted(articles.values(), key=shared, reverse=True)[:_MOST_ARTICLES]

    def _number(self, span: _Span) -> int:
        chunk = span.hit.chunk
        for known in self.citations:
            if (known.article_id, known.start, known.end) == (
                chunk.article_id,
                span.start,
                span.end,
            ):
                return known.number
        number = len(self.citations) + 1
        self.citations.append(citation(number, span.hit, span.start, span.end))
        return number


def _spans(source: Numbered) -> list[_Span]:
    """The sentences of a source that may carry a claim: all but those that give orders."""
    first = source.hit.chunk.start + source.start
    return [
        _Span(source.hit, first + start, first + end, source.text[start:end])
        for start, end in sentences(source.text)
        if not is_order(source.text[start:end])
    ]


def _carried(claim: str, groups: Sequence[Sequence[_Span]]) -> tuple[list[_Span], str]:
    """The fewest spans that together carry a claim, or none and the reason.

    What is most alike to the claim has a say even where others carry it: it may have another
    figure in the place of the claim's.

    Greedy: the span that shares most with the claim first, then the one that adds most, until the
    check passes; then those not needed are dropped. A further group (source) that the model named
    keeps its best span where that carries the whole claim alone.
    """
    pool = [span for group in groups for span in group]
    wanted = content(claim)
    chosen: list[_Span] = []
    reason = ""
    while len(chosen) < _MOST_QUOTES and (span := _best(wanted, pool)):
        chosen.append(span)
        wanted = wanted - content(span.text)
        reason = check(claim, [span.quote for span in chosen])
        if not reason:
            break
    if not chosen:
        return [], check(claim, [span.quote for span in pool]) if pool else ""
    if reason:
        return [], reason
    for span in chosen[:-1]:
        fewer = [other for other in chosen if other is not span]
        chosen = chosen if check(claim, [other.quote for other in fewer]) else fewer
    closest = max(pool, key=partial(_share_of, claim))
    if reason := check(claim, [span.quote for span in [*chosen, closest]]):
        return [], reason
    chosen = _with_each_clause(claim, chosen, pool)
    return [*chosen, *_also(claim, groups, chosen)], ""


def _with_each_clause(claim: str, chosen: list[_Span], pool: Sequence[_Span]) -> list[_Span]:
    """Add the span that plainly carries a clause which the chosen ones hardly touch."""
    for clause in parts(squeeze(claim)):
        words = "|".join(span.text for span in chosen)
        best = max(pool, key=partial(_share_of, clause))
        untouched = share(clause, words) < _LEAST_SHARE_UNNAMED <= share(clause, best.text)
        if untouched and len(content(clause)) > 2 and len(chosen) < _MOST_QUOTES:
            more = [*chosen, best]
            chosen = chosen if check(claim, [span.quote for span in more]) else more
    return chosen


def _share_of(clause: str, span: _Span) -> float:
    return share(clause, span.text)


def _also(
    claim: str, groups: Sequence[Sequence[_Span]], chosen: Iterable[_Span]
) -> Iterator[_Span]:
    used = {id(span) for span in chosen}
    for group in groups:
        if not used & {id(span) for span in group}:
            best = _best(content(claim), group)
            if best and not check(claim, [best.quote]):
                yield best


def _best(wanted: frozenset[str], pool: Sequence[_Span]) -> _Span | None:
    """The span that shares most with what is wanted (a number counts three times)."""

    def score(span: _Span) -> float:
        shared = wanted & content(span.text)
        weight = sum(3 if term[0].isdigit() else 1 for term in shared)
        return weight - len(span.text) / 10_000

    best = max(pool, key=score, default=None)
    return best if best and score(best) > 0 else None
