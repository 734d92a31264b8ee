"""Q&A sets in other formats: SQuAD-style JSON, CSV, lists; each bad entry is named."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Question, load_questions
from assistant.errors import QuestionsUnreadable
from assistant.evaluation.formats import squad_articles

CONTEXT = "青溪市与白塘市共建产业园。园区总投资18亿元，规划面积3200亩。首期于2024年开工。"


def squad(*asked: Any, context: Any = CONTEXT) -> dict[str, Any]:
    return {
        "version": "1",
        "data": [
            {
                "title": "产业园",
                "paragraphs": [{"id": "p7", "context": context, "qas": list(asked)}],
            }
        ],
    }


def written(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        path.write_text(text, "utf-8")
    return path


def test_squad(tmp_path: Path) -> None:
    invest = {
        "id": "a",
        "question": "总投资多少？",
        "answers": [{"text": "18亿元", "answer_start": 18}, {"text": "18亿元", "answer_start": 0}],
    }
    nobody = {"question": "谁设计的？", "answers": [], "is_impossible": True}
    path = written(tmp_path, "set.json", squad(invest, nobody))
    assert load_questions(path) == (
        [
            Question(
                "总投资多少？",
                id="a",
                answers=("18亿元",),
                source=("p7",),
                evidence=("园区总投资18亿元，规划面积3200亩。",),
            ),
            Question("谁设计的？", id="paragraph 1, question 2", type="unanswerable"),
        ],
        [],
    )
    assert squad_articles(path) == [{"id": "p7", "title": "产业园", "text": CONTEXT}]


@pytest.mark.parametrize(
    ("asked", "context", "place", "reason"),
    [
        pytest.param(
            {"question": "谁？", "answers": [{"text": "李四", "answer_start": 0}]},
            CONTEXT,
            "paragraph 1, question 1",
            "does not stand",
            id="answer",
        ),
        pytest.param(
            {"question": "谁？"}, CONTEXT, "paragraph 1, question 1", "no `answers`", id="none"
        ),
        pytest.param(
            {"answers": [{"text": "18亿元"}]},
            CONTEXT,
            "paragraph 1, question 1",
            "no `question`",
            id="question",
        ),
        pytest.param("谁？", CONTEXT, "paragraph 1, question 1", "not a JSON object", id="text"),
        pytest.param({}, 7, "paragraph 1", "no `context`", id="context"),
    ],
)
def test_a_bad_question_of_squad_is_named(
    tmp_path: Path, asked: Any, context: Any, place: str, reason: str
) -> None:
    good = {"question": "多少亩？", "answers": [{"text": "3200亩"}]}
    questions, problems = load_questions(
        written(tmp_path, "set.json", squad(asked, good, context=context))
    )
    assert len(problems) == 1
    assert problems[0].startswith(f"{place}: ")
    assert reason in problems[0]
    assert len(questions) == (0 if place == "paragraph 1" else 1)


@pytest.mark.parametrize("data", [[7], [{}], [{"paragraphs": 3}], [{"paragraphs": [None]}], []])
def test_squad_that_is_none(tmp_path: Path, data: Any) -> None:
    questions, problems = load_questions(written(tmp_path, "set.json", {"data": data}))
    assert questions == []
    assert len(problems) == len(data)


def test_a_list_and_lines_may_be_called_json(tmp_path: Path) -> None:
    questions, problems = load_questions(written(tmp_path, "list.json", [{"question": "甲？"}, 3]))
    assert [(each.question, each.id) for each in questions] == [("甲？", "1")]
    assert problems == ["item 2: not a JSON object"]
    lines = '{"question": "甲？"}\n{"question": "乙？"}\n'
    assert len(load_questions(written(tmp_path, "lines.json", lines))[0]) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv(tmp_path: Path, encoding: str) -> None:
    text = (
        "编号,问题,答案,必须包含,来源,类型\r\n"
        'a1,"总投资多少，亿元？",18亿元|十八亿元,18亿,青溪.txt,fact_number\r\n'
        ",,,,,\r\n"
        "a2,谁？\r\n"
        "a3,哪天？,,,,\r\n"
    )
    questions, problems = load_questions(written(tmp_path, "set.csv", text.encode(encoding)))
    assert questions == [
        Question(
            "总投资多少，亿元？",
            id="a1",
            type="fact_number",
            answers=("18亿元", "十八亿元"),
            must_include=("18亿",),
            source=("青溪.txt",),
        ),
        Question("哪天？", id="a3"),
    ]
    assert problems == ["line 4: 2 cells under 6 headings"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("问,答案\n", "", id="only-a-heading"),
        pytest.param(
            "题目,答案\n甲？,乙\n", "line 1: the heading names no column", id="no-question"
        ),
        pytest.param('question\n"甲？\n', "line 2: ", id="open-quote"),
        pytest.param("question,history\n甲？,不是\n", "line 2: `history` is no JSON", id="history"),
        pytest.param("", "", id="empty"),
    ],
)
def test_csv_that_is_none(tmp_path: Path, text: str, reason: str) -> None:
    questions, problems = load_questions(written(tmp_path, "set.csv", text))
    assert questions == []
    assert len(problems) == bool(reason)
    assert not reason or problems[0].startswith(reason)


@given(st.binary(max_size=60), st.sampled_from([".csv", ".tsv", ".json"]))
def test_no_bytes_make_it_fail(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    path = tmp_path_factory.mktemp("sets") / f"set{suffix}"
    path.write_bytes(content)
    questions, problems = load_questions(path)
    assert all(question.question for question in questions)
    assert all(": " in problem for problem in problems)
    assert squad_articles(path) == []


def test_a_line_reads_back_as_its_question(tmp_path: Path) -> None:
    turns = ({"role": "user", "content": "你好"},)
    question = Question("谁？", id="1", type="followup", answers=("甲", "乙"), history=turns)
    path = written(tmp_path, "set.jsonl", question.to_line())
    assert load_questions(path) == ([question], [])


def test_articles_of_a_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(QuestionsUnreadable):
        squad_articles(tmp_path / "none.json")
    assert squad_articles(tmp_path) == []
