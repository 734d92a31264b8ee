"""Who a city is paired with, by the sentences that join it with another."""

import pytest
from said import said

from assistant.asking.question import analyse
from assistant.reading.partner import paired

TEXTS = (
    "佛山与湖南郴州结对，广州与福建龙岩、广州与广东梅州也结为对子，开展对口合作。",
    "郴州与广州市签订了框架协议。",
    "赣州的伙伴是深圳。",
)


FOUND = [said(text, str(at)) for at, text in enumerate(TEXTS)]


@pytest.mark.parametrize(
    ("question", "short"),
    [
        pytest.param("佛山结对的是哪个城市？", "郴州", id="which-city"),
        pytest.param("佛山的结对城市是哪个？", "郴州", id="which"),
        pytest.param("郴州跟谁结对？", "佛山", id="who"),
        pytest.param("谁对口帮扶郴州？", "佛山", id="not-whom-it-signed-with"),
        pytest.param("福建哪个城市和广州建立了对口合作关系？", "龙岩", id="of-a-province"),
        pytest.param("广州和哪些城市结对？", "龙岩、梅州", id="several"),
        pytest.param("深圳和哪个城市结对？", "赣州", id="partner"),
        pytest.param("哪个城市 结对 佛山", "郴州", id="translated"),
    ],
)
def test_the_partner(question: str, short: str) -> None:
    found = paired(analyse(question), FOUND)
    assert found is not None
    assert found.short == short
    assert all(name in "".join(each.text for each in found.evidence) for name in short.split("、"))


@pytest.mark.parametrize(
    "question",
    [
        "佛山的对口合作由谁牵头？",
        "佛山与郴州的合作由谁负责？",
        "珠海和哪个城市结对？",
        "郴州和谁签了战略合作协议？",
        "佛山有多少人口？",
    ],
)
def test_no_partner_is_asked_for_or_known(question: str) -> None:
    assert paired(analyse(question), FOUND) is None
