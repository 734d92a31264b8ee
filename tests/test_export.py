"""Exported conversations: everything is there, and nothing in it acts."""

from dataclasses import replace

import pytest
from fake_assistant import pairs, period

from assistant import Answer
from web.page.export import markdown


def test_questions_answers_doubts_and_citations() -> None:
    text = markdown("佛山与郴州", [period("期限？"), pairs("8对是哪些？")])
    assert text.startswith("# 佛山与郴州\n\n## 期限？\n\n**2022年至2030年**\n\n")
    assert "\\[1\\] 革命老区对口合作：20对城市结对，广东占8对（携手问答示例，2023-02-05）" in text
    assert "，<https://example.com/pairs>" in text
    assert "> 合作从2022年做到2030年\n" in text
    assert "> 未证实：各市已投入12亿元。（所引文字里没有“12亿元”）" in text
    assert text.index("## 期限？") < text.index("## 8对是哪些？")


@pytest.mark.parametrize(
    "payload",
    ["<script>x</script>", "![a](http://h/x)", "# 大", "- 条", "1. 条", "[a](javascript:x)", "`x`"],
)
def test_no_text_acts(payload: str) -> None:
    hostile = replace(period(payload), text=payload, short=payload, reason=payload)
    text = markdown(payload, [hostile])
    body = text.replace("<https://example.com/pairs>", "")
    assert "<script" not in body.replace("\\<", "")
    for line in body.splitlines():
        assert not line.startswith(("![", "- ", "1. ", "[a]", "`"))
        assert not line.startswith("# 大")


def test_an_unsafe_address_is_left_out() -> None:
    answer = period("期限？")
    unsafe = [replace(citation, url="javascript:alert(1)") for citation in answer.citations]
    assert "javascript" not in markdown("题", [replace(answer, citations=unsafe)])


def test_an_empty_conversation() -> None:
    assert markdown("题", []) == "# 题\n"
    assert "## 问" in markdown("题", [Answer("问", "问", "")])
