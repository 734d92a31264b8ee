"""Questions and passages as the encoder sees them: pieces with their places in the passage."""

import numpy as np
import pytest
from tiny_encoder import END, PAD, START, TEXT, TITLE, tiny_pieces, tiny_tokenizer

from assistant.reading.pieces import LONGEST, Pair, batch
from vectorstore import traditional

HEAD = f"{TITLE}\n2019年3月8日\n"
ASKED = "石桥有几家企业？"


def pair(asked: str, head: str, text: str) -> Pair:
    (found,) = tiny_pieces().pairs([asked], [(head, text)])
    return found


def count(text: str) -> int:
    return len(tiny_tokenizer().encode(text).ids)


def said(found: Pair, text: str) -> list[str]:
    """What stands in the text at each piece of the passage."""
    at = np.flatnonzero(found.starts >= 0)
    return [text[found.starts[each] : found.ends[each]] for each in at]


def test_question_heading_and_passage_stand_in_order() -> None:
    found = pair(ASKED, HEAD, TEXT)
    asked, passage = (tiny_tokenizer().encode(text).ids for text in (ASKED, HEAD + TEXT))
    assert found.ids.tolist() == [START, *asked, END, END, *passage, END]
    assert found.ids.shape == found.starts.shape == found.ends.shape


def test_places_point_into_the_passage_alone() -> None:
    found = pair(ASKED, HEAD, TEXT)
    tokenizer = tiny_tokenizer()
    first = 1 + count(ASKED) + 2 + count(HEAD.rstrip())
    assert np.flatnonzero(found.starts >= 0).tolist() == list(range(first, len(found.ids) - 1))
    assert set(found.ends[:first]) == set(found.starts[:first]) == {-1}
    assert (found.starts[-1], found.ends[-1]) == (-1, -1)
    for number, start, end in zip(
        found.ids[first:-1], found.starts[first:], found.ends[first:], strict=False
    ):
        assert TEXT[start:end].strip() == tokenizer.id_to_token(number).lstrip("▁")
    assert "".join(said(found, TEXT)) == TEXT


def test_wide_characters_keep_their_places() -> None:
    text = "云川市，２０１９年…有７３家。"
    found = pair(ASKED, HEAD, text)
    assert said(found, text)[:4] == ["云川", "市", "，", "２０"]
    assert "".join(said(found, text)) == text


def test_a_text_in_traditional_script_is_cut_as_in_simplified() -> None:
    asked, head, text = traditional(ASKED), traditional(HEAD), traditional(TEXT)
    assert {asked, head, text}.isdisjoint({ASKED, HEAD, TEXT})
    found, simplified = pair(asked, head, text), pair(ASKED, HEAD, TEXT)
    assert found.ids.tolist() == simplified.ids.tolist()
    assert found.starts.tolist() == simplified.starts.tolist()
    assert "".join(said(found, text)) == text


@pytest.mark.parametrize("title", ["水" * 60, "水" * 61, "水" * 300])
def test_a_long_title_is_cut_and_the_date_is_kept(title: str) -> None:
    found = pair(ASKED, f"{title}\n2019年3月8日\n", TEXT)
    same = pair(ASKED, f"{'水' * 60}\n2019年3月8日\n", TEXT)
    assert found.ids.tolist() == same.ids.tolist()
    assert found.starts.tolist() == same.starts.tolist()
    assert "".join(said(found, TEXT)) == TEXT


def test_what_is_beyond_the_longest_is_not_read() -> None:
    text = "水山" * LONGEST
    found = pair(ASKED, HEAD, text)
    assert len(found.ids) == LONGEST
    assert found.ids[-1] == END
    assert found.ends.max() == LONGEST - 4 - count(ASKED) - count(HEAD)
    assert "".join(said(found, text)) == text[: found.ends.max()]
    assert len(pair(ASKED, HEAD, TEXT).ids) < LONGEST


def test_a_long_question_is_cut_so_that_the_passage_has_room() -> None:
    found = pair("水" * 1000, HEAD, TEXT)
    assert np.flatnonzero(found.ids == END)[:2].tolist() == [161, 162]
    assert "".join(said(found, TEXT)) == TEXT


def test_without_title_or_passage() -> None:
    assert "".join(said(pair(ASKED, "\n", TEXT), TEXT)) == TEXT
    empty = pair("", "\n", "")
    assert said(empty, "") == []
    assert empty.ids[[0, -1]].tolist() == [START, END]


def test_pairs_stand_in_the_order_of_what_is_asked() -> None:
    passages = [(HEAD, TEXT), ("\n", "石桥。"), (HEAD, TEXT)]
    found = tiny_pieces().pairs([ASKED, "谁？", "谁？"], passages)
    alone = [pair(ASKED, *passages[0]), pair("谁？", *passages[1]), pair("谁？", *passages[2])]
    assert [each.ids.tolist() for each in found] == [each.ids.tolist() for each in alone]
    assert [each.ends.tolist() for each in found] == [each.ends.tolist() for each in alone]
    with pytest.raises(ValueError, match="longer"):
        tiny_pieces().pairs([ASKED], passages)


def test_a_batch_is_filled_up() -> None:
    pairs = tiny_pieces().pairs([ASKED, "谁？"], [(HEAD, TEXT), ("\n", "石桥。")])
    ids, mask = batch(pairs)
    long, short = (len(each.ids) for each in pairs)
    assert ids.shape == mask.shape == (2, long)
    assert ids[0].tolist() == pairs[0].ids.tolist()
    assert ids[1].tolist() == [*pairs[1].ids.tolist(), *[PAD] * (long - short)]
    assert mask.tolist() == [[1] * long, [1] * short + [0] * (long - short)]
