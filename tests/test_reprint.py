"""Reprints, and articles that only resemble one another."""

import time

import pytest
from invented import article

from vectorstore.reprint import Signatures, is_reprint, signature

ORIGINAL = article(7, 20)
TEMPLATE = (
    "{one}市与{two}市今年继续开展对口帮扶。{one}市选派干部到{two}市挂职，帮助当地办好学校和医院。"
    "两地企业在{two}市建起产业园，吸纳农户就近务工。{two}市的农产品经由{one}市的市场销往各地。"
    "{one}市表示，将把{two}市的事当作自己的事来办，一年接着一年干，直到{two}市的乡亲都富起来。"
)


def is_same(text: str, other: str) -> bool:
    known = Signatures({"other": signature(other)})
    return known.find(signature(text)) == "other" and is_reprint(text, other)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ORIGINAL, id="same"),
        pytest.param("换了一个标题\n" + ORIGINAL.partition("\n")[2], id="other-headline"),
        pytest.param(ORIGINAL + "\n（本报记者整理，转载请注明出处。）", id="editors-line"),
        pytest.param(ORIGINAL.replace("\n", "\n\n　　"), id="other-line-breaks"),
        pytest.param(ORIGINAL.replace("，", ","), id="half-width"),
        pytest.param(ORIGINAL.replace("协议", "協議").replace("万", "萬"), id="traditional"),
        pytest.param("".join(ORIGINAL.splitlines(keepends=True)[:1]) + ORIGINAL, id="title-twice"),
    ],
)
def test_printings_of_one_article(text: str) -> None:
    assert is_same(text, ORIGINAL)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        pytest.param(ORIGINAL, article(8, 20), id="another-article"),
        pytest.param(ORIGINAL, ORIGINAL.replace("工程总投资3", "工程总投资9"), id="one-figure"),
        pytest.param(
            TEMPLATE.format(one="云川", two="石桥"),
            TEMPLATE.format(one="云川", two="青岭"),
            id="template-with-another-city",
        ),
        pytest.param("两市签约。", "两省签约。", id="one-sentence"),
        pytest.param("好", "坏", id="one-character"),
        pytest.param(ORIGINAL, ORIGINAL[: len(ORIGINAL) // 2], id="half-of-it"),
    ],
)
def test_articles_that_only_resemble_one_another(text: str, other: str) -> None:
    assert text != other
    assert not is_same(text, other)
    assert not is_same(other, text)


def test_a_template_is_close_enough_to_need_the_second_look() -> None:
    filler = "全市上下一条心，把这件好事办实、实事办好，让群众看得见、摸得着、得实惠。" * 3
    one, two = (TEMPLATE.format(one="云川", two=name) + filler for name in ("石桥", "石塘"))
    assert not is_reprint(one, two)


@pytest.mark.parametrize("text", ["", "一", "甲乙丙", "😀\ud800\0"], ids=ascii)
def test_tiny_texts_have_a_signature(text: str) -> None:
    assert len(signature(text)) == 8 + 128 * 4


def test_the_closest_is_found_and_the_forgotten_is_not() -> None:
    near = ORIGINAL + "\n（转载）"
    known = Signatures({"exact": signature(ORIGINAL), "near": signature(near)})
    assert known.find(signature(ORIGINAL)) == "exact"
    known.discard("exact")
    assert known.find(signature(ORIGINAL)) == "near"
    known.add("near", signature(article(9)))
    assert known.find(signature(ORIGINAL)) is None
    known.discard("never there")
    assert Signatures({}).find(signature(ORIGINAL)) is None


def test_a_very_long_text_is_signed_and_compared_in_bounded_time() -> None:
    long = "".join(article(number, 60) for number in range(300))
    started = time.monotonic()
    assert len(signature(long)) == 520
    assert not is_reprint(long, long.replace("市与", "县与"))
    assert time.monotonic() - started < 20
