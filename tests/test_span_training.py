"""What the span network learns from: masked words, and windows with and without the answer."""

import numpy as np
import pytest

from assistant.reading.judge import load_judge
from assistant.reading.letters import FIRST, MASK, ids_of, spelled
from assistant.reading.span_reader import WINDOW
from vectorstore import sentences

pytest.importorskip("torch")

from training.spans.corpus import alphabet_of, row_of
from training.spans.examples import batches, example
from training.spans.network import Encoder
from training.spans.pretraining import masked_batches, pretrain
from training.spans.questions import Item, Place, QuestionSet
from training.train_judge import examples

ARTICLE = "甲市与乙市结对。" * 40 + "园区总投资12亿元。" + "丙县另建一座码头。" * 30
OTHER = "丁市的项目总投资不明。"
IDS = ids_of(alphabet_of([ARTICLE * 5, OTHER * 5]))


@pytest.fixture
def found() -> QuestionSet:
    start = ARTICLE.index("12亿元")
    texts = [ARTICLE, OTHER]
    [asked] = spelled(["园区总投资多少？"], IDS)
    item = Item(asked, 0, [(start, start + 4)], ["12亿元"], [Place(0, 0, 90), Place(1, 0, 11)])
    return QuestionSet(texts, spelled(texts, IDS), [sentences(text) for text in texts], [item])


def test_an_example_has_its_answer_or_none(found: QuestionSet) -> None:
    generator = np.random.default_rng(1)
    drawn = [example(found, found.items[0], generator) for _ in range(200)]
    made = [each for each in drawn if each is not None]
    assert len(made) > 180
    with_answer = [each for each in made if each.answer]
    assert 0.6 < len(with_answer) / len(made) < 0.85
    for each in made:
        assert 0 < len(each.window.text) <= WINDOW
        assert each.sentences[0][0] == 0
        assert each.sentences[-1][1] == len(each.window.text)
        if each.answer:
            first, last = each.answer
            assert each.window.text[first : last + 1] == "12亿元"
        else:
            assert "12亿元" not in each.window.text
    elsewhere = [each for each in made if each.window.text == OTHER]
    assert elsewhere


def test_batches_point_past_the_end_where_there_is_no_answer(found: QuestionSet) -> None:
    generator = np.random.default_rng(2)
    drawn = [example(found, found.items[0], generator) for _ in range(20)]
    examples = [each for each in drawn if each is not None]
    passages, questions, places = batches(examples)
    assert passages.characters.shape[1] == questions.characters.shape[1] == len(examples)
    for column, each in enumerate(examples):
        if each.answer is None:
            assert places[0, column] == places[1, column] == len(passages.characters)
        else:
            assert tuple(places[:, column]) == each.answer


def test_whole_words_are_masked() -> None:
    row = row_of([ARTICLE] * 30, IDS)
    [masked] = list(masked_batches(row, 1, seed=3))
    characters, words, begins = (
        masked.letters[name].numpy() for name in ("characters", "words", "begins")
    )
    where = masked.where.numpy()
    assert 0.1 < where.mean() < 0.25
    hidden = characters == MASK
    assert hidden.sum() > 0.7 * where.sum()
    assert not words[hidden].any()
    inside = begins[1:] == 0
    assert (where[1:][inside] == where[:-1][inside]).all()
    assert (masked.gold.numpy()[where] >= FIRST).all()


def test_guessing_gets_better() -> None:
    losses = list(pretrain(Encoder(FIRST + len(IDS)), row_of([ARTICLE] * 30, IDS), 6, seed=1))
    assert losses[-1] < losses[0]


def test_the_judge_sees_each_question_with_its_answer_and_twice_without() -> None:
    sides = "两市共签约项目60个。合作从三月开始。"
    contexts = [f"甲市与乙市结对。{sides}", "丙县的项目有30个。", "丁市与戊市也签约项目。"]
    items = [
        {
            "question": "甲市与乙市签约了多少个项目？",
            "context": contexts[0],
            "answers": [("60个", 15)],
        },
        {"question": "丙县有多少项目？", "context": contexts[1], "answers": [("30个", 5)]},
        {"question": "丁市与谁签约？", "context": contexts[2], "answers": [("戊市", 3)]},
    ]
    found, gone, others = list(examples(items, load_judge()))[:3]
    assert found.answerable
    assert found.labels.sum() == 1
    assert not gone.answerable
    assert len(gone.rows) == len(found.rows) - 1
    assert not others.answerable
    assert len(others.rows) == 2
    assert not gone.labels.any()
    assert not others.labels.any()
