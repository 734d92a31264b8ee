"""Damaged characters: what is certain is mended, what is lost is marked, the rest is untouched."""

import time

import pytest

from vectorstore.cleaning.mend import mend

TRADITIONAL = (
    "為推動(dòng)山海協(xié)作，青溪市與白沙市近日簽署協(xié)議，共建產(chǎn)業(yè)園區(qū)。",
    "雙方將依託白（沙）青（溪）鐵路開行班列，推進（jìn）數(shù)據(jù)共享，"
    "實(shí)現(xiàn)“一網(wǎng)通辦”。",
    "去年兩市GDP(國內生產總值)合計2100億元，A(a)類企業(yè)共36家。",
)


def test_pinyin_in_brackets_goes_other_brackets_stay() -> None:
    text, receipts = mend("\n".join(TRADITIONAL))
    assert text.split("\n") == [
        "為推動山海協作，青溪市與白沙市近日簽署協議，共建產業園區。",
        "雙方將依託白（沙）青（溪）鐵路開行班列，推進數據共享，實現“一網通辦”。",
        "去年兩市GDP(國內生產總值)合計2100億元，A(a)類企業共36家。",
    ]
    assert [receipt.kind for receipt in receipts] == ["pinyin"]


@pytest.mark.parametrize(
    ("dirty", "expected"),
    [
        pytest.param(
            "發（fā）展、綠(lǜ)色、女(nǚ)性和區（qū）域都要發展好。",
            "發展、綠色、女性和區域都要發展好。",
            id="umlaut",
        ),
        pytest.param(
            "態[tài]勢良好，動( dòng )能充足，大家一起努力。",
            "態勢良好，動能充足，大家一起努力。",
            id="spaces",
        ),
        pytest.param(
            "態(ta\u0300i)勢良好，形勢(shi\u0300)喜人，一起努力。",
            "態勢良好，形勢喜人，一起努力。",
            id="combining",
        ),
        pytest.param(
            "動(dong)能、產(chan)業、實(shi)現、協(xie)作、國(guo)家都在其中。",
            "動能、產業、實現、協作、國家都在其中。",
            id="toneless",
        ),
        pytest.param("總產值(gdp)和產業鏈(app)都很重要，合(he)作也是。", None, id="abbreviations"),
        pytest.param(
            "動(ㄉㄨㄥˋ)能充足，大家一起努力向前。", "動能充足，大家一起努力向前。", id="zhuyin"
        ),
    ],
)
def test_pinyin_forms(dirty: str, expected: str | None) -> None:
    assert mend(dirty)[0] == (expected or dirty)


def shifted(before: str, lost: str) -> str:
    """What a converter makes of `lost` when it reads the GBK bytes one off, after `before`."""
    data = (before[-1] + lost).encode("gb18030")
    pinyin = {"準": "zhǔn", "驅": "qū"}[data[1:3].decode("gb18030")]
    return f"{before}?{pinyin}){data[3:].decode('gb18030')}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            shifted("打造鏈", "式發") + "展，這一模式正在推廣。",
            "打造鏈式發展，這一模式正在推廣。",
            id="shifted",
        ),
        pytest.param(
            "湘黔合作".encode().decode("latin-1") + "已有十年，成果很多。",
            "湘黔合作已有十年，成果很多。",
            id="latin-1",
        ),
        pytest.param(
            "合作的新进展，新成效".encode().decode("gb18030") + "\n" + "青溪市与白沙市签署协议。",
            "合作的新进展，新成效\n" + "青溪市与白沙市签署协议。",
            id="utf-8-as-gbk",
        ),
        pytest.param(
            "青溪锟斤拷锟斤拷白沙两市合作已有十年。", "青溪□白沙两市合作已有十年。", id="lost-twice"
        ),
        pytest.param(
            "青溪\ufffd\ufffd白沙两市合作已有十年。",
            "青溪□白沙两市合作已有十年。",
            id="replacement",
        ),
        pytest.param(
            "青溪大桥、?水大桥和“?江大道”都已通车。",
            "青溪大桥、□水大桥和“□江大道”都已通车。",
            id="question-mark",
        ),
        pytest.param("为什么要合作?因为优势互补。真的吗?真的。", None, id="real-questions"),
        pytest.param("价格为5£，气温为20°C，占比±3%，这些都对。", None, id="latin-signs"),
    ],
)
def test_mojibake_is_mended_or_marked(text: str, expected: str | None) -> None:
    mended, receipts = mend(text)
    assert mended == (expected or text)
    assert ("mojibake" in {each.kind for each in receipts}) == (expected is not None)


def test_shifted_text_that_cant_be_mended_leaves_one_mark() -> None:
    text, receipts = mend("形成合力的鏈?zhǔn)\ue2f0\ue0fa，這是新的做法，值得各地學習推廣。")
    assert [each.kind for each in receipts] == ["mojibake"]
    assert text == "形成合力的鏈□，這是新的做法，值得各地學習推廣。"


def test_invisible_characters_go() -> None:
    text, receipts = mend(
        "青溪\u200b市\u202e与\ufeff白\x00沙\ud800市\xa0合作\U000e0041，"
        "\ue123成果丰硕。\u3000共有\xad三项。"
    )
    assert text == "青溪市与白沙市 合作，成果丰硕。 共有三项。"
    assert [(each.kind, each.characters) for each in receipts] == [("invisible", 8)]
    assert text.encode().decode() == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("態(tài" * 60_000, id="open-brackets"),
        pytest.param("鏈?zhǔn)焦采" * 40_000, id="shifted"),
        pytest.param("æ¹" * 100_000, id="latin-1"),
        pytest.param("鐨勫彂灞?" * 50_000, id="gbk"),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()
    mend(text)
    assert time.process_time() - start < 5
