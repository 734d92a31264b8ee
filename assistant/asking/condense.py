"""A follow-up question → a question that stands alone, by rule or with the LLM."""

import re
from collections.abc import Sequence
from typing import Any

from assistant.errors import LLMUnavailable
from assistant.writing.llm import complete_chat
from prompts import Prompt
from vectorstore import fold, places

History = Sequence[dict[str, str]]
"""Earlier turns, oldest first: `role` (user or assistant) and `content`."""

# 这一对 points forward, to the pair just named; 这个, 该市 and 它们 point back.
_REFERS = re.compile(
    r"[它她他](?!人|国)|其中|其他|各自的?$|上述|前者|后者|两者|二者|双方|两[市地省县]|同样|此外|[这那](?:些|里|边|次|时)"
    r"|[这那](?:个|项|家|座|条|件|份|篇|位|种|两)|该(?!地区)|\b(?:it|its|they|them|their|this|that|these|those)\b"
)
# 其中珠海和谁结对: one of several, but no more of the one that was named before.
_PARTNER_AMONG = re.compile(r"其中.*[和与跟同](?:谁|哪)")
_OPENS_MID_TALK = re.compile(
    r"^(?:那么?|具体|分别|还有|另外|除此|为什么|为何|怎么|如何|什么时候|何时|多少|哪|几|谁|有(?:哪|多少|没有|什么)"
    r"|and\b|what about|how about|why\b|when\b|who\b)"
)
_ASKS = re.compile(r"什么|多少|哪|谁|几|怎|何|啥|咋|吗|没有|是否|是不是")
_ANOTHER = re.compile(r"那|(?:what|how) about\b|and\b")
_ENDS_MID_TALK = re.compile(r"呢\W*$")
_ITEMS = re.compile(
    r"[它她他]|该[市县省]|[这那](?:些|个|项|家|座|条|件|两)|具体|其中|分别|\b(?:they|them|these|those)\b"
)
_ASKING = re.compile(
    r"请问|具体|分别|各自|大概|一共|总共|为什么|为何|什么时候|是什么|什么|何时|(?:是|有)?(?:多少|哪几|几)[个项对家次条座种名位]?"
    r"|怎么样?|怎样|如何|(?:是|有)?哪些|哪[里儿位个家一]?|是?谁|是不是|是否|有没有|[吗呢吧啊呀]|那么|^那"
)
_EMPTY = re.compile(r"[的了是在和与及有这那它们他她一两几个也都已经过还又]")
_NAMED = re.compile(
    r"《[^》]+》|“[^”]+”"
    r"|(?:(?![哪几个各该这那些有多少全两])[一-鿿]){2}(?:县|公司|集团|机场|园区|大学|委员会)"
)
_LATIN_NAME = re.compile(
    r"\b(?!(?:What|Which|Who|When|Where|Why|How|And|The|Is|Are|Do|Does|Did)\b)[A-Z][A-Za-z0-9-]+"
)
# 那赣州呢, 到深圳呢, 2022年呢: one thing in the place of another of its sort.
_INSTEAD = re.compile(r"^(?:那么?|换成|如果是)?(.{2,16}?)的?(?:呢|怎么样|又如何|又是多少)?\W*$")
_YEAR = re.compile(r"(?:19|20)\d\d年(?:\d{1,2}月)?")
_LATTER = re.compile(r"(前者|后者)呢?[,，]?的?")
_TWO = re.compile(
    r"([一-鿿\w]{2,12}?)(?:和|与|跟|同)([一-鿿\w]{2,12}?)(?=各|分别|都|是|的|在|有|要|哪|谁|签|合作|[,，?？])"
)
_ITS_PLACE = re.compile(r"该[市县省地]|这个?[座]?城市|那里|那儿")
# A question for a name makes what it is answered with the subject of the talk.
_NAMING = re.compile(r"叫什么|叫啥|名称|名字|是什么|哪[个家座项]|谁")
_SHORT_ANSWER = 20
_COURTESY = re.compile(r"^(?:谢谢|多谢|好的|明白|你好|您好|再见|thanks|thank you|hello|hi|ok)\W*$")
_MARK = re.compile(r"[\[【［]\d+[\]】］]")
_NO_ANSWER = re.compile(r"资料中没有|没有找到|无法回答|do not say")
# With fewer characters of content than this, a question without a name leans on the talk before it.
_FEW = 8
_LONGEST_ANSWER = 40
_MOST_TURNS = 6


def by_rule(question: str, history: History) -> str:
    """Make a follow-up stand alone for a searcher: put the words it leans on before it.

    A question that names its own subject, or neither refers back nor is elliptic, is given back as
    it is. Else the last user question (itself made to stand alone) goes before it without the words
    that only asked; without its names where the new question names others; and with the last
    answer's words where the new question refers to what that answer listed.
    """
    asked = [index for index, turn in enumerate(history) if turn.get("role") == "user"]
    if not asked:
        return question
    before = history[: asked[-1]]
    previous = by_rule(history[asked[-1]]["content"], before)
    answer = "".join(turn["content"] for turn in history[asked[-1] + 1 :])
    text = fold(question).strip()
    has_new_names = bool(_names(question) - _names(previous + answer))
    if _COURTESY.match(text) or not _leans(question, has_new_names=has_new_names):
        return question
    if exchanged := _exchanged(text, previous) or _pointed(text, previous, answer):
        return exchanged
    points_back = _REFERS.search(text) and not _PARTNER_AMONG.search(text)
    words = _content(previous, without_names=has_new_names and not points_back)
    named = _NAMING.search(fold(previous)) and len(_key_words(answer)) <= _SHORT_ANSWER
    if (_ITEMS.search(text) or named) and not has_new_names:
        words = f"{words}，{_key_words(answer)}" if _key_words(answer) else words
    return f"{words}，{question.strip()}" if words else question


def _exchanged(text: str, previous: str) -> str:
    """The last question with its place or year exchanged for the one just named; else empty."""
    match, before = _INSTEAD.match(text), fold(previous)
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


def _pointed(text: str, previous: str, answer: str) -> str:
    """The question with the thing in the place of 后者 or 该市, where that is one; else empty."""
    two = _TWO.search(fold(previous))
    if two:
        pointed = _LATTER.sub(lambda match: two[1 if match[1] == "前者" else 2], text, count=1)
        if pointed != text:
            return pointed
    new = [place for place in places(fold(answer)) if place not in fold(previous)]
    return _ITS_PLACE.sub(new[0], text) if len(new) == 1 and _ITS_PLACE.search(text) else ""


def with_llm(llm: Any, prompt: Prompt, question: str, history: History, *, timeout: float) -> str:
    """Let the LLM rewrite a follow-up; fall back to the rule where its result can't be one.

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
        return by_rule(question, history)
    rewritten = re.sub(r"^改写后的问题[:：]", "", reply.strip()).strip(' \n"“”')
    too_long = len(rewritten) > 3 * len(question) + 100
    return by_rule(question, history) if not rewritten or too_long else rewritten.splitlines()[0]


def _leans(question: str, *, has_new_names: bool) -> bool:
    """Whether a question can't be understood without what was said before."""
    text, names = fold(question).strip(), _names(question)
    mid_talk = bool(_OPENS_MID_TALK.search(text) or _ENDS_MID_TALK.search(text))
    rest = re.sub(r"\W", "", _EMPTY.sub("", _ASKING.sub("", _without(text, names))))
    is_short = len(rest) < (_FEW // 2 if names else _FEW)
    names_only = bool(_ENDS_MID_TALK.search(text)) and not _ASKS.search(text)
    if has_new_names:
        return bool(_REFERS.search(text) or _ANOTHER.match(text)) or is_short or names_only
    return bool(_REFERS.search(text)) or is_short or (mid_talk and len(rest) < 2 * _FEW)


def _names(text: str) -> set[str]:
    latin = (name.lower() for name in _LATIN_NAME.findall(text))
    return {*places(fold(text)), *_NAMED.findall(fold(text)), *latin}


def _content(question: str, *, without_names: bool) -> str:
    kept = _without(question, _names(question)) if without_names else question
    kept = " ".join(_ASKING.sub("", kept).split())
    return re.sub(r"[^\w”》）)]+$|^(?:[和与及同的]|\W(?<![《“]))+", "", kept)


def _without(text: str, names: set[str]) -> str:
    """Cut names (folded) out of a text in any script."""
    if not names:
        return text
    pattern = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    kept, end = "", 0
    for match in re.finditer(pattern, fold(text)):
        kept, end = kept + text[end : match.start()], match.end()
    return kept + text[end:]


def _key_words(answer: str) -> str:
    """The beginning of the last answer, unless it gave none."""
    text = _MARK.sub("", answer).strip()
    if not text or _NO_ANSWER.search(text):
        return ""
    return re.split(r"[。！？!?\n]", text)[0][:_LONGEST_ANSWER]
