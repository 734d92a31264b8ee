"""What the chat shows before anything was asked: a welcome, examples, and an empty panel."""

from typing import Any

from web.page import render
from web.words import Words

EXAMPLES = (
    "佛山和郴州的对口合作期限是哪几年？",
    "涉及广东的8对城市分别是哪些？",
    "2019年邵阳高峰论坛签约了多少个项目？",
    "新晃和大龙的首批合作有哪些？",
)


def welcome(say: Words) -> dict[str, Any]:
    """Of the empty conversation."""
    words = render.paragraph("welcome", say("ask.welcome"))
    return {"label": say("name.log"), "placeholder": words}


def examples(say: Words) -> dict[str, Any]:
    """Of the line above the examples."""
    return {"value": render.paragraph("note", say("ask.examples"))}


def blank_panel(say: Words) -> dict[str, Any]:
    """Of the panel of cited articles."""
    return {"value": render.paragraph("note", say("panel.empty"))}
