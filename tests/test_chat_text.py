"""An answer as text for a chat client: nothing in it acts, and its beginning never changes."""

import re
from dataclasses import replace

import pytest

from assistant import Answer, FallbackEvent, SentenceEvent
from tests.fake_assistant import pairs, period
from web.chat_text import NOTES, Told, inert, without_notes

ACTIVE = [
    "![x](http://evil.test/a.png)",
    "[1](http://evil.test/)",
    "[1]: http://evil.test/",
    "\\[x](http://evil.test/)",
    "<img src=http://evil.test/>",
    "<http://evil.test>",
    "`<b>`",
    "[x][1]",
]


@pytest.mark.parametrize("text", ACTIVE)
def test_markdown_makes_nothing_of_it(text: str) -> None:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").parse(inert(f"甲{text}乙\n\n{text}"))
    inside = [child for token in tokens for child in token.children or []]
    kinds = {token.type for token in [*tokens, *inside]}
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}
    shown = [child.content for child in inside]
    assert "".join(shown) == f"甲{text}乙{text}"


def test_marks_stay_and_plain_text_is_untouched() -> None:
    text = "20对城市结对[1][2]。金额1.5亿元（约*），见“方案”[12]"
    assert inert(text) == text


@pytest.mark.parametrize("text", ACTIVE)
def test_the_beginning_stays(text: str) -> None:
    whole = f"甲。[1]{text}"
    # A sentence never ends within a mark.
    ends = [end for end in range(len(whole) + 1) if not re.search(r"\[\d*$", whole[:end])]
    assert all(inert(whole).startswith(inert(whole[:end])) for end in ends)


def written(answer: Answer, count: int) -> SentenceEvent:
    text = answer.text[: answer.text.index(answer.sentences[count].text)] if count else ""
    said = f"{text}{answer.sentences[count].text}[1]"
    so_far = replace(answer, text=said, sentences=answer.sentences[: count + 1], complete=False)
    return SentenceEvent(answer.sentences[count], so_far)


def test_a_quoted_answer_has_its_short_answer_first_and_its_notes_below() -> None:
    told, answer = Told(), period("期限？")
    told.feed(answer)
    text, _, notes = told.text.partition(f"\n\n{NOTES}\n\n")
    assert text.startswith("【2022年至2030年】")
    assert text.endswith("2022年至2030年。[2]")
    assert "[1] 革命老区对口合作" in notes
    assert "“郴州與佛山的對口合作期限為2022年至2030年。”" in notes
    assert without_notes(told.text) == text


def test_a_doubted_sentence_is_marked_and_a_failure_withdraws() -> None:
    answer = pairs("8对？")
    told = Told()
    assert told.feed(written(answer, 0)) == f"{answer.sentences[0].text}[1]"
    assert told.feed(written(answer, 2)).endswith("〔未证实〕")
    reason = told.feed(FallbackEvent("大模型没有答完"))
    assert "大模型没有答完" in reason
    assert told.text == ""
    quoted = period("期限？")
    told.feed(quoted)
    assert told.text.startswith("【2022年至2030年】")
    assert told.answer == quoted


def test_no_notes_where_nothing_is_cited() -> None:
    told = Told()
    told.feed(Answer("问", "问", "文章里没有。"))
    assert told.text == "文章里没有。"
