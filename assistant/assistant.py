"""Assistant: articles in, cited answers out; the composer that knows the order of answering."""

import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import prompts
from assistant.answering import (
    Asked,
    as_hits,
    checked,
    extract,
    last_answer,
    plain_turns,
    write,
)
from assistant.asking import condense, english
from assistant.errors import ArticleNotFound, LLMError, LLMNotConfigured
from assistant.logs import told
from assistant.pool import in_turn
from assistant.schema import Answer, Event, HitsEvent, StatusEvent
from assistant.settings import Settings
from assistant.writing import context, generate
from assistant.writing.breaker import Breaker
from assistant.writing.language import Language, words_in
from assistant.writing.writer import Writer, connect
from vectorstore import AddReport, Article, Hit, Listing, Progress, VectorStore, count_tokens, stage

History = Sequence[Mapping[str, str]]
Filters = Mapping[str, Any]

# The share of the time for an answer that making a follow-up stand alone may take.
_CONDENSING = 1 / 3


class Assistant:
    """Answers Chinese questions from the articles of one data directory, each sentence cited.

    Args:
        settings: all knobs; by default those of the environment.
        llm: any LlamaIndex LLM, in place of the endpoint that the settings name.

    Raises:
        VectorStoreError: if the data directory can't be used.
    """

    def __init__(self, settings: Settings | None = None, *, llm: Any = None) -> None:
        self.settings = settings or Settings()
        self._llm = llm
        self._breaker = Breaker()
        self._store = VectorStore(
            self.settings.data_dir.expanduser(),
            embedding_model=self.settings.embedding_model,
            query_prompt=self.settings.embedding_query_prompt,
            chunk_tokens=self.settings.chunk_tokens,
            chunk_overlap=self.settings.chunk_overlap,
            chroma_url=self.settings.chroma_url,
            database_url=self.settings.database_url,
            allow_hosts=frozenset(self.settings.allow_hosts),
        )

    def __enter__(self) -> "Assistant":
        """Use it in a `with` statement, which closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give back what is open; other processes may then write to the data directory."""
        self._store.close()

    # -- articles ---------------------------------------------------------------------------

    def add(self, source: str | Path, progress: Progress | None = None) -> AddReport:
        """Add a file, a folder, a .jsonl file or a URL; adding it again changes nothing.

        Raises:
            VectorStoreError: if the data directory can't be written to. A source that can't be
                read is no error: it is in the report's `skipped`, with the reason.
        """
        return self._store.add(source, progress)

    def articles(self) -> list[Article]:
        """All articles, newest first."""
        return self._store.articles()

    def listing(
        self,
        words: str = "",
        filters: Filters | None = None,
        order: str = "newest",
        place: tuple[int, int] = (0, 50),
    ) -> Listing:
        """One page of the articles without their texts.

        Args:
            words: what title or publisher must hold, in any script and width; empty for all.
            filters: as in `ask`.
            order: newest, oldest, title, publisher, longest or chunks.
            place: how many are passed over, and most of them that are given.
        """
        return self._store.listing(words, filters, order, place)

    def article(self, article_id: str) -> Article:
        """One article.

        Raises:
            ArticleNotFound: if there is none with this id.
        """
        article = self._store.article(article_id)
        if article is None:
            raise ArticleNotFound(f"no article {article_id!r}; see: xieshou list")
        return article

    def remove(self, article_id: str) -> None:
        """Remove an article; it is gone from every later answer.

        Raises:
            ArticleNotFound: if there is none with this id.
        """
        if not self._store.remove(article_id):
            raise ArticleNotFound(f"no article {article_id!r}; see: xieshou list")

    def rebuild(self, progress: Progress | None = None) -> None:
        """Make the indexes (and, where the settings changed, chunks and vectors) anew."""
        self._store.rebuild(progress)

    def own(self) -> None:
        """Claim the data directory for this process, as a page that stays open should."""
        self._store.own()

    def status(self) -> dict[str, Any]:
        """What is stored and in what state."""
        return self._store.status()

    # -- questions --------------------------------------------------------------------------

    def search(
        self, question: str, top_k: int | None = None, filters: Filters | None = None
    ) -> list[Hit]:
        """The chunks that fit the question best, best first; no reading, no LLM.

        Raises:
            BadQuestion: if it is empty or longer than 2000 characters.
            FilterError: for a filter that can't be read.
        """
        query = _query(checked(question))
        top_k = top_k or self.settings.top_k
        return in_turn(partial(self._store.search, query, top_k, filters))

    def ask(
        self, question: str, history: History | None = None, filters: Filters | None = None
    ) -> Answer:
        """Answer a question from the articles.

        Args:
            question: in any script.
            history: earlier turns, oldest first: `role` (user or assistant) and `content`.
            filters: `date_from`, `date_to`, `publisher`, `article_ids`.

        Raises:
            BadQuestion: if the question is empty or longer than 2000 characters.
            FilterError: for a filter that can't be read.
            LLMNotConfigured: if the settings demand the llm mode and name no endpoint.
        """
        return last_answer(self.stream(question, history, filters))

    @told
    def stream(
        self, question: str, history: History | None = None, filters: Filters | None = None
    ) -> Iterator[Event]:
        """Answer a question step by step: status, hits, text with verdicts, then the `Answer`.

        A `DeltaEvent` brings each checked piece of text, a `SentenceEvent` the verdict on the
        sentence in it, with the answer so far. Where the LLM fails on the way, a `FallbackEvent`
        withdraws what was said; the answer is then an extractive one, and says so in `reason`.
        Closing the iterator stops the LLM. Arguments and errors as in `ask`.
        """
        started = time.monotonic()
        question = checked(question)
        writer = self._writer()
        turns = plain_turns(history)
        yield StatusEvent("正在查找文章…")
        standalone = self._standalone(question, turns, writer)
        hits = in_turn(partial(self._found, standalone, filters))
        yield HitsEvent(hits)
        threshold = self.settings.answer_threshold
        asked = Asked(question, standalone, hits, turns, started, threshold)
        yield from extract(asked) if writer is None else write(asked, writer)

    def answer_from(
        self, question: str, passages: Sequence[str], history: History | None = None
    ) -> Answer:
        """Answer from the given passages alone, by the same reading; no index is used.

        A citation's `article_id` is then `passage-1`, `passage-2` …, and its offsets count within
        that passage.

        Raises:
            BadQuestion: if the question is empty or longer than 2000 characters.
        """
        started = time.monotonic()
        question = checked(question)
        writer = self._writer()
        turns = plain_turns(history)
        hits = as_hits(passages)
        standalone = self._standalone(question, turns, writer)
        threshold = self.settings.answer_threshold
        asked = Asked(question, standalone, hits, turns, started, threshold)
        return last_answer(extract(asked) if writer is None else write(asked, writer))

    def as_query_engine(self) -> Any:
        """A stock LlamaIndex query engine over this assistant's search and checked citations.

        Raises:
            LLMNotConfigured: if there is no LLM to write the answers.
        """
        writer = self._writer()
        if writer is None:
            raise LLMNotConfigured("a query engine needs an LLM; see ASSISTANT_LLM_BASE_URL")
        return generate.query_engine(
            self._store.as_retriever(self.settings.top_k),
            writer.llm,
            self.settings.prompt,
            window=writer.window,
            count=count_tokens,
            timeout=writer.timeout,
        )

    def describe(self, language: Language = "hans") -> str:
        """One plain line that says which mode answers."""
        words = words_in(language)
        if self._mode() == "llm":
            return words.writes.format(name=self.settings.llm_model or type(self._llm).__name__)
        return words.quotes

    # -- inside -----------------------------------------------------------------------------

    def _found(self, standalone: str, filters: Filters | None) -> list[Hit]:
        with stage("search"):
            return self._store.search(_query(standalone), self.settings.top_k, filters)

    def _mode(self) -> str:
        if self.settings.mode != "auto":
            return self.settings.mode
        return "llm" if self._llm is not None or self.settings.llm_base_url else "extractive"

    def _writer(self) -> Writer | None:
        """What the llm mode writes with, None in extractive mode."""
        if self._mode() == "extractive":
            return None
        if self._llm is None:
            self._llm = connect(self.settings)
        prompt = prompts.load(self.settings.prompt)
        return Writer(
            llm=self._llm,
            name=self.settings.llm_model or type(self._llm).__name__,
            prompt=prompt,
            window=self.settings.llm_context_tokens - self.settings.llm_answer_tokens,
            timeout=self.settings.llm_timeout,
            breaker=self._breaker,
        )

    def _standalone(self, question: str, turns: list[dict[str, str]], writer: Writer | None) -> str:
        if writer is None or writer.breaker.is_open or not turns:
            return condense.stand_alone(question, turns)
        prompt = prompts.load(self.settings.condense_prompt)
        alone = context.cost(prompt.messages(history="", question=question), count_tokens)
        talk = context.fit_history(turns, budget=writer.window - alone, count=count_tokens)
        if not talk:
            return condense.stand_alone(question, turns)
        try:
            return condense.with_llm(
                writer.llm, prompt, question, talk, timeout=writer.timeout * _CONDENSING
            )
        except LLMError:
            # The answer may meet the same failure, and will say so.
            return condense.stand_alone(question, turns)


def _query(standalone: str) -> str:
    return english.in_chinese(standalone) or standalone
