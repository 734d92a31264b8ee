"""Where a person's name ends."""

import pytest

from assistant.facts.people import name_at, name_before


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("周建军陪同考察", "周建军"),
        ("黄伟表示，", "黄伟"),
        ("黄伟、县长", "黄伟"),
        ("汪洋主持会议", "汪洋"),
        ("蔡奇陪同下", "蔡奇"),
        ("张阳一同走下", "张阳"),
        ("陈志刚介绍了情况", "陈志刚"),
        ("王珺；广东省", "王珺"),
        ("郑海涛等人", "郑海涛"),
        ("黄峥嵘2022年", "黄峥嵘"),
        ("欧阳修文率队", "欧阳修文"),
        ("林远成", "林远成"),
    ],
)
def test_a_name_ends(text: str, name: str) -> None:
    assert name_at(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "高度重视",
        "率团出席",
        "常务副市长",
        "2022年",
        "",
        "艾尔肯·吐尼亚孜",
        "周某某某某",
        "席就座。",
    ],
)
def test_no_name_is_read(text: str) -> None:
    assert name_at(text) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2021年，何立新任", "何立新"),
        ("何立新担任", "何立新"),
        ("会议由", ""),
        ("1996年，时任", ""),
    ],
)
def test_a_name_stands_before(text: str, name: str) -> None:
    assert name_before(text) == name
