"""Late interaction on tables small enough to work out by hand."""

import numpy as np
import pytest

from vectorstore.searching.interaction import Interaction
from vectorstore.searching.layout import BREAK, Layout

# Pieces 0 and 1 are alike by 0.8; 2 and 3 stand alone.
TABLE = np.array([[1, 0, 0, 0], [0.8, 0.6, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=np.float32)


def pieces(*ids: int) -> np.ndarray:
    return np.array(ids, dtype=np.uint16)


def features(
    question: np.ndarray, *candidates: np.ndarray, weights: tuple[float, ...] = ()
) -> dict[str, np.ndarray]:
    weighted = np.array(weights or (1, 1, 1, 1), dtype=np.float32)
    return Interaction(TABLE, weighted).features(question, Layout.of(list(candidates)))


def test_layout_knows_headings_and_sentences() -> None:
    layout = Layout.of([pieces(0, BREAK, 1, 2, BREAK, 3), pieces(BREAK, 2), pieces()])

    assert layout.candidates.tolist() == [0, 6, 8]
    assert layout.segments.tolist() == [0, 2, 5, 6, 7, 8]
    assert layout.headings.tolist() == [0, 3, 5]
    assert layout.owners.tolist() == [0, 0, 0, 1, 1, 2]


def test_whole_is_the_weighted_mean_of_the_best_matches() -> None:
    found = features(pieces(0, 2), pieces(BREAK, 1, BREAK, 3), weights=(3, 1, 1, 1))

    # 0 meets 1 by 0.8 and weighs three quarters; 2 meets nothing.
    assert found["whole"][0] == pytest.approx(0.75 * 0.8)
    assert found["exact"][0] == 0


def test_a_heading_counts_apart_from_the_sentences() -> None:
    found = features(pieces(0, 2), pieces(0, BREAK, 2))

    assert found["heading"][0] == pytest.approx(0.5)
    assert found["body"][0] == pytest.approx(0.5)
    assert found["whole"][0] == pytest.approx(1)
    assert found["headed"][0] == pytest.approx(1)


def test_one_sentence_with_both_beats_two_with_one_each() -> None:
    together, apart, far = (
        pieces(BREAK, 0, 2, BREAK, 3),
        pieces(BREAK, 0, BREAK, 2),
        pieces(BREAK, 0, BREAK, 3, BREAK, 2),
    )
    found = features(pieces(0, 2), together, apart, far)

    assert found["sentence"].tolist() == pytest.approx([1, 0.5, 0.5])
    assert found["pair"].tolist() == pytest.approx([1, 1, 0.5])
    assert found["whole"].tolist() == pytest.approx([1, 1, 1])


def test_phrases_want_the_pieces_side_by_side() -> None:
    found = features(pieces(0, 2), pieces(BREAK, 0, 2), pieces(BREAK, 2, 0), pieces(BREAK, 0, 3, 2))

    assert found["phrases"].tolist() == pytest.approx([1, 0, 0])


def test_phrases_do_not_reach_from_one_candidate_into_the_next() -> None:
    found = features(pieces(0, 2), pieces(BREAK, 0), pieces(2))

    assert found["phrases"].tolist() == [0, 0]


def test_focus_is_how_much_of_the_best_sentence_the_question_names() -> None:
    found = features(pieces(0), pieces(BREAK, 0), pieces(BREAK, 0, 2, 3))

    assert found["focus"][0] == pytest.approx(1, abs=1e-4)
    assert found["focus"][1] == pytest.approx(1 / 3, abs=1e-4)


def test_candidates_without_sentences_or_pieces_have_features() -> None:
    found = features(pieces(0, 2), pieces(0), pieces(), pieces(BREAK, BREAK))

    assert all(np.isfinite(values).all() and len(values) == 3 for values in found.values())
    assert found["whole"].tolist() == pytest.approx([0.5, 0, 0])


def test_each_candidate_is_scored_as_if_alone() -> None:
    candidates = [pieces(1, BREAK, 0, 2), pieces(BREAK, 3, BREAK, 2, 1), pieces(2, 0)]
    together = features(pieces(0, 3, 2), *candidates)

    for place, candidate in enumerate(candidates):
        alone = features(pieces(0, 3, 2), candidate)
        for name, values in together.items():
            if name.startswith("telling"):
                continue  # Only what sets one candidate apart from the others tells.
            assert values[place] == pytest.approx(alone[name][0], abs=1e-6), name


def test_a_pasted_text_as_question_is_cut() -> None:
    found = features(pieces(*[0, 2] * 5000), pieces(BREAK, 0, 2))

    assert found["whole"][0] == pytest.approx(1)


def test_a_table_of_small_numbers_with_scales_says_the_same() -> None:
    rng = np.random.default_rng(1)
    numbers = rng.integers(-127, 128, (2000, 16)).astype(np.int8)
    scales = (1 / np.linalg.norm(numbers, axis=1)).astype(np.float32)
    weights = rng.uniform(0.5, 9, 2000).astype(np.float32)
    candidates = [rng.permutation(2000)[:900].astype(np.uint16) for _ in range(3)]
    layout, asked = Layout.of(candidates), candidates[0][:9]

    short = Interaction(numbers, weights, scales).features(asked, layout)
    long = Interaction(numbers * scales[:, None], weights).features(asked, layout)

    assert short["whole"][0] == pytest.approx(1, abs=1e-5)
    for name, values in long.items():
        assert short[name] == pytest.approx(values, abs=1e-5), name


def test_counts_are_those_of_each_candidate() -> None:
    found = features(pieces(0, 2), pieces(0, BREAK, 0, 3, 0), pieces(BREAK, 2), pieces(3))

    # 0 stands in the first three times, 2 in the second once; each weighs a half.
    assert found["often"].tolist() == pytest.approx([np.log(4) / 2, np.log(2) / 2, 0])
    assert found["related"].tolist() == pytest.approx([np.log(4) / 2, np.log(2) / 2, 0])


def test_what_every_candidate_says_tells_nothing() -> None:
    common, both = pieces(BREAK, 0, BREAK, 3), pieces(BREAK, 0, BREAK, 2)
    found = features(pieces(0, 2), common, both, common)

    assert found["whole"].tolist() == pytest.approx([0.5, 1, 0.5])
    assert found["telling"][0] < 0.1
    assert found["telling"][1] == pytest.approx(1, abs=1e-4)
    assert found["telling sentence"][1] > 0.9
    assert found["telling exact"][1] == pytest.approx(1, abs=1e-4)


def test_an_article_covers_what_its_candidates_say_together() -> None:
    weights = np.ones(4, dtype=np.float32)
    layout = Layout.of([pieces(BREAK, 0), pieces(BREAK, 3), pieces(BREAK, 2)], ["a", "b", "a"])
    found = Interaction(TABLE, weights).features(pieces(0, 2), layout)

    assert found["whole"].tolist() == pytest.approx([0.5, 0, 0.5])
    assert found["article covers"].tolist() == pytest.approx([1, 0, 1])


def test_the_opening_is_two_sentences() -> None:
    three = pieces(3, BREAK, 0, BREAK, 2, BREAK, 3)
    found = features(pieces(0, 2, 3), three, pieces(BREAK, 0), pieces(0))

    assert found["opening"].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert found["lead"].tolist() == pytest.approx([1 / 3, 1 / 3, 0])


def test_labels_are_left_out_of_the_main_part() -> None:
    layout = Layout.of([pieces(BREAK, 0), pieces(BREAK, 2)])
    interaction = Interaction(TABLE, np.array([3, 1, 1, 1], dtype=np.float32))
    found = interaction.features(pieces(0, 2), layout, np.array([False, True]))

    assert found["whole"].tolist() == pytest.approx([0.75, 0.25])
    assert found["main"].tolist() == pytest.approx([0, 1])
    nothing_else = interaction.features(pieces(0), layout, np.array([False]))
    assert nothing_else["main"].tolist() == pytest.approx([1, 0])


def test_a_layout_takes_the_greatest_of_each_article() -> None:
    layout = Layout.of([pieces(0), pieces(1), pieces(2), pieces(3)], ["b", "a", "b", "c"])
    values = np.array([[1, 2, 3, 4], [8, 7, 6, 5]], dtype=np.float32)

    assert layout.articles.tolist() == [0, 1, 0, 2]
    assert layout.by_article(values).tolist() == [[3, 2, 4], [8, 7, 5]]
