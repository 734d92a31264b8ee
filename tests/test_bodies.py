"""Companies by name, not by count."""

import pytest

from assistant.asking.question import analyse
from assistant.reading.bodies import asks_for_bodies, named_bodies

WHICH = analyse("哪些企业去了邵阳投资？")


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        pytest.param("有招商局集团、大唐集团等4个项目。", "招商局集团", id="groups"),
        pytest.param("蓝鲸重工投资9亿元，远帆科技投资11亿元。", "远帆科技", id="apart"),
        pytest.param("企业有小田坊、阿婆家和青山记。", "小田坊", id="listed"),
        pytest.param("参会企业199家、参会客商265人。", "", id="counted"),
        pytest.param("邵阳、衡阳、郴州你方唱罢我登场。", "", id="places"),
        pytest.param("带来刺梨汁、天麻等特产。", "", id="goods"),
    ],
)
def test_named_bodies(sentence: str, named: str) -> None:
    found = named_bodies(WHICH, sentence)
    assert (named in " ".join(found)) if named else found == []


def test_who_asks_for_bodies() -> None:
    assert asks_for_bodies(WHICH)
    assert not asks_for_bodies(analyse("企业有哪些困难？"))
