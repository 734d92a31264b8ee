"""Reasons to abstain that no score outweighs: other places, no answer of the kind asked for."""

import re
from collections.abc import Sequence

from assistant.asking.question import Kind, Question
from assistant.facts.names import joined_places
from assistant.reading.binding import same_sort
from assistant.reading.bodies import asks_for_bodies, named_bodies
from vectorstore import cities, digits, fold, places, short_forms, simplify

# An answer to one of these holds a number or a time, or it is no answer.
_TIME = re.compile(
    r"\d+(?:个?多?[万亿]?[年月日号天周]|世纪|小时|分钟|点|秒)(?!之)|[今去前当次同]年|年[初底末]|[上中下]旬|春|夏|秋|冬|"
    r"[隋唐宋元明清秦汉晋]代|[数几]个(?:世纪|小时)|[早晚]上|[上下]午|时期|朝|高[一二三]|近日|日前|\d{4}|january|february|march|april|may|june|july"
)
# 一 alone counts nothing: 一流, 一个.
_NUMBER = re.compile(
    r"\d|第[一二三四五六七八九十]|[二两三四五六七八九十百千][一二两三四五六七八九十百千]*[多余]?"
    r"[万亿个家项位名人次对种类天吨亩条座岁倍件篇米届成元平公里尺斤克分小张卷集代只头艘辆册层级]|半|数[十百千万亿]"
)
_DAY = re.compile(r"哪一?[天日]|几[号日]|what date|which day")
_LASTING = re.compile(r"多久|多长时间")
_DURATION = re.compile(
    r"(?<!\d)\d{1,3}(?:\.\d+)?[多余几]?(?:个?半?(?:小时|月)|个?世纪|分(?:钟|\d+秒)|秒|天|周|年)(?<![^个半]月)"
    r"|半[天年]|[数几]个?(?:小时|分钟|[天周月年]|世纪)"
)
_YEARS = re.compile(r"\d{4}年?(?:[-~至到]|、|和)\d{4}年")
_UNITS_OF_TIME = ("年", "月", "日", "号", "天")
_OF_A_DATE = re.compile(r"\d+[年月日号]")
_JOINED = r"(?:市|省|州|县)?(?:[与和同及]|—+|-+|–)?"
_DIVISION = re.compile(r"哪(?:[一两三几\d]?个|一|几)?城?(省|市|县|区|镇|乡|村|州)(?!域)")
# A figure is of what is measured: who asks for the output is not answered by the investment.
_MEASURED = tuple(
    (re.compile(asked), re.compile(said))
    for asked, said in (
        ("产值", "产值"),
        ("投资|资金|出资", "资|投入|造价"),
        ("贸易额|进出口", "贸易|进出口|外贸"),
        ("销售额|卖了|卖出|成交额", "销售|营业|卖|售|成交"),
        # 一张 is 1张 in a question's text.
        (r"票价|车票|门票|客票|\d张票", "票"),
        ("租金|房租", "租"),
        ("补贴|补助|奖励", "补|奖|助"),
        ("工资|月薪|年薪", "工资|薪|收入"),
        ("面积|占地", "面积|占地|亩|平方|公顷|平米"),
        ("人口", "人口|居民|人"),
        ("每[天日周月年]", "每|[日周月年]均|一[天日周月年]"),
        ("占比|比例|百分之几", "%|成|分之|百分点|率|倍"),
    )
)
# What sort of body is asked for, and what its names end in.
_BODIES = {
    "大学": "大学|学院|校",
    "学校": "大学|学院|校|中学|小学",
    "银行": "银行|农商行|信用社",
    "医院": "医院|卫生院",
    "公司": "公司|集团|企业|厂|科技|股份",
    "设计院": "设计院|研究院|公司|集团",
}
_BODY = re.compile(rf"哪[一所家个座间]{{0,2}}({'|'.join(_BODIES)})")
_OFFICES = re.compile(
    "董事长|总经理|总裁|市长|县长|省长|州长|书记|主任|局长|厅长|会长|院长|校长|秘书长|负责人|设计师|创始人"
)
_OFFICE = re.compile(rf"({_OFFICES.pattern})(?:是|叫|名字|的名字|姓名|为)*(?:谁|什么|哪位|何人)")
_POST, _HOLDS = re.compile(r"(?:什么|何|啥)(?:职务|职位|官职)"), re.compile("任|当选|员|职")
# Who does what: 由谁牵头, 是谁设计的; one of the verb's characters stands where somebody does it.
_DOES = re.compile(
    r"(?:由|是)(?:谁|哪[一-鿿]{1,4}?(?:单位|公司|部门|机构|企业|局|院))(?:来|负责)?([一-鿿]{2})"
)
# A question for what a coined name stands for: “三帮”分别帮什么, “四大工程”是指哪四个.
_STANDS_FOR = re.compile(
    r"[”》\"][^,。”\"]{0,6}?(?:具体|分别|到底|究竟)*(?:是?指|代表|的?含义|各指|分别是)|(?:具体|分别)(?:是?指|代表)|"
    r"[”\"][^,。]{0,3}(?:个|种|类)[“\"]|三?个[“\"][^”]+[”\"]分别"
)
# What was signed or issued is named as such: 签了什么协议 is not answered by a meeting.
_AGREED = "协议|协定|备忘录|合同|意向书|契约"
_ISSUED = "方案|规划|意见|文件|通知|办法|纲要|政策"
_PAPERS = tuple(
    (
        re.compile(
            rf"(?:什么|啥|何种|哪[一些几两三份个项种]{{0,2}})[一-鿿]{{0,4}}?(?:{asked})(?![一-鿿])"
        ),
        re.compile(said),
    )
    for asked, said in (
        (_AGREED, f"{_AGREED}|意向|《"),
        (_ISSUED, f"{_ISSUED}|条例|计划|规定|决定|批复|《"),
    )
)
# What is told of a name in quotation marks stands by it; a 《title》 is often only in the heading.
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,20})[”\"]")
_OF_NAMES: frozenset[Kind] = frozenset({"number", "date", "who", "where"})
_COUNT = re.compile(r"[二两三四五六七八九十\d]")


def other_subject(question: Question, article: Sequence[str]) -> str:
    """Why an article is about something else, in Chinese; empty where it is not.

    Args:
        question: taken apart.
        article: the texts of the article that were found, title first.
    """
    around = simplify("\n".join(article))
    wanted = places(question.text)
    missing = [place for place in wanted if place not in around]
    if missing and question.kind != "compare":
        return f"文章没有在所问的事情上提到{'、'.join(missing)}"
    return _wrong_pair(cities(question.text), around)


def other_cities(question: Question, title: str, sentence: str) -> str:
    """Why a sentence is about other cities than the two asked about; empty where it is not."""
    wanted = cities(question.text)
    around = simplify(f"{title}\n{sentence}")
    if len(wanted) < 2 or question.kind == "compare" or any(place in around for place in wanted):
        return ""
    others = cities(simplify(sentence))
    return f"文章在这里说的是{'、'.join(others)}" if others else ""


def other_name(question: Question, around: str) -> str:
    """Why a figure, date, person or place is of something else than the name in quotation marks.

    Args:
        question: taken apart.
        around: the sentence with those beside it.
    """
    if question.kind not in _OF_NAMES:
        return ""
    text = digits(fold(around))
    missing = [name for name in _QUOTED.findall(question.text) if name not in text]
    return f"文章在这里没有说到“{missing[0]}”" if missing else ""


def _wrong_pair(wanted: Sequence[str], around: str) -> str:
    """Two places that the question joins and the article never does, though it joins others."""
    if len(wanted) != 2:
        return ""
    pairs = [pair for pair in _pairs(around) if not any(map(short_forms, pair))]
    first, second = wanted
    if frozenset(wanted) in pairs:
        return ""
    others = [pair for pair in pairs if first in pair or second in pair]
    if not all(any(place in pair for pair in others) for place in wanted):
        return ""
    known = "、".join(sorted("与".join(sorted(pair, key=around.index)) for pair in others))
    return f"文章没有说{first}与{second}，说到的是{known}"


def _pairs(text: str) -> set[frozenset[str]]:
    """Pairs of places that stand side by side, or joined by 与, 和 or a dash; 、 only lists."""
    return joined_places(places(text), _JOINED, text)


def other_kind(question: Question, sentence: str) -> str:
    """Why a sentence holds no answer of the kind asked for, in Chinese; empty where it may.

    No number for 多少, or in another unit; no date for 何时; no duration for 多久; no county for
    哪个县; not the office whose holder is asked for; not what a coined name stands for.
    """
    reasons = (
        _no_time,
        _no_number,
        _no_division,
        _no_office,
        _no_bodies,
        _no_paper,
        _no_expansion,
    )
    return next((reason for test in reasons if (reason := test(question, sentence))), "")


def _no_time(question: Question, sentence: str) -> str:
    text = fold(sentence)
    if question.kind == "date" and not _TIME.search(digits(text)):
        return "文章在这里没有给出所问的时间"
    if _DAY.search(question.text) and not re.search(r"\d[日号]|[今昨前当]天|当日", digits(text)):
        return "文章在这里没有给出所问的日期"
    if _LASTING.search(question.text) and not _DURATION.search(digits(text)):
        return "文章在这里没有给出所问的时长"
    if "哪几年" in question.text and not _YEARS.search(text):
        return "文章在这里没有给出所问的起止年份"
    return ""


def _no_number(question: Question, sentence: str) -> str:
    if question.kind != "number":
        return ""
    text = fold(sentence)
    counted = text if question.unit in _UNITS_OF_TIME else _OF_A_DATE.sub("", text)
    if not _NUMBER.search(counted):
        return "文章在这里没有给出所问的数字"
    if question.unit and not _has_unit(question.unit, sentence):
        return f"文章在这里没有给出以“{question.unit}”计的数字"
    # A follow-up carries what was asked before in the clauses before its own.
    asking = re.split(r"[,，]", question.text.rstrip(",，。?？ "))[-1]
    for asked, said in _MEASURED:
        if asked.search(asking) and not said.search(simplify(text)):
            return "文章在这里没有给出所问的数字"
    return ""


def _no_division(question: Question, sentence: str) -> str:
    division = _DIVISION.search(question.text)
    if not division:
        return ""
    text = simplify(sentence)
    named = re.findall(rf"(?<!个)[一-鿿]{{2,4}}(?<!城){division[1]}", text)
    of_cities = division[1] != "省"
    known = [each for each in places(text) if bool(short_forms(each)) != of_cities]
    known = known if division[1] in "省市州" else []
    if any(name not in question.text for name in [*named, *known]):
        return ""
    return f"文章在这里没有说是哪个{division[1]}"


def _no_office(question: Question, sentence: str) -> str:
    text = simplify(sentence)
    if _POST.search(question.text) and not (_OFFICES.search(text) or _HOLDS.search(text)):
        return "文章在这里没有说到职务"
    office = _OFFICE.search(question.text)
    if office and not re.search(f"(?<!副){office[1]}", text):
        return f"文章在这里没有说到{office[1]}"
    body = _BODY.search(question.text)
    if body and not re.search(_BODIES[body[1]], text):
        return f"文章在这里没有说到是哪个{body[1]}"
    does = _DOES.search(question.text)
    if does and set(does[1]).isdisjoint(text):
        return f"文章在这里没有说由谁{does[1]}"
    return ""


def _no_bodies(question: Question, sentence: str) -> str:
    if asks_for_bodies(question) and not named_bodies(question, sentence):
        return "文章在这里没有说出企业的名字"
    return ""


def _no_paper(question: Question, sentence: str) -> str:
    text = simplify(sentence)
    asked = any(asks.search(question.text) and not said.search(text) for asks, said in _PAPERS)
    return "文章在这里没有说到所问的文件" if asked else ""


def _no_expansion(question: Question, sentence: str) -> str:
    """A coined name that the sentence only uses: not explained after it nor listed before it."""
    if not (question.quoted and _STANDS_FOR.search(question.text)):
        return ""
    text, name = fold(simplify(sentence)), question.quoted[0]
    at = text.find(name)
    if at < 0:
        return f"文章在这里没有说到“{name}”"
    after = text[at + len(name) :].lstrip('”"')
    if re.match(r"[^,。;]{0,8}(?:[::—]|是指|指的?是|即|包括|分别)", after):
        return ""
    count = _COUNT.search(
        question.text[question.text.find("哪") :] if "哪" in question.text else name
    )
    before = re.split(r"[;。]|是|有|着|以", text[:at].rstrip('“"等'))[-1]
    items = before.count("、") + 1
    wanted = int(digits(count[0])) if count else 0
    names_places = re.search(r"地方|[市县省地]", question.text) and "“" not in before
    if names_places or (
        items > 1 and items == (wanted or items) and not re.search(r"\d[个项]$", before)
    ):
        return ""
    return f"文章没有说明“{name}”指什么"


def _has_unit(unit: str, sentence: str) -> bool:
    return any(_counts(each, sentence) for each in same_sort(unit))


def _counts(unit: str, sentence: str) -> bool:
    return bool(re.search(rf"\d[多余万亿千百几]*[港美欧日]?{unit}", digits(fold(sentence))))
