"""The door for OpenAI's clients: `/v1/chat/completions`, streamed or not, and `/v1/models`."""

import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import ExitStack, aclosing
from typing import Any, Literal
from uuid import uuid4

from fastapi import FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from assistant import Answer, Assistant, AssistantError, Event, HitsEvent
from vectorstore import VectorStoreError, count_tokens
from web.chat_text import Told, without_notes
from web.doors import Failure, Held, Problem, Workers, explain, tell_failures
from web.line import Ticket

MODEL = "xieshou"
"""The one model; its name is also that of the field with the citations."""
_TALKING = ("user", "assistant")
# Who waits is told so often how many are before; it keeps the connection open, too.
_TOLD_SECONDS = 2.0

Json = dict[str, Any]


class Part(BaseModel):
    """A piece of a message; only text can be read."""

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """One message of the conversation."""

    role: str
    content: str | list[Part] | None = None

    def words(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""

    def said(self) -> str:
        """What was said in it: of an answer of ours without its notes."""
        return without_notes(self.words()) if self.role == "assistant" else self.words()


class StreamOptions(BaseModel):
    """What else a stream should bring."""

    include_usage: bool = False


class ChatRequest(BaseModel):
    """What of a request counts here; temperature, tools and the like are taken and ignored."""

    model: str
    messages: list[Message] = Field(min_length=1, max_length=1000)
    n: Literal[1] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    def turns(self) -> list[dict[str, str]]:
        """What was said, without system messages: the articles alone are spoken from."""
        return [
            {"role": one.role, "content": one.said()}
            for one in self.messages
            if one.role in _TALKING
        ]


def create_openai_api(assistant: Assistant, workers: Workers) -> FastAPI:
    """The application to be mounted at `/v1`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    tell_failures(app)

    @app.get("/models")
    async def models() -> Json:
        return {"object": "list", "data": [_model()]}

    @app.get("/models/{name}")
    async def model(name: str) -> Json:
        _known(name)
        return _model()

    @app.post("/chat/completions", response_model=None)
    async def complete(asked: ChatRequest) -> Json | StreamingResponse:
        _known(asked.model)
        *history, question = asked.turns() or [{"role": "", "content": ""}]
        if question["role"] != "user":
            raise HTTPException(400, "the last message must be the user's question")
        completion = Completion(asked)
        if not asked.stream:
            return await workers.run(
                lambda: completion.whole(assistant.stream(question["content"], history))
            )
        with ExitStack() as held:
            ticket = held.enter_context(workers.join())
            events = workers.each(assistant.stream(question["content"], history), ticket)
            if await ticket.comes(0):
                # What fails up to here still gets a status of its own.
                while not isinstance(await anext(events), HitsEvent):
                    pass
            stream = completion.pieces(events, ticket)
            return Held(stream, held.pop_all(), "text/event-stream")

    return app


def _model() -> Json:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}


def _known(name: str) -> None:
    if name != MODEL:
        raise HTTPException(404, f"no model {name!r} here; there is {MODEL!r}")


class Completion:
    """The response to one request, whole or in pieces; both hold the same text."""

    def __init__(self, asked: ChatRequest) -> None:
        self._asked = asked
        self._id, self._created = f"chatcmpl-{uuid4().hex}", int(time.time())
        self._told = Told()

    def whole(self, events: Iterator[Event]) -> Json:
        """The completion, after all events of an answer."""
        for event in events:
            self._told.feed(event)
        message = {"role": "assistant", "content": self._told.text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        body = self._body("chat.completion", [choice])
        return body | {"usage": self._usage(), MODEL: self._extension()}

    async def pieces(self, events: AsyncGenerator[Event], ticket: Ticket) -> AsyncIterator[str]:
        """The completion as server-sent events, the last before `[DONE]` with the citations.

        Until its turn comes, chunks without text say how many questions are before it.
        """
        yield self._chunk({"role": "assistant", "content": ""})
        while not await ticket.comes(0):
            yield self._chunk({}, extension={"before": ticket.before})
            await ticket.comes(_TOLD_SECONDS)
        try:
            async with aclosing(events):
                async for event in events:
                    if piece := self._told.feed(event):
                        yield self._chunk({"content": piece})
        except (AssistantError, VectorStoreError) as error:
            problem = Problem(message=explain(error)[1], type="server_error")
            yield _event(Failure(error=problem).model_dump())
            return
        yield self._chunk({}, finish="stop", extension=self._extension())
        if self._asked.stream_options and self._asked.stream_options.include_usage:
            usage = await run_in_threadpool(self._usage)
            yield _event(self._body("chat.completion.chunk", []) | {"usage": usage})
        yield "data: [DONE]\n\n"

    def _chunk(
        self, delta: Json, *, finish: str | None = None, extension: Json | None = None
    ) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        more = {} if extension is None else {MODEL: extension}
        return _event(self._body("chat.completion.chunk", [choice]) | more)

    def _body(self, kind: str, choices: list[Json]) -> Json:
        return {
            "id": self._id,
            "object": kind,
            "created": self._created,
            "model": MODEL,
            "choices": choices,
        }

    def _extension(self) -> Json:
        """The answer's record, citations and verdicts in it, without the hits and their texts."""
        answer = self._told.answer
        if not isinstance(answer, Answer):
            raise AssertionError("a stream ends with its Answer")
        return {name: value for name, value in answer.to_dict().items() if name != "hits"}

    def _usage(self) -> Json:
        """Tokens of what came in and went out; what an LLM behind it used is not known here."""
        came = sum(count_tokens(message.words()) for message in self._asked.messages)
        went = count_tokens(self._told.text)
        return {"prompt_tokens": came, "completion_tokens": went, "total_tokens": came + went}


def _event(body: Json) -> str:
    # Plain ASCII: no line end in it can break the event.
    return f"data: {json.dumps(body)}\n\n"
