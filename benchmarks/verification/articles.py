"""The articles that sentences are taken from, in two halves: one to tune on, one to report."""

import hashlib
import json
import lzma
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.embedding import read_lines
from vectorstore import Article, Chunk, Hit, RawPage, fold, places, sentences
from vectorstore.cleaning.clean import clean
from vectorstore.loading.load import parse
from vectorstore.preparing.chunk import chunk_text

HALVES = ("development", "reporting")
DOMAIN = "data/dev/domain_articles.jsonl"
NEWS = "data/train/news_articles.jsonl.xz"
PAGES = "articles"
# The chunks of the product's default settings.
_TOKENS, _OVERLAP = 256, 1
_SHORTEST, _LONGEST = 18, 140
_NEWS_READ = 6000
# What makes a sentence factual: a figure, a title or name in quotation marks, a denial, a change.
_FACT = re.compile(
    r"\d|[一二三四五六七八九十百]+[个项家人名万亿年月]|百分之|《|“|没有|未|不[能再得会]|尚"
    r"|增|减|升|降|提高|扩大|首次|超过|公司|大学|集团|银行"
)
# Words of others may say anything: they are left out where a sentence begins or ends within them.
_WHOLE = re.compile(r"[^“”]*(?:“[^“”]*”[^“”]*)*")


@dataclass(frozen=True)
class Text:
    """An article, ready to take sentences from."""

    article: Article

    @property
    def half(self) -> str:
        """To which half it belongs, by the digest of its id."""
        return HALVES[hashlib.sha256(self.article.id.encode()).digest()[0] % 2]

    @cached_property
    def hits(self) -> list[Hit]:
        """Its chunks as the search gives them."""
        article = self.article
        chunks = chunk_text(article.id, article.text, max_tokens=_TOKENS, overlap=_OVERLAP)
        return [_hit(chunk, article) for chunk in chunks]

    @cached_property
    def facts(self) -> list[tuple[int, str]]:
        """Its factual sentences, each with where it begins."""
        spans = [(start, self.article.text[start:end]) for start, end in sentences(self.text)]
        return [(start, text) for start, text in spans if is_factual(text)]

    @property
    def text(self) -> str:
        """The words of the article."""
        return self.article.text

    @cached_property
    def places(self) -> list[str]:
        """The provinces and cities that it names."""
        return places(fold(self.text))

    def holding(self, start: int, end: int) -> int | None:
        """Place of the first chunk that holds a span whole."""
        places = range(len(self.hits))
        held = (at for at in places if _holds(self.hits[at].chunk, start, end))
        return next(held, None)


def is_factual(sentence: str) -> bool:
    """Whether a sentence states something that can be checked, in words of its own."""
    fits = _SHORTEST <= len(sentence) <= _LONGEST and sentence.endswith("。")
    return fits and bool(_FACT.search(sentence) and _WHOLE.fullmatch(sentence))


def domain(root: Path) -> Iterator[Text]:
    """The articles on cooperation between regions."""
    return _records(read_lines(root / DOMAIN))


def news(root: Path) -> Iterator[Text]:
    """The first 6,000 web news."""
    with lzma.open(root / NEWS, "rt", encoding="utf-8") as lines:
        yield from _records(json.loads(line) for line in islice(lines, _NEWS_READ))


def pages(root: Path) -> Iterator[Text]:
    """The crawled pages, cleaned by the product."""
    for path in sorted((root / PAGES).iterdir()):
        for page in parse(path.read_bytes(), path.name, path.suffix):
            if isinstance(page, RawPage):
                yield Text(clean(page))


def page_names(root: Path) -> list[str]:
    """The files of the crawled pages."""
    return sorted(f"{PAGES}/{path.name}" for path in (root / PAGES).iterdir())


def _records(records: Iterable[Mapping[str, Any]]) -> Iterator[Text]:
    for each in records:
        published = _date(each.get("published") or "")
        yield Text(Article(each["id"], each["title"], each["text"], published=published))


def _date(text: str) -> date | None:
    """The date of a record; some of the news have a month 0."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _hit(chunk: Chunk, article: Article) -> Hit:
    return Hit(chunk, 1.0, 1, 1, article.title, article.publisher, article.published, article.url)


def _holds(chunk: Chunk, start: int, end: int) -> bool:
    return chunk.start <= start and end <= chunk.end
