"""The tab of kept conversations, without a browser."""

from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest
from fake_assistant import FakeAssistant, period

from web import turns
from web.chat import Chat
from web.conversations import Conversations
from web.history import History, keep, known

OWNER = "visitor-one"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(tmp_path / "conversations.db")
    yield conversations
    conversations.close()


@pytest.fixture
def history(kept: Conversations) -> History:
    with gr.Blocks():
        return History(kept, gr.BrowserState(""))


@pytest.fixture
def chat(kept: Conversations) -> Chat:
    with gr.Blocks():
        return Chat(FakeAssistant(), kept, gr.BrowserState(""))


def test_a_visitor_gets_one_secret() -> None:
    first, second = known(""), known("")
    assert first != second
    assert len(first) >= 32
    assert known(first) == first


def test_answers_are_kept_as_one_conversation(chat: Chat, kept: Conversations) -> None:
    first = list(chat.respond("期限？", (), OWNER, ""))[-1]
    list(chat.respond("8对呢？", first[chat.conversation], OWNER, first[chat.key]))
    [entry] = kept.entries(OWNER)
    assert entry.id == first[chat.key]
    assert (entry.title, entry.turns) == ("期限？", 2)


def test_a_stopped_answer_is_kept_once(chat: Chat, kept: Conversations) -> None:
    steps = list(chat.respond("8对是哪些？", (), OWNER, ""))
    kept.delete(OWNER, steps[-1][chat.key])
    running = steps[-3][chat.conversation]
    ended = chat.end(running, OWNER, "")
    assert len(kept.load(OWNER, ended[chat.key])[1]) == 1
    again = chat.end(ended[chat.conversation], OWNER, ended[chat.key])
    assert again[chat.key] == ended[chat.key]
    assert len(kept.load(OWNER, ended[chat.key])[1]) == 1


def test_clearing_begins_another(chat: Chat, kept: Conversations) -> None:
    list(chat.respond("期限？", (), OWNER, ""))
    assert chat.clear()[chat.key] == ""
    list(chat.respond("期限？", (), OWNER, ""))
    assert len(kept.entries(OWNER)) == 2


def test_what_was_deleted_meanwhile_begins_anew(kept: Conversations) -> None:
    key = keep(kept, OWNER, "", period("一"))
    kept.delete(OWNER, key)
    assert keep(kept, OWNER, key, period("二")) != key
    assert [entry.title for entry in kept.entries(OWNER)] == ["二"]


def test_a_damaged_file_does_not_take_the_answer(chat: Chat, tmp_path: Path) -> None:
    for file in tmp_path.glob("conversations.db*"):
        file.write_bytes(b"\0" * 10_000)
    shown = list(chat.respond("期限？", (), OWNER, ""))[-1]
    assert shown[chat.conversation][-1].answer.complete


def test_the_list_and_what_can_be_done(history: History, kept: Conversations) -> None:
    key = kept.add(OWNER, period("期限？"))
    [(label, value)] = history.show(OWNER)["choices"]
    assert value == key
    assert label.startswith("期限？（1 问，")
    shown, _ = history.rename(OWNER, key, "佛山")
    assert shown["choices"][0][0].startswith("佛山（")
    assert shown["value"] == key
    assert history.export(OWNER, key)["value"].startswith("# 佛山\n")
    (turn,) = turns.reopened(history.load(OWNER, key))
    assert "#cite-0-1" in turn.html
    shown, _ = history.delete(OWNER, key)
    assert shown["choices"] == []


@pytest.mark.parametrize("chosen", [None, "", "gone"])
def test_nothing_chosen_changes_nothing(
    history: History, kept: Conversations, chosen: str | None
) -> None:
    key = kept.add(OWNER, period("期限？"))
    assert history.load(OWNER, chosen) == []
    assert not history.export(OWNER, chosen)["visible"]
    history.delete(OWNER, chosen)
    history.rename(OWNER, chosen, "改")
    assert kept.load(OWNER, key)[0] == "期限？"
    assert history.show("")["choices"] == []
