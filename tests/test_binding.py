"""A figure and what it counts, a duration and its way."""

import pytest

from assistant.asking.question import analyse
from assistant.reading.binding import bound

COME = "受邀参会的企业达199家,客商265人,参会客商90%以上来自外省。"
OTHER = "会场来了265名客商和199家参会企业,签约12亿元的项目3个。"
CITY = "据了解,80多万常住人口中,有约3万外来户。"
WAYS = "多条干线纵横,到广州1小时左右,到深圳2个小时内。"


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        pytest.param("论坛来了多少客商？", COME, ["265人"], id="noun-figure"),
        pytest.param("论坛来了多少位客商？", COME, ["265人"], id="another-measure-word"),
        pytest.param("参会的企业有多少家？", COME, ["199家"], id="noun-before"),
        pytest.param("来了多少客商？", OTHER, ["265名"], id="figure-noun"),
        pytest.param("有多少家企业？", OTHER, ["199家"], id="described"),
        pytest.param("参会客商占比多少？", COME, [], id="share-asked-otherwise"),
        pytest.param("论坛来了300位客商吗？", COME, ["265人"], id="stated"),
        pytest.param("来了多少家客商？", COME, [], id="unit-must-fit"),
        pytest.param("预计产值多少？", "今年的产值有望达到42亿元。", ["42亿元"], id="hoped"),
        pytest.param("常住人口大概是什么规模？", CITY, ["80多万"], id="of-what-size"),
        pytest.param("学生有多大规模？", CITY, [], id="size-of-what-is-not-said"),
        pytest.param("从郴州到深圳要多久？", WAYS, ["2个小时内"], id="way"),
        pytest.param("广州到郴州多长时间？", WAYS, ["1小时左右"], id="way-back"),
        pytest.param("从郴州到珠海要多久？", WAYS, [], id="another-way"),
        pytest.param("“产业圈”是多长时间的圈？", "实现“15分钟产业圈”。", ["15分钟"], id="name"),
        pytest.param("为什么来客商？", COME, [], id="no-count"),
    ],
)
def test_what_a_sentence_binds(question: str, sentence: str, expected: list[str]) -> None:
    assert bound(analyse(question), sentence) == expected
