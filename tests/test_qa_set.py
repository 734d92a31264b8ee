"""Reading Q&A sets: good lines, bad lines, and files that are none."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import QuestionsUnreadable
from assistant.evaluation.qa_set import Question, load_questions

SHARED = Path(__file__).parents[2] / "shared" / "qa" / "seeds_public.jsonl"


def write(path: Path, *lines: str | bytes) -> Path:
    encoded = [line if isinstance(line, bytes) else line.encode() for line in lines]
    path.write_bytes(b"\n".join(encoded))
    return path


def test_all_fields_are_read(tmp_path: Path) -> None:
    line = {
        "id": "a1",
        "question": "「兩地」結對了嗎？😀",
        "type": "followup",
        "answers": ["结对了"],
        "must_include": ["结对", 8],
        "must_not_include": [],
        "source": "甲.txt",
        "evidence": None,
        "history": [{"role": "user", "content": "你好", "name": "x"}],
        "unknown": {"is": "ignored"},
    }
    path = write(tmp_path / "set.jsonl", json.dumps(line, ensure_ascii=False))
    assert load_questions(path) == (
        [
            Question(
                question="「兩地」結對了嗎？😀",
                id="a1",
                type="followup",
                answers=("结对了",),
                must_include=("结对", "8"),
                source=("甲.txt",),
                history=({"role": "user", "content": "你好"},),
            )
        ],
        [],
    )


def test_only_the_question_is_needed_and_the_line_number_is_its_id(tmp_path: Path) -> None:
    path = write(tmp_path / "set.jsonl", b"\xef\xbb\xbf", "  ", '{"question": " 谁？ "}\r')
    assert load_questions(str(path)) == ([Question("谁？", id="3")], [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param("{不是", "Expecting property name", id="no-json"),
        pytest.param("[1]", "not a JSON object", id="array"),
        pytest.param('{"answers": ["甲"]}', "no `question`", id="no-question"),
        pytest.param('{"question": " "}', "no `question`", id="blank-question"),
        pytest.param('{"question": ["谁"]}', "`question` holds something else", id="list"),
        pytest.param('{"question": "谁", "answers": [{}]}', "`answers` holds", id="answers"),
        pytest.param('{"question": "谁", "source": true}', "`source` holds", id="source"),
        pytest.param('{"question": "谁\\ud800"}', "half a character", id="surrogate"),
        pytest.param('{"question": "谁", "history": "早"}', "no list of turns", id="history"),
        pytest.param('{"question": "谁", "history": [{}]}', "lacks its `role`", id="turn"),
        pytest.param("谁？".encode("gb18030"), "utf-8", id="encoding"),
        pytest.param("[" * 100_000, "nested too deeply", id="nesting"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_goes_on(
    tmp_path: Path, line: str | bytes, reason: str
) -> None:
    path = write(tmp_path / "set.jsonl", '{"question": "甲？"}', line, '{"question": "乙？"}')
    questions, bad_lines = load_questions(path)
    assert [question.question for question in questions] == ["甲？", "乙？"]
    assert len(bad_lines) == 1
    assert bad_lines[0].startswith("line 2: ")
    assert reason in bad_lines[0]


@given(st.binary(max_size=80))
def test_no_bytes_make_it_fail(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("sets") / "set.jsonl"
    path.write_bytes(content)
    questions, bad_lines = load_questions(path)
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    assert len(questions) + len(bad_lines) == sum(bool(line.strip()) for line in lines)


@pytest.mark.parametrize("name", ["absent.jsonl", ".", "nul\0byte"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(QuestionsUnreadable, match="can't read the questions in"):
        load_questions(tmp_path / name)


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_the_public_questions_are_all_read() -> None:
    questions, bad_lines = load_questions(SHARED)
    assert bad_lines == []
    assert len(questions) == len({question.id for question in questions}) == 60
    assert sum(question.is_answerable for question in questions) == 49
