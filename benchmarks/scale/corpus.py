"""The articles and the questions of the benchmark, as files in its work folder."""

import json
import lzma
from itertools import islice
from pathlib import Path
from typing import Any

NEWS = "train/news_articles.jsonl.xz"
QUESTIONS = "dev/news_questions.jsonl"
MORE = "dev/broadcast_articles.jsonl"
ASKED = 200
FILTERS: dict[str, dict[str, str]] = {
    "since August": {"date_from": "2023-08-01", "date_to": "2023-12-31"},
    "three days": {"date_from": "2023-08-10", "date_to": "2023-08-12"},
    "publisher": {"publisher": "报纸7"},
}
"""The conditions asked with. The news name no publishers: ten are planted, in turn."""
_PUBLISHERS = 10


def news(data: Path, work: Path, size: int) -> Path:
    """The first `size` news articles as a .jsonl file, with publishers."""
    file = work / f"news-{size}.jsonl"
    if not file.is_file():
        part = file.with_suffix(".part")
        with (
            lzma.open(data / NEWS, "rt", encoding="utf-8") as lines,
            part.open("w", encoding="utf-8") as out,
        ):
            for number, line in enumerate(islice(lines, size)):
                fields = json.loads(line) | {"publisher": f"报纸{number % _PUBLISHERS}"}
                out.write(json.dumps(fields, ensure_ascii=False) + "\n")
        part.replace(file)
    return file


def texts(file: Path) -> list[str]:
    """Title and text of each article of a .jsonl file."""
    with file.open(encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    return [f"{article['title']}\n{article['text']}".strip() for article in articles]


def questions(data: Path) -> list[str]:
    """Real questions over the news, evenly from the whole file."""
    records = _lines(data / QUESTIONS)
    step = max(1, len(records) // ASKED)
    return [record["question"] for record in records[::step]][:ASKED]


def more(data: Path, start: int, count: int) -> list[dict[str, Any]]:
    """Articles that are not among the news: evening broadcasts of the same years."""
    long = (record for record in _lines(data / MORE) if len(record["text"]) >= 200)
    return list(islice(long, start, start + count))


def _lines(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
