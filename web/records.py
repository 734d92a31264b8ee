"""What programs send to the doors and get of articles; answers and hits go out as they are."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from vectorstore import Article, Listed

# As long as `Assistant` takes it; a blank one is refused there as well.
Question = Annotated[
    str, Field(min_length=1, max_length=2000, pattern=r"\S", description="In any script")
]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$", json_schema_extra={"format": "date"})]
Name = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]+$")]


def _whole(value: Any) -> Any:
    """To JSON 3.0 is the integer 3."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


TopK = Annotated[
    int, Field(strict=True, ge=1, le=100, description="Most hits"), BeforeValidator(_whole)
]


class Turn(BaseModel):
    """One earlier message of the conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class Filters(BaseModel):
    """Which articles may be used; a condition that is left out is none."""

    model_config = ConfigDict(extra="forbid")

    date_from: Day | None = None
    date_to: Day | None = None
    publisher: Name | list[Name] | None = None
    article_ids: list[Name] | None = None

    def conditions(self) -> dict[str, Any]:
        """The filters as `Assistant` takes them."""
        return self.model_dump(exclude_none=True)


class SearchRequest(BaseModel):
    """What to look for."""

    model_config = ConfigDict(extra="forbid")

    question: Question
    top_k: TopK | None = None
    filters: Filters = Filters()


class AskRequest(BaseModel):
    """What to answer; `history` holds the earlier messages, oldest first."""

    model_config = ConfigDict(extra="forbid")

    question: Question
    history: list[Turn] = Field([], max_length=100)
    filters: Filters = Filters()

    def turns(self) -> list[dict[str, str]]:
        """The history as `Assistant` takes it."""
        return [turn.model_dump() for turn in self.history]


class ArticleRequest(BaseModel):
    """Which article."""

    model_config = ConfigDict(extra="forbid")

    article_id: Name


class ArticleSummary(BaseModel):
    """An article without its text. Where its file lies on the server is nobody's business."""

    id: str
    title: str
    publisher: str
    author: str
    published: date | None
    url: str
    script: Literal["hans", "hant"]
    characters: int


class ListedArticle(ArticleSummary):
    """An article in a list."""

    chunks: int

    @classmethod
    def of(cls, article: Listed) -> Self:
        """What of `article` is shown."""
        return cls(**{name: getattr(article, name) for name in cls.model_fields})


class ArticleRecord(ArticleSummary):
    """An article; a citation's `quote` is `text[start:end]`, counted in code points."""

    text: str

    @classmethod
    def of(cls, article: Article) -> Self:
        """What of `article` is shown."""
        names = cls.model_fields.keys() - {"characters"}
        shown = {name: getattr(article, name) for name in names}
        return cls(characters=len(article.text), **shown)


class ArticleList(BaseModel):
    """One page of the articles, newest first, and how many there are."""

    total: int
    articles: list[ListedArticle]
