"""The records that cross rooms: what an article, a chunk and a hit are."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Dropped:
    """One receipt of cleaning: what kind of text was dropped, how much, and how it began."""

    kind: str
    """A kind named in `vectorstore.cleaning.clean`: script, style, navigation, teaser, spam …"""
    characters: int
    sample: str = ""


@dataclass(frozen=True, slots=True)
class RawPage:
    """What was read from a file or a URL, before cleaning."""

    source: str
    """Where it came from: an absolute path, a URL, or `path#line` for a line of a .jsonl file."""
    kind: str
    """The format of `text`: html, text, markdown or record (a line of a .jsonl file)."""
    text: str
    metadata: dict[str, str] = field(default_factory=dict)
    """title, publisher, author, published, url, id: what the container itself states."""
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One source text with its metadata. `text` is cleaned and in the article's own script."""

    id: str
    title: str
    text: str
    url: str = ""
    publisher: str = ""
    author: str = ""
    published: date | None = None
    script: str = "hans"
    """hans (simplified) or hant (traditional)."""
    source: str = ""
    dropped: tuple[Dropped, ...] = ()
    also_in: tuple[str, ...] = ()
    """Sources of the reprints that were folded into this article."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in a list: all but its text."""

    id: str
    title: str
    publisher: str
    author: str
    published: date | None
    url: str
    script: str
    source: str
    also_in: tuple[str, ...]
    characters: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list of articles."""

    total: int
    """How many articles meet the conditions, on this page or another."""
    articles: list[Listed]
    publishers: dict[str, int]
    """Every publisher of the store with the number of its articles, the most productive first."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences of one article: `article.text[start:end] == text`."""

    article_id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for a question, with its fused score (higher is better)."""

    chunk: Chunk
    score: float
    dense_rank: int | None
    """Rank from 1 in the dense search, None where it was not among its candidates."""
    lexical_rank: int | None
    title: str = ""
    publisher: str = ""
    published: date | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A source that was not added, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of the sources of one `add`."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
