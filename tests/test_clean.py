"""Cleaning: dirty pages of each kind give the article's own words, and clean ones stay whole."""

import difflib
import json
import random
import time
from datetime import date
from pathlib import Path

import pytest

from vectorstore.chinese import simplify
from vectorstore.cleaning.clean import clean
from vectorstore.errors import SourceUnreadable
from vectorstore.loading import load
from vectorstore.schema import Article, RawPage

SHARED = Path(__file__).resolve().parents[2] / "shared"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")

BODY = (
    "青溪市与白沙市日前签署对口合作协议，双方将在五年内共建两个产业园区。",
    "青溪市发展和改革委员会主任周明远介绍，首批项目共12个，总投资36.5亿元，涉及装备制造、现代农业和文化旅游。",
    "“两地一山一海，优势互补。”白沙市副市长林晓说，白沙市每年将安排2000万元专项资金，用于人才交流和职业教育。",
    "据了解，两市还将开通直达班列，青溪市的茶叶、菌菇到白沙市的时间由原来的三天缩短到一天。",
    "下一步，双方将每季度召开一次联席会议，对照清单逐项推进，确保合作事项落到实处。",
)
WHOLE = "\n".join(BODY)


def read(text: str, kind: str = "text", **metadata: str) -> Article:
    return clean(RawPage("/pages/one.txt", kind, text, metadata))


def parse(text: str, suffix: str = ".txt") -> Article:
    (page,) = load.parse(text.encode(), "/pages/one.txt", suffix)
    assert isinstance(page, RawPage)
    return clean(page)


def kinds(article: Article) -> set[str]:
    return {receipt.kind for receipt in article.dropped}


# --- pages as crawled: chrome above, teasers and notices below ---------------------------------

SNAPSHOT = f"""
• 首页
• 要闻

青溪白沙携手共建产业园

栏目:地方 更新时间:2024-03-08 09:15:00 稿源:天天资讯站

转自:青溪日报

青溪白沙携手共建产业园

{BODY[0]}

■青溪日报记者 何小平

{BODY[1]}

共建园区先行一步

{BODY[2]}

{BODY[3]}

{BODY[4]}

以上为网页快照,由自动程序采集,不代表本网立场。

如有侵权,请与本站联系删除。

猜你喜欢

北岭南川共谋发展新篇章
...北岭市与南川市签订协议,明确到2027年建成三个示范园区,并提出人才互派计划,推动两地
2024-02-11 10:20:00
海州学习考察团走进云山
...考察团一行先后参观了云山的三家企业,并就下一步合作交换意见,海州方面表示将尽快
2023-12-30 18:05
更多关于地方的新闻>>
"""

BARE_TEASERS = f"""
当前位置：网站首页 >> 新闻 >> 本地
携手同行 山海情深
来源：青溪新闻网　作者：何小平　责任编辑：吴一凡　2024/3/8 9:15
字号：大 中 小   分享到：
{WHOLE}
北岭市举行重点项目推介会 共签约项目二十一个
[2024-03-07]
南川市打造山海协作新样板
[2024-03-06]
海州市考察团赴云山市考察学习
[2024-03-05]
"""

NOTICE_TAIL = f"""
山海协作新篇：青溪与白沙的五年之约
2024年03月08日 09:15 来源：白沙晚报
点击量：1032 打印 收藏
{WHOLE}
（责任编辑：吴一凡）
版权声明：凡本网注明来源为白沙晚报的作品，未经授权不得转载。
扫描二维码，关注白沙发布微信公众号
友情链接：北岭网 南川网
相关链接：
北岭南川共建物流枢纽
云山海州职业教育联盟成立
上一篇：白沙市召开经济工作会议
下一篇：白沙港吞吐量再创新高
白沙晚报社主办 白ICP备00000000号
"""


@pytest.mark.parametrize(
    ("text", "title", "publisher", "author"),
    [
        pytest.param(SNAPSHOT, "青溪白沙携手共建产业园", "青溪日报", "何小平", id="snapshot"),
        pytest.param(BARE_TEASERS, "携手同行 山海情深", "青溪新闻网", "何小平", id="bare-teasers"),
        pytest.param(
            NOTICE_TAIL, "山海协作新篇：青溪与白沙的五年之约", "白沙晚报", "", id="notices"
        ),
    ],
)
def test_page_with_chrome(text: str, title: str, publisher: str, author: str) -> None:
    article = read(text)
    lines = article.text.split("\n")
    assert [line for line in lines if line in BODY] == list(BODY)
    for foreign in (
        "北岭",
        "南川",
        "海州",
        "快照",
        "侵权",
        "二维码",
        "责任编辑",
        "位置",
        "分享",
        "点击",
        "ICP",
    ):
        assert foreign not in article.text
    assert (article.title, article.publisher, article.author) == (title, publisher, author)
    assert article.published == date(2024, 3, 8)
    assert lines.count(title) == 1


def test_receipts_name_kind_size_and_beginning() -> None:
    article = read(SNAPSHOT)
    assert {"navigation", "metadata", "notice", "teaser", "related", "duplicate"} <= kinds(article)
    assert len(kinds(article)) == len(article.dropped)
    teaser = next(receipt for receipt in article.dropped if receipt.kind == "teaser")
    assert teaser.sample.startswith("北岭南川共谋发展")
    assert teaser.characters > 100


def test_bylines_and_subheadings_stay_in_the_text() -> None:
    lines = read(SNAPSHOT).text.split("\n")
    assert "■青溪日报记者 何小平" in lines
    assert "共建园区先行一步" in lines


def test_picture_names_and_share_words_go_captions_stay() -> None:
    text = (
        f"山海情\n来源:某网 作者:何小平 2024-03-08 10:00\n时刻新闻\n—分享到—\n\nIMG_20240307.JPG\n\n签约仪式现场\n{BODY[0]}\n\n"
        f"DSC0042.jpg\n\n3月7日,白沙市举行推介会。\n{BODY[1]}\n微信图片_20240307.png\n{BODY[4]}\n来源:某网\n作者:何小平\n编辑:吴一凡\n"
        "本文为某频道原创,转载请附上出处。\n本文链接:https://news.example.cn/a/2024/03/08/123.html\n阅读下一篇\n返回首页 返回频道首页"
    )
    article = read(text)
    expected = ["山海情", "签约仪式现场", BODY[0], "3月7日,白沙市举行推介会。", BODY[1], BODY[4]]
    assert article.text.split("\n") == expected
    assert article.url == "https://news.example.cn/a/2024/03/08/123.html"
    assert {"picture", "share"} <= kinds(article)


def test_an_article_that_only_mentions_such_words_stays_whole() -> None:
    text = (
        "白沙市整治网络侵权\n2024年3月8日，白沙市网信办通报：有网站未经授权转载本地媒体文章，已责令改正。\n"
        "来源于网络的图片也须注明出处，违者将被处罚。\n记者：怎样举报？\n答：拨打热线，说明网址即可，一般三天内答复。\n"
        "当事人在微信公众号上公开致歉，并承诺今后转载均注明来源。\n责任编辑制度将于今年5月起在全市推行，由各单位自行组织实施。"
    )
    assert read(text).text == text


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("(责任编辑：吴一凡 CN001)", id="editor"),
        pytest.param("返回某网，查看更多责任编辑：", id="go-back"),
        pytest.param("（完）", id="end"),
        pytest.param("广告声明：文内含有的链接仅供参考，本站文章均包含本声明。", id="advert"),
    ],
)
def test_words_behind_the_last_sentence_go(end: str) -> None:
    article = read("".join(BODY) + end)
    assert article.text == "".join(BODY)
    assert kinds(article) == {"notice"}


def test_a_table_with_pipes_is_no_spam() -> None:
    text = f"{WHOLE}\n项目 | 投资 | 地点 | 开工 | 竣工 | 单位 | 负责人 | 电话"
    assert read(text).text.split("\n")[-1].startswith("项目 | 投资")


TRADITIONAL = (
    "為推動山海協作，青溪市與白沙市近日簽署協議，共建產業園區。",
    "雙方將依託白（沙）青（溪）鐵路開行班列，推進數據共享，實現“一網通辦”。",
    "去年兩市GDP(國內生產總值)合計2100億元，A(a)類企業共36家。",
)


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(
            "｜".join(f"国产精品{x}无码在线观看" for x in "甲乙丙丁戊己庚辛"), id="full-width-pipes"
        ),
        pytest.param(
            "|".join(f"亚洲成人{x}区在线播放av" for x in "一二三四五六七八九"), id="pipes"
        ),
        pytest.param(
            ", ".join(
                f"{x}博彩官网 真人百家乐投注平台" for x in ("皇冠", "葡京", "太阳城", "澳门")
            ),
            id="gambling",
        ),
        pytest.param(
            " ".join(f"{x}一区二区三区在线观看" for x in ("欧美", "日韩", "国产", "午夜", "精品")),
            id="spaces",
        ),
        pytest.param(
            "\n".join("|".join(f"六合彩{x}开奖投注" for x in "甲乙丙丁戊") for _ in range(3)),
            id="lines",
        ),
    ],
)
def test_spam_tail_goes(tail: str) -> None:
    article = read("\n".join(TRADITIONAL) + "\n      " + tail)
    assert len(article.text.split("\n")) == 3
    assert "spam" in kinds(article)


def test_a_newspaper_page_with_hard_breaks() -> None:
    article = read(
        "向海而兴看青溪\n\n□ 青溪日报·今日青溪客户端全媒体记者 何小平\n\n"
        f"{BODY[0]}\n\n去年以来,在各方支持下,青溪紧紧围绕\n\n“两个高地”推进合作。\n\n\n"
        f"青溪港区\n\n信心十足\n\n{BODY[1]}\n\n\n\n白沙港区(资料图)"
    )
    assert article.text.split("\n") == [
        "向海而兴看青溪",
        "□ 青溪日报·今日青溪客户端全媒体记者 何小平",
        BODY[0],
        "去年以来,在各方支持下,青溪紧紧围绕“两个高地”推进合作。",
        "青溪港区",
        "信心十足",
        BODY[1],
        "白沙港区(资料图)",
    ]
    assert article.title == "向海而兴看青溪"
    assert (article.publisher, article.author) == ("青溪日报", "何小平")
    assert article.published is None


def test_list_and_signature_stay() -> None:
    text = (
        f"关于推进合作的通知\n{BODY[0]}\n1.共建园区；\n2.互派干部；\n3.开通班列。\n"
        "附件：1.项目清单\n青溪市人民政府\n2024年3月8日"
    )
    article = read(text)
    assert article.text == text
    assert article.published == date(2024, 3, 8)


# --- real pages --------------------------------------------------------------------------------

EXPECTED = {
    "000": ("新浪财经", date(2022, 6, 21), "吴蓉 高慧超"),
    "001": ("南方日报", date(2023, 2, 5), "张子俊"),
    "002": ("郴州日报", None, "王路莎"),
    "003": ("红网", date(2019, 8, 1), "汪衡"),
    "004": ("懷化市民族宗教事務局", date(2025, 5, 30), ""),
}


def plain(text: str) -> str:
    return "".join(simplify(text).split())


@needs_shared
@pytest.mark.parametrize("number", EXPECTED)
def test_real_page(number: str) -> None:
    (path,) = (SHARED / "articles").glob(f"{number}_*.txt")
    (page,) = load.parse(path.read_bytes(), str(path), ".txt")
    assert isinstance(page, RawPage)
    article = clean(page)
    reference = (SHARED / "articles_clean" / path.name).read_text("utf-8")
    matcher = difflib.SequenceMatcher(None, plain(article.text), plain(reference), autojunk=False)
    assert matcher.ratio() >= 0.99
    assert (article.publisher, article.published, article.author) == EXPECTED[number]
    # The references begin with the title where the page prints it above the text.
    title = page.metadata.get("title") or reference.split("\n")[0]
    assert plain(article.title) == plain(title)
    assert article.url == (
        "https://hn.rednet.cn/content/2019/08/01/5783176.html" if number == "003" else ""
    )
    assert article.script == ("hant" if number == "004" else "hans")


@needs_shared
@pytest.mark.parametrize("name", ["domain_articles", "broadcast_articles"])
def test_clean_records_come_through_whole(name: str) -> None:
    lines = (SHARED / "data/dev" / f"{name}.jsonl").read_text("utf-8").splitlines()
    sample = random.Random(7).sample(lines, 300)
    kept = whole = notices = 0
    for line in sample:
        (page,) = load.parse(line.encode(), "dev.jsonl", ".jsonl")
        assert isinstance(page, RawPage)
        whole += len(plain(page.text))
        article = clean(page)
        kept += len(plain(article.text))
        notices += sum(each.characters for each in article.dropped if each.kind == "notice")
    assert kept >= 0.99 * whole
    assert kept + notices >= 0.999 * whole


# --- the record itself -------------------------------------------------------------------------


def test_what_a_record_states_goes_first() -> None:
    line = {
        "id": "a-1",
        "title": "山海情",
        "text": f"来源：某某网 2020-01-01 10:00\n{WHOLE}",
        "publisher": "青溪日报",
        "published": "2024-03-08",
        "url": "https://example.cn/1",
    }
    article = parse(json.dumps(line, ensure_ascii=False), ".jsonl")
    assert (article.id, article.title, article.publisher) == ("a-1", "山海情", "青溪日报")
    assert (article.published, article.url) == (date(2024, 3, 8), "https://example.cn/1")
    assert article.text == WHOLE


def test_id_is_made_of_the_source() -> None:
    assert read(WHOLE).id == read(BODY[0]).id
    assert len(read(WHOLE).id) == 16


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\u200b\n  \n", id="invisible"),
        pytest.param("首页 > 新闻\n来源：某网\n分享到：", id="chrome-only"),
        pytest.param("——……", id="punctuation"),
    ],
)
def test_nothing_left_is_an_error(text: str) -> None:
    with pytest.raises(SourceUnreadable, match="no article text"):
        read(text)


@pytest.mark.parametrize("text", ["好", "🎉合作成功", "A"])
def test_the_shortest_texts_stay(text: str) -> None:
    assert read(text).text == text


def test_markdown_marks_go() -> None:
    article = read(
        f"# 山海情\n\n**青溪**与[白沙](https://example.cn)携手。\n\n![图](a.png)\n\n> {BODY[0]}\n\n---\n\n## 前景",
        "markdown",
    )
    assert article.text == f"山海情\n青溪与白沙携手。\n{BODY[0]}\n前景"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("湘黔合作，" * 60_000, id="one-line"),
        pytest.param("態(tài" * 60_000, id="open-brackets"),
        pytest.param("鏈?zhǔn)焦采" * 40_000, id="shifted"),
        pytest.param("来源:" * 80_000, id="keys"),
        pytest.param(WHOLE + "\n北岭南川共谋发展新篇章\n2023-01-01 10:00" * 8_000, id="teasers"),
        pytest.param(
            "\n".join(["青溪白沙两市的合作由来已久且前景十分广阔，"] * 8_000), id="wrapped"
        ),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 8


def test_a_clean_record_is_fast() -> None:
    page = RawPage("x#1", "record", "\n".join([*BODY] * 6), {"id": "1"})
    clean(page)
    start = time.process_time()
    for _ in range(50):
        clean(page)
    assert (time.process_time() - start) / 50 < 0.02


@pytest.mark.parametrize(
    ("source", "kind", "title"),
    [
        pytest.param("/某处/码头简报.txt", "text", "码头简报", id="file"),
        pytest.param("/某处/set.jsonl#3", "record", "甲市与乙市在北京签署协议", id="record"),
    ],
)
def test_a_page_without_a_title_gets_a_name(source: str, kind: str, title: str) -> None:
    text = "甲市与乙市在北京签署协议，投资九亿元建设码头，工期为两年，由甲市主导。"
    assert clean(RawPage(source, kind, text)).title == title
