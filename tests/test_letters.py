"""Texts as the span network sees them."""

import numpy as np
import pytest

from assistant.reading.letters import (
    FEATURES,
    FIRST,
    SPACE,
    UNKNOWN,
    batch,
    ids_of,
    shared,
    spelled,
)

IDS = ids_of("投资多少元园区总")


def column(name: str) -> int:
    return FEATURES.index(name)


def test_every_character_has_its_id_and_word() -> None:
    [letters] = spelled(["园区總投資\t龘"], IDS)
    assert letters.text.startswith("园区总投资")
    assert letters.characters.tolist()[:5] == [IDS[each] for each in "园区总投资"]
    assert letters.characters.tolist()[5:] == [SPACE, UNKNOWN]
    assert min(IDS.values()) == FIRST
    assert len(letters.words) == len(letters.begins) == 7


@pytest.mark.parametrize("text", ["", "１２３亿元", "“引号”，emoji😀", "粵港澳大灣區"])
def test_a_character_stays_one_character(text: str) -> None:
    [letters] = spelled([text], IDS)
    assert len(letters.text) == len(letters.characters) == len(letters.words) == len(text)


def test_a_word_begins_once() -> None:
    [letters] = spelled(["郴州市人民政府"], IDS)
    assert letters.begins[0] == 1
    inside = letters.begins == 0
    assert inside.any()
    before = np.roll(letters.words, 1)
    assert (letters.words[inside] == before[inside]).all()


def test_what_the_question_says_is_marked() -> None:
    passage, question = spelled(["园区总投资12元。", "总投资多少元"], IDS)
    rows = shared(passage, question, [(0, 9)])
    assert rows.shape == (9, len(FEATURES))
    assert rows[:, column("its character is in the other")].tolist() == [0, 0, 1, 1, 1, 0, 0, 1, 0]
    assert rows[:, column("its pair of characters is in the other")][2:5].all()
    assert rows[:, column("is a digit")].tolist() == [0, 0, 0, 0, 0, 1, 1, 0, 0]
    assert rows[8, column("is a mark")] == 1
    assert rows[0, column("coverage of its sentence")] == pytest.approx(2 / 5)


def test_the_best_sentence_has_the_most_coverage() -> None:
    passage, question = spelled(["园区很大。园区总投资12元。", "总投资多少元"], IDS)
    rows = shared(passage, question, [(0, 5), (5, 14)])
    beside = rows[:, column("coverage of its sentence beside the best")]
    assert beside[:5].tolist() == [0] * 5
    assert beside[5:].tolist() == [1] * 9


def test_a_batch_is_padded_at_the_end() -> None:
    one, other = spelled(["投资", "投资多少"], IDS)
    made = batch([(one, shared(one, other)), (other, shared(other, one))])
    assert made.characters.shape == (4, 2)
    assert made.characters[2:, 0].tolist() == [0, 0]
    assert made.features.shape == (4, 2, len(FEATURES))
    assert not made.features[2:, 0].any()


def test_places_of_letters_can_be_taken() -> None:
    [letters] = spelled(["投资多少元"], IDS)
    assert letters.at(slice(2, 4)).text == "多少"
    assert letters.at(np.asarray([0, 4])).text == "投元"
    assert letters.at(np.asarray([0, 4])).characters.tolist() == [IDS["投"], IDS["元"]]
