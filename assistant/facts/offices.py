"""Who holds an office: 郴州市委书记甲、市长乙 names two people, each with place and body."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.facts.people import name_at, name_before
from vectorstore import places

_HAN = "[一-鿿]"
_LEVELS = "省市州盟县区旗镇乡"
_RANK = r"(?:常务|第一|专职)?副?"
_HEAD = rf"(?<!总)书记|[{_LEVELS}局厅处部署]长|主任|主席|秘书长|检察长|常委"
# 市长安镇 and 区长期 hold no office, nor does 主任医师.
_TITLE = re.compile(
    rf"(?P<of>{_HAN}*?)(?P<rank>{_RANK})(?P<head>{_HEAD})"
    r"(?!(?<=长)(?:安|期|沙|春|治|江|三角|株潭|远|效|龄|度|城|乐|宁|兴|葛|征)|处|医师|助理|委员|科员|会)"
)
# What ends before an office begins, but in 太原, 和田, 任丘, 发展和改革局 and the like.
_BEGINS = re.compile(
    r"[与及由的在向是]|和(?![田平顺县龙]|改革|城乡|社会|信息|旅游|自然)|(?<![太固松平开高])原|前(?!海)|等(?!级)|兼|[现时出担]?任(?![丘县城])"
)
_JOINS = re.compile("[是为由:：]")
_FORMER = re.compile(r"(?:原|前|曾|曾任|历任|拟任)$")
_SELF_GOVERNED = rf"{_HAN}{{0,6}}?自治(?=[区州县旗])"
_PLACE = re.compile(rf"((?!自治){_HAN}{{2,4}}?)(?={_SELF_GOVERNED}|[{_LEVELS}])")
_OWN_LEVEL = re.compile(rf"(?:{_SELF_GOVERNED})?([{_LEVELS}])")
_BODIES = (
    (re.compile("发展(?:和|与)?改革(?:委员会|委)"), "发改委"),
    (re.compile("人民代表大会常务委员会|人大常委会"), "人大"),
    (re.compile("纪律检查委员会"), "纪委"),
    (re.compile("管理委员会"), "管委会"),
    (re.compile("人民政府|政府"), ""),
)
_OF_THE_PARTY = re.compile("(?:党组|党委|党工委)$")


@dataclass(frozen=True, slots=True)
class Office:
    """What an office is called by, each part empty where it is not told.

    Attributes:
        place: the county, city or province, without its level: 郴州.
        level: of the place: 市.
        body: of the place, in its short form: 发改委.
        rank: 副 or 常务副.
        head: 书记, 主任, 长.
    """

    place: str
    level: str
    body: str
    rank: str
    head: str


@dataclass(frozen=True, slots=True)
class Held:
    """What a sentence says: these people hold this office, which stands at `start:end` of it."""

    office: Office
    names: tuple[str, ...]
    start: int
    end: int


def read_office(words: str) -> Office | None:
    """The office that simplified words are, from their first to their last; None if none."""
    title = _TITLE.fullmatch(words)
    return None if not title or _BEGINS.search(title["of"]) else _office(*title.groups())


def offices_held(sentence: str) -> list[Held]:
    """Who holds which office, as a simplified sentence says it.

    The second office of 郴州市委书记甲、市长乙 is of the place that the first named.
    """
    found, row, before, at = list[Held](), list[Held](), list[Office](), 0
    while match := _TITLE.search(sentence, at):
        of, rank, head = match.groups()
        cut = _cut(of)
        start = match.start() + cut
        if row and sentence[row[-1].end : start] not in ("", "、"):
            row = []
        before.append(_inherited(_office(of[cut:], rank, head), before))
        row.append(Held(before[-1], (), start, match.end()))
        names, at = _people(sentence, start, match.end())
        if names:
            former = _FORMER.search(sentence[: row[0].start])
            found += [] if former else [replace(each, names=names) for each in row]
            row = []
    return found


def _cut(of: str) -> int:
    """Where the office begins in the words that run up to it."""
    return max((match.end() for match in _BEGINS.finditer(of)), default=0)


def _people(sentence: str, start: int, end: int) -> tuple[tuple[str, ...], int]:
    """The holders of the office at `start:end`, and where the reading goes on."""
    # 时任市长的甲, but 市长的话 names nobody.
    joined = _JOINS.match(sentence, end) or (
        sentence[end : end + 1] == "的" and sentence[:start].endswith("任")
    )
    names, at, first = list[str](), end, end + bool(joined)
    while (name := name_at(sentence[first:])) and not _is_title(sentence[first:]):
        names.append(name)
        at = first + len(name)
        if sentence[at : at + 1] != "、":
            break
        first = at + 1
    if not names and (name := name_before(sentence[:start])):
        names = [name]
    return tuple(names), at


def _is_title(text: str) -> bool:
    """Whether the first thing of a list is another office; 常 of 常务副市长 is a surname, too."""
    return bool(_TITLE.match(re.split("[、，,。；;和与及]", text)[0]))


def _office(of: str, rank: str, head: str) -> Office:
    place, level, body = _parts(of)
    if head[0] in _LEVELS:
        level, head = head[0], head[1:]
    return Office(place, level, _normal(body), rank, head)


def _parts(of: str) -> tuple[str, str, str]:
    """The last place that the words before an office begin with, its level, and what follows it."""
    of = of.removeprefix("中共")
    place = level = ""
    while True:
        named = _named_first(of)
        if named:
            place, level, of = named, "", of[len(named) :]
        if own := _OWN_LEVEL.match(of):
            level, of = own[1], of[own.end() :]
        if not named:
            return place, level, of


def _named_first(of: str) -> str:
    """The place that words begin with: a known one, or what stands before 县, 区 and the like."""
    known = next((name for name in places(of) if of.startswith(name)), "")
    other = _PLACE.match(of)
    return known or (other[1] if other else "")


def _normal(body: str) -> str:
    for form, short in _BODIES:
        body = form.sub(short, body)
    return body


def _inherited(office: Office, before: Sequence[Office]) -> Office:
    """An office with what the one before it in the sentence was told with, and it was not."""
    if office.place or not before:
        return office
    same = [each for each in before if each.place and office.level in ("", each.level)]
    if not same:
        return office
    last = same[-1]
    body = office.body
    if not office.level and (not body or _OF_THE_PARTY.fullmatch(body)):
        body = _OF_THE_PARTY.sub("", last.body) + body
    return replace(office, place=last.place, level=office.level or last.level, body=body)


def same_office(asked: Office, held: Office) -> bool:
    """Whether two offices are one but for the place; 副市长 is any of that rank."""
    ranks = asked.rank == held.rank or (asked.rank == "副" and held.rank.endswith("副"))
    short_for_it = asked.head == "书记" and {asked.body, held.body} == {"", "委"}
    bodies = asked.body == held.body or short_for_it
    levels = not (asked.level and held.level) or asked.level == held.level
    return ranks and asked.head == held.head and bodies and levels


def exchanged_holder(claim: str, texts: Sequence[str]) -> str:
    """Find an office that simplified cited words give to another than a claim; empty: none.

    Or the other office that they give to whom the claim names, with the same head (书记, 主任).
    """
    claims = offices_held(claim)
    # Most claims name no office: their words need not be read for any.
    said = [(held, text) for text in texts if claims for held in offices_held(text)]
    for claimed in claims:
        of_it = [each for each in said if _may_be_one(claimed.office, each[0].office)]
        if any(set(claimed.names) & set(held.names) for held, _ in of_it):
            continue
        others = of_it if _has_one_holder(claimed.office) else []
        others += [each for each in said if _is_instead(claimed, each[0])]
        for held, text in others:
            return text[held.start : held.end] + "、".join(held.names)
    return ""


def _may_be_one(office: Office, other: Office) -> bool:
    told = office.place and other.place
    return same_office(office, other) and not (told and office.place != other.place)


def _has_one_holder(office: Office) -> bool:
    return office.rank in ("", "常务副") and office.head != "常委"


def _is_instead(claimed: Held, held: Held) -> bool:
    """Whether words give somebody an office that can't be the claimed one in shorter words."""
    office, other = claimed.office, held.office
    if office.head != other.head or not set(claimed.names) & set(held.names):
        return False
    return not _may_be_one(replace(office, body=other.body), other) or not (
        set(office.body) <= set(other.body)
    )
