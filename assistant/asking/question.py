"""What a question asks for: its kind, the unit it wants, and the terms that must be answered."""

import re
from dataclasses import dataclass
from typing import Literal

from vectorstore import digits, fold, terms

Kind = Literal["number", "date", "who", "where", "list", "yes_no", "why_how", "compare", "what"]

# The first kind whose pattern is found is the question's.
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "compare",
        re.compile(
            r"哪个更|谁更|谁的.{0,8}更|哪[个家座条].{0,10}[更最]|相比|各自|分别|各有|"
            r"差别|区别|异同|有(?:何|什么|哪些)?不同"
        ),
    ),
    (
        "yes_no",
        re.compile(
            r"(?:[吗嘛]|(?<![什怎多])么|了没有?)[?。\s]*$|([一-鿿])[不没]\1|是不是|是否|有没有|能不能|可不可以|会不会|对不对|有无|"
            r"^(?:is|are|was|were|do|does|did|has|have|can)\b"
        ),
    ),
    ("date", re.compile(r"哪几[年月天日]")),
    ("list", re.compile(r"哪些|哪几|哪[两三四五六七八九十]|有啥|都有什么|包括什么|有什么")),
    (
        "date",
        re.compile(
            r"何时|什么时[候间]|哪一?[年天日月]|哪个月|几[月号日]|几几年|多久|多长时间|"
            r"\bwhen\b|what (?:date|year|month|day)|how long"
        ),
    ),
    (
        "number",
        re.compile(
            r"多少|几[个家名位项条座次对种类大万亿成倍件篇款处艘辆亩趟班场]|第几|多[大高长宽远重深快]|"
            r"占比|比例|规模|百分之几|how (?:many|much)"
        ),
    ),
    (
        "why_how",
        re.compile(r"为什么|为何|为啥|原因|怎么|怎样|如何|咋|措施|做法|\bwhy\b|\bhow\b"),
    ),
    (
        "who",
        re.compile(
            r"谁|哪位|何人|什么人|名字|叫什么|\bwho\b|"
            r"哪[家个]?(?:公司|单位|机构|企业|部门|组织|集团|大学|学校)"
        ),
    ),
    (
        "where",
        re.compile(
            r"哪里|哪儿|在哪|何处|何地|什么地方|哪个?(?:省|市|县|区|城市|国家|地方|镇|州|地区)|"
            r"\bwhere\b|which (?:city|province|county)"
        ),
    ),
)
# Words that only ask; they are no part of what an article must say.
_ASKING = re.compile(
    r"请问|告诉我|我想知道|想问|到底|究竟|具体|大概|大约|一共|总共|分别|文中|报道|资料|文章|来着|"
    r"为什么|为何|为啥|什么时[候间]|什么地方|什么样|什么|何时|何人|何处|何地|多少|多久|怎么样|怎么|"
    r"怎样|如何|哪里|哪儿|哪些|哪几|哪位|哪个|哪家|哪一?年|哪一?天|哪|谁|几个|是不是|是否|有没有|"
    r"能不能|多大|多长|多高|是指|叫做|叫什么|\b(?:the|an?|of|to|in|on|at|is|are|was|were|do|does|did|"
    r"what|which|who|when|where|why|how|many|much|by|for|with|and|it|itself|take|get)\b"
)
_EMPTY = frozenset("的了是吗呢吧啊呀嘛么着咋啥请那这该各也都就还又很它们他她几")
# The word that asks; what stands beside it is what is asked for.
_ASKED_BY = re.compile(
    r"多少|多久|多[大高长宽远重深快]|什么时[候间]|什么|哪|谁|何[时人处地]|几[个家名位项条座次对种类年月号]|"
    r"为何|为啥|怎么|怎样|如何|第几|是不是|是否|有没有|[吗嘛]"
)
_BESIDE = 8
_UNIT = re.compile(
    r"(?:多少|几)[多余]?((?:万|亿|千|百)?(?:亿元|万元|美元|元|公里|千米|平方公里|平方米|立方米|小时|"
    r"分钟|百分点|人|家|个|项|位|名|次|对|种|类|年|月|日|天|吨|亩|条|座|岁|倍|件|篇|米|号|届|列|辆|趟|班|场|"
    r"架|处|只|部|本|层|度))"
)
# 年产值是多少 wants money though it names no unit.
_OF_MONEY = re.compile(
    r"(?:投资|产值|金额|总额|销售额|交易额|进出口额|收入|资金|费用|成本|开支|价格|钱)[^,。?？]{0,6}(?:多少|几)|"
    r"(?:多少|几)[^,。?？]{0,4}(?:投资|产值|销售额|收入|资金|费用|成本|开支|钱)"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_QUOTED = re.compile(r"[《“\"]([^《》“”\"]{2,40})[》”\"]")


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    Attributes:
        asked: the question as it is read.
        text: the question, folded, with Chinese numerals as digits.
        kind: what sort of answer it wants.
        unit: the unit that a number should have, as 亿元 in 多少亿元, or 元 where money is asked
            for; else empty.
        content: its terms without the words that only ask, once each, in order.
        focus: those of the terms that stand beside the word that asks.
        numbers: figures and years that the question itself states.
        quoted: names in 《》 or quotation marks.
    """

    asked: str
    text: str
    kind: Kind
    unit: str
    content: tuple[str, ...]
    focus: tuple[str, ...]
    numbers: tuple[str, ...]
    quoted: tuple[str, ...]

    def is_quoted_in(self, text: str) -> bool:
        """Whether it quotes names, and the text has them all."""
        folded = fold(text)
        return bool(self.quoted) and all(name in folded for name in self.quoted)


def analyse(question: str) -> Question:
    """Take a question apart by rule."""
    text = fold(question).strip()
    kind: Kind = next((kind for kind, pattern in _KINDS if pattern.search(text)), "what")
    unit = _UNIT.search(text)
    return Question(
        asked=question,
        text=digits(text),
        kind=kind,
        unit=unit.group(1) if unit else "元" if _OF_MONEY.search(text) else "",
        content=_content(text),
        focus=_content(_beside(text)),
        numbers=tuple(dict.fromkeys(_NUMBER.findall(text))),
        quoted=tuple(dict.fromkeys(_QUOTED.findall(text))),
    )


def _content(text: str) -> tuple[str, ...]:
    kept = (term for term in terms(_ASKING.sub(" ", text)) if _EMPTY.isdisjoint(term))
    return tuple(dict.fromkeys(kept))


def _beside(text: str) -> str:
    asked_by = _ASKED_BY.search(text)
    if asked_by is None:
        return text
    before = text[max(0, asked_by.start() - _BESIDE) : asked_by.start()]
    return f"{before} {text[asked_by.end() :][:_BESIDE]}"
