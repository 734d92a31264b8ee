"""What our own search finds for the questions of a set: the passages that a reader is given."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant import Assistant, Settings
from assistant.asking.condense import stand_alone
from benchmarks.embedding import read_lines

GROUP = 40
"""Articles of one group: a question is asked over those of its own."""
# The reader is given five; the others are further passages on the same subject.
_TOP = 8

Passage = dict[str, Any]
"""article, start, end, text, title, published (ISO date or empty)"""


def groups_of(articles: Path, names: Path) -> list[list[dict[str, Any]]]:
    """The articles that `names` lists, group by group."""
    by_id = {article["id"]: article for article in read_lines(articles)}
    listed = names.read_text(encoding="utf-8").split()
    return [
        [by_id[name] for name in listed[start : start + GROUP]]
        for start in range(0, len(listed), GROUP)
    ]


def found_for(
    questions: Sequence[Mapping[str, Any]], groups: Sequence[Sequence[Mapping[str, Any]]]
) -> Iterator[dict[str, Any]]:
    """Each question with `asked` (as it stands alone by rule) and `hits`, the best first.

    Args:
        questions: rows of a set; a row's evidence, or what is near it, tells its group.
        groups: the articles.
    """
    home = {article["id"]: number for number, group in enumerate(groups) for article in group}
    rows: dict[int, list[Mapping[str, Any]]] = {}
    for row in questions:
        if (number := group_of(row, home)) >= 0:
            rows.setdefault(number, []).append(row)
    for number, own in sorted(rows.items()):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "articles.jsonl"
            lines = (json.dumps(article, ensure_ascii=False) for article in groups[number])
            path.write_text("\n".join(lines), encoding="utf-8")
            with Assistant(Settings(data_dir=Path(folder) / "store")) as assistant:
                assistant.add(path)
                for row in own:
                    yield _with_hits(assistant, row)


def group_of(row: Mapping[str, Any], home: Mapping[str, int]) -> int:
    """The group of a question's articles, by its evidence or what is near it; −1 for none."""
    told = [*row["evidence"], *row["near"]]
    return min((home[each["article"]] for each in told if each["article"] in home), default=-1)


def _with_hits(assistant: Assistant, row: Mapping[str, Any]) -> dict[str, Any]:
    asked = stand_alone(row["question"], row["history"])
    hits = [
        {
            "article": hit.chunk.article_id,
            "start": hit.chunk.start,
            "end": hit.chunk.end,
            "text": hit.chunk.text,
            "title": hit.title,
            "published": hit.published.isoformat() if hit.published else "",
        }
        for hit in assistant.search(asked, _TOP)
    ]
    return {**row, "asked": asked, "hits": hits}
