"""Nothing of a text may reach a browser as HTML, Markdown, formula or hidden character."""

import re
from dataclasses import replace

import pytest
from fake_assistant import hit
from payloads import PAYLOADS, Outline, hostile

from web.page import render


@pytest.mark.parametrize("payload", PAYLOADS)
def test_payload_stays_text_everywhere(payload: str) -> None:
    answer, article = hostile(payload)
    abstained = replace(answer, abstained=True, mode="llm", hits=[hit(article)])
    pieces = [
        render.answer(answer, 0),
        render.answer(abstained, 0),
        render.article(article, answer.citations[0]),
        render.pending(payload, hostile(payload, 1)[0]),
        render.notice(payload, payload),
        render.paragraph("question", payload),
    ]
    for piece in pieces:
        outline = Outline(piece)
        assert set(outline.tags) <= {"div", "p", "span", "a", "ul", "li", "h2", "mark"}
        assert {name for name, _ in outline.attributes} <= {"class", "href", "title", "lang"}
        links = [value or "" for name, value in outline.attributes if name == "href"]
        assert all(
            re.fullmatch(r"#(cite-0-1|(copy|up|down)-0|(near|read|only)-[\w%.~-]+)", link)
            for link in links
        )
        assert "\n" not in piece
        assert payload.replace("\n", "") in outline.text.replace("\n", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("", "", id="empty"),
        pytest.param("龙", "龙", id="one"),
        pytest.param("“对口合作”，《方案》！", "“对口合作”，《方案》！", id="full-width"),
        pytest.param("對口合作「佛郴」", "對口合作「佛郴」", id="traditional"),
        pytest.param("增长👍🏽", "增长👍🏽", id="emoji"),
        pytest.param("佛\u202e山\u2066郴\u200b州\ufeff", "佛山郴州", id="bidi-zero-width"),
        pytest.param("佛山\U000e0041\U000e0042\U000e0100", "佛山", id="tags-selectors"),
        pytest.param("佛\x00\x1b[31m山\x9b", "佛&#91;31m山", id="control"),
        pytest.param("佛\ud800山", "佛山", id="surrogate"),
        pytest.param("一\r\n二\n三\u2028四\t五", "一&#10;二&#10;三&#10;四 五", id="breaks"),
        pytest.param("a<b&c", "a&#60;b&#38;c", id="html"),
    ],
)
def test_escape(text: str, shown: str) -> None:
    assert render.escape(text) == shown


def test_no_ascii_punctuation_survives() -> None:
    printable = "".join(map(chr, range(0x20, 0x7F)))
    rest = re.sub(r"&#\d+;", "", render.escape(printable))
    assert re.fullmatch(r"[ A-Za-z0-9]+", rest)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<b>",
        "file:///etc/passwd",
        "//example.com/a",
        "/etc/passwd",
        "https://",
        "https://gov.cn@example.com/",
        "https://exa mple.com/",
        "https://example.com\\@gov.cn/",
        "https://example.com/\u202eabc",
        "https://example.com/\n",
        "https://[::1/",
        "https://" + "a" * 3000,
    ],
)
def test_no_link_to(url: str) -> None:
    assert render.link(url, "原文") == ""


def test_link_names_its_host_and_keeps_its_address() -> None:
    html = render.link("https://例子.cn/a?b=1&c=\"2'", "原文")
    outline = Outline(html)
    assert outline.text == "原文 xn--fsqu00a.cn"
    assert ("href", "https://例子.cn/a?b=1&c=\"2'") in outline.attributes
    assert ("rel", "noopener noreferrer nofollow") in outline.attributes
