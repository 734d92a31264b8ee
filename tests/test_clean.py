"""Cleaning: dirty pages of each kind give the article's own words, and clean ones stay whole."""

from datetime import date

import pytest
from dirty import BODY, WHOLE, kinds, read

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
