"""The LLM's clients against a real socket: what comes through, and how each fault is told."""

import json
import threading
import time

import pytest
from fake_llm import FakeLLM, Reply, in_turn

from assistant.errors import LLMError, LLMNotConfigured, LLMTimeout, LLMUnavailable
from assistant.writing.llm import complete_chat, connect, stream_chat

KEY = "sk-SECRET-CANARY-7F3A"
QUESTION = [
    {"role": "system", "content": "只用资料。"},
    {"role": "user", "content": "佛山與誰合作？「郴州」😀"},
]
ANSWER = "佛山与郴州建立“对口合作”关系。[1]"
EVENT_STREAM = {"Content-Type": "text/event-stream"}
PROVIDERS = ["openai", "ollama"]


def client(fake: FakeLLM, provider: str, timeout: float = 3.0, key: str = KEY) -> object:
    return connect(
        provider,  # type: ignore[arg-type]
        fake.url if provider == "ollama" else fake.base_url,
        "示例模型",
        key,
        timeout=timeout,
        temperature=0.1,
        context_tokens=4096,
        answer_tokens=256,
    )


@pytest.fixture(scope="module", autouse=True)
def _loaded_clients() -> None:
    """Load LlamaIndex once, so that no deadline below pays for it."""
    for provider in PROVIDERS:
        with FakeLLM("好。") as fake:
            complete_chat(client(fake, provider, 30), QUESTION, timeout=30)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_text_comes_in_pieces_and_whole(provider: str) -> None:
    with FakeLLM(ANSWER) as fake:
        pieces = list(stream_chat(client(fake, provider), QUESTION, timeout=3))
    assert "".join(pieces) == ANSWER
    assert len(pieces) > 3


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_request_is_what_the_settings_say(provider: str) -> None:
    with FakeLLM(ANSWER) as fake:
        complete_chat(client(fake, provider), QUESTION, timeout=3)
    (body,) = fake.requests
    assert [(one["role"], one["content"]) for one in body["messages"]] == [
        (one["role"], one["content"]) for one in QUESTION
    ]
    assert body["model"] == "示例模型"
    assert not body.get("tools")
    limits = body.get("options", {})
    assert (limits.get("num_predict") or body.get("max_tokens")) == 256
    assert limits.get("temperature", body.get("temperature")) == 0.1
    assert fake.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("variable", ["OPENAI_API_KEY", "OLLAMA_API_KEY"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_key_of_the_environment_is_not_sent(
    provider: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, KEY)
    with FakeLLM(ANSWER) as fake:
        complete_chat(client(fake, provider, key=""), QUESTION, timeout=3)
    assert KEY not in json.dumps(fake.headers)


SAYS_KEY = json.dumps({"error": {"message": f"bad key {KEY}"}, "detail": KEY})
FAULTS = [
    pytest.param(Reply(status=401, body=SAYS_KEY), "密钥.*401", id="401"),
    pytest.param(Reply(status=403, body=SAYS_KEY), "权限.*403", id="403"),
    pytest.param(Reply(status=404, body=SAYS_KEY), "模型.*404", id="404"),
    pytest.param(Reply(status=429, body=SAYS_KEY), "稍后.*|429", id="429"),
    pytest.param(Reply(status=500, body="<html>boom</html>"), "500", id="500"),
    pytest.param(Reply(status=503, body=SAYS_KEY), "503", id="503"),
    pytest.param(
        Reply(status=307, headers={"Location": "http://127.0.0.1:9/x"}, body=""), "跳转", id="307"
    ),
    pytest.param(
        Reply(body="<html>登录</html>", headers={"Content-Type": "text/html"}),
        "没有给出文字|不是大模型接口",
        id="html",
    ),
    pytest.param(Reply(body='data: {"x":\n\n', headers=EVENT_STREAM), "不是大模型", id="bad json"),
    pytest.param(Reply(body='data: {"choices": 1}\n\n'), "不是大模型", id="other json"),
    pytest.param(
        Reply(body=f"data: {SAYS_KEY}\n\n", headers=EVENT_STREAM), "报告出错|不是", id="error event"
    ),
    pytest.param(Reply(""), "没有给出文字", id="no text"),
    pytest.param(Reply("佛山的<b>郴州</b>。"), "网页代码", id="html in the text"),
    pytest.param(Reply(pieces=("<scr", "ipt>alert(1)</script>。")), "网页代码", id="script"),
    pytest.param(Reply(tool="search"), "工具", id="tool call"),
    pytest.param(Reply("我来查一下。", tool="search"), "工具", id="tool call after words"),
    pytest.param(Reply('<tool_call>{"name": "search"}'), "工具", id="tool call in the text"),
    pytest.param(Reply('```json\n{"name": "f", "arguments": {}}'), "工具", id="bare tool call"),
    pytest.param(Reply("<think>想了很久</think>\n"), "没有给出文字", id="only thoughts"),
    pytest.param(Reply(ANSWER, cut_after=2), "中途断开", id="cut"),
    pytest.param(Reply(ANSWER, finish=None), "中途断开", id="no end"),
    pytest.param(Reply(ANSWER, finish="content_filter"), "内容过滤", id="content filter"),
    pytest.param(Reply(pieces=("佛" * 1000,) * 200), "过长", id="flood"),
]


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("reply", "message"), FAULTS)
def test_a_fault_is_one_clear_line(reply: Reply, message: str, provider: str) -> None:
    with FakeLLM(reply) as fake:
        with pytest.raises(LLMUnavailable, match=message) as raised:
            complete_chat(client(fake, provider), QUESTION, timeout=3)
        is_busy = reply.status in (429, 500, 503)
        assert len(fake.requests) == (3 if is_busy else 1)
    error = raised.value
    assert "\n" not in str(error)
    assert KEY not in str(error)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Reply(ANSWER, wait=20), id="hang before the headers"),
        pytest.param(Reply("佛" * 4000, pause=0.1), id="slow drip"),
        pytest.param(Reply(pieces=("佛山",) * 2, pause=20), id="hang in the stream"),
    ],
)
def test_no_one_waits_past_the_deadline(reply: Reply, provider: str) -> None:
    with FakeLLM(reply) as fake:
        started = time.monotonic()
        with pytest.raises(LLMTimeout, match=r"0\.5 秒"):
            complete_chat(client(fake, provider, 30), QUESTION, timeout=0.5)
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_client_gives_up_a_silent_socket_itself(provider: str) -> None:
    with FakeLLM(Reply(ANSWER, wait=20)) as fake, pytest.raises(LLMTimeout, match="没有回应"):
        complete_chat(client(fake, provider, 0.3), QUESTION, timeout=10)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_came_before_a_cut_was_passed_on(provider: str) -> None:
    came: list[str] = []
    with FakeLLM(Reply(pieces=("佛山与郴州", "合作"), cut_after=1)) as fake:
        stream = stream_chat(client(fake, provider), QUESTION, timeout=3)
        with pytest.raises(LLMUnavailable, match="中途断开"):
            came.extend(stream)
    assert "".join(came) == "佛山与郴州"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_endpoint_is_let_go_when_the_reader_leaves(provider: str) -> None:
    with FakeLLM(Reply("佛" * 4000, pause=0.05)) as fake:
        stream = stream_chat(client(fake, provider, 30), QUESTION, timeout=30)
        next(stream)
        stream.close()  # type: ignore[attr-defined]
        assert fake.closed_early.wait(20)


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_endpoint_is_asked_again(status: int, provider: str) -> None:
    with FakeLLM(in_turn(Reply(status=status, body="{}"), ANSWER)) as fake:
        assert complete_chat(client(fake, provider), QUESTION, timeout=5) == ANSWER
        assert len(fake.requests) == 2


def test_a_pause_is_as_long_as_the_endpoint_asks() -> None:
    busy = Reply(status=429, body="{}", headers={"Retry-After": "1"})
    with FakeLLM(in_turn(busy, ANSWER)) as fake:
        assert complete_chat(client(fake, "openai"), QUESTION, timeout=8) == ANSWER
        first, second = fake.times
    assert 1.0 <= second - first < 2.0


def test_a_pause_that_nobody_would_wait_for_is_told() -> None:
    busy = Reply(status=429, body="{}", headers={"Retry-After": "3600"})
    with FakeLLM(busy) as fake:
        started = time.monotonic()
        with pytest.raises(LLMUnavailable, match="3600 秒后再试"):
            complete_chat(client(fake, "openai"), QUESTION, timeout=60)
        assert time.monotonic() - started < 1
        assert len(fake.requests) == 1


def test_pauses_differ() -> None:
    gaps = []
    for _ in range(4):
        with FakeLLM(in_turn(Reply(status=503, body="{}"), ANSWER)) as fake:
            complete_chat(client(fake, "openai"), QUESTION, timeout=5)
            gaps.append(fake.times[1] - fake.times[0])
    assert max(gaps) - min(gaps) > 0.01


def test_who_leaves_is_not_asked_for_again() -> None:
    with FakeLLM(Reply(status=503, body="{}")) as fake:
        stream = stream_chat(client(fake, "openai"), QUESTION, timeout=0.3)
        with pytest.raises(LLMUnavailable, match="503"):
            next(stream)
        asked = len(fake.requests)
        time.sleep(1.2)
        assert len(fake.requests) == asked


def test_an_endpoint_that_is_not_there_is_told_at_once() -> None:
    with FakeLLM("好。") as fake:
        llm = client(fake, "openai")
    started = time.monotonic()
    with pytest.raises(LLMUnavailable, match=r"连不上.*ASSISTANT_LLM_BASE_URL"):
        complete_chat(llm, QUESTION, timeout=10)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(("<think>密", "谈</think>", "佛山。"), id="in pieces"),
        pytest.param(("<th", "ink>密谈</thi", "nk>佛山。"), id="tags in pieces"),
        pytest.param(("<thinking>密谈</thinking>佛山。",), id="other tag"),
        pytest.param(("佛", "山。", "<think>密谈"), id="never closed"),
    ],
)
def test_thoughts_are_left_out(pieces: tuple[str, ...]) -> None:
    with FakeLLM(Reply(pieces=pieces)) as fake:
        came = list(stream_chat(client(fake, "openai"), QUESTION, timeout=3))
    assert "".join(came) == "佛山。"
    assert not any("密" in piece for piece in came)


@pytest.mark.parametrize("text", ["a < b，<t", "1 <", "a<b，b>c", "甲<乙>丙", "《<例>》{1}"])
def test_what_only_looks_like_a_thought_stays(text: str) -> None:
    with FakeLLM(text) as fake:
        assert complete_chat(client(fake, "openai"), QUESTION, timeout=3) == text


def test_any_llama_index_llm_will_do() -> None:
    from llama_index.core.llms import MockLLM

    assert complete_chat(MockLLM(max_tokens=3), QUESTION, timeout=5) == "text text text"


@pytest.mark.parametrize(("url", "model"), [("", "m"), ("http://127.0.0.1:1/v1", "")])
def test_what_is_not_set_is_named(url: str, model: str) -> None:
    missing = "ASSISTANT_LLM_MODEL" if url else "ASSISTANT_LLM_BASE_URL"
    with pytest.raises(LLMNotConfigured, match=missing):
        connect(
            "openai",
            url,
            model,
            "",
            timeout=1,
            temperature=0,
            context_tokens=4096,
            answer_tokens=64,
        )


def test_many_readers_at_once_do_not_mix() -> None:
    answers: dict[int, str] = {}

    def ask(number: int, fake: FakeLLM) -> None:
        messages = [{"role": "user", "content": f"第{number}问"}]
        answers[number] = complete_chat(client(fake, "openai"), messages, timeout=10)

    with FakeLLM(lambda messages: f"答{messages[-1]['content']}。" * 20) as fake:
        threads = [threading.Thread(target=ask, args=(number, fake)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == {number: f"答第{number}问。" * 20 for number in range(6)}


def test_every_fault_is_an_llm_error() -> None:
    assert issubclass(LLMTimeout, LLMError)
    assert issubclass(LLMUnavailable, LLMError)
