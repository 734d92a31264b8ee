"""Checking a Q&A set: each fault is named by its question, a sound set has none."""

from pathlib import Path

import pytest

from assistant import Question, load_questions
from assistant.evaluation.validation import validate
from vectorstore import Article

ARTICLE = Article(
    "1",
    "甲乙",
    "产业园总投资12亿元。\n佛山與郴州結對。",
    source="/a/甲.txt",
    also_in=("/b/转载.txt",),
)
OTHER = Article("2", "丙丁", "港口年吞吐量450万吨。", source="/a/乙.txt")
GOOD = Question(
    "总投资多少？",
    id="q1",
    answers=("12亿元",),
    must_include=("12亿",),
    source=("甲.txt",),
    evidence=("产业园总投资12亿元",),
)
SETS = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[2] / "shared"


def problems(*questions: Question, articles: bool = True) -> list[str]:
    return [str(each) for each in validate(questions, [ARTICLE, OTHER] if articles else None)]


def test_a_sound_set() -> None:
    hant = Question(
        "谁与佛山结对？",
        id="q2",
        answers=("郴州",),
        source=("转载.txt",),
        evidence=("佛山与 郴州结对",),
    )
    assert problems(GOOD, hant, Question("写诗", id="q3", type="unanswerable")) == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(
            Question("谁？", id="q1", answers=("甲",)), "error: q1: this id is taken", id="id"
        ),
        pytest.param(
            Question("总投资多少?", id="x", answers=("9亿元",)),
            "error: x: contradicts q1: the same question, other answers",
            id="answers",
        ),
        pytest.param(
            Question("总投资多少", id="x", type="unanswerable"),
            "error: x: contradicts q1: the same question, answerable in one",
            id="unanswerable",
        ),
        pytest.param(
            Question("总投资多少？", id="x", must_not_include=("12亿",)),
            "error: x: contradicts q1: the same question, “12亿” must",
            id="must",
        ),
        pytest.param(
            Question("總投資多少？", id="x", answers=("十二亿",)),
            "warning: x: asks the same as q1",
            id="again",
        ),
        pytest.param(
            Question("谁？", id="x", answers=("甲",), source=("丙.txt",)),
            "error: x: its source 丙.txt is not among",
            id="source",
        ),
        pytest.param(
            Question(
                "谁？", id="x", answers=("甲",), source=("甲.txt",), evidence=("总投资21亿元",)
            ),
            "error: x: evidence stands nowhere",
            id="evidence",
        ),
        pytest.param(
            Question(
                "谁？", id="x", answers=("甲",), source=("甲.txt",), evidence=("吞吐量450万吨",)
            ),
            "error: x: evidence stands in another article",
            id="elsewhere",
        ),
        pytest.param(
            Question(
                "谁？", id="x", answers=("甲",), must_include=("甲",), must_not_include=("甲",)
            ),
            "error: x: “甲” must stand in the answer and must not",
            id="both",
        ),
        pytest.param(
            Question("谁？", id="x", answers=("甲乙",), must_not_include=("乙",)),
            "error: x: every accepted answer has “乙”",
            id="forbidden",
        ),
        pytest.param(
            Question("谁？", id="x", answers=("甲", " ")), "error: x: an empty answer", id="empty"
        ),
        pytest.param(Question("谁？", id="x"), "warning: x: nothing to mark", id="unmarkable"),
        pytest.param(
            Question("几家？", id="x", answers=("3家",), must_include=("8",)),
            "warning: x: no accepted answer has “8”",
            id="lacking",
        ),
    ],
)
def test_each_fault_is_named(question: Question, expected: str) -> None:
    found = problems(GOOD, question)
    assert any(each.startswith(expected) for each in found), found


def test_the_same_words_after_other_turns_are_another_question() -> None:
    turns = [({"role": "user", "content": f"{city}呢？"},) for city in ("佛山", "深圳")]
    one, other = (
        Question("期限呢？", id=str(n), answers=(f"{n}年",), history=turn)
        for n, turn in enumerate(turns)
    )
    assert problems(one, other) == []


def test_without_articles_evidence_is_not_looked_up() -> None:
    assert (
        problems(Question("谁？", id="x", answers=("甲",), evidence=("没有",)), articles=False)
        == []
    )


@pytest.mark.parametrize("name", ["reader_questions.jsonl", "reader_samples.jsonl"])
def test_our_own_sets_do_not_contradict_themselves(name: str) -> None:
    questions, unread = load_questions(SETS / name)
    assert unread == []
    assert [str(each) for each in validate(questions) if each.is_error] == []


def test_evidence_of_the_sample_questions_stands_in_the_sample_articles() -> None:
    questions, unread = load_questions(SETS / "sample_questions.jsonl")
    folder = SETS.parents[1] / "articles"
    articles = [
        Article(path.stem, "", path.read_text("utf-8").split("---\n", 2)[2], source=str(path))
        for path in folder.glob("*.md")
    ]
    assert unread == [] == validate(questions, articles)
    assert len(questions) > 30


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here")
def test_the_public_set_does_not_contradict_itself() -> None:
    questions, _ = load_questions(SHARED / "qa" / "seeds_public.jsonl")
    assert [str(each) for each in validate(questions) if each.is_error] == []
