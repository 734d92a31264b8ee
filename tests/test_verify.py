"""The check of a claim against cited words, on invented words and on real ones changed by rule."""

import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.checking.verify import Quote, check, unknown, verify
from vectorstore import fold, places, sentences

NOW = date(2024, 7, 1)


@pytest.mark.parametrize(
    ("claim", "quote"),
    [
        pytest.param("2024年6月开通。", "6月开通航班。", id="this year is understood"),
        pytest.param("2023年10月开通。", "去年10月开通航班。", id="last year is named"),
        pytest.param("活动于7月31日结束。", "活动于7月29日至31日举行并结束。", id="end of a range"),
        pytest.param("4月开始调研。", "3—6月分组开始调研，4月到郴州。", id="months"),
        pytest.param("大湾区游客占七成。", "游客的70%来自大湾区。", id="tenths"),
        pytest.param("投资1.2万亿元。", "总投资12000亿元。", id="scale"),
        pytest.param("截至2024年，共有8项。", "共有8项。", id="until the article's year"),
        pytest.param("共有8个项目。", "签约项目8项。", id="any counter"),
        pytest.param("广东与湖南山水相连。", "粤湘两地山水相连。", id="short names of provinces"),
        pytest.param("佛山与郴州优势互补。", "佛郴双方优势互补。", id="first characters"),
        pytest.param("项目不断推进。", "项目持续推进。", id="不断 denies nothing"),
        pytest.param("双方未能达成协议。", "双方没有达成协议。", id="another negation"),
        pytest.param("", "随便。", id="empty"),
    ],
)
def test_what_is_said_in_other_words_passes(claim: str, quote: str) -> None:
    assert verify(claim, [quote], NOW) == ""


@pytest.mark.parametrize(
    ("claim", "quote", "reason"),
    [
        pytest.param("2024年10月开通。", "去年10月开通航班。", "2024年", id="year"),
        pytest.param("去年开通航班。", "2022年开通航班。", "去年", id="relative year unsaid"),
        pytest.param("签约8对城市。", "签约8类城市项目。", "8对", id="other counter"),
        pytest.param("投资2亿元。", "投资2亿美元。", "2亿元", id="currency"),
        pytest.param("排名第5。", "签约5项，排名第6。", "第5", id="rank"),
        pytest.param("投资超过2亿元。", "投资不足2亿元。", "不足2亿元", id="bound"),
        pytest.param("甲镇位于长汀县。", "甲镇位于福建。", "长汀", id="county"),
        pytest.param("旅游收入减少。", "旅游收入增加，游客减少。", "增加", id="direction nearby"),
        pytest.param("论坛在郴州举行。", "论坛在邵阳举行，郴州参会。", "邵阳", id="place nearby"),
        pytest.param("签约是第二轮帮扶。", "签约是第三轮帮扶。", "第二轮", id="round"),
        pytest.param(
            "甲县帮扶20户，乙县帮扶30户。", "甲县帮扶30户，乙县帮扶20户。", "30户", id="crossed"
        ),
        pytest.param(
            "在乡镇医院服务半年。",
            "在县医院服务半年，在乡镇医院服务一年。",
            "1年",
            id="half a year",
        ),
        pytest.param("达到90%以上。", "达到90%左右。", "90%左右", id="about"),
        pytest.param("水质不能达标。", "水质常年达标。", "相反", id="denied"),
    ],
)
def test_what_differs_is_named(claim: str, quote: str, reason: str) -> None:
    assert reason in verify(claim, [quote], NOW)


def test_each_quote_is_read_against_its_own_date() -> None:
    quotes = [Quote("去年签约8亿元。", "", date(2020, 1, 1)), Quote("今年签约9亿元。", "", NOW)]
    assert check("2019年签约8亿元，2024年签约9亿元。", quotes) == ""
    assert "2023年" in check("2023年签约8亿元。", quotes)


def test_the_title_and_the_publisher_count_as_cited() -> None:
    quote = Quote("两市签署协议。", "佛山郴州携手|示例日报", NOW)
    assert check("佛山与郴州两市签署协议。", [quote]) == ""
    assert "深圳" in check("深圳与郴州两市签署协议。", [quote])


def test_what_is_unknown_is_named_without_asking_for_support() -> None:
    quotes = [Quote("杭州签署协议。", "", NOW)]
    assert unknown("杭州的情况", quotes) == ""
    assert "温州" in unknown("温州的情况", quotes)


def test_verify_takes_plain_quotes() -> None:
    assert verify("2023年签署。", ["去年签署协议。"], date(2024, 7, 1)) == ""
    assert "2022年" in verify("2022年签署。", ["去年签署协议。"], date(2024, 7, 1))
    assert "2023年" in verify("2023年签署。", ["去年签署协议。"], None)
    assert verify("签署。", [], None) == "没有引用资料"


ARTICLES = Path(__file__).parents[1] / ".." / "shared" / "articles_clean"
ELSEWHERE = ("杭州", "成都", "大连", "银川")
TURNED = {"增长(?!极)": "减少", "提高": "降低", "扩大": "缩小", "缩短": "延长", "压减": "增加"}
DENIED = {"将": "不会", "有望": "无望", "明确": "没有明确", "实现": "未实现", "推动": "不推动"}
REWORDED = (("目前", "现在"), ("开展", "进行"), ("推动", "促进"), ("等", "等等"), ("和", "以及"))


def changed(sentence: str, article: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """The false sentences made of a true one: (kind, sentence)."""
    for match in re.finditer(r"\d+", sentence):
        other = str(int(match.group()) + chance.randint(1, 9))
        yield "figure", sentence[: match.start()] + other + sentence[match.end() :]
    nearby = [place for place in places(article) if place not in sentence]
    for place in places(sentence):
        yield "place", sentence.replace(place, chance.choice(ELSEWHERE))
        if nearby:
            yield "place nearby", sentence.replace(place, chance.choice(nearby))
    for changes, kind in ((TURNED, "direction"), (DENIED, "negation")):
        for old, new in changes.items():
            if re.search(old, sentence):
                yield kind, re.sub(old, new, sentence, count=1)


def reworded(sentence: str) -> Iterator[tuple[str, str]]:
    """The true sentences made of a true one: (kind, sentence)."""
    yield "verbatim", sentence
    yield "wide", re.sub(r"[0-9]", lambda match: chr(ord(match.group()) + 0xFEE0), sentence)
    yield "per cent", re.sub(r"(\d+)%", r"百分之\1", sentence)
    clauses = re.split("[，,；;]", sentence.rstrip("。"))
    yield "reordered", "，".join(reversed(clauses)) + "。"
    for old, new in REWORDED:
        sentence = sentence.replace(old, new, 1)
    yield "reworded", sentence


@pytest.mark.skipif(not ARTICLES.is_dir(), reason="the development articles are not here")
def test_perturbed_sentences_of_real_articles_are_told_apart() -> None:
    """Measured when the rules were set: 98.8 % of 854 false ones flagged, 0 of 950 true ones.

    On 4,200 sentences made of other articles it was 99 % and 0 %. Most of what is missed exchanges
    two places within one list.
    """
    chance = random.Random(7)
    false, true = [], []
    for path in sorted(ARTICLES.glob("*.txt")):
        article = path.read_text("utf-8")
        lines = [article[start:end] for start, end in sentences(article)]
        whole = [line for line in lines if len(line) >= 20 and line.endswith(("。", "”"))]
        for line, other in zip(whole, whole[3:] + whole[:3], strict=True):
            published = date(2022, 6, 22)
            for _, text in changed(line, fold(article), chance):
                false.append(verify(text, [line, lines[0]], published))
            false.append(verify(line, [other, lines[0]], published))
            true += [verify(text, [line, lines[0]], published) for _, text in reworded(line)]
    flagged = sum(map(bool, false)) / len(false)
    blamed = sum(map(bool, true)) / len(true)
    assert len(false) > 500
    assert flagged >= 0.95, f"{flagged:.1%} of {len(false)} false sentences were flagged"
    assert blamed <= 0.01, f"{blamed:.1%} of {len(true)} true sentences were blamed"
