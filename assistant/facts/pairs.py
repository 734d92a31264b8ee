"""Pairs of cities that a text joins, and those that it joins with others than a claim does."""

import re
from collections.abc import Sequence

from vectorstore import places, short_forms

_JOINT = r"市?(?:[与和同]|—+|-+|–)(?:[一-鿿]{2}省)?"
_PARTNER = r"市?(?:的|在[^,，。]{0,12})?(?:结对|对口)?(?:合作)?(?:伙伴|城市|对象)(?:是|为|只有)"


def crossed_pair(claim: str, texts: Sequence[str]) -> str:
    """A pair of places that texts join (佛山与郴州), where a claim joins one with another."""
    claimed = partners(claim)
    paired = [pair for text in texts for pair in partners(text)] if claimed else []
    for pair in claimed:
        others = [other for other in paired if other & pair]
        if others and pair not in others:
            return "与".join(sorted(others[0]))
    return ""


def partners(text: str) -> set[frozenset[str]]:
    """The pairs of cities that a simplified text joins: 甲与乙, 甲市和乙市; 、 only lists."""
    named = places(text)
    names = [name for name in named if not short_forms(name)]
    # 佛山与湖南郴州 joins the cities as 佛山与郴州 does.
    for province in (name for name in named if short_forms(name)):
        text = re.sub(f"{province}省?(?=[一-鿿]{{2}})", "", text)
    listed = _joined(names, _JOINT, text) | _joined(names, _PARTNER, text)
    return listed or (_visited(names, text) if len(names) == 2 else set())


def _visited(names: Sequence[str], text: str) -> set[frozenset[str]]:
    """Two cities that one short clause names side by side: 甲将与广东乙开展结对合作."""
    one, other = names
    close = re.search(
        rf"{one}.{{0,4}}[与和同](?:[一-鿿]{{2}})?{other}市?.{{0,4}}(?:结对|对口|合作)", text
    )
    return {frozenset((one, other))} if close else set()


def _joined(names: Sequence[str], joint: str, text: str) -> set[frozenset[str]]:
    """The pairs of these places that stand in a text with nothing but `joint`, a regex, between."""
    if len(names) < 2:
        return set()
    either = "|".join(sorted(names, key=len, reverse=True))
    joined = re.finditer(rf"(?=({either}){joint}({either}))", text)
    return {frozenset(match.groups()) for match in joined if match[1] != match[2]}
