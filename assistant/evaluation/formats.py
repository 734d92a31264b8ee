"""The file formats of Q&A sets, taken apart into entries: JSON Lines, SQuAD-style JSON, CSV."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import QuestionsUnreadable
from vectorstore import sentences

_SEPARATOR = "|"
_BOM = b"\xef\xbb\xbf"
_UNANSWERABLE = "unanswerable"
# The headings by which people's tables call the fields.
_HEADINGS = {
    "问题": "question",
    "问": "question",
    "编号": "id",
    "序号": "id",
    "类型": "type",
    "答案": "answers",
    "answer": "answers",
    "参考答案": "answers",
    "必须包含": "must_include",
    "不得包含": "must_not_include",
    "来源": "source",
    "文章": "source",
    "article": "source",
    "证据": "evidence",
    "依据": "evidence",
    "备注": "note",
}
_SINGLE = ("question", "id", "type", "note")


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands at one place of a file: a value to check, or the problem of reading it."""

    place: str
    """As a person finds it: `line 3`, `paragraph 2, question 1`."""
    value: Any = None
    problem: str = ""


def entries(suffix: str, content: bytes) -> Iterator[Entry]:
    """Take the content of a file apart by the suffix of its name; never raises for bad content.

    `.csv` and `.tsv` are tables with a heading; `.json` is one document, SQuAD-style or a list of
    objects; everything else, and a `.json` that is no one document, is JSON Lines.
    """
    if suffix in (".csv", ".tsv"):
        return _table(content, "\t" if suffix == ".tsv" else ",")
    if suffix == ".json":
        document = _document(content)
        if isinstance(document, dict) and isinstance(document.get("data"), list):
            return _squad(document["data"])
        if isinstance(document, list):
            return (Entry(f"item {number}", each) for number, each in enumerate(document, 1))
    return _lines(content)


def squad_articles(path: Path) -> list[dict[str, str]]:
    """Give the paragraphs of a SQuAD-style file as articles, by the ids that its questions name.

    Returns:
        Lines of a `.jsonl` of articles (`id`, `title`, `text`); none where it is no such file.

    Raises:
        QuestionsUnreadable: if the file can't be read.
    """
    try:
        content = path.read_bytes() if path.suffix.lower() == ".json" else b""
    except OSError as error:
        raise QuestionsUnreadable(f"can't read the articles in {path}: {error}") from error
    document = _document(content)
    data = document.get("data") if isinstance(document, dict) else None
    found = _paragraphs(data) if isinstance(data, list) else iter(())
    return [
        {"id": name, "title": title or name, "text": context}
        for name, title, context, _ in found
        if isinstance(context, str)
    ]


def _document(content: bytes) -> Any:
    """The one JSON document that the content is, None where it is none."""
    try:
        return json.loads(content.removeprefix(_BOM).decode("utf-8"))
    except (ValueError, RecursionError):
        return None


# -- JSON Lines -----------------------------------------------------------------------------


def _lines(content: bytes) -> Iterator[Entry]:
    for number, line in enumerate(content.removeprefix(_BOM).split(b"\n"), 1):
        if line.strip():
            place = f"line {number}"
            try:
                yield Entry(place, json.loads(line.decode("utf-8")))
            except RecursionError:
                yield Entry(place, problem="nested too deeply")
            except ValueError as error:
                yield Entry(place, problem=str(error))


# -- SQuAD ----------------------------------------------------------------------------------


def _paragraphs(data: list[Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """The name, title, text and questions of each paragraph, numbered through the file."""
    number = 0
    for article in data:
        article = article if isinstance(article, dict) else {}
        title = article.get("title")
        paragraphs = article.get("paragraphs")
        for paragraph in paragraphs if isinstance(paragraphs, list) else [None]:
            number += 1
            part = paragraph if isinstance(paragraph, dict) else {}
            named = str(part.get("id") or f"paragraph-{number}")
            title = title if isinstance(title, str) else ""
            yield named, title, part.get("context"), part.get("qas")


def _squad(data: list[Any]) -> Iterator[Entry]:
    for number, (name, _, context, asked) in enumerate(_paragraphs(data), 1):
        place = f"paragraph {number}"
        if not isinstance(context, str) or not isinstance(asked, list):
            yield Entry(place, problem="no `context` with its list of `qas`")
            continue
        for which, question in enumerate(asked, 1):
            yield _squad_entry(f"{place}, question {which}", question, name, context)


def _squad_entry(place: str, asked: Any, name: str, context: str) -> Entry:
    if not isinstance(asked, dict):
        return Entry(place, problem="not a JSON object")
    fields = {name: asked.get(name) for name in _SINGLE}
    fields["id"] = fields["id"] or place
    if asked.get("is_impossible") is True:
        return Entry(place, fields | {"type": _UNANSWERABLE})
    answers = asked.get("answers")
    if not isinstance(answers, list) or not answers:
        return Entry(place, problem="no `answers`, and not marked `is_impossible`")
    texts, evidence = [], []
    for answer in answers:
        text = answer.get("text") if isinstance(answer, dict) else None
        start = _start(context, answer) if isinstance(text, str) and text else -1
        if start < 0:
            return Entry(place, problem="an answer does not stand in its `context`")
        texts.append(text)
        evidence.append(_sentences_at(context, start, start + len(str(text))))
    unique = {"answers": list(dict.fromkeys(texts)), "evidence": list(dict.fromkeys(evidence))}
    return Entry(place, fields | unique | {"source": [name]})


def _start(context: str, answer: dict[str, Any]) -> int:
    """Where an answer stands: at its offset, else (sets count differently) where it first does."""
    start, text = answer.get("answer_start"), str(answer["text"])
    if isinstance(start, int) and start >= 0 and context.startswith(text, start):
        return start
    return context.find(text)


def _sentences_at(context: str, start: int, end: int) -> str:
    """The whole sentences that hold the characters from `start` to `end`."""
    spans = [span for span in sentences(context) if span[0] < end and span[1] > start]
    return context[spans[0][0] : spans[-1][1]] if spans else context[start:end]


# -- CSV ------------------------------------------------------------------------------------


def _table(content: bytes, delimiter: str) -> Iterator[Entry]:
    """The rows of a table; spreadsheets here write GB 18030 as often as UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    heading: list[str] = []
    while True:
        place = f"line {rows.line_num + 1}"
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Entry(place, problem=str(error))
            continue
        if not any(cell.strip() for cell in row):
            continue
        if heading:
            yield _table_entry(place, heading, row)
            continue
        heading = [_HEADINGS.get(name, name) for name in (cell.strip().lower() for cell in row)]
        if "question" not in heading:
            yield Entry(place, problem="the heading names no column `question`")
            return


def _table_entry(place: str, heading: list[str], row: list[str]) -> Entry:
    if len(row) != len(heading):
        return Entry(place, problem=f"{len(row)} cells under {len(heading)} headings")
    cells = {name: cell.strip() for name, cell in zip(heading, row, strict=True)}
    fields: dict[str, Any] = {name: cells.get(name, "") for name in _SINGLE}
    for name in cells.keys() - {*_SINGLE, "history"}:
        fields[name] = [part.strip() for part in cells[name].split(_SEPARATOR) if part.strip()]
    try:
        fields["history"] = json.loads(cells.get("history") or "[]")
    except (ValueError, RecursionError):
        return Entry(place, problem="`history` is no JSON")
    return Entry(place, fields)
