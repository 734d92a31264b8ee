"""Lines that were broken inside a sentence, joined again; headings and captions stay alone."""

import re
import unicodedata

_FINISHED = re.compile(r"[。！？!?…：:；;](?:[”’」』）)》】\"'])*$|\.$")
_PAUSED = re.compile(r"[，,、（(“‘「『《]$|[^—]—$")
_COMMA = re.compile(r"[，,]")
_CANNOT_START = re.compile(r"[，,。、；;：:！？?）)”’」』》】%％]|[了们](?!解)|的(?!士|确|黎)")
# Words that need something after them.
_DANGLING = re.compile(
    r"(?:(?<!目)的(?<!错误的)|(?<![共总缓温平])和|(?<!参)与|(?<![普涉危波])及|或"
    r"|(?<![应针相])对|(?<![行作因成认])为|将|把|被|从"
    r"|(?<![方导动去志意取流])向|而|并且|(?<![自理缘])由|围绕|全力|奋力|大力|着力|(?<!的)努力"
    r"|有效|积极|进一步|全面|深入|加快|以及)$"
)
# The end of a word whose beginning stands on the line before.
_FRAGMENT = re.compile(r"[^，,、。\s]、(?=[^，,、。]{4})|[区级市县省性度化率式型](?=[、，,])")
# Openings of sentences; a heading rarely begins so.
_OPENING = re.compile(
    r"(?:[今去近当目同此]|另外|其中|据|为|在|随|通过|按照|根据|围绕|紧扣|截至|自|从|由于|作为"
    r"|针对|面对|立足|聚焦|\d{4}年)"
    r"[^，,。]{0,24}[，,]"
)
_OWN_LINE = re.compile(
    r"[\W_]{0,2}(?:[一二三四五六七八九十]{1,3}[、.．]|第[一二三四五六七八九十]{1,3}[章节条部]"
    r"|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}[.、．)）](?!\d))|[●○■□◆▲★▶•·]|——|图为|[图表][:：]|资料图|附件"
)
_CAPTION = re.compile(
    r"(?:摄|供图|资料图片?|图片|[/／]图|[/／]摄|制图)[)）]?$|[（(][左右中前后][一二三四]?[)）]"
    r"|记者 ?\S+ ?\S*$"
)
_PAIRS = (("“", "”"), ("《", "》"), ("（", "）"), ("(", ")"), ("「", "」"), ("『", "』"))
# Lines of one width, and so many of them unfinished, were broken by a machine.
# No sentence is longer than this.
_LONGEST = 3000
_LEAST_WRAPPED, _LEAST_WIDTH, _MOST_WIDTH = 4, 24, 160


def join_wrapped(lines: list[str]) -> list[str]:
    """Join each line with the next where its sentence goes on there."""
    width = _wrap_width(lines)
    joined: list[str] = []
    last, running = "", False
    for line in lines:
        running = bool(joined) and _goes_on(joined[-1], last, line, running, width)
        if running:
            joined[-1] += _glue(joined[-1], line) + line
        else:
            joined.append(line)
        last = line
    return joined


def _wrap_width(lines: list[str]) -> int:
    """The width at which a machine broke the lines, in half-width columns; 0 where none did.

    Most unfinished lines are about that long then, and half of the finished ones are not longer.
    """
    ended: list[str] = []
    going_on: list[str] = []
    for line in lines:
        (ended if _FINISHED.search(line[-20:]) else going_on).append(line)
    if len(going_on) < _LEAST_WRAPPED:
        return 0
    finished, unfinished = list(map(_width, ended)), sorted(map(_width, going_on))
    limit = unfinished[len(unfinished) * 19 // 20]
    near = sum(limit - 8 <= width <= limit + 2 for width in unfinished)
    longer = sum(width > limit + 4 for width in finished)
    enough = near >= _LEAST_WRAPPED and near * 2 >= len(unfinished) and longer * 2 <= len(finished)
    return limit if enough and _LEAST_WIDTH <= limit <= _MOST_WIDTH else 0


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _goes_on(whole: str, last: str, following: str, running: bool, width: int) -> bool:
    """Whether `following` continues `whole`, whose last line as printed is `last`."""
    tail = whole[-20:]
    if _FINISHED.search(tail) or len(whole) > _LONGEST or _OWN_LINE.match(following):
        return False
    if _CAPTION.search(tail):
        return False
    if _PAUSED.search(tail) or _CANNOT_START.match(following):
        return True
    if width and abs(_width(last) - width) <= 8 and len(whole) >= 10:
        return True
    if _OWN_LINE.match(whole) and len(whole) <= 30:
        return False
    if (len(whole) >= 15 or _COMMA.search(whole)) and (
        _DANGLING.search(tail) or _FRAGMENT.match(following)
    ):
        return True
    if running or _is_open(whole, following):
        return _FINISHED.search(following[-20:]) is not None or len(following) >= 12
    return len(whole) >= 15 and _OPENING.match(whole) is not None


def _is_open(whole: str, following: str) -> bool:
    """Whether a quote or bracket opened in `whole` is closed first thing in `following`."""
    for opening, closing in _PAIRS:
        if whole.count(opening) > whole.count(closing) and len(whole) >= 10:
            end = following.find(closing)
            return end >= 0 and opening not in following[:end]
    return False


def _glue(left: str, right: str) -> str:
    """A space between two words of Latin letters or digits, nothing between Chinese characters."""
    return (
        " "
        if left[-1:].isascii()
        and left[-1:].isalnum()
        and right[:1].isascii()
        and right[:1].isalnum()
        else ""
    )
