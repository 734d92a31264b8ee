"""Companies in a sentence: those that end like one, and things listed that are nothing else."""

import re

from assistant.asking.question import Question
from vectorstore import fold, places, simplify

_ASKED = re.compile(
    r"哪(?:些|几[家个]|[两三四五六七八九\d]+[家个])[^,，的?？]{0,4}?(?:企业|公司|集团|厂商?|车企)"
)
_ENDS = (
    "公司|集团|股份|重工|药业|酒业|矿业|科技|生物|机械|制药|电子|食品|能源|汽车|控股|医药|环保|实业|"
    "银行|科工"
)
_COMPANY = re.compile(
    rf"(?:[一-鿿]{{2,}}?(?:{_ENDS}))+(?![一-鿿]{{0,2}}(?:产业|领域|项目|合作|基地|协议|创新))"
)
_GENERAL = re.compile(r"^(?:[多数这哪些家几各]*|.*(?:的|一批|部分))(?:公司|集团)$|产业|领域|企业")
_LISTED = re.compile(r"([一-鿿“”·]{2,14})(?:、|和|及|以及)([一-鿿“”·]{2,14})")
_LEAD = re.compile("有|包括|是|为|了")
_NO_BODY = re.compile(
    r"\d|产业|领域|企业|项目|方面|合作|行业|客商|服务|资金|技术|人才|经济|社会|文化|旅游|农业|制造业"
)


def asks_for_bodies(question: Question) -> bool:
    """Whether a question wants companies by name: 哪些企业, 哪几家公司."""
    return bool(_ASKED.search(question.text))


def named_bodies(question: Question, sentence: str) -> list[str]:
    """The companies that a sentence names, those of the question left out; empty where none."""
    text = fold(simplify(sentence))
    found = [
        match.group()
        for match in _COMPANY.finditer(text)
        if match.group() not in question.text and not _GENERAL.search(match.group())
    ]
    for match in _LISTED.finditer(text) if "企业" in text or "公司" in text else ():
        listed = [_LEAD.split(name)[-1] for name in match.groups()]
        if not any(places(name) or _NO_BODY.search(name) for name in listed):
            found += listed
    return list(dict.fromkeys(found))
