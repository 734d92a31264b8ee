"""Lines broken inside a sentence are joined; headings, captions, bylines and lists are not."""

import time

import pytest

from vectorstore.cleaning.unwrap import join_wrapped

FULL = "青溪市与白沙市日前签署对口合作协议，双方将在五年内共建两个产业园区。"
MORE = "据了解，两市还将开通直达班列，茶叶、菌菇到白沙市的时间由三天缩短到一天。"


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(("去年以来,在各方支持下,青溪紧紧围绕", "“两个高地”推进合作。"), id="verb"),
        pytest.param(("当前,青溪面临着国家级承接产业转移示范", "区、保税区等机遇。"), id="word"),
        pytest.param(
            ("聚焦开放这一主线,青溪建立健全了市级", "领导包联制度,并抓好落实。"), id="opening"
        ),
        pytest.param(("双方将加强监督管理、", "信用联动等机制。"), id="pause-mark"),
        pytest.param(("双方将加强监督管理", "，完善信用联动等机制。"), id="mark-first"),
        pytest.param(("青溪市发布《关于推进山海协作", "的意见》，共十二条。"), id="open-title"),
        pytest.param(
            ("自今年起,青溪着力", "推动开放发展,谱写", "了山海协作的新篇章。"), id="three-lines"
        ),
    ],
)
def test_broken_sentences_are_joined(parts: tuple[str, ...]) -> None:
    assert join_wrapped([FULL, *parts, MORE]) == [FULL, "".join(parts), MORE]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("基础扎实", id="heading"),
        pytest.param("两地联手,现场签约总额达21亿元", id="comma"),
        pytest.param("四方携手,清单变实景", id="short-comma"),
        pytest.param("（一）强化组织领导", id="numbered"),
        pytest.param("把稳“方向盘", id="open-quote"),
        pytest.param("图为签约仪式现场,何小平摄", id="caption"),
        pytest.param("白沙港区(资料图)", id="caption-in-brackets"),
        pytest.param("——山海协作五年综述", id="subtitle"),
        pytest.param("□ 青溪日报记者 何小平", id="byline"),
        pytest.param("农产品上山,工业品下海,两市唱响协作曲", id="two-commas"),
        pytest.param("白沙市委书记会见青溪代表团一行", id="title"),
        pytest.param("专家：不应低估合作的作为", id="ends-like-a-preposition"),
    ],
)
def test_lines_of_their_own_stay(line: str) -> None:
    assert join_wrapped([FULL, line, MORE]) == [FULL, line, MORE]


@pytest.mark.parametrize("width", [12, 22, 37])
def test_lines_of_one_width_are_joined(width: int) -> None:
    paragraph = (FULL + MORE) * 2
    wrapped = [paragraph[start : start + width] for start in range(0, len(paragraph), width)]
    joined = join_wrapped(["山海情", *wrapped])
    assert joined[0] == "山海情"
    assert "".join(joined[1:]) == paragraph
    assert all(line.endswith("。") for line in joined[1:])


def test_headings_of_one_width_in_a_digest_are_no_wraps() -> None:
    titles = [f"{city}市召开全市对外合作会议" for city in "甲乙丙丁戊己"]
    digest = [line for title in titles for line in (title, FULL + MORE)]
    assert join_wrapped(digest) == digest


def test_latin_words_keep_their_space() -> None:
    parts = ["去年以来,青溪市在会上多次提出要全面推进Green", "Port合作计划。"]
    assert join_wrapped(parts) == ["去年以来,青溪市在会上多次提出要全面推进Green Port合作计划。"]


@pytest.mark.parametrize("lines", [[], ["好"], ["。", "。"]])
def test_little_stays_as_it_is(lines: list[str]) -> None:
    assert join_wrapped(lines) == lines


def test_many_lines_do_not_take_long() -> None:
    start = time.process_time()
    join_wrapped(["青溪白沙两市的合作由来已久且前景十分广阔，"] * 30_000)
    assert time.process_time() - start < 5
