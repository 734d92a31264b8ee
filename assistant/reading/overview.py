"""What several articles tell together: where a name is mentioned, how far a matter has come."""

import re
from collections.abc import Callable, Iterable, Sequence

from assistant.asking.question import Question
from assistant.reading.cut import narrowed
from assistant.reading.records import Evidence
from assistant.reading.several import in_order
from vectorstore import fold, named_places, places

_WHERE_MENTIONED = re.compile(
    r"哪(?:些|几)[个篇座家]?(?:地方|地区|城市|市|县|园区|文章|报道|材料|资料|单位|企业|公司|部门|文件)"
    r"[^,?]*(?:提到|提出|提及|涉及|谈到|说到|讲到|写到|有关|相关)"
)
_HOW_FAR = re.compile(
    r"(?:推进|进展|发展|进行|落实|走|做)(?:得|到)了?(?:什么|哪[一1]?个?|何种|怎样的?)(?:程度|地步|阶段|步)|"
    r"(?:进展|推进)(?:得|情况)?(?:是)?(?:怎么样|怎样|如何)|有(?:什么|哪些|何)(?:最?新的?)?进展"
)
_STEP = re.compile(
    r"明确|形成|达成|签署|签订|签约|印发|出台|建立|成立|启动|开工|建成|落户|开通|获批|完成|制定|确定"
)
_STEPS_SOUGHT = "明确 签署 印发 建立 启动"
_MOST = 3
_LONGEST = 320


def overview(question: Question, candidates: Sequence[Evidence]) -> list[Evidence]:
    """One sentence of each article, where a question wants what several of them tell.

    For 哪些地方提到“某某” the sentences that hold the name, likeliest first; for 推进到什么程度
    those that name every place asked about and the most steps taken, the earlier first. Empty for
    any other question, or where nothing of the kind is told.

    Args:
        question: taken apart.
        candidates: every sentence found, best first.
    """
    if question.quoted and _WHERE_MENTIONED.search(question.text):
        said = [each for each in candidates if question.is_quoted_in(each.text)]
        return _one_of_each(question, said)
    if _HOW_FAR.search(question.text):
        return _in_order(_one_of_each(question, _told(question, candidates), _steps))
    return []


def steps_sought(question: Question) -> str:
    """What to search for besides, where it asks how far places have come; else empty.

    The question's own words are found best in the article that talks of the matter most.
    """
    named = places(question.text)
    return " ".join([*named, _STEPS_SOUGHT]) if named and _HOW_FAR.search(question.text) else ""


def _told(question: Question, candidates: Sequence[Evidence]) -> list[Evidence]:
    """The sentences that tell of a step, and name every place that is asked about."""
    asked = set(named_places(question.text))
    if not asked:
        return []
    told = (each for each in candidates if _steps(each))
    return [each for each in told if asked <= set(named_places(fold(each.text)))]


def _steps(each: Evidence) -> int:
    return len(set(_STEP.findall(fold(each.text))))


def _one_of_each(
    question: Question,
    found: Iterable[Evidence],
    value: Callable[[Evidence], int] = lambda _: 0,
) -> list[Evidence]:
    """The sentence of the greatest value of each article, of equals the first; a few articles."""
    best: dict[str, Evidence] = {}
    for each in found:
        held = best.setdefault(each.hit.chunk.article_id, each)
        if value(each) > value(held):
            best[each.hit.chunk.article_id] = each
    return [narrowed(question, each, _LONGEST) for each in best.values()][:_MOST]


def _in_order(found: list[Evidence]) -> list[Evidence]:
    days = {each.hit.published for each in found}
    return in_order(found) if len(days) > 1 and None not in days else found
