"""A long sentence is cut to the clauses around its answer; a short one is left whole."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from scripted import hit

from assistant.reading.cut import narrowed
from assistant.reading.records import Evidence


def evidence(text: str, said: str, start: int = 0) -> Evidence:
    at = start + text.index(said)
    chunk = hit(text, start=start)
    return Evidence(chunk, text, start, start + len(text), 0.9, answer=(at, at + len(said)))


FILLER = "，".join(f"第{number}项工作正在有序推进" for number in range(30))


def test_a_long_sentence_keeps_the_clauses_around_its_answer() -> None:
    whole = evidence(
        f"会议指出，{FILLER}，园区预计年产值达到88亿元，{FILLER}。", "88亿元", start=40
    )
    cut = narrowed(whole)
    assert "园区预计年产值达到88亿元" in cut.text
    assert len(cut.text) <= 150
    assert whole.text[cut.start - 40 : cut.end - 40] == cut.text


def test_a_sentence_of_usual_length_is_whole() -> None:
    whole = evidence("园区预计年产值达到88亿元，由两市共建。", "88亿元")
    assert narrowed(whole) is whole


def test_without_an_answer_nothing_is_cut() -> None:
    whole = replace(evidence(FILLER * 2, "第3项"), answer=None)
    assert narrowed(whole) is whole


@given(
    st.lists(st.text("甲乙投资额1", min_size=1, max_size=60), min_size=1, max_size=12),
    st.integers(0, 11),
)
def test_the_answer_is_never_cut_off(clauses: list[str], number: int) -> None:
    text = "，".join(clauses)
    said = clauses[number % len(clauses)]
    cut = narrowed(evidence(text, said))
    assert said in cut.text
    assert cut.said == said
