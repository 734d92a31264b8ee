"""Rows of a question set with their hits, invented, and what is read off examples made of them."""

from collections.abc import Sequence
from typing import Any

from tiny_encoder import TEXT, TITLE

from training.encoder.examples import Bounds, Example
from vectorstore import sentences

SIGNED, PAYS, FIRMS, JOBS, NEXT = (TEXT[a:b] for a, b in sentences(TEXT))
OTHER = "南屏的水稻今年丰收。村民把新米送到市集。有人唱起了山歌。夜里下了一场雨。"
SEEDS = range(40)
Row = dict[str, Any]


def hit(text: str = TEXT, name: str = "a", published: str = "2019-03-08") -> Row:
    return {"article": name, "text": text, "title": TITLE, "published": published}


def quoted(*quotes: str, name: str = "a") -> list[Row]:
    return [{"article": name, "quote": quote} for quote in quotes]


def row(**changed: Any) -> Row:
    asked = "落户园区的企业有几家？"
    usual = {
        "type": "fact_number",
        "question": asked,
        "asked": asked,
        "standalone": "",
        "answers": ["73家", "73家企业"],
        "evidence": quoted(FIRMS),
        "near": [],
        "hits": [hit(), hit(OTHER, "b")],
    }
    return {**usual, **changed}


def said(example: Example, bounds: Sequence[Bounds]) -> list[str]:
    return [example.text[a:b] for a, b in bounds]


def spans_of(example: Example) -> str:
    assert example.span is not None
    return example.text[slice(*example.span)]
