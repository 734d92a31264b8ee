"""Reprints, and articles that only resemble one another."""

import re
import time

import numpy as np
import pytest
from invented import article

from vectorstore.reprints.reprint import Signatures, is_reprint, signature

ORIGINAL = article(7, 20)
TITLE, _, BODY = ORIGINAL.partition("\n")
LINES = BODY.strip().split("\n")
TEMPLATE = (
    "{one}市与{two}市今年继续开展对口帮扶。{one}市选派干部到{two}市挂职，帮助当地办好学校和医院。"
    "两地企业在{two}市建起产业园，吸纳农户就近务工。{two}市的农产品经由{one}市的市场销往各地。"
    "{one}市表示，将把{two}市的事当作自己的事来办，一年接着一年干，直到{two}市的乡亲都富起来。"
)
REPORT = (
    "本报讯 {city}市统计局今天发布{year}年统计公报。全年地区生产总值{total}亿元，比上年增长{rise}%。"
    "港口吞吐量稳步回升，新增铁路专用线一条，连通内陆的班列开行频次居全省前列。"
    "居民收入增长快于经济增长，城乡差距继续缩小，社会保障覆盖面进一步扩大。"
    "公报说，来年将着力扩大内需，优化营商环境，推动产业协作走深走实。"
)
FACTS = {"city": "云川", "year": 2021, "total": "3052.4", "rise": "6.1"}
NEWS = (
    "港口局负责人表示，新航线开通以后，内陆货物出海可以少绕一大段路，运费也会明显下降。"
    "他说，这条航线酝酿了很久，沿线几座城市都派人参加过论证，大家对前景看法一致。"
    "企业代表认为，过去发货要先到邻省中转，如今在家门口就能装船，客户最看重的是时间稳定。"
    "当地还将建设冷链仓库和配套公路，方便果农把刚摘下的鲜果直接送上船。"
    "专家提醒，航线能否长久，要看回程的货量，建议两地一起招揽需要进口原料的工厂。"
)


def is_same(text: str, other: str) -> bool:
    known = Signatures({"other": signature(other)})
    verdict = is_reprint(text, other)
    assert verdict == is_reprint(other, text)
    return known.find(signature(text)) == ["other"] and verdict


def wide(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ORIGINAL, id="same"),
        pytest.param("换了一个标题\n" + BODY, id="other-headline"),
        pytest.param(ORIGINAL + "\n（本报记者整理，转载请注明出处。）", id="editors-line"),
        pytest.param("来源：青溪在线 2023-08-16 10:22\n" + ORIGINAL + "\n分享到 微信", id="chrome"),
        pytest.param("新华社云川8月16日电（记者王一）" + ORIGINAL, id="dateline"),
        pytest.param("【编者按】这篇报道引起了不少读者的关注。\n" + ORIGINAL, id="lead"),
        pytest.param(ORIGINAL.replace("\n", "\n\n　　"), id="other-line-breaks"),
        pytest.param(ORIGINAL.replace("，", ","), id="half-width"),
        pytest.param(wide(ORIGINAL), id="full-width-digits"),
        pytest.param(ORIGINAL.replace("协议", "協議").replace("万", "萬"), id="traditional"),
        pytest.param(TITLE + "\n" + ORIGINAL, id="title-twice"),
        pytest.param("\n".join(LINES[5:]), id="first-paragraph-cut"),
        pytest.param("\n".join(LINES[:8] + LINES[12:]), id="figures-cut-in-the-middle"),
        pytest.param("\n".join(LINES[:-5]), id="last-paragraph-cut"),
        pytest.param(ORIGINAL.replace("稻育种的经验", "稻育种经验", 1), id="slip-of-the-pen"),
    ],
)
def test_printings_of_one_article(text: str) -> None:
    assert is_same(text, ORIGINAL)


def test_two_printings_with_datelines_of_their_own() -> None:
    assert is_same("新华社云川8月16日电　" + NEWS, "本报云川8月17日讯　" + NEWS)


def test_a_name_for_oneself_is_no_other_name() -> None:
    own = "我市港口再添新航线，我市果农受益。" + NEWS
    assert is_same(own, own.replace("我市", "云川市"))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        pytest.param(ORIGINAL, article(8, 20), id="another-article"),
        pytest.param(ORIGINAL, ORIGINAL.replace("工程总投资3", "工程总投资9"), id="one-figure"),
        pytest.param(ORIGINAL, re.sub(r"(?<=总投资)(\d)", r"9\1", ORIGINAL, count=1), id="a-digit"),
        pytest.param(
            TEMPLATE.format(one="云川", two="石桥"),
            TEMPLATE.format(one="云川", two="青岭"),
            id="template-with-another-city",
        ),
        pytest.param(
            REPORT.format(**FACTS), REPORT.format(**{**FACTS, "year": 2022}), id="another-year"
        ),
        pytest.param(
            REPORT.format(**FACTS),
            REPORT.format(**{**FACTS, "city": "石桥"}),
            id="a-city-said-once",
        ),
        pytest.param(
            REPORT.format(**FACTS), REPORT.format(**{**FACTS, "rise": "6.7"}), id="another-rate"
        ),
        pytest.param(
            "今日早盘，船运公司股价大涨，消息面上有多家机构上调了对全年运价的预测，资金持续流入这一板块，成交明显放大，收盘时涨幅居各行业之首，分析师看法不一。"
            + NEWS,
            "昨日夜间，一艘货轮在外海抛锚，海事部门派出拖船前往救助，船员全部平安，货物没有受损，事故原因仍在调查之中，附近航道的通行未受影响，货主已得到通知。"
            + NEWS,
            id="other-news-before-the-same-background",
        ),
        pytest.param("两市签约。", "两省签约。", id="one-sentence"),
        pytest.param("好", "坏", id="one-character"),
        pytest.param(ORIGINAL, ORIGINAL[: len(ORIGINAL) // 2], id="half-of-it"),
    ],
)
def test_articles_that_only_resemble_one_another(text: str, other: str) -> None:
    assert text != other
    assert not is_same(text, other)


def test_a_template_is_close_enough_to_need_the_second_look() -> None:
    filler = "全市上下一条心，把这件好事办实、实事办好，让群众看得见、摸得着、得实惠。" * 3
    one, two = (TEMPLATE.format(one="云川", two=name) + filler for name in ("石桥", "石塘"))
    assert Signatures({"one": signature(one)}).find(signature(two)) == ["one"]
    assert not is_reprint(one, two)


def test_a_name_twice_in_one_phrase_is_another_name() -> None:
    named = "记者从云川港云川局获悉，" + NEWS
    assert not is_reprint("近日，" + named, "近日，" + named.replace("云川", "青岭"))


def test_a_text_in_other_words_is_another_text() -> None:
    words = [("表示", "说"), ("明显", "大幅"), ("酝酿", "筹备"), ("前景", "未来"), ("中转", "换船")]
    words += [("方便", "便于"), ("提醒", "指出"), ("长久", "持续"), ("一起", "共同")]
    other = NEWS
    for old, new in words:
        assert old in other
        other = other.replace(old, new, 1)
    assert is_reprint(NEWS, NEWS.replace(*words[0]))
    assert not is_reprint(NEWS, other)


@pytest.mark.parametrize("text", ["", "一", "甲乙丙", "😀\ud800\0", "。！"], ids=ascii)
def test_tiny_texts_have_a_signature_and_are_compared(text: str) -> None:
    assert len(signature(text)) == 4
    assert is_same(text, text)
    assert is_same(text, text + "！")


def test_a_signature_is_made_of_different_numbers_in_order() -> None:
    keys = np.frombuffer(signature(ORIGINAL * 2), "<u4")
    assert len(keys) == 32
    assert bool((np.diff(keys.astype(np.int64)) > 0).all())


def test_the_closest_is_found_first_and_the_forgotten_is_not() -> None:
    near = ORIGINAL + "\n（转载）" + NEWS
    known = Signatures({"near": signature(near), "exact": signature(ORIGINAL)})
    assert known.find(signature(ORIGINAL)) == ["exact", "near"]
    known.discard("exact")
    assert known.find(signature(ORIGINAL)) == ["near"]
    known.add("near", signature(article(9)))
    assert known.find(signature(ORIGINAL)) == []
    known.discard("never there")
    assert Signatures({}).find(signature(ORIGINAL)) == []


def test_what_is_added_one_by_one_is_known_as_what_is_there_from_the_start() -> None:
    dice = np.random.default_rng(1)
    values = {
        f"{row}": np.sort(dice.choice(2**32, 32, replace=False)).astype("<u4").tobytes()
        for row in range(2500)
    }
    grown = Signatures({})
    for article_id, value in values.items():
        grown.add(article_id, value)
    for gone in range(0, 2500, 3):
        grown.discard(f"{gone}")
    for row in range(100):
        grown.add(f"more {row}", values[f"{row}"])
    whole = Signatures(values)
    for article_id, value in values.items():
        assert whole.find(value) == [article_id]
        row = int(article_id)
        expected = [] if row % 3 == 0 else [article_id]
        assert sorted(grown.find(value)) == sorted(expected + [f"more {row}"] * (row < 100))


def test_chrome_that_many_articles_share_makes_none_of_them_alike() -> None:
    chrome = (
        "本站所有文章均为转载，如有侵权请与编辑部联系，我们将在第一时间删除，谢谢您的理解与支持。"
        * 2
    )
    known = Signatures({f"{row}": signature(article(row, 4) + chrome) for row in range(80)})
    assert known.find(signature(NEWS[:60] + chrome)) == []
    assert known.find(signature(article(3, 4) + chrome))[0] == "3"


def test_a_very_long_text_is_signed_and_compared_in_bounded_time() -> None:
    long = "".join(article(number, 60) for number in range(300))
    started = time.process_time()
    assert len(signature(long)) == 128
    assert not is_reprint(long, long.replace("市与", "县与"))
    assert is_reprint(long, "另一个标题\n" + long)
    assert time.process_time() - started < 5


def test_signing_an_article_is_cheap() -> None:
    texts = [article(number, 14) for number in range(200)]
    started = time.process_time()
    for text in texts:
        signature(text)
    # A tenth of this on an idle core.
    assert (time.process_time() - started) / len(texts) < 0.006
