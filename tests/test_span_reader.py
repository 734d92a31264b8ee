"""The bundled span network: where the words that answer stand."""

import pytest

from assistant.reading.span_reader import LONGEST, WINDOW, load_span_reader, windows
from vectorstore import sentences

PASSAGE = (
    "青山市与碧水市于2021年建立对口合作关系。两市共签约项目60个，总投资325亿元。"
    "青山市长李明介绍，产业园已经落户碧水市高新区。"
)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        pytest.param("两市签约项目的总投资是多少？", "325亿元", id="how-much"),
        pytest.param("青山市与碧水市是哪一年建立对口合作关系的？", "2021年", id="when"),
        pytest.param("产业园落户在哪里？", "碧水市高新区", id="where"),
        pytest.param("產業園落戶在哪裡？", "碧水市高新区", id="where-in-traditional"),
    ],
)
def test_the_likeliest_span(question: str, words: str) -> None:
    [found] = load_span_reader().find(question, [PASSAGE])
    best = max(found.values(), key=lambda span: span.odds)
    assert words in PASSAGE[max(0, best.start - 2) : best.end + 2]


def test_every_sentence_has_a_span_within_it() -> None:
    [found] = load_span_reader().find("总投资是多少？", [PASSAGE])
    assert list(found) == sentences(PASSAGE)
    for (start, end), span in found.items():
        assert start <= span.start < span.end <= end
        assert span.end - span.start <= LONGEST


def test_a_passage_is_read_alike_alone_and_beside_others() -> None:
    reader = load_span_reader()
    [alone] = reader.find("总投资是多少？", [PASSAGE])
    beside = reader.find("总投资是多少？", ["无关的话。", PASSAGE])[1]
    for key, span in alone.items():
        assert beside[key].odds == pytest.approx(span.odds, abs=1e-3)


@pytest.mark.parametrize(
    "passages", [[], [""], ["\n \n"], ["😀"]], ids=["none", "empty", "space", "emoji"]
)
def test_nothing_to_read(passages: list[str]) -> None:
    found = load_span_reader().find("总投资是多少？", passages)
    assert len(found) == len(passages)


def test_an_empty_question_finds_nothing() -> None:
    assert load_span_reader().find("", [PASSAGE]) == [{}]


def test_windows_hold_whole_sentences() -> None:
    bounds = [(0, 100), (100, 200), (200, 300), (300, 300 + 2 * WINDOW)]
    assert windows(bounds) == [
        [(0, 100), (100, 200)],
        [(200, 300)],
        [(300, 300 + WINDOW)],
        [(300 + WINDOW, 300 + 2 * WINDOW)],
    ]


def test_a_long_sentence_is_read_to_its_end() -> None:
    long = "会上说，" + "各项工作正在有序推进，" * 60 + "两市签约项目的总投资是325亿元。"
    [found] = load_span_reader().find("两市签约项目的总投资是多少？", [long])
    [span] = found.values()
    assert "325" in long[span.start : span.end]


def test_a_long_passage_is_read_to_its_end() -> None:
    long = "这里说的是别的事情。" * 80 + PASSAGE
    [found] = load_span_reader().find("两市签约项目的总投资是多少？", [long])
    assert list(found) == sentences(long)
    best = max(found.values(), key=lambda span: span.odds)
    assert "325" in long[best.start : best.end]
