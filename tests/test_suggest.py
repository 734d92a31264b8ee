"""Questions offered where an answer abstains: each of them is answered when it is asked."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from fake_assistant import PAIRS

from assistant import Answer, Assistant, answerable
from assistant.evaluation.qa_set import Question
from assistant.suggest import _is_answered, _quoted
from tests.serving import over_samples
from vectorstore import Chunk, Hit


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with over_samples(tmp_path_factory.mktemp("data")) as made:
        yield made


@pytest.mark.parametrize(
    "question", ["赣州的市长是谁？", "上海和北京的合作花了多少钱？", "今天天气怎么样？"]
)
def test_what_is_offered_is_answered(assistant: Assistant, question: str) -> None:
    abstained = assistant.ask(question)
    assert abstained.abstained
    history = [
        {"role": "user", "content": question},
        {"role": "assistant", "content": abstained.text},
    ]
    offered = list(islice(answerable(assistant, abstained, history), 3))
    assert offered
    assert len(set(offered)) == len(offered)
    near = list(dict.fromkeys(hit.chunk.article_id for hit in abstained.hits))[:3]
    for each in offered:
        answer = assistant.ask(each, history)
        assert not answer.abstained, each
        assert answer.citations[0].article_id in near or len(answer.citations) > 1, each


def test_filters_hold_for_what_is_offered(assistant: Assistant) -> None:
    abstained = assistant.ask("赣州的市长是谁？")
    only = {"article_ids": ["none-of-them"]}
    assert list(answerable(assistant, abstained, filters=only)) == []


def test_nothing_near_offers_nothing(assistant: Assistant) -> None:
    gone = Hit(Chunk("gone", "已删。", 0, 3), 1.0, 1, 1)
    assert list(answerable(assistant, Answer("？", "？", "", abstained=True))) == []
    assert list(answerable(assistant, Answer("？", "？", "", hits=[gone], abstained=True))) == []


def test_a_wrong_answer_or_another_sentence_is_none(assistant: Assistant) -> None:
    answer = _quoted(assistant, "佛山和郴州的对口合作期限是哪几年？", None)
    cited = answer.citations[0]
    made = Question(
        "？", must_include=("2030",), source=(cited.article_id,), evidence=(cited.quote,)
    )
    assert _is_answered(made, answer)
    for wrong in (
        Question("？", must_include=("2031",), source=made.source, evidence=made.evidence),
        Question("？", must_include=("2030",), source=(PAIRS.id,), evidence=made.evidence),
        Question(
            "？", must_include=("2030",), source=made.source, evidence=("另外一句完全不同的话。",)
        ),
    ):
        assert not _is_answered(wrong, answer)


def test_no_llm_is_asked(assistant: Assistant, tmp_path: Path) -> None:
    class Refusing:
        def __getattr__(self, name: str) -> object:
            raise AssertionError("the LLM was asked")

    with over_samples(tmp_path, mode="extractive") as other:
        abstained = other.ask("赣州的市长是谁？")
        other._llm = Refusing()
        written = Assistant(other.settings.model_copy(update={"mode": "llm"}), llm=Refusing())
        assert next(answerable(written, abstained))
        written.close()
