"""Who holds an office, by the sentences that name it with place and body, and a person to it."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.asking.question import Question
from assistant.facts.offices import Office, offices_held, read_office, same_office
from assistant.facts.people import name_at
from assistant.reading.records import Evidence, Told
from vectorstore import places, simplify

_HAN = "[一-鿿]"
# What english makes of “Who is the mayor of Foshan?”.
_TRANSLATED = re.compile(r"^谁 (\S+) (\S+)$")
# 郴州市的现任市长 is 郴州市市长.
_BETWEEN = re.compile("的|现任|现在|目前|当前")
_NOW = "(?:现在|目前|如今|现任)?"
_YEAR = r"(?:(?P<year>\d{4})年(?:的时候|时|底|初)?[，,]?(?:当时)?的?)?"
_WHO = re.compile(
    rf"(?:请问)?{_YEAR}{_NOW}(?:(?P<last>{_HAN}{{3,24}}?){_NOW}(?:的名字|的姓名)?(?:是谁|是哪位|叫什么名字|叫什么|叫啥|由谁担任|为谁)"
    rf"|谁(?:是|担任|任|当){_NOW}(?P<first>{_HAN}{{3,24}}?))[呢啊呀]?[?？。]?"
)
_WHAT = re.compile(
    rf"(?:请问)?(?P<name>{_HAN}{{2,4}}?){_NOW}"
    r"(?:是谁|是什么人|是何人|(?P<post>(?:担任|任|是|有)?的?(?:什么|何|啥)(?:职务|职位|官职)))"
    r"[呢啊呀]?[?？。]?"
)
_MOST = 2


def office_told(question: Question, candidates: Sequence[Evidence]) -> Told | None:
    """Answer who holds an office, or which one somebody holds.

    Args:
        question: taken apart.
        candidates: every sentence found, best first.

    Returns:
        None where neither is asked; without evidence where no sentence says who holds it.
    """
    text = _TRANSLATED.sub(r"谁是\2\1", simplify(question.asked.strip()))
    text = re.sub(r"\s+", "", text)
    match = _WHO.fullmatch(text)
    if match and (asked := _asked(match["last"] or match["first"])):
        return _holder(asked, match["year"] or "", candidates)
    named = _WHAT.fullmatch(text)
    if not named or name_at(name := named["name"]) != name:
        return None
    # Who somebody is, a life of theirs says better.
    if not named["post"] and any(simplify(each.text).startswith(name) for each in candidates):
        return None
    return _post(name, candidates)


def _asked(words: str) -> Office | None:
    """The office that words name; None where they say more, or too little to tell it by."""
    office = read_office(_BETWEEN.sub("", words))
    if office is None or office.head == "常委":
        return None
    return office if office.place or len(office.body) > 1 else None


def _holder(asked: Office, year: str, candidates: Sequence[Evidence]) -> Told | None:
    found: dict[str, Evidence] = {}
    for each in _latest_first(candidates):
        if year and year not in f"{each.hit.published}{each.text}":
            continue
        for held in offices_held(simplify(each.text)):
            if same_office(asked, held.office) and _of_the_place(asked, held.office, each):
                found.setdefault(_words(held.names, each), each)
    if not found:
        # Of bodies without a place a sentence may speak in ways that are not read here.
        return Told([], "") if asked.place else None
    evidence = list({id(each): each for each in found.values()}.values())[:_MOST]
    return Told(evidence, next(iter(found)))


def _words(names: Sequence[str], each: Evidence) -> str:
    """Names as the sentence writes them."""
    text = simplify(each.text)
    starts = [text.index(name) for name in names]
    return "、".join(
        each.text[start : start + len(name)] for start, name in zip(starts, names, strict=True)
    )


def _latest_first(candidates: Sequence[Evidence]) -> list[Evidence]:
    return sorted(candidates, key=lambda each: each.hit.published or date.min, reverse=True)


def _post(name: str, candidates: Sequence[Evidence]) -> Told | None:
    """The offices of the latest article that tells of any; None where none does."""
    for each in _latest_first(candidates):
        held = [one for one in offices_held(simplify(each.text)) if name in one.names]
        if held:
            return Told([each], each.text[held[0].start : held[-1].end])
    return None


def _of_the_place(asked: Office, held: Office, each: Evidence) -> bool:
    """Whether an office is of the place asked about: it says so, or its article names no other."""
    if not asked.place or held.place:
        return asked.place in ("", held.place)
    around = simplify(f"{each.hit.title}\n{each.hit.chunk.text}")
    return asked.place in around and set(places(around)) <= {asked.place}
