"""The door for OpenAI's clients, opened with OpenAI's own client over a real socket."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from assistant import Assistant
from tests.fake_llm import FakeLLM, Reply, in_turn
from tests.serving import ASKED, over_samples, serving
from vectorstore import count_tokens
from web.app import create_app

KEY = "sk-a long enough key"
FOLLOW_UP = [
    {"role": "system", "content": "你是一只猫。"},
    {"role": "user", "content": "佛山和哪个城市对口合作？"},
    {"role": "assistant", "content": "佛山与湖南郴州对口合作。[1]\n\n———\n\n[1] 某文"},
    {"role": "user", "content": [{"type": "text", "text": "期限是哪几年？"}]},
]

Chat = Callable[..., Any]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with over_samples(tmp_path_factory.mktemp("openai"), api_key=KEY) as made:
        yield made


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[openai.OpenAI]:
    with serving(create_app(assistant)) as address:
        yield openai.OpenAI(base_url=f"{address}v1", api_key=KEY, max_retries=0, timeout=60)


def asked(client: openai.OpenAI, messages: Any = ASKED, **more: Any) -> Any:
    if isinstance(messages, str):
        messages = [{"role": "user", "content": messages}]
    return client.chat.completions.create(model="xieshou", messages=messages, **more)


def heard(stream: Any) -> tuple[str, list[Any]]:
    chunks = list(stream)
    deltas = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
    return "".join(delta or "" for delta in deltas), chunks


def test_models(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["xieshou"]
    assert client.models.retrieve("xieshou").owned_by == "xieshou"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt")
    with pytest.raises(openai.NotFoundError, match="xieshou"):
        client.chat.completions.create(model="gpt", messages=[{"role": "user", "content": "甲"}])


def test_whole(client: openai.OpenAI, assistant: Assistant) -> None:
    completion = asked(client, temperature=0.3, max_tokens=5)
    [choice] = completion.choices
    assert choice.finish_reason == "stop"
    text = choice.message.content
    assert "60" in text
    assert "[1]" in text
    told, expected = completion.model_extra["xieshou"], assistant.ask(ASKED).to_dict()
    for citation in told["citations"]:
        assert f"[{citation['number']}] {citation['title']}" in text
        assert f"“{citation['quote']}”" in text
        article = assistant.article(citation["article_id"])
        assert article.text[citation["start"] : citation["end"]] == citation["quote"]
    expected.pop("hits")
    assert told | {"seconds": 0} == expected | {"seconds": 0}
    usage = completion.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 20


def test_streamed_is_the_same(client: openai.OpenAI) -> None:
    whole = asked(client)
    text, chunks = heard(asked(client, stream=True, stream_options={"include_usage": True}))
    assert text == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert (
        chunks[-2].model_extra["xieshou"]["citations"] == whole.model_extra["xieshou"]["citations"]
    )
    assert chunks[-1].usage == whole.usage
    assert len({chunk.id for chunk in chunks}) == 1


def test_earlier_turns_count(client: openai.OpenAI) -> None:
    told = asked(client, FOLLOW_UP).model_extra["xieshou"]
    assert "佛山" in told["standalone_question"]
    assert "猫" not in told["standalone_question"]


def test_what_the_articles_do_not_hold(client: openai.OpenAI) -> None:
    told = asked(client, "火星上有几个人？").model_extra["xieshou"]
    assert told["abstained"] is True
    assert told["citations"] == []


@pytest.mark.parametrize(
    ("messages", "more"),
    [
        pytest.param([], {}, id="none"),
        pytest.param(" ", {}, id="blank"),
        pytest.param("长" * 2001, {}, id="too-long"),
        pytest.param([{"role": "system", "content": "甲"}], {}, id="no-question"),
        pytest.param(FOLLOW_UP[:3], {}, id="ends-with-an-answer"),
        pytest.param(ASKED, {"n": 2}, id="two-choices"),
        pytest.param(
            [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}],
            {},
            id="image",
        ),
    ],
)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_bad_requests(client: openai.OpenAI, messages: Any, more: Any, stream: bool) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        asked(client, messages, stream=stream, **more)
    assert refused.value.type == "invalid_request_error"


def test_the_key_is_needed(client: openai.OpenAI) -> None:
    for key in ("wrong", KEY + "x", KEY[:-1]):
        with pytest.raises(openai.AuthenticationError) as refused:
            asked(client.with_options(api_key=key))
        assert refused.value.code == "invalid_api_key"
    for path in ("v1/models", "api/articles"):
        assert httpx.get(client.base_url.join(f"/{path}")).status_code == 401


def test_the_stream_is_events_of_ascii(client: openai.OpenAI) -> None:
    body = {"model": "xieshou", "stream": True, "messages": [{"role": "user", "content": ASKED}]}
    response = httpx.post(
        client.base_url.join("chat/completions"),
        json=body,
        headers={"authorization": f"Bearer {KEY}"},
        timeout=60,
    )
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-content-type-options"] == "nosniff"
    *events, done, end = response.text.split("\n\n")
    assert (done, end) == ("data: [DONE]", "")
    assert response.text.isascii()
    assert all(json.loads(event.removeprefix("data: ")) for event in events)


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Callable[[Any], openai.OpenAI]]:
    """Make a client of an assistant that writes with a scripted LLM."""
    from contextlib import ExitStack

    with ExitStack() as open_:

        def make(reply: Any) -> openai.OpenAI:
            llm = open_.enter_context(FakeLLM(reply))
            settings = {"mode": "llm", "llm_base_url": llm.base_url, "llm_model": "m"}
            assistant = open_.enter_context(over_samples(tmp_path / "data", **settings))
            address = open_.enter_context(serving(create_app(assistant)))
            return openai.OpenAI(base_url=f"{address}v1", api_key="none", max_retries=0)

        yield make


def test_a_written_answer_comes_sentence_by_sentence(
    written: Callable[[Any], openai.OpenAI],
) -> None:
    client = written("邵阳高峰论坛签约了60个省级项目。[1]各市又投入了999亿元。[1]")
    text, chunks = heard(asked(client, stream=True))
    pieces = [one.choices[0].delta.content for one in chunks if one.choices[0].delta.content]
    assert len(pieces) >= 3
    assert "999亿元。" in text
    assert "〔未证实〕" in text
    [*_, last] = chunks
    assert [one["status"] for one in last.model_extra["xieshou"]["sentences"]][-1] == "unsupported"
    assert asked(client).choices[0].message.content == text


def test_an_endpoint_that_breaks_off_is_told_and_the_articles_are_quoted(
    written: Callable[[Any], openai.OpenAI],
) -> None:
    broken = Reply(text="邵阳高峰论坛签约了60个省级项目。[1]第二句还没有写完", cut_after=8)
    client = written(in_turn(broken))
    text, chunks = heard(asked(client, stream=True))
    told = chunks[-1].model_extra["xieshou"]
    assert told["mode"] == "extractive"
    assert told["reason"] in text
    assert "60" in text


def test_a_client_that_leaves_stops_the_llm(tmp_path: Path) -> None:
    slow = Reply(text="邵阳高峰论坛签约了60个省级项目。[1]" * 40, pause=0.02)
    with FakeLLM(slow) as llm:
        settings = {"mode": "llm", "llm_base_url": llm.base_url, "llm_model": "m"}
        with over_samples(tmp_path, **settings) as assistant, serving(create_app(assistant)) as at:
            client = openai.OpenAI(base_url=f"{at}v1", api_key="none", max_retries=0)
            with asked(client, stream=True) as stream:
                heard = next(text for one in stream if (text := one.choices[0].delta.content))
            assert "60个" in heard
            assert llm.closed_early.wait(10)


def test_two_hundred_turns_in_one_conversation(tmp_path: Path) -> None:
    said = []
    for number in range(200):
        said.append({"role": "user", "content": f"第{number}次问：{ASKED}"})
        said.append({"role": "assistant", "content": "邵阳高峰论坛签约了60个省级项目。[1]" * 10})
    with FakeLLM("邵阳高峰论坛签约了60个省级项目。[1]") as llm:
        window = {"llm_context_tokens": 4000, "llm_answer_tokens": 500}
        settings = {"mode": "llm", "llm_base_url": llm.base_url, "llm_model": "m"} | window
        with over_samples(tmp_path, **settings) as assistant, serving(create_app(assistant)) as at:
            client = openai.OpenAI(base_url=f"{at}v1", api_key="none", max_retries=0)
            told = asked(client, [*said, {"role": "user", "content": ASKED}])
    assert "60个" in told.choices[0].message.content
    assert told.model_extra["xieshou"]["mode"] == "llm"
    sent = ["\n".join(one["content"] for one in request["messages"]) for request in llm.requests]
    assert len(sent) == 2
    # What was said last goes along, as much as there is room for, and nothing that began it all.
    assert all("第199次问" in text and "第0次问" not in text for text in sent)
    assert all(ASKED in text and count_tokens(text) <= 3500 for text in sent)
