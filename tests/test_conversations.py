"""Kept conversations: each visitor's own, whole after a kill, clear when the file is damaged."""

import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fake_assistant import HARBOUR, hit, pairs, period

from assistant import Answer
from vectorstore import fold
from web.conversations import MOST_LISTED, ConversationNotFound, Conversations, ConversationsDamaged

ROOT = Path(__file__).parent.parent
MINE, THEIRS = "owner-one", "owner-two"
ABSTAINED = Answer("火星？", "火星？", "没有。", hits=[hit(HARBOUR)], abstained=True, reason="无")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "conversations.db"


@pytest.fixture
def kept(path: Path) -> Iterator[Conversations]:
    conversations = Conversations(path)
    yield conversations
    conversations.close()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(period("佛山與郴州的期限？😀"), id="short"),
        pytest.param(pairs("“8对”是哪些？"), id="unsupported"),
        pytest.param(ABSTAINED, id="abstained"),
        pytest.param(replace(pairs("停"), complete=False, reason="已停止"), id="stopped"),
        pytest.param(Answer("？", "", ""), id="bare"),
    ],
)
def test_an_answer_comes_back_as_it_was(path: Path, answer: Answer) -> None:
    first = Conversations(path)
    key = first.add(MINE, answer)
    first.close()
    again = Conversations(path)
    title, (loaded,) = again.load(MINE, key)
    again.close()
    assert loaded == (answer if answer.abstained else replace(answer, hits=[]))
    assert title == answer.question


def test_list_append_rename_delete(kept: Conversations) -> None:
    first = kept.add(MINE, period("期限？"))
    second = kept.add(MINE, pairs("8对？"))
    assert kept.add(MINE, pairs("那广东呢？"), first) == first
    assert [(entry.id, entry.turns) for entry in kept.entries(MINE)] == [(first, 2), (second, 1)]
    assert [answer.question for answer in kept.load(MINE, first)[1]] == ["期限？", "那广东呢？"]
    kept.rename(MINE, first, " 佛山\n与郴州 ")
    kept.rename(MINE, first, "  ")
    assert kept.load(MINE, first)[0] == "佛山 与郴州"
    kept.delete(MINE, first)
    assert [entry.id for entry in kept.entries(MINE)] == [second]
    with pytest.raises(ConversationNotFound):
        kept.load(MINE, first)


def test_a_long_question_is_cut_in_the_title(kept: Conversations) -> None:
    kept.add(MINE, period("问" * 500))
    [entry] = kept.entries(MINE)
    assert len(entry.title) == 60


def test_nobody_reaches_the_conversation_of_another(kept: Conversations, path: Path) -> None:
    key = kept.add(MINE, period("期限？"))
    assert kept.entries(THEIRS) == []
    for reach in (
        lambda owner: kept.load(owner, key),
        lambda owner: kept.rename(owner, key, "改"),
        lambda owner: kept.delete(owner, key),
        lambda owner: kept.add(owner, period("期限？"), key),
        lambda owner: kept.load(MINE, "' OR 1=1 --"),
    ):
        with pytest.raises(ConversationNotFound):
            reach(THEIRS)
    with pytest.raises(ConversationNotFound):
        kept.entries("")
    assert kept.load(MINE, key)[0] == "期限？"
    files = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert MINE.encode() not in files


def test_the_file_is_for_its_user_alone(kept: Conversations, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_deleted_is_gone_from_the_file(kept: Conversations, path: Path) -> None:
    key = kept.add(MINE, period("一个再也不该出现的问题"))
    kept.delete(MINE, key)
    kept.close()
    files = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert "再也不该".encode() not in files


WRITER = """
import sys
from pathlib import Path
from fake_assistant import period
from web.conversations import Conversations
kept = Conversations(Path(sys.argv[1]))
key = sys.argv[2]
print("ready", flush=True)
for number in range(int(sys.argv[3])):
    kept.add("owner-one", period(f"{sys.argv[4]}{number}"), key)
    print(number, flush=True)
"""


def writer(path: Path, key: str, count: int, name: str) -> "subprocess.Popen[str]":
    found = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), key, str(count), name],
        env=os.environ | {"PYTHONPATH": found},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def ten_thousand(kept: Conversations, path: Path) -> Conversations:
    """So many conversations of one visitor, a minute between one and the next."""
    key = kept.add(MINE, period("開始"))
    first = datetime(2026, 1, 1, tzinfo=UTC)
    with sqlite3.connect(path) as connection:
        [(owner, packed)] = connection.execute(
            "SELECT owner, answer FROM conversation JOIN turn ON conversation_id = id"
        )
        days = [(first + timedelta(minutes=number)).isoformat() for number in range(10_000)]
        connection.executemany(
            "INSERT INTO conversation VALUES (?, ?, ?, ?)",
            [(f"{n:016x}", owner, f"第{n}段", day) for n, day in enumerate(days)],
        )
        connection.executemany(
            "INSERT INTO turn VALUES (?, 0, ?, ?)",
            [
                (f"{n:016x}", packed.replace("開始", f"第{n}次開始"), fold(f"第{n}次開始"))
                for n in range(10_000)
            ],
        )
    kept.delete(MINE, key)
    return kept


def test_ten_thousand_conversations(ten_thousand: Conversations) -> None:
    kept = ten_thousand
    newest = range(9_999, 9_999 - MOST_LISTED, -1)
    assert [entry.title for entry in kept.entries(MINE)] == [f"第{number}段" for number in newest]
    # What is not in the list is found by its words, in either script.
    assert [entry.title for entry in kept.entries(MINE, "第7次开始")] == ["第7段"]
    assert kept.load(MINE, f"{7:016x}")[1][0].question == "第7次開始"
    assert kept.entries(THEIRS) == []


def test_two_hundred_turns_in_one_conversation(kept: Conversations) -> None:
    key = kept.add(MINE, period("第0问"))
    for number in range(1, 200):
        assert kept.add(MINE, period(f"第{number}问"), key) == key
    answers = kept.load(MINE, key)[1]
    assert [answer.question for answer in answers] == [f"第{number}问" for number in range(200)]
    assert [entry.turns for entry in kept.entries(MINE)] == [200]


def test_two_processes_add_to_one_conversation(kept: Conversations, path: Path) -> None:
    key = kept.add(MINE, period("开始"))
    both = [writer(path, key, 40, name) for name in "ab"]
    for process in both:
        process.communicate(timeout=60)
    assert [process.returncode for process in both] == [0, 0]
    questions = [answer.question for answer in kept.load(MINE, key)[1]]
    assert len(questions) == 81
    for name in "ab":
        own = [question for question in questions if question.startswith(name)]
        assert own == [f"{name}{number}" for number in range(40)]


@pytest.mark.parametrize("wait", [0.0, 0.013, 0.05])
def test_a_kill_in_the_middle_loses_nothing_that_was_kept(
    kept: Conversations, path: Path, wait: float
) -> None:
    key = kept.add(MINE, period("开始"))
    process = writer(path, key, 100_000, "x")
    assert process.stdout
    for _ in range(5):
        process.stdout.readline()
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    told = 4 + len([line for line in rest.split("\n")[:-1] if line])
    questions = [answer.question for answer in kept.load(MINE, key)[1]][1:]
    assert questions == [f"x{number}" for number in range(len(questions))]
    assert told <= len(questions) <= told + 1


def spoil_header(path: Path) -> None:
    path.write_bytes(b"not a database at all" * 100)


def spoil_middle(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))


def spoil_answer(path: Path) -> None:
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE turn SET answer = '{\"question\": 3'")


def spoil_version(path: Path) -> None:
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=99")


def spoil_kind(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "spoil", [spoil_header, spoil_middle, spoil_answer, spoil_version, spoil_kind]
)
def test_a_damaged_file_is_a_clear_error(path: Path, spoil: object) -> None:
    first = Conversations(path)
    key = first.add(MINE, period("期限？"))
    first.close()
    spoil(path)  # type: ignore[operator]  # a function
    with pytest.raises(ConversationsDamaged, match=r"conversations\.db") as raised:
        Conversations(path).load(MINE, key)
    assert "\n" not in str(raised.value)


def test_a_file_of_the_first_version_is_searched_too(path: Path) -> None:
    first = Conversations(path)
    key = first.add(MINE, pairs("廣東？"))
    first.close()
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE turn DROP COLUMN said")
        database.execute("DROP INDEX conversation_by_time")
        database.execute("PRAGMA user_version=1")
        database.commit()
    again = Conversations(path)
    for wanted in ("广东", "龙岩"):
        assert [entry.id for entry in again.entries(MINE, wanted)] == [key]
    again.replace(MINE, period("期限？"), key)
    assert again.entries(MINE, "龙岩") == []
    again.close()
