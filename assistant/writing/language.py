"""The language in which a question was asked, and the program's own sentences in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vectorstore import has_chinese, is_traditional, traditional

Language = Literal["hans", "hant", "en"]

_LATIN = re.compile(r"[A-Za-z]{2,}")
# What went wrong at an endpoint, as `assistant.writing` says it, and the same in English.
_FAILURES = (
    (r"大模型服务的回答中途断开。", "its answer broke off"),
    (r"大模型服务因内容过滤没有作答。", "its content filter let no answer pass"),
    (r"大模型服务的回答过长，已停止接收。", "its answer was too long"),
    (r"大模型的回答里夹有网页代码，没有采用。", "its answer held markup"),
    (r"大模型服务没有给出文字，(.*)", "it gave no text; check the address and the model"),
    (r"大模型要调用工具，.*", "it asked for a tool; there are none here"),
    (r"大模型只写了编号，没有写出内容。", "it wrote numbers only"),
    (r"大模型的上下文窗口放不下.*", "its window is too small; raise ASSISTANT_LLM_CONTEXT_TOKENS"),
    (r"大模型服务没有在 (\S+) 秒内答完。", r"it did not end within \1 s"),
    (r"大模型服务长时间没有回应。", "it did not respond in time"),
    (r"大模型服务接连 (\d+) 次没有作答，(\d+) .*", r"no word \1 times running; rests for \2 s"),
    (r"大模型服务请求过多或正忙（(HTTP \d+)），请 (\d+) .*", r"it is busy (\1); try again in \2 s"),
    (r"大模型服务请求过多或额度用尽（(HTTP \d+)）.*", r"it is busy, or a quota is used up (\1)"),
    (
        r"大模型服务拒绝了密钥（(HTTP \d+)）.*",
        r"it refused the key (\1); check ASSISTANT_LLM_API_KEY",
    ),
    (r"密钥没有使用这个模型的权限（(HTTP \d+)）.*", r"the key may not use this model (\1)"),
    (r"大模型服务没有这个地址或模型（(HTTP \d+)）.*", r"no such address or model there (\1)"),
    (r"发给大模型的内容太长（(HTTP \d+)）.*", r"the request was too long for it (\1)"),
    (r"大模型服务不接受这个请求（(HTTP \d+)）.*", r"it refused the request (\1)"),
    (r"大模型服务的账户余额不足（(HTTP \d+)）。", r"its account is used up (\1)"),
    (r"大模型服务要求跳转到别处（(HTTP \d+)）.*", r"it redirects elsewhere (\1)"),
    (r"大模型服务出错（(HTTP \d+)）.*", r"it failed (\1)"),
    (r"大模型服务报告出错。", "it reported an error"),
    (r"连不上大模型服务，.*", "it can't be reached; check ASSISTANT_LLM_BASE_URL"),
    (r"这个地址返回的不是大模型接口的内容，.*", "what answers there is no language model"),
)
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
    if has_chinese(question):
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


def failure_in(language: Language, error: str) -> str:
    """What went wrong at an endpoint, from simplified Chinese, without its full stop."""
    if language != "en":
        return in_script(language, error.rstrip("。"))
    for said, english in _FAILURES:
        if found := re.fullmatch(said, error, re.DOTALL):
            return found.expand(english)
    return "it failed"


def in_script(language: Language, text: str) -> str:
    """A Chinese text of the program in the script of `language`."""
    return traditional(text) if language == "hant" else text
