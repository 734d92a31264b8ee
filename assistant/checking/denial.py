"""Compare clauses with cited ones about the same: what is denied, and what is only planned."""

import re
from collections.abc import Sequence

from assistant.facts.overlap import parts, parts_about

_NOT = re.compile(
    r"(?:并未|没有|尚未|未能|不能|不会|不再|不是|无法|无须|无需|不得|不曾|并非|[不未没无])(?=([一-鿿]{2}))"
)
_NOT_NEGATION = re.compile(
    r"不断|不仅|不同|不少|不久|不只|不但|不过|不论|不管|不可分|不谋而合|不约而同|不锈|不动产|不等|不懈|不超过|不足|不到|未来|无论|无缝|无人机"
    r"|无疑|无锡|无障碍|无偿|没收|密不可|不遗余力|不得不|无不"
)
_DONE = re.compile("已经|已(?=[一-鿿]{2})|业已|现已|(?:建成|完成|落成|投产|通车)(?:了|$)")
_PLANNED = re.compile("将(?![军来])|计划|预计|力争|有望|争取|即将|拟|要(?=[推加建完实争努])|规划")
# What may be said with a negation instead.
_NEGATIVE = re.compile(r"[不未没无非免停禁防止缺少减]|取消|拆|破|脱|离|仅|只")


def contradiction(claim: str, texts: Sequence[str]) -> str:
    """Say where a squeezed claim denies what the texts say, affirms what they deny or only plan."""
    for clause in parts(claim):
        said = [part for text in texts for part in parts_about(clause, text)]
        reason = _negation_reason(clause, said) or _outcome_reason(clause, said)
        if reason:
            return reason
    return ""


def _negation_reason(clause: str, said: Sequence[str]) -> str:
    one, others = _NOT_NEGATION.sub("□", clause), [_NOT_NEGATION.sub("□", part) for part in said]
    for denier, deniers in ((one, others), *((other, [one]) for other in others)):
        for match in _NOT.finditer(denier):
            holding = [text for text in deniers if match[1] in text]
            if holding and not any(_denied(match[1], text) for text in holding):
                return f"所引文字的说法相反（“{match.group()}{match[1]}”）"
    if others and _NOT.search(one) and not any(_NEGATIVE.search(text) for text in others):
        return "所引文字没有这样的否定"
    return ""


def _outcome_reason(clause: str, said: Sequence[str]) -> str:
    """Whether a clause says done of what the cited words only plan."""
    if not said or not _DONE.search(clause) or _PLANNED.search(clause):
        return ""
    plans = [match for part in said if (match := _PLANNED.search(part))]
    return f"所引文字只说“{plans[0].group()}”" if len(plans) == len(said) else ""


def _denied(word: str, text: str) -> bool:
    """Whether a negation stands before a word of a part."""
    return any(match.start() < text.rfind(word) for match in _NOT.finditer(text))
