"""Texts that would act in a browser, an answer full of each, and the outline of its HTML."""

from html.parser import HTMLParser

import pytest
from fake_assistant import cite

from assistant import Answer, Sentence
from vectorstore import Article

PAYLOADS = [
    pytest.param("<script>window.__x=1</script>", id="script"),
    pytest.param("<img src=https://canary.test/a.png onerror=window.__x=1>", id="img"),
    pytest.param('"><svg/onload=window.__x=1>', id="attribute-break"),
    pytest.param("' onmouseover='window.__x=1' x='", id="quote-break"),
    pytest.param("<iframe srcdoc='<script>parent.__x=1</script>'></iframe>", id="iframe"),
    pytest.param("![图](https://canary.test/b.png)", id="markdown-image"),
    pytest.param("[点我](javascript:window.__x=1)", id="markdown-link"),
    pytest.param("![图][k]\n\n[k]: https://canary.test/c.png", id="markdown-reference"),
    pytest.param("<a href='javascript:window.__x=1'>领奖</a>", id="anchor"),
    pytest.param(
        "```mermaid\ngraph TD; A-->B; click A 'javascript:window.__x=1'\n```", id="mermaid"
    ),
    pytest.param(
        r"$$\href{javascript:window.__x=1}{x}$$ \[\url{https://canary.test}\]", id="latex"
    ),
    pytest.param("<style>body{background:url(https://canary.test/d)}</style>", id="style"),
    pytest.param("<meta http-equiv=refresh content='0;url=https://canary.test/'>", id="meta"),
    pytest.param("<form action=https://canary.test><input type=password></form>", id="form"),
    pytest.param("${window.__x=1} {{constructor.constructor('window.__x=1')()}}", id="template"),
    pytest.param("<video poster=https://canary.test/e><source src=//canary.test/f>", id="video"),
    pytest.param("&lt;script&gt;window.__x=1&lt;/script&gt;", id="entities"),
    pytest.param("<div style='position:fixed;inset:0;z-index:9999'>请登录</div>", id="overlay"),
    pytest.param("\n\n# 标题\n\n<details open ontoggle=window.__x=1>", id="blank-lines"),
    pytest.param("</div></p><math><mtext><img src=x onerror=window.__x=1>", id="closing"),
]


class Outline(HTMLParser):
    """The elements, links and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append(tag)
        self.attributes += attributes

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def hostile(payload: str, number: int = 1) -> tuple[Answer, Article]:
    """An answer and its article with `payload` wherever a text can stand."""
    text = f"前文。{payload}后文。"
    article = Article("id" + payload, payload, text, payload, payload, payload)
    quoted = cite(number, article, payload, url=payload)
    sentences = [
        Sentence(payload, [number]),
        Sentence(payload, [number], "unsupported", payload),
    ]
    return (
        Answer(payload, payload, payload * 2, payload, sentences, [quoted], reason=payload),
        article,
    )
