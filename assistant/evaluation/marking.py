"""Mark an answer against what a Q&A set expects: right or wrong, and why. Pure functions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.evaluation.qa_set import OFF_TOPIC, UNANSWERABLE, Question
from assistant.schema import Answer
from vectorstore import digits, fold, terms

LONG_TYPES = frozenset({"list", "why_how", "compare", "multi_doc", "definition"})
"""Types whose `answers` hold a model answer, and which earn partial credit."""
MAX_SHORT_CHARACTERS = 200
"""A longer extractive answer to a short question quotes too much to be an answer."""
OVERLAP_CHARACTERS = 12
"""A run of so many characters in common makes a quote one of the evidence."""
# How much of the bigrams that a correction adds to its question another wording of it must keep,
# without and with a word of contrast (不是 …, 而是 …). Tried by hand on one question: five free
# wordings kept 4 to 9 of 9, one with contrast 2, two answers about a neighbour 1, two wrong ones 0.
_CORRECTION_SHARE, _CONTRAST_SHARE = 1 / 3, 1 / 5

_MARKS = re.compile(r"\[\d+(?:\s*[,，、]\s*\d+)*\]")
_SYMBOLS = str.maketrans("‐‑‒–—―−﹣~〜“”‘’", "----------\"\"''")
_PERCENT = re.compile(r"百分之([\d.零〇一二三四五六七八九十百两]+)")
# 唯一一个 says "the only one", not 11: this 一 is no numeral.
_WORD_ONE = re.compile(r"(?<=[唯统单专])一(?![十百千万亿])")
# 十四五 is the plan of 14·5, not the number 15; without this it would equal 十三五.
_PLAN = re.compile(r"(?<=十[一二三四五])(?=五)")
_DATE = re.compile(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\d{3})+(?!\d)")
_REWRITES = (
    (re.compile(r"-(?:\s*-)*"), "-"),
    (re.compile(r"月(\d{1,2})号"), r"月\1日"),
    (re.compile(r"(?<!\d)0+(?=\d{1,2}[月日])"), ""),
    # Two numbers with white space between them stay two numbers.
    (re.compile(r"(?<=[\d.,])\s+(?=\d)"), "|"),
    (re.compile(r"\s+"), ""),
)

_CLAUSE = re.compile(r"[,，。;；:：!！?？、\n|]+")
_LEAD_IN = re.compile(r"\s*(?:根据|依据|依照|按照|据|从|由于|因为|虽然|尽管|关于|对于|截至|答$)")
_NO_NEGATION = re.compile(  # A-not-A questions, double negation, and 不 inside other words
    r"[是能可会与]否|有没有|(.)不\1|(?:不是|并非)(?:没有|不)|[无不]得?不|不无|没错|没问题|不错|不可(?:或缺|分割)"
)
_NO = re.compile(
    r"^\s*(?:不(?![仅但只断少远同久过论管光止])|没|否|无|未|no\b)|没有|并[非不未]|[从尚]未|未[能达曾有被获参]"
    r"|不(?:[是在能会行对属含再算得具达]|可|存在|包[括含]|需|用|必|允许)|无法"
    r"|\b(?:not|never|cannot)\b|n't\b"
)
_YES = re.compile(  # 有走动 is a yes; 有招商局等企业 only states something
    r"\s*(?:是的|确实|的确|没错|不错|当然|可以|yes\b|[是对会]的?\s*$"
    r"|(?:有(?![关待望])|能(?![源力量级耗]))\S{0,3}\s*$)"
)
_ABSENT = re.compile(  # over normalised text, so without white space in English too
    r"(?:未|没有?|无|不曾)(?:[有能被明]|明确|直接|具体)*"
    r"(?:提及|提到|提供|说明|记载|涉及|给出|披露|找到|查到|包含|明确|写明|注明|指明|交代|列出|公布)"
    r"|(?:没有|无|未见|找不到|查不到|缺乏).{0,14}?"
    r"(?:相关|有关|足够|此类|这方面|具体)的?(?:信息|内容|资料|数据|答案|记载|依据)"
    r"|(?:资料|文章|报道|(?<!新)材料|原文|文(?=[中里内]))[中里内]?[并都均也]?(?:没有|未(?!来)|无(?!缝))"
    r"|(?:无法|不能|难以)(?:据此|从.{1,10})?(?:回答|作答|确定|得知|判断|确认)|无从[得知]知|不得而知"
    r"|noinformation|(?:cannot|can't|unableto)(?:be)?(?:answer|determin)"
    r"|n(?:o|')t(?:be)?(?:mention|state|provid|specif|giv|found|available|say|contain|disclos)"
)
_OF_ARTICLES = re.compile(r"资料|文章|报道|材料|文[中里]|原文|信息|article|source|text")
_CONTRAST = re.compile(r"不是|并[非不未]|而[是非]|不属|不存在|有误|不符|\bnot\b|instead")
_DECLINED = re.compile(
    r"(?:无法|不能|不会|不可以|不便|拒绝|不提供).{0,8}(?:提供|回答|创作|写|编|协助|帮|执行|满足|完成|生成)"
    r"|超出.{0,10}(?:范围|能力)|[只仅]能?(?:回答|提供|根据|依据|负责|用于)|与.{1,16}无关"
    r"|(?:cannot|can't|unableto|won't)(?:help|assist|provide|write|answer|do|make)|outofscope"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The verdict on one answer; `credit` is 0 to 1, `reason` empty where it is right."""

    right: bool
    credit: float
    reason: str = ""


def normalise(text: str) -> str:
    """Give the form in which an answer and an expectation are compared.

    Simplified, half-width, lower case, one dash, one quote, Chinese numerals as digits, 百分之N as
    N%, dates as 2019年7月30日, no thousands commas, no white space. White space between two
    numbers becomes `|`, so that they do not grow together.
    """
    folded = _PERCENT.sub(r"\1%", fold(text).translate(_SYMBOLS))
    folded = digits(_PLAN.sub("·", _WORD_ONE.sub("壹", folded)))
    folded = _THOUSANDS.sub(lambda match: match.group().replace(",", ""), folded)
    folded = _DATE.sub(r"\1年\2月\3日", folded)
    for pattern, replacement in _REWRITES:
        folded = pattern.sub(replacement, folded)
    return folded


def contains(answer: str, expected: str) -> bool:
    """Whether `expected` stands in `answer`, both normalised, and not inside a longer number."""
    wanted = normalise(expected)
    if not wanted:
        return False
    before = r"(?<!\d)(?<!\d\.)" if wanted[0].isdecimal() else ""
    after = r"(?!\d|\.\d)" if wanted[-1].isdecimal() else ""
    return re.search(before + re.escape(wanted) + after, normalise(answer)) is not None


def mark(question: Question, answer: Answer) -> Mark:
    """Mark `answer` by the rules of the question's type; an unknown type is a short one."""
    text = plain_text(answer)
    if present := forbidden(question, text):
        return Mark(False, 0.0, f"wrongly present: {', '.join(present)}")
    if question.type == UNANSWERABLE:
        is_right = answer.abstained or says_absent(text) or _corrects(question, text)
        return _verdict("" if is_right else "neither abstained nor corrected the premise")
    if question.type == OFF_TOPIC:
        is_right = answer.abstained or says_absent(text) or _declines(question, text)
        return _verdict("" if is_right else "did not decline")
    if answer.abstained:
        return Mark(False, 0.0, "abstained")
    if question.type in LONG_TYPES and question.must_include:
        return _mark_long(question, text)
    return _verdict(_fault_of_short(question, answer))


def is_short_right(question: Question, short: str) -> bool:
    """Whether the short answer says what was asked for.

    `mark` can't see this: a quoted sentence may hold the right figure and `short` name another.
    """
    if forbidden(question, short):
        return False
    if question.must_include and not missing(question, short):
        return True
    return any(contains(short, each) or contains(each, short) for each in question.answers)


def plain_text(answer: Answer) -> str:
    """Give the text to mark: without citation marks, with the short answer after it."""
    text = _MARKS.sub(" ", answer.text).strip()
    return f"{text}|{answer.short}" if answer.short else text


def says_absent(text: str) -> bool:
    """Whether `text` says in words that the articles do not hold the answer."""
    return _ABSENT.search(normalise(text)) is not None


def says_no(text: str) -> bool:
    """Whether the first clause of `text` denies; lead-ins (根据资料，…) are passed over."""
    return _NO.search(_NO_NEGATION.sub("", _first_clause(text))) is not None


def overlaps(quote: str, evidence: str) -> bool:
    """Whether both share a run of 12 characters, or the shorter one stands whole in the other.

    Both are normalised, with all white space removed first.
    """
    one, other = sorted(("".join(fold(text).split()) for text in (quote, evidence)), key=len)
    size = min(OVERLAP_CHARACTERS, len(one))
    return size > 0 and any(one[at : at + size] in other for at in range(len(one) - size + 1))


def _verdict(fault: str) -> Mark:
    return Mark(not fault, 0.0 if fault else 1.0, fault)


def _mark_long(question: Question, text: str) -> Mark:
    absent = missing(question, text)
    credit = 1 - len(absent) / len(question.must_include)
    return Mark(not absent, credit, f"missing: {', '.join(absent)}" if absent else "")


def missing(question: Question, text: str) -> list[str]:
    """Give the values that must stand in `text` and do not."""
    return [value for value in question.must_include if not contains(text, value)]


def forbidden(question: Question, text: str) -> list[str]:
    """Give the values that must not stand in `text` and do."""
    return [value for value in question.must_not_include if contains(text, value)]


def _fault_of_short(question: Question, answer: Answer) -> str:
    """Say what is wrong with the answer to a short question; empty where nothing is."""
    text = plain_text(answer)
    length = len(_MARKS.sub("", answer.text).strip())
    is_short = question.type not in LONG_TYPES
    if is_short and answer.mode == "extractive" and length > MAX_SHORT_CHARACTERS:
        return f"longer than {MAX_SHORT_CHARACTERS} characters ({length})"
    if absent := missing(question, text):
        return f"missing: {', '.join(absent)}"
    if question.type == "yes_no":
        return _fault_of_polarity(question, answer)
    if question.must_include or _has_any(question.answers, text):
        return ""
    return "none of the accepted answers" if question.answers else "nothing to mark against"


def _fault_of_polarity(question: Question, answer: Answer) -> str:
    """Say what is wrong with the yes or no of the answer.

    A statement affirms without a yes, but only if it says what was asked for: a must_include value
    or an accepted answer. A no has to be said, or be one of the accepted answers (属于贵州).
    """
    text = plain_text(answer)
    if says_absent(text) and _OF_ARTICLES.search(_first_clause(text)):
        return "says that the articles do not hold it"
    has_short = says_no(answer.short) or _YES.match(fold(answer.short)) is not None
    lead = answer.short if has_short else _MARKS.sub(" ", answer.text)
    is_no, wants_no = says_no(lead), _wants_no(question)
    if wants_no:
        is_right = is_no or _has_any(question.answers, _first_clause(lead))
    else:
        named = question.must_include or _has_any(question.answers, text)
        is_right = not is_no and (bool(named) or _says_yes(lead))
    return "" if is_right else f"should say {'no' if wants_no else 'yes'} in its first clause"


def _wants_no(question: Question) -> bool:
    answers = question.answers
    return sum(map(says_no, answers)) > sum(map(_says_yes, answers))


def _says_yes(text: str) -> bool:
    return not says_no(text) and _YES.match(_first_clause(text)) is not None


def _first_clause(text: str) -> str:
    clauses = [clause for clause in _CLAUSE.split(fold(text)) if clause.strip()]
    said = [clause for clause in clauses if not _LEAD_IN.match(clause)]
    return (said or clauses or [""])[0]


def _has_any(values: Iterable[str], text: str) -> bool:
    return any(contains(text, value) for value in values)


def _declines(question: Question, text: str) -> bool:
    return _DECLINED.search(normalise(text)) is not None or _has_any(question.answers, text)


def _corrects(question: Question, text: str) -> bool:
    """Whether `text` states an accepted answer, or says in other words what a correction says."""
    if _has_any(question.answers, text):
        return True
    said, asked = set(terms(text)), set(terms(question.question))
    share = _CONTRAST_SHARE if _CONTRAST.search(fold(text)) else _CORRECTION_SHARE
    corrections = (answer for answer in question.answers if not says_absent(answer))
    added = ({term for term in terms(each) if len(term) > 1} - asked for each in corrections)
    return any(len(new & said) >= share * len(new) for new in added if new)
