"""Who a city is paired with: the sentences that join it with another, and the other's name."""

import re
from collections.abc import Sequence

from assistant.asking.question import Question
from assistant.reading.premise import clause, partners
from assistant.reading.records import Evidence, Told
from vectorstore import places, short_forms, simplify

_PAIRED = r"(?:结对|结为|结成|配对|对口|帮扶|协作|合作|携手|牵手|支援|联手|结伴)"
_WHICH = (
    r"(?:哪一?[个座]?|哪[几些两三][个座]?|什么)(?:城市|市|地方|地区|地市)"
    r"|哪里|哪儿|哪座?城|谁|哪一?[个座](?=[?。呢啊呀]|$)"
)
_TO_WHOM = rf"(?:对象|伙伴|搭档|城市|一方|另一方|市)?(?:是|为|叫|有)?(?:{_WHICH})"
# The city stands as ◇; what asks stands where its partner would.
_ASKS = re.compile(
    rf"◇(?:市|的)*[^,，◇]{{0,6}}{_PAIRED}[^,，牵负责]{{0,6}}?(?:{_TO_WHOM})(?!牵头|负责|出)"
    rf"|◇市?(?:是|在|主要)?[与和跟同](?:{_WHICH})[^,，]{{0,8}}{_PAIRED}"
    rf"|(?:{_WHICH})[^,，◇]{{0,6}}[与和跟同](?:◆省?)?◇市?[^,，]{{0,10}}{_PAIRED}"
    rf"|[与和跟同]◇市?[^,，]{{0,8}}{_PAIRED}[^,，]{{0,4}}(?:是|为|有)[^,，]{{0,4}}(?:{_WHICH})"
    rf"|(?:{_WHICH})[^,，◇]{{0,4}}{_PAIRED}[^,，]{{0,4}}◇"
    rf"|◇市?由(?:{_WHICH})(?:来|负责)?{_PAIRED}"
)
# Words that say that two cities were paired; that they signed or talked is said of others too.
_IN_PAIRS = re.compile(r"结对|结成|对口|帮扶|伙伴|携手")
_MOST = 3
_LONGEST = 120


def paired(question: Question, candidates: Sequence[Evidence]) -> Told | None:
    """Answer who a city is paired with; None where that is not asked, or nothing says it.

    Args:
        question: taken apart.
        candidates: every sentence found, best first.
    """
    city, province = _asked(question)
    if not city:
        return None
    said: dict[str, list[Evidence]] = {}
    for each in candidates:
        text = simplify(each.text)
        pairs = partners(text) if city in text else set()
        others = {other for pair in pairs if city in pair for other in pair - {city}}
        for other in sorted(others, key=text.index):
            said.setdefault(other, []).append(each)
    said = _of_pairs(said)
    if province:
        text = simplify("\n".join(each.hit.chunk.text for each in candidates))
        there = {other for other in said if re.search(f"{province}省?{other}", text)}
        said = {other: found for other, found in said.items() if not there or other in there}
    return _told(city, said) if said else None


def _asked(question: Question) -> tuple[str, str]:
    """The city whose partner is asked for, and the province that it lies in, if named."""
    text = re.sub(r"\s+", "", question.text)
    named = places(text)
    cities = [place for place in named if not short_forms(place)]
    provinces = [place for place in named if short_forms(place)]
    if len(cities) != 1 or "签" in text:
        return "", ""
    masked = text.replace(cities[0], "◇")
    for province in provinces:
        masked = masked.replace(province, "◆")
    masked = re.sub(r"◆省?的?", "", masked)
    if not _ASKS.search(masked):
        return "", ""
    own = [place for place in provinces if re.search(f"{place}省?的?{cities[0]}", text)]
    return cities[0], next((place for place in provinces if place not in own), "")


def _of_pairs(said: dict[str, list[Evidence]]) -> dict[str, list[Evidence]]:
    """Only those whom a sentence calls paired, if any is."""
    paired = {
        other: found
        for other, sentences in said.items()
        if (found := [each for each in sentences if _IN_PAIRS.search(simplify(each.text))])
    }
    return paired or said


def _told(city: str, said: dict[str, list[Evidence]]) -> Told:
    """As few sentences as name every partner, the shortest first."""
    missing, chosen = set(said), list[Evidence]()
    while missing and len(chosen) < _MOST:
        sentences = {id(each): each for other in missing for each in said[other]}.values()
        best = max(
            sentences,
            key=lambda each: (
                sum(any(each is one for one in said[other]) for other in missing),
                -len(each.text),
            ),
        )
        told = [other for other in said if any(each is best for each in said[other])]
        chosen.append(_short(best, city, told))
        missing -= set(told)
    known = [other for other in said if other not in missing]
    return Told(chosen, "、".join(known))


def _short(each: Evidence, city: str, told: Sequence[str]) -> Evidence:
    """A long sentence cut to the clauses that join the city with its partners."""
    if len(each.text) <= _LONGEST:
        return each
    text = simplify(each.text)
    ends = [match.start() for name in told for match in re.finditer(name, text)]
    near = min(ends, key=lambda at: abs(at - text.index(city)))
    return each.cut(*clause(text, text.index(city), near))
