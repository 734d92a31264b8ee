"""A clause that denies, affirms what is denied, or calls done what is planned, is found."""

import pytest

from assistant.checking.denial import contradiction


@pytest.mark.parametrize(
    ("claim", "text", "expected"),
    [
        pytest.param("高铁已经建成通车", "高铁将建成通车", "将", id="planned"),
        pytest.param("高铁将建成通车", "高铁将建成通车", "", id="a plan"),
        pytest.param("高铁没有建成", "高铁建成通车", "相反", id="denied"),
        pytest.param("水质达标率提高", "水质不能达标", "相反", id="denied within a word"),
        pytest.param("方案已经印发", "方案尚未印发", "相反", id="denial dropped"),
        pytest.param("天气没有变化", "高铁建成通车", "", id="of something else"),
        pytest.param("", "高铁", "", id="empty"),
    ],
)
def test_contradictions(claim: str, text: str, expected: str) -> None:
    found = contradiction(claim, [text])
    assert expected in found
    assert bool(found) is bool(expected)
