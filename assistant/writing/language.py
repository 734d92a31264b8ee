"""The language in which a question was asked, and the program's own sentences in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vectorstore import is_traditional, traditional

Language = Literal["hans", "hant", "en"]

_CHINESE = re.compile(r"[㐀-䶿一-鿿]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_ENGLISH_LEADS = {"是。": "Yes. ", "否。": "No. "}


@dataclass(frozen=True, slots=True)
class Words:
    """What the program says itself, in one language; `{…}` is filled in.

    Attributes:
        name: of the language, as a Chinese prompt calls it.
        declines: the sentence by which a model says that the sources hold no answer.
        nothing: the same, said by the program.
        nearest: which articles come nearest, `{titles}`.
        fell_back: why an answer is quoted instead of written, `{error}`.
        said_so: a model declined.
        stopped: an answer was stopped in its middle.
        quotes: how the extractive mode answers.
        writes: how the llm mode answers, `{name}` of the model.
    """

    name: str
    declines: str
    nothing: str
    nearest: str
    fell_back: str
    said_so: str
    stopped: str
    quotes: str
    writes: str


_HANS = Words(
    name="简体中文",
    declines="资料中没有可以回答这个问题的内容。",
    nothing="现有文章没有回答这个问题。",
    nearest="最接近的文章：{titles}。",
    fell_back="大模型没有完成回答（{error}），改为摘录原文。",
    said_so="大模型认为文章没有回答这个问题",
    stopped="已停止，回答没有写完",
    quotes="摘录模式：只摘录文章原句作答，不使用大模型",
    writes="大模型模式：由 {name} 依据文章作答，每句话都经程序核对出处",
)
_ENGLISH = Words(
    name="英文（English）",
    declines="The articles do not say.",
    nothing="The articles do not say.",
    nearest=" The nearest are {titles}.",
    fell_back="The language model gave no answer ({error}); quoted from the articles instead. ",
    said_so="The language model found no answer in the articles",
    stopped="Stopped before the answer was complete",
    quotes="Quoting: answers are sentences of the articles, no language model is used",
    writes="Writing: {name} answers from the articles, and code checks every sentence",
)


def language_of(question: str) -> Language:
    """The language of a question: simplified or traditional Chinese, or English.

    A question without a Chinese character is English where it has a word of Latin letters; one
    whose characters are the same in both scripts counts as simplified.
    """
    if _CHINESE.search(question):
        return "hant" if is_traditional(question) else "hans"
    return "en" if _LATIN.search(question) else "hans"


def words_in(language: Language) -> Words:
    """The program's sentences in a language."""
    if language == "en":
        return _ENGLISH
    if language == "hans":
        return _HANS
    fields = {name: traditional(getattr(_HANS, name)) for name in Words.__slots__}
    return Words(**fields | {"name": "繁體中文"})


def abstention(language: Language, titles: Sequence[str]) -> str:
    """The text of an answer that abstains, with the nearest articles if there are any."""
    words = words_in(language)
    named = ("、" if language != "en" else ", ").join(f"《{title}》" for title in titles)
    return words.nothing + (words.nearest.format(titles=named) if titles else "")


def lead_in(language: Language, lead: str) -> str:
    """The words that the reader puts before a quotation, from simplified Chinese.

    In English only yes and no are known; a longer lead names places of the articles, in Chinese.
    """
    return _ENGLISH_LEADS.get(lead, lead) if language == "en" else in_script(language, lead)


def reason_in(language: Language, reason: str) -> str:
    """A reason to abstain, from simplified Chinese; in English it follows in brackets."""
    if language == "en" and reason:
        return f"No sentence of the articles was found to answer it ({reason})"
    return in_script(language, reason)


def in_script(language: Language, text: str) -> str:
    """A Chinese text of the program in the script of `language`."""
    return traditional(text) if language == "hant" else text
