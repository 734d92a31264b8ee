"""The REST door: `/api/ask`, `/api/search`, `/api/articles`, described in `/api/openapi.json`."""

from functools import partial
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from fastapi.security import HTTPBearer

from assistant import Answer, Assistant
from vectorstore import Hit
from web.doors import Failure, Workers, tell_failures
from web.records import ArticleList, ArticleRecord, AskRequest, ListedArticle, SearchRequest

_FAILURES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Failure, "description": "The request can't be answered as it is"},
    "5XX": {"model": Failure, "description": "The server can't answer now"},
}
_DESCRIPTION = (
    "Cited answers from the stored articles alone. What an article says is data, never markup: "
    "escape it before you show it as HTML or Markdown."
)


def create_rest(assistant: Assistant, workers: Workers) -> FastAPI:
    """The application to be mounted at `/api`; it reads, and changes nothing.

    Asking and searching are POST, so that no other site's link or image can set off the work.
    """
    # `Keyed` asks for the key; this only says so to who reads the description.
    bearer = [Depends(HTTPBearer(auto_error=False, scheme_name="ASSISTANT_API_KEY"))]
    # The documentation pages of FastAPI would load their scripts from another host.
    app = FastAPI(
        title="xieshou",
        description=_DESCRIPTION,
        version="1",
        docs_url=None,
        redoc_url=None,
        responses=_FAILURES,
        dependencies=bearer if assistant.settings.api_key.get_secret_value() else [],
    )
    tell_failures(app)

    @app.post("/ask")
    async def ask(asked: AskRequest) -> Answer:
        """Answer a question from the articles, each sentence cited."""
        conditions = asked.filters.conditions()
        return await workers.run(partial(assistant.ask, asked.question, asked.turns(), conditions))

    @app.post("/search")
    async def search(asked: SearchRequest) -> list[Hit]:
        """Find the passages that fit a question best, best first."""
        conditions = asked.filters.conditions()
        return await workers.run(partial(assistant.search, asked.question, asked.top_k, conditions))

    @app.get("/articles")
    async def articles(
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> ArticleList:
        """List the articles, newest first."""
        return await workers.run(partial(_page, assistant, offset, limit))

    @app.get("/articles/{article_id:path}")
    async def article(article_id: str) -> ArticleRecord:
        """Give one article, whole."""
        found = await workers.run(partial(assistant.article, article_id))
        return ArticleRecord.of(found)

    return app


def _page(assistant: Assistant, offset: int, limit: int) -> ArticleList:
    listing = assistant.listing(place=(offset, limit))
    shown = [ListedArticle.of(one) for one in listing.articles]
    return ArticleList(total=listing.total, articles=shown)
