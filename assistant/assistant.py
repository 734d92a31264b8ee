"""Assistant: articles in, cited answers out; the composer that knows the order of answering."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any

import prompts
from assistant import condense, context, generate, llm
from assistant.cite import Citer, citation, declined
from assistant.errors import ArticleNotFound, BadQuestion, LLMError, LLMNotConfigured
from assistant.evidence import load_scorer
from assistant.read import Reading, read
from assistant.schema import (
    Answer,
    Citation,
    DeltaEvent,
    Event,
    HitsEvent,
    Sentence,
    StatusEvent,
)
from assistant.settings import Settings
from vectorstore import AddReport, Article, Chunk, Hit, Progress, VectorStore, count_tokens

History = Sequence[Mapping[str, str]]
Filters = Mapping[str, Any]

_LONGEST_QUESTION = 2000
# How many of the nearest articles an abstaining answer names.
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question on its way: as asked, as it stands alone, and what was found for it."""

    question: str
    standalone: str
    hits: list[Hit]
    history: list[dict[str, str]]
    started: float


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
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
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
        return self._store.search(_checked(question), top_k or self.settings.top_k, filters)

    def ask(
        self, question: str, history: History | None = None, filters: Filters | None = None
    ) -> Answer:
        """Answer a question from the articles.

        Args:
            question: in any script.
            history: earlier turns, oldest first, each with `role` (user or assistant) and `content`.
            filters: `date_from`, `date_to`, `publisher`, `article_ids`.

        Raises:
            BadQuestion: if the question is empty or longer than 2000 characters.
            FilterError: for a filter that can't be read.
            LLMNotConfigured: if the settings demand the llm mode and name no endpoint.
        """
        return _last(self.stream(question, history, filters))

    def stream(
        self, question: str, history: History | None = None, filters: Filters | None = None
    ) -> Iterator[Event]:
        """Answer a question step by step: status, hits, pieces of text, then the whole `Answer`.

        The pieces joined are the answer's text, unless the llm mode failed on the way: the answer
        is then an extractive one, and says so in `reason`. Arguments and errors as in `ask`.
        """
        started = time.monotonic()
        question = _checked(question)
        turns = [{"role": turn["role"], "content": turn["content"]} for turn in history or ()]
        model = self._model()
        yield StatusEvent("正在查找文章…")
        standalone = condense.by_rule(question, turns)
        hits = self._store.search(standalone, self.settings.top_k, filters)
        yield HitsEvent(hits)
        asked = _Asked(question, standalone, hits, turns, started)
        if model is None:
            yield from self._extract(asked)
            return
        yield StatusEvent("正在写回答，并逐句核对…")
        yield from self._write(asked, model)

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
        question = _checked(question)
        turns = [{"role": turn["role"], "content": turn["content"]} for turn in history or ()]
        hits = [
            Hit(Chunk(f"passage-{number}", text, 0, len(text)), 0.0, None, None)
            for number, text in enumerate(passages, 1)
            if text.strip()
        ]
        asked = _Asked(question, condense.by_rule(question, turns), hits, turns, started)
        model = self._model()
        return _last(self._extract(asked) if model is None else self._write(asked, model))

    def as_query_engine(self) -> Any:
        """A stock LlamaIndex query engine over this assistant's search and checked citations.

        Raises:
            LLMNotConfigured: if there is no LLM to write the answers.
        """
        from vectorstore.retriever import ArticleRetriever

        model = self._model()
        if model is None:
            raise LLMNotConfigured("a query engine needs an LLM; see ASSISTANT_LLM_BASE_URL")
        return generate.query_engine(
            ArticleRetriever(self._store.search, self.settings.top_k),
            model,
            self.settings.prompt,
            budget=self._budget(),
            count=count_tokens,
            timeout=self.settings.llm_timeout,
        )

    def describe(self) -> str:
        """One plain Chinese line that says which mode answers."""
        if self._mode() == "llm":
            name = self.settings.llm_model or type(self._llm).__name__
            return f"大模型模式：由 {name} 依据文章作答，每句话都经程序核对出处"
        return "摘录模式：只摘录文章原句作答，不使用大模型"

    # -- inside -----------------------------------------------------------------------------

    def _mode(self) -> str:
        if self.settings.mode != "auto":
            return self.settings.mode
        return "llm" if self._llm is not None or self.settings.llm_base_url else "extractive"

    def _model(self) -> Any:
        """The LLM that writes, None in extractive mode."""
        if self._mode() == "extractive":
            return None
        if self._llm is None:
            self._llm = llm.connect(
                self.settings.llm_provider,
                self.settings.llm_base_url,
                self.settings.llm_model,
                self.settings.llm_api_key.get_secret_value(),
                timeout=self.settings.llm_timeout,
                temperature=self.settings.llm_temperature,
                context_tokens=self.settings.llm_context_tokens,
                answer_tokens=self.settings.llm_answer_tokens,
            )
        return self._llm

    def _budget(self) -> int:
        """Tokens for the sources: what the window leaves beside prompt, question and answer."""
        prompt = prompts.load(self.settings.prompt)
        fixed = count_tokens(prompt.system + prompt.user) + _LONGEST_QUESTION
        return max(self.settings.llm_context_tokens - self.settings.llm_answer_tokens - fixed, 512)

    def _extract(self, asked: _Asked, reason: str = "") -> Iterator[Event]:
        reading = read(asked.standalone, asked.hits, load_scorer())
        answer = replace(_extractive(asked, reading), seconds=time.monotonic() - asked.started)
        if reason:
            answer = replace(answer, reason=f"{reason}{answer.reason}")
        yield DeltaEvent(answer.text)
        yield answer

    def _write(self, asked: _Asked, model: Any) -> Iterator[Event]:
        """The written answer; the extractive one where the LLM fails."""
        try:
            yield from self._generate(asked, model)
        except LLMError as error:
            yield StatusEvent(f"大模型没有完成回答：{error}")
            yield from self._extract(asked, f"大模型没有完成回答（{error}），改为摘录原文。")

    def _generate(self, asked: _Asked, model: Any) -> Iterator[Event]:
        prompt = prompts.load(self.settings.prompt)
        budget = self._budget()
        history = context.fit_history(asked.history, budget=budget // 4, count=count_tokens)
        spent = sum(count_tokens(turn["content"]) for turn in history)
        sources = context.fit(asked.hits, budget=budget - spent, count=count_tokens)
        if not sources:
            yield from self._extract(asked)
            return
        citer = Citer(sources)
        pieces: list[str] = []
        for delta in generate.generate(
            model, prompt, asked.standalone, sources, history, timeout=self.settings.llm_timeout
        ):
            for shown in citer.feed(delta):
                pieces.append(shown)
                yield DeltaEvent(shown)
        for shown in citer.finish():
            pieces.append(shown)
            yield DeltaEvent(shown)
        text = "".join(pieces).strip()
        abstained = declined(text)
        checked = [sentence for sentence in citer.sentences if sentence.citations]
        supported = [sentence for sentence in checked if sentence.status == "supported"]
        yield Answer(
            question=asked.question,
            standalone_question=asked.standalone,
            text=text,
            sentences=citer.sentences,
            citations=[] if abstained else citer.citations,
            hits=asked.hits,
            abstained=abstained,
            reason="大模型认为文章没有回答这个问题" if abstained else "",
            mode="llm",
            model=self.settings.llm_model or type(model).__name__,
            prompt_id=prompt.id,
            confidence=len(supported) / max(len(citer.sentences), 1),
            seconds=time.monotonic() - asked.started,
        )


def _checked(question: str) -> str:
    stripped = question.strip()
    if not stripped:
        raise BadQuestion("问题是空的，请输入一个问题")
    if len(stripped) > _LONGEST_QUESTION:
        raise BadQuestion(f"问题太长（{len(stripped)} 字），请缩短到 {_LONGEST_QUESTION} 字以内")
    return stripped


def _last(events: Iterator[Event]) -> Answer:
    answer = None
    for event in events:
        if isinstance(event, Answer):
            answer = event
    if answer is None:
        raise AssertionError("a stream ends with its Answer")
    return answer


def _extractive(asked: _Asked, reading: Reading) -> Answer:
    """The answer that a reading makes: its evidence, each run cited to itself."""
    citations: list[Citation] = []
    sentences: list[Sentence] = []
    for number, evidence in enumerate(reading.evidence, 1):
        citations.append(citation(number, evidence.hit, evidence.start, evidence.end))
        sentences.append(Sentence(evidence.text, [number]))
    abstained = not reading.evidence
    marked = "".join(f"{sentence.text}[{sentence.citations[0]}]" for sentence in sentences)
    return Answer(
        question=asked.question,
        standalone_question=asked.standalone,
        text=_abstention(asked.hits) if abstained else marked,
        short=reading.short,
        sentences=sentences,
        citations=citations,
        hits=asked.hits,
        abstained=abstained,
        reason=reading.reason,
        confidence=reading.confidence,
    )


def _abstention(hits: Sequence[Hit]) -> str:
    titles = list(dict.fromkeys(hit.title for hit in hits if hit.title))[:_NEAREST]
    if not titles:
        return "现有文章没有回答这个问题。"
    return (
        f"现有文章没有回答这个问题。最接近的文章：{'、'.join(f'《{title}》' for title in titles)}。"
    )
