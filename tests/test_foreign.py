"""English questions become Chinese terms by the embedder's own neighbourhood."""

import numpy as np
import pytest

from vectorstore.preparing.embed import bundled_embedder
from vectorstore.searching.foreign import Neighbourhood, chinese_terms

SMALL = Neighbourhood(
    {"city": 0, "城市": 1, "市": 2, "森林": 3},
    np.array([[2, 0], [1, 0.2], [3, 2.5], [0, 1]], dtype=np.float32),
)


def bundled() -> Neighbourhood:
    model = bundled_embedder()
    return Neighbourhood(model.vocabulary, model.table)


def never() -> Neighbourhood:
    raise AssertionError("not needed")


def test_the_nearest_pieces_are_the_translations() -> None:
    found = SMALL.translations(["city", "unknown"])

    assert list(found) == ["city"]
    assert list(found["city"]) == ["城市", "市"]
    assert found["city"]["城市"] == pytest.approx(1 / np.hypot(1, 0.2))


def test_a_longer_piece_is_told_by_its_bigrams() -> None:
    assert chinese_terms("which city", lambda: SMALL).keys() == {"城市", "市"}


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("佛山GDP是多少", id="Chinese with Latin"),
        pytest.param("2021 3.5", id="figures"),
        pytest.param("", id="empty"),
        pytest.param("🙂", id="emoji"),
    ],
)
def test_questions_that_are_not_english_need_nothing(question: str) -> None:
    assert chinese_terms(question, never) == {}


@pytest.mark.parametrize(
    ("question", "term"),
    [
        pytest.param("which university", "大学", id="university"),
        pytest.param("the agreement of cooperation", "协议", id="agreement"),
        pytest.param("investment in foshan", "佛山", id="a city"),
    ],
)
def test_the_bundled_model_knows_common_words(question: str, term: str) -> None:
    assert term in chinese_terms(question, bundled)


def test_words_that_say_nothing_bring_nothing() -> None:
    assert chinese_terms("what is the of", bundled) == {}
