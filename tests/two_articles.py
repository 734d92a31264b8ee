"""Two invented articles, and the check that an answer's citations stand in theirs."""

from pathlib import Path

from assistant import Answer, Assistant

PAIR = """---
title: 甲市与乙市建立对口合作关系
publisher: 示例日报
published: 2022-06-21
---

2022年6月20日，甲市与乙市召开座谈会，宣布建立对口合作关系，合作期限为2022年至2030年。

两市共签约重点项目60个，投资总额325亿元，其中锂电池产业园由甲市高新区牵头建设。
"""
FORUM = """---
title: 丙市高峰论坛闭幕
publisher: 示例晚报
published: 2019-08-01
---

丙市高峰论坛于7月31日闭幕，参会企业199家，参会客商265人。

论坛期间，专家建议发展“飞地经济”，吸引大湾区企业转移。
"""


def write_two_articles(folder: Path) -> Path:
    """Write both articles into `folder`."""
    (folder / "pair.md").write_text(PAIR, "utf-8")
    (folder / "forum.md").write_text(FORUM, "utf-8")
    return folder


def check_citations(assistant: Assistant, answer: Answer) -> None:
    """Each citation quotes its article to the character, and no number is without one."""
    for citation in answer.citations:
        text = assistant.article(citation.article_id).text
        assert text[citation.start : citation.end] == citation.quote
    numbers = [number for sentence in answer.sentences for number in sentence.citations]
    assert set(numbers) <= {citation.number for citation in answer.citations}
