"""One question in the page of a report: asked, expected, answered, cited, found."""

from collections.abc import Iterable, Sequence
from html import escape

from assistant.evaluation.highlight import highlighted
from assistant.evaluation.ranking import first
from assistant.evaluation.rows import Cited, Found, Row

_LONGEST = 600
"""Characters of a hit that are shown."""
_SHOWN = 3
"""Hits that are shown at once; of a question with a fault the others unfold."""


def unfolding(row: Row) -> str:
    """Give a question as an element that unfolds; every text in it is escaped."""
    asked = row.question
    fault = f'<span class="fault">{escape(row.fault)}</span>' if row.fault else ""
    about = " · ".join(escape(part) for part in (asked.id, asked.type) if part)
    head = f'<span lang="zh-Hans">{escape(asked.question)}</span>'
    fields = "".join(f"<dt>{name}</dt><dd>{told}</dd>" for name, told in _fields(row) if told)
    return (
        f'<details class="question"><summary><span>{head}{fault}</span>'
        f'<span class="tag">{about}</span></summary>'
        f'<dl lang="zh-Hans">{fields}</dl></details>'
    )


def _fields(row: Row) -> Iterable[tuple[str, str]]:
    asked = row.question
    turns = "<br>".join(escape(f"{turn['role']}: {turn['content']}") for turn in asked.history)
    yield "before", turns
    yield "expected", _expected(row)
    yield "evidence", "".join(_quote(quote, "", True, (quote,)) for quote in asked.evidence)
    yield "answered", _answered(row)
    yield "cited", "".join(_cited(each, asked.evidence) for each in row.citations) or "–"
    yield "found", _found(row)
    given = " · ".join(f"{_plain(name)} {value:.2g}" for name, value in row.scores.items())
    yield "scores", f'<span class="soft">{escape(given)}</span>' if given else ""
    for name, note in row.notes.items():
        yield _plain(name), escape(note)


def _expected(row: Row) -> str:
    asked = row.question
    parts = [" / ".join(asked.answers)]
    parts += [f"with {' + '.join(asked.must_include)}"] if asked.must_include else []
    parts += [f"without {' + '.join(asked.must_not_include)}"] if asked.must_not_include else []
    told = "<br>".join(escape(part) for part in parts if part)
    if asked.is_answerable:
        return told or "–"
    return '<span class="soft">no answer in the articles</span>' + (f"<br>{told}" if told else "")


def _answered(row: Row) -> str:
    text = highlighted(row.answered, row.question.evidence).replace("\n", "<br>") or "–"
    lines = [text]
    if row.short:
        lines.append(f'<span class="soft">short answer</span> {escape(row.short)}')
    how = f"confidence {row.confidence:.2f} · {row.seconds:.2f} s"
    why = f" · {row.answer_reason}" if row.answer_reason else ""
    return "<br>".join([*lines, f'<span class="soft">{escape(how + why)}</span>'])


def _cited(citation: Cited, evidence: Iterable[str]) -> str:
    about = f"[{citation.number}] {citation.article}"
    return _quote(citation.quote, about, citation.is_evidence, evidence)


def _quote(text: str, about: str, is_evidence: bool, evidence: Iterable[str]) -> str:
    kind = ' class="right"' if is_evidence else ""
    source = f"<cite>{escape(about)}</cite>" if about else ""
    return f"<blockquote{kind}>{highlighted(text, evidence)}{source}</blockquote>"


def _found(row: Row) -> str:
    if not row.found:
        return ""
    rank = first(row.evidence_ranks)
    where = f"evidence at rank {rank}" if rank else "no hit holds the evidence"
    told = f'<span class="soft">{where}</span>' if row.evidence_ranks else ""
    best = _hits(row.found[:_SHOWN], 1, row.question.evidence)
    rest = row.found[_SHOWN:] if row.fault else []
    if rest:
        more = _hits(rest, _SHOWN + 1, row.question.evidence)
        told_more = f"<summary>{len(rest)} more</summary>{more}"
        best += f'<details class="more">{told_more}</details>'
    return told + best


def _hits(hits: Sequence[Found], start: int, evidence: Iterable[str]) -> str:
    shown = "".join(
        f"<li>{highlighted(_shortened(hit.text), evidence)} "
        f'<span class="soft">{escape(hit.article)}</span></li>'
        for hit in hits
    )
    return f'<ol start="{start}">{shown}</ol>'


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _plain(name: str) -> str:
    return name.replace("_", " ")
