"""Questions proposed by rule from the sentences of an article, each with its evidence."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.evaluation.qa_set import UNANSWERABLE, Question
from vectorstore import Article, cities, places, sentences, simplify

_HAN = "[一-鿿]"
_UNIT = (
    "万元|亿元|元|美元|人次|人|个百分点|个|家|项|对|亩|公里|千米|平方公里|平方米|吨|座|条|所|名|位|批|辆|场|届|倍"
    "|小时|分钟|户|件|种|期|班|只|头|套|间"
)
_FIGURE = re.compile(
    rf"(?<![\d.第年月至到~-])(?P<number>\d[\d,]*(?:\.\d+)?)(?P<more>[多余])?(?P<scale>万亿|[亿万千百])?"
    rf"(?:(?P<unit>{_UNIT})|(?P<percent>%|％))(?![至到~-])"
)
_DATE = re.compile(
    r"(?:(?<!\d)\d{4}年)(?:\d{1,2}月(?:\d{1,2}日)?)?(?!(?:[至到~\d-]|以来|至今|[上中下]旬|[底初末代度前后]))"
)
_LIST = re.compile(
    rf"(?P<head>[^，。；：]{{3,24}}?)(?P<verb>包括|分别是|分别为|涵盖|涉及|主要有)[：:]?"
    rf"(?P<items>{_HAN}[^，。；：、]{{1,14}}(?:、[^，。；：、]{{2,14}}){{1,8}}(?:(?:和|以及|及)[^，。；：、]{{2,14}})?)"
)
_BY = re.compile(
    rf"由(?P<who>{_HAN}{{3,20}}?)(?P<verb>牵头|主办|承办|建设|负责|印发|发布|组织|承建|设计|运营)"
)
_PAPER = re.compile(r"(?P<verb>印发|签署|签订|发布|出台|编制)了?(?P<paper>《[^》]{4,40}》)")
_SPLIT = re.compile(r"[，,；;。！？]")
_LOOSE = re.compile(
    r"^(?:他|她|它|那|该|其|并|也|还|而|但|因|同时|另|以及|对|为|随后|是|与|和|的|到|从|在|被|把|将|由|共|再|又|不|或|即"
    r"|当|如|若|预计|目前|已|有|占)|[这此]|本次|记者|之一|[“”‘’：]"
)
_ASKING = re.compile(r"[?？]|(?:多少|什么|哪)")
# Cities that stand in for those of a question, where no article names them.
_ELSEWHERE = ("拉萨", "海口", "大同", "包头", "齐齐哈尔", "烟台", "金华", "芜湖", "襄阳", "曲靖")
# 为2023年定下, 到2023年: these ask for something else than when.
_NO_TIME = tuple("为到至给达超近比较")
_SHORTEST, _LONGEST, _LONGEST_LIST = 8, 36, 80
_MOST_LIST = 8
_OFFICE = re.compile(
    rf"(?P<office>{_HAN}{{3,18}}(?:书记|市长|县长|区长|主任|局长|处长|董事长|总经理|会长|院长|秘书长))"
    rf"(?P<name>{_HAN}{{2,3}})(?=表示|介绍|说|指出|认为|透露)"
)
_NEVER = "文中没有提到"


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of a sentence that is asked about, in the words of the article."""

    text: str
    sentence: str
    source: str
    subject: str
    """What the question must name first so that it is understood alone; empty: nothing."""

    def ask(
        self, kind: str, question: str, answers: Sequence[str], must_include: Sequence[str] = ()
    ) -> Question:
        return Question(
            f"{self.subject}{question}",
            type=kind,
            answers=tuple(answers),
            must_include=tuple(must_include),
            source=(self.source,),
            evidence=(self.sentence,),
        )


def propose(article: Article, name: str) -> Iterator[Question]:
    """Propose questions about one article, in the order of its sentences.

    Args:
        article: with its text as stored.
        name: by which the questions call it.
    """
    for start, end in sentences(article.text):
        sentence = article.text[start:end]
        for clause in _clauses(article, sentence, name):
            yield from _of_clause(clause)


def near_misses(questions: Iterable[Question], articles: Sequence[Article]) -> Iterator[Question]:
    """Propose questions that look answerable and are not: a city that no article names.

    Each takes a question about a city and puts another one there.
    """
    told = "".join(simplify(article.title + article.text) for article in articles)
    absent = [city for city in _ELSEWHERE if city not in told]
    for number, question in enumerate(questions):
        named = cities(simplify(question.question))
        is_fact = question.type in ("fact_number", "fact_date")
        if not (is_fact and named and absent) or "《" in question.question:
            continue
        if named[0] in question.question:
            moved = question.question.replace(named[0], absent[number % len(absent)])
            yield Question(moved, type=UNANSWERABLE, answers=(_NEVER,))


def _clauses(article: Article, sentence: str, name: str) -> Iterator[_Clause]:
    """The parts of a sentence that can be asked about by themselves."""
    pieces = [piece for part in _SPLIT.split(sentence) if (piece := part.strip())]
    for place, piece in enumerate(pieces):
        before = pieces[place - 1] if place else ""
        # A date, or the one who did it, often stands before the comma.
        text = f"{before}，{piece}" if before and len(before) <= 14 else piece
        if not _SHORTEST <= len(text) <= _LONGEST_LIST:
            continue
        if not _LOOSE.search(text) and not _ASKING.search(text):
            about = "" if places(simplify(text)) else f"《{article.title}》里，"
            yield _Clause(text, sentence, name, about if len(article.title) <= 30 else "")


def _of_clause(clause: _Clause) -> Iterator[Question]:
    rules = (_number, _date, _by, _paper, _office) if len(clause.text) <= _LONGEST else ()
    for rule in (_list, *rules):
        if question := rule(clause):
            yield question


def _number(clause: _Clause) -> Question | None:
    found = list(_FIGURE.finditer(clause.text))
    if len(found) != 1:
        return None
    match = found[0]
    before, after = clause.text[: match.start()], clause.text[match.end() :]
    if len(before.strip("，")) < 2 and len(after) < 4:
        return None
    # The same clause always makes the same question: every third is asked as yes or no.
    if sum(map(ord, clause.text)) % 3 == 0:
        return _yes_no(clause, match)
    asked = "百分之多少" if match["percent"] else f"多少{match['unit']}"
    value = f"{match['number']}{match['scale'] or ''}"
    value += "%" if match["percent"] else ""
    return clause.ask(
        "fact_number", f"{before}{asked}{after}？", answers=[match.group()], must_include=[value]
    )


def _yes_no(clause: _Clause, match: re.Match[str]) -> Question:
    """The figure as it is, or another: by turns, so that a yes is right as often as a no."""
    if sum(map(ord, clause.text)) % 2:
        return clause.ask("yes_no", f"{clause.text}，对吗？", answers=["是", "对", "是的"])
    number = match["number"]
    other = number.replace(number[0], str(int(number[0]) % 9 + 1), 1)
    text = clause.text[: match.start()] + other + clause.text[match.start() + len(number) :]
    value = f"{number}{match['scale'] or ''}"
    return clause.ask(
        "yes_no", f"{text}，对吗？", answers=["不是", "不对", "否"], must_include=[value]
    )


def _date(clause: _Clause) -> Question | None:
    found = list(_DATE.finditer(clause.text))
    if len(found) != 1:
        return None
    match = found[0]
    before, after = clause.text[: match.start()], clause.text[match.end() :]
    is_day = "日" in match.group()
    asked = "哪天" if is_day else "什么时候"
    before, after = re.sub(r"[于在自从]$", "", before), after.lstrip("，,")
    if len(before + after) < _SHORTEST or len(after) < 2 or before[-1:] in _NO_TIME:
        return None
    question = f"{before}{asked}{after}？" if before else f"{after}是在{asked}？"
    # 5月8日 is an answer too: few people say the year that the question is about.
    values = [match.group(), match.group().partition("年")[2] if is_day else ""]
    return clause.ask(
        "fact_date",
        question,
        answers=[value for value in values if value],
        must_include=[values[1] or values[0].rstrip("年")],
    )


def _list(clause: _Clause) -> Question | None:
    match = _LIST.search(clause.text)
    if match is None:
        return None
    items = [item for item in re.split("、|以及|和|及", match["items"]) if item]
    items = [re.sub("等.*$", "", item) for item in items]
    if not 3 <= len(items) <= _MOST_LIST or any(len(item) < 2 for item in items):
        return None
    head = match["head"].lstrip("，")
    return clause.ask(
        "list",
        f"{head}{match['verb']}哪些？",
        answers=["、".join(items)],
        must_include=items,
    )


def _by(clause: _Clause) -> Question | None:
    match = _BY.search(clause.text)
    if match is None or "、" in match["who"]:
        return None
    text = f"{clause.text[: match.start()]}由谁{clause.text[match.start('verb') :]}？"
    return clause.ask("fact_entity", text, answers=[match["who"]], must_include=[match["who"]])


def _paper(clause: _Clause) -> Question | None:
    match = _PAPER.search(clause.text)
    if match is None or clause.text.count("《") != 1:
        return None
    text = clause.text[: match.start("paper")] + "什么文件" + clause.text[match.end("paper") :]
    name = match["paper"].strip("《》")
    return clause.ask("fact_entity", f"{text}？", answers=[name], must_include=[name])


def _office(clause: _Clause) -> Question | None:
    match = _OFFICE.search(clause.text)
    if match is None:
        return None
    name = match["name"]
    return clause.ask(
        "fact_entity", f"{match['office']}是谁？", answers=[name], must_include=[name]
    )
