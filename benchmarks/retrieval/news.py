"""The sets over all the news: questions of the day, and the domain's titles."""

import json
import lzma
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from benchmarks.embedding import read_lines
from benchmarks.retrieval.sets import Maker
from benchmarks.retrieval.task import Passage, Task, sampled
from vectorstore import fold

NEWS = "train/news_articles.jsonl.xz"
QUESTIONS = "dev/news_questions.jsonl"
DOMAIN = "dev/domain_articles.jsonl"
# What is sampled for rankers that do not finish the whole.
_QUERIES, _PASSAGES = 400, 3000


def news_questions(data: Path) -> Task:
    """Questions over all news articles; any article that holds the answer is right."""
    articles = _articles(data)
    place = {article["id"]: index for index, article in enumerate(articles)}
    asked = read_lines(data / QUESTIONS)
    return Task(
        key="news",
        name="Questions over all the news",
        corpus="news",
        queries=[record["question"] for record in asked],
        passages=[*map(_passage, articles)],
        gold=[frozenset(place[known] for known in record["article_ids"]) for record in asked],
        sources=(NEWS, QUESTIONS),
        measure="hit@10",
    )


def domain_titles(data: Path) -> Task:
    """Titles of the domain's articles over their bodies among all the news.

    The bodies stand in place of the same articles among the news. A title that its own body
    repeats word for word asks nothing, and is left out; so is one of another article's.
    """
    domain = read_lines(data / DOMAIN)
    bodies = [Passage(article["text"], "", article["published"] or "") for article in domain]
    known = {
        "id": {article["id"] for article in domain},
        "text": {article["text"] for article in domain},
        "title": {article["title"] for article in domain} - {""},
    }
    others = [
        article
        for article in _articles(data)
        if not any(article[field] in values for field, values in known.items())
    ]
    gold: dict[str, set[int]] = {}
    for place, article in enumerate(domain):
        if article["title"] and fold(article["title"]) not in fold(article["text"]):
            gold.setdefault(article["title"], set()).add(place)
    return Task(
        key="domain",
        name="Domain titles → bodies among the news",
        corpus="domain",
        queries=list(gold),
        passages=[*bodies, *map(_passage, others)],
        gold=[*map(frozenset, gold.values())],
        sources=(NEWS, DOMAIN),
    )


def _passage(article: dict[str, Any]) -> Passage:
    return Passage(article["text"], article["title"], article["published"] or "")


@lru_cache(maxsize=1)
def _articles(data: Path) -> Sequence[dict[str, Any]]:
    with lzma.open(data / NEWS, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


NEWS_SETS: Mapping[str, Maker] = {
    "news": news_questions,
    "domain": domain_titles,
    "news-sample": lambda data: sampled(news_questions(data), _QUERIES, _PASSAGES),
    "domain-sample": lambda data: sampled(domain_titles(data), _QUERIES, _PASSAGES),
}
