"""The list of kept conversations, without a browser."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import gradio as gr
import pytest
from fake_assistant import FakeAssistant, pairs, period

from assistant import Answer
from web.conversations import MOST_LISTED, Conversations
from web.page import turns
from web.page.chat import Chat
from web.page.history import NEW, History, keep, known, opened
from web.page.links import Links
from web.page.parts import Captions, Visit
from web.page.turns import Turn

OWNER = "visitor-one"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    conversations = Conversations(tmp_path / "conversations.db")
    yield conversations
    conversations.close()


@pytest.fixture
def history(kept: Conversations) -> History:
    with gr.Blocks():
        return History(kept, Captions(gr.State("")))


@pytest.fixture
def chat(kept: Conversations) -> Chat:
    with gr.Blocks():
        return Chat(FakeAssistant(), Captions(gr.State("")), gr.BrowserState(""), kept)


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
    assert chat.clear()[chat.key] == NEW
    assert opened(kept, OWNER, NEW) == []
    list(chat.respond("期限？", (), OWNER, NEW))
    assert len(kept.entries(OWNER)) == 2


def test_what_was_deleted_meanwhile_begins_anew(kept: Conversations) -> None:
    key = keep(kept, OWNER, "", Turn("一", "", period("一")))
    kept.delete(OWNER, key)
    assert keep(kept, OWNER, key, Turn("二", "", period("二"))) != key
    assert [entry.title for entry in kept.entries(OWNER)] == ["二"]


def test_a_damaged_file_does_not_take_the_answer(chat: Chat, tmp_path: Path) -> None:
    for file in tmp_path.glob("conversations.db*"):
        file.write_bytes(b"\0" * 10_000)
    shown = list(chat.respond("期限？", (), OWNER, ""))[-1]
    assert shown[chat.conversation][-1].answer.complete


def test_a_retry_takes_the_place_of_the_answer(chat: Chat, kept: Conversations) -> None:
    steps = list(chat.respond("期限？", (), OWNER, ""))
    key = steps[-1][chat.key]
    again = list(chat.retry(steps[-1][chat.conversation], OWNER, key))[-1]
    assert len(again[chat.conversation]) == 1
    assert [answer.question for answer in kept.load(OWNER, key)[1]] == ["期限？"]
    running = (*again[chat.conversation], turns.opened("8对？"))
    asked = list(chat.retry(chat.end(running, OWNER, key)[chat.conversation], OWNER, key))[-1]
    assert len(asked[chat.conversation]) == 2
    assert [answer.question for answer in kept.load(OWNER, key)[1]] == ["期限？", "8对？"]
    assert list(chat.retry((), OWNER, ""))[-1][chat.conversation] == ()


def test_what_was_open_opens_again(chat: Chat, kept: Conversations) -> None:
    key = list(chat.respond("期限？", (), OWNER, ""))[-1][chat.key]
    resumed = chat.resume(OWNER, key, "en", {})
    assert [turn.question for turn in resumed[chat.conversation]] == ["期限？"]
    assert ">Copy<" in resumed[chat.conversation][0].html
    assert chat.conversation not in chat.resume("somebody-else", key, "", {})
    assert opened(kept, OWNER, "gone") == []


def test_the_list_and_what_can_be_done(history: History, kept: Conversations) -> None:
    key = kept.add(OWNER, period("期限？"))
    mine = Visit(OWNER, key)
    listed = history.show(mine)
    assert f'<li class="xs-opened"><a class="xs-entry" href="#open-{key}">期限？</a>' in listed
    assert "1 问" in listed
    assert "只有这个浏览器能看到" in listed
    history.rename(key, "佛山<b>", mine)
    assert ">佛山&#60;b&#62;</a>" in history.show(Visit(OWNER))
    assert "xs-opened" not in history.show(Visit(OWNER))
    exported = history.export(key, mine)
    assert 'title="佛山&#60;b&#62;&#46;md"' in exported
    (turn,) = turns.reopened(opened(kept, OWNER, key), lambda answer: None)
    assert "#cite-0-1" in turn.html
    history.delete(key, mine)
    assert "<li" not in history.show(mine)


def test_links_do_what_the_list_offers(chat: Chat, kept: Conversations) -> None:
    keys = [kept.add(OWNER, period("期限？")), kept.add(OWNER, pairs("8对？"))]
    links = Links(FakeAssistant(), chat, "reader", "tabs")
    visit = (OWNER, keys[0], "", {}, "")
    opened_now = links.follow(f"#open-{keys[1]} 1", (), *visit)
    assert [turn.question for turn in opened_now[chat.conversation]] == ["8对？"]
    assert opened_now[chat.key] == keys[1]
    assert f'xs-opened"><a class="xs-entry" href="#open-{keys[1]}"' in opened_now[chat.history.list]
    renamed = links.follow(f"#rename-{keys[1]}-%E9%83%B4%20%E5%B7%9E-1 2", (), *visit)
    assert set(renamed) == {chat.history.list}
    assert kept.load(OWNER, keys[1])[0] == "郴 州-1"
    assert ">&#35; 郴 州" in links.follow(f"#save-{keys[1]} 3", (), *visit)[chat.file]
    assert set(links.follow(f"#forget-{keys[1]} 4", (), *visit)) == {chat.history.list}
    # The open one: its answers leave the page with it.
    gone = links.follow(f"#forget-{keys[0]} 5", (), *visit)
    assert (gone[chat.conversation], gone[chat.key]) == ((), NEW)
    assert kept.entries(OWNER) == []
    assert set(links.follow(f"#open-{keys[0]} 6", (), *visit)) == {chat.history.list}


def test_only_the_latest_are_listed_and_any_is_found(history: History, kept: Conversations) -> None:
    kept.add(OWNER, period("最早的期限？"))
    for number in range(MOST_LISTED):
        kept.add(OWNER, Answer(f"第{number}问", "", ""))
    listed = history.show(Visit(OWNER))
    assert listed.count("<li") == MOST_LISTED
    assert "最早的期限" not in listed
    assert f"只列最近的 {MOST_LISTED} 段" in listed
    found = history.show(Visit(OWNER, wanted="最早"))
    assert found.count("<li") == 1
    assert "只列最近" not in found
    assert "没有找到这样的对话" in history.show(Visit(OWNER, wanted="从未"))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param("", ["廣東?", "期限？"], id="all"),
        pytest.param("期限", ["期限？"], id="title"),
        pytest.param("广东 ", ["廣東?"], id="other-script"),
        pytest.param("龙岩", ["廣東?"], id="answer"),
        pytest.param("８对", ["廣東?"], id="full-width"),
        pytest.param("火星", [], id="nowhere"),
        pytest.param("article_id", [], id="not-the-names-of-fields"),
        pytest.param("%", [], id="no-pattern"),
    ],
)
def test_a_conversation_is_found(
    history: History, kept: Conversations, wanted: str, found: list[str]
) -> None:
    kept.add(OWNER, period("期限？"))
    kept.add(OWNER, pairs("廣東?"))
    kept.add("somebody-else", pairs("广东、期限、龙岩"))
    listed = history.show(Visit(OWNER, wanted=wanted))
    titles = [unescape(title) for title in re.findall(r'href="#open-\w+">([^<]*)', listed)]
    assert titles == found


@pytest.mark.parametrize("chosen", ["", "gone", "../x"])
def test_what_is_not_there_changes_nothing(
    history: History, kept: Conversations, chosen: str
) -> None:
    key = kept.add(OWNER, period("期限？"))
    assert opened(kept, OWNER, chosen) == []
    for visit in (Visit(OWNER), Visit(), Visit("somebody-else")):
        other = chosen if visit.owner == OWNER else key
        assert "xs-file" not in str(history.export(other, visit))
        history.delete(other, visit)
        history.rename(other, "改", visit)
    assert kept.load(OWNER, key)[0] == "期限？"
    assert "<li" not in history.show(Visit())
