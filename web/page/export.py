"""A conversation as Markdown: questions, answers, doubts, and each citation with its quote."""

import re
from collections.abc import Iterator, Sequence

from assistant import Answer, Citation

_SIGNS = re.compile(r"([\\`*_{}\[\]<>#|~!$])")
_AT_LINE_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


def markdown(title: str, answers: Sequence[Answer]) -> str:
    """The whole conversation; no text in it acts as Markdown or HTML."""
    lines = [f"# {_line(title)}"]
    for answer in answers:
        lines += ["", f"## {_line(answer.question)}", "", *_answer(answer)]
    return "\n".join(lines) + "\n"


def _answer(answer: Answer) -> Iterator[str]:
    if answer.short:
        yield f"**{_line(answer.short)}**"
        yield ""
    yield _escape(answer.text)
    for sentence in answer.sentences:
        if sentence.status == "unsupported":
            yield ""
            yield f"> 未证实：{_line(sentence.text)}（{_line(sentence.reason)}）"
    if answer.reason:
        yield ""
        yield f"（{_line(answer.reason)}）"
    for citation in answer.citations:
        yield ""
        yield from _citation(citation)


def _citation(citation: Citation) -> Iterator[str]:
    published = citation.published.isoformat() if citation.published else "日期不详"
    origin = f"{_line(citation.publisher) or '出处不详'}，{published}"
    address = f"，<{citation.url}>" if re.fullmatch(r"https?://[^\s<>]+", citation.url) else ""
    yield f"\\[{citation.number}\\] {_line(citation.title)}（{origin}）{address}"
    yield f"> {_line(citation.quote)}"


def _line(text: str) -> str:
    return _escape(" ".join(text.split()))


def _escape(text: str) -> str:
    return _AT_LINE_START.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", text))
