"""A question about two things → one question about each."""

import re

_JOINT = r"(?:和|与|同|跟|以及|、)"
_ASKS_EACH = r"分别|各自|各[有是由为自在]?|(?:哪[一个家座条项]*|谁的?)(?=[^,，?？]{0,8}更)|相比"
_TWO = re.compile(
    rf"^(?P<before>[^,，]{{1,12}}(?:方面|上|中|期间)[,，])?(?P<one>[^,，?？]{{2,24}}?){_JOINT}"
    rf"(?P<other>[^,，?？]{{2,24}}?)(?P<rest>[,，]?(?:{_ASKS_EACH}).*)$"
)
# What two sides share stands after the second: 甲和乙的面积.
_SHARED = re.compile(r"^(?P<name>.{2,}?)(?P<shared>的[^的]{1,12})$")
_EACH = re.compile(
    r"^[,，]?(?:分别|各自|各(?=[有是由为自在])|各|相比[,，]?|哪[一个家座条项]*|谁的?)"
)
_TOGETHER = re.compile(r"这?[两二2][个家座条项].*$|[两二]者$")
_MORE = re.compile(r"更[一-鿿]{1,2}(?:一些|一点)?|[?？。]")
_STILL_ASKS = re.compile(r"什么|多少|几|哪|谁|何|怎|多[长大高久]")


def sides(question: str) -> list[tuple[str, str]]:
    """Ask about each side of a question about two: (side, question), or none.

    甲园和乙园分别由谁牵头 → 甲园由谁牵头, 乙园由谁牵头; 甲和乙的园区，谁的面积更大 →
    甲的园区面积多少, 乙的园区面积多少.
    """
    match = _TWO.match(question.strip())
    if match is None:
        return []
    one, other = match["one"], match["other"]
    shared = _SHARED.match(other)
    tail = shared["shared"] if shared and "的" not in one else ""
    names = (one, _TOGETHER.sub("", other.removesuffix(tail)))
    rest = _MORE.sub("", _EACH.sub("", match["rest"])).strip("，, ")
    if not _STILL_ASKS.search(rest):
        rest += "多少"
    before = match["before"] or ""
    return [(name, f"{before}{name}{tail}{rest}？") for name in names]
