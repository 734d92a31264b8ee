"""A follow-up question → a question that stands alone, by what was learned or with the LLM."""

import re
from collections.abc import Sequence
from typing import Any

from assistant.asking.leaning import leans
from assistant.errors import LLMUnavailable
from assistant.writing.llm import complete_chat
from prompts import Prompt
from vectorstore import fold, places

History = Sequence[dict[str, str]]
"""Earlier turns, oldest first: `role` (user or assistant) and `content`."""

# The words of a question that only ask; without them it tells what the talk is about.
_ASKING = re.compile(
    r"请问|具体|分别|各自|大概|一共|总共|为什么|为何|什么时候|是什么|什么|何时|(?:是|有)?(?:多少|哪几|几)[个项对家次条座种名位]?"
    r"|怎么样?|怎样|如何|(?:是|有)?哪些|哪[里儿位个家一]?|是?谁|是不是|是否|有没有|[吗呢吧啊呀]|那么|^那"
)
_EDGES = re.compile(r"[^\w”》）)]+$|^\W(?<![《“])+")
# 那赣州呢, 到深圳呢, 2022年呢: one thing in the place of another of its sort.
_INSTEAD = re.compile(r"^(?:那么?|换成|如果是)?(.{2,16}?)的?(?:呢|怎么样|又如何|又是多少)?\W*$")
_YEAR = re.compile(r"(?:19|20)\d\d年(?:\d{1,2}月)?")
_MARK = re.compile(r"[\[【［]\d+[\]】］]")
_MOST_TURNS = 6


def stand_alone(question: str, history: History) -> str:
    """Make a follow-up stand alone for a searcher: put what was asked before it.

    A question that does not lean on the one before is given back as it is. Else the last question
    (itself made to stand alone) goes before it without the words that only asked; without its
    places, where the new one asks for another place's (那赣州呢); or it is asked again with its
    place or year exchanged. Answers stay out of it.
    """
    asked = [turn["content"] for turn in history if turn.get("role") == "user"]
    alone = ""
    for each in (*asked[-_MOST_TURNS:], question):
        alone = _after(alone, each) if alone and leans(each, alone) else each
    return alone


def _after(before: str, question: str) -> str:
    """A question with what it leans on."""
    if exchanged := _exchanged(fold(question).strip(), fold(before)):
        return exchanged
    old, text = set(places(fold(before))), fold(question)
    instead = "呢" in text[-3:] and set(places(text)) - old
    kept = _ASKING.sub("", _without(before, old) if instead else before)
    words = _EDGES.sub("", " ".join(kept.split()))
    return f"{words}，{question.strip()}" if words else question


def _exchanged(text: str, before: str) -> str:
    """The last question with its place or year exchanged for the one just named; else empty."""
    match = _INSTEAD.match(text)
    if match is None:
        return ""
    new, old = places(match[1]), places(before)
    rest = re.sub("[市州省和与跟同的到从那]", "", re.sub("|".join(new) or "$^", "", match[1]))
    if new and not rest and len(new) == len(old):
        return _put(before, dict(zip(old, new, strict=True)))
    led = re.match(r"[到从去在由对]", match[1])
    if len(new) == 1 and not rest and led:
        end = re.search(f"{led[0]}({'|'.join(old)})", before) if old else None
        return _put(before, {end[1]: new[0]}) if end else ""
    years = _YEAR.findall(before)
    if _YEAR.fullmatch(match[1]) and len(years) == 1:
        return before.replace(years[0], match[1])
    return ""


def _put(text: str, instead: dict[str, str]) -> str:
    return re.sub("|".join(instead), lambda match: instead[match.group()], text)


def with_llm(llm: Any, prompt: Prompt, question: str, history: History, *, timeout: float) -> str:
    """Let the LLM rewrite a follow-up; fall back to `stand_alone` where its result can't be one.

    Args:
        llm: any LlamaIndex LLM.
        prompt: with the variables `$history` and `$question`.
        question: the follow-up.
        history: earlier turns; the last six are shown.
        timeout: seconds.

    Raises:
        LLMTimeout: no answer in time (the next request would wait as long again).
    """
    if not history:
        return question
    talk = "\n".join(
        f"{'问' if turn['role'] == 'user' else '答'}：{_MARK.sub('', turn['content'])}"
        for turn in history[-_MOST_TURNS:]
    )
    try:
        reply = complete_chat(
            llm, prompt.messages(history=talk, question=question), timeout=timeout
        )
    except LLMUnavailable:
        return stand_alone(question, history)
    rewritten = re.sub(r"^改写后的问题[:：]", "", reply.strip()).strip(' \n"“”')
    too_long = len(rewritten) > 3 * len(question) + 100
    if not rewritten or too_long:
        return stand_alone(question, history)
    return rewritten.splitlines()[0]


def _without(text: str, names: set[str]) -> str:
    """Cut names (folded) out of a text in any script."""
    if not names:
        return text
    pattern = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    kept, end = "", 0
    for match in re.finditer(pattern, fold(text)):
        kept, end = kept + text[end : match.start()], match.end()
    return kept + text[end:]
