"""Values of a sentence that could be others: places, names, opposites; with the words around."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from assistant.facts.overlap import PART_ENDS, around
from vectorstore import places, short_forms

_FIELDS = (
    "财政|教育|科学?技术?|商务|水利|民政|司法|交通运?输?|农业(?:农村)?|农委|工业和信息化|工信|经信|文化(?:和旅游)?|文旅|旅游"
    "|卫生(?:健康|计生)?|卫健|公安|外交|人力资源和?社会保障|人社|生态环境|环境?保护?|自然资源|国土资源|住房?和?城乡?建设?|住建"
    "|应急(?:管理)?|发改|统计|能源|审计|税务|市场监管|市场监督管理|体育|广播电视|粮食|乡村振兴|扶贫|气象|林业"
    "|铁路|民航|邮政|国资|组织|宣传|统战|政法|投资促进|招商|医疗?保障?|退役军人|信访|侨务|民族宗教?|园林|规划|房管|城管"
)
_DEPARTMENT = re.compile(rf"({_FIELDS})(?:部|厅|局|委员会|委|署|总署|总局|办公室|办)(?![分门下])")
_COMPANY_ENDS = (
    "公司|集团|大学|学院|医院|银行|协会|商会|促进会|研究院|研究所|日报|晚报|出版社|通讯社|电视台"
    "|重工|药业|酒业|矿业|科技|生物|制药|控股|实业|证券|保险|航空|电网|石油|石化|建筑|移动|电信|联通"
)
_COMPANY = re.compile(rf"[一-鿿]{{2}}(?:{_COMPANY_ENDS})")
_NO_NAME = re.compile(
    r"[的与和及在向到由对从为等将被把使是有无需各该个某本所座批]|(?<!国)家|[高新]科技|农业|产业|服务|先进|推进|现代|绿色|地方|相关|骨干"
    r"|信息|生物|国际|交通|医疗|重点|著名|子公$"
)
_KNOWN = re.compile(
    "政协|人大常委会|人大(?!代表)|纪委|监委|法院|检察院|国务院办公厅|国务院|党中央|中共中央|中央军委|最高人民法院|最高人民检察院"
    "|新华社|人民日报|中央电视台|中新社|光明日报|经济日报|中央广播电视总台"
    "|华为|腾讯|阿里巴巴|百度|京东|小米|比亚迪|格力|美团|苹果公司|微软|谷歌|特斯拉|三星|英特尔|高通|字节跳动"
    "|红十字会|共青团|团委|妇联|总工会|工商联|海关总署|海关|人民医院|中医院|妇幼保健院|卫生院"
)
_OF_A_PARTY = re.compile(
    "(?<=[省市区县州自治])(?:省委|市委|区委|县委|州委|党委|委|政府)(?![员会托])|省政府|市政府|县政府|州政府"
)
_PROGRAMME = re.compile(
    "西部大开发|东北振兴|中部崛起|京津冀协同发展|京津冀|长三角|粤港澳大湾区|粤港澳|成渝|长江经济带|一带一路|珠三角|黄河流域"
    "|对口支援|对口帮扶|对口合作|对口协作|东西部协作|东西部扶贫协作|扶贫协作|定点帮扶|山海协作|结对帮扶|结对共建"
    "|乡村振兴|脱贫攻坚|精准扶贫|南水北调|西气东输|西电东送|退耕还林|三北防护林|家电下乡|希望工程|春蕾计划|阳光工程"
    "|安居工程|定居兴牧|光明行|雨露计划|万企兴万村|万企帮万村|千企帮千村|革命老区|少数民族地区|雄安新区"
)
# A colon parts a title from what it is: 节目:《…》.
_ENDS = PART_ENDS.replace(":", "")
_TITLE = re.compile(r"《([^《》]+)》|“([^“”]{2,})”")


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that stands where another of its family could stand.

    Args:
        family: values of one family exclude each other.
        value: what is compared.
        text: as written.
        before: what stands before it in its part of the sentence, between commas.
        after: what stands after it in its part.
    """

    family: str
    value: str
    text: str
    before: str
    after: str


@lru_cache(maxsize=4096)
def read_slots(text: str) -> tuple[Slot, ...]:
    """The places, organisations, titles, programmes and opposites of a squeezed text."""
    return tuple(_slots(text))


def same_slot(slot: Slot, other: Slot) -> bool:
    """Whether two slots say the same: of a body or title the one may be the shorter name."""
    if slot.family != other.family or slot.value == other.value:
        return slot.family == other.family
    exact = _KNOWN.fullmatch(slot.value) or _KNOWN.fullmatch(other.value)
    if slot.family in ("body", "title") and not exact:
        one, longer = sorted((slot.value, other.value), key=len)
        rest = iter(longer)
        return all(character in rest for character in one)
    return False


def _slots(text: str) -> Iterator[Slot]:
    for family, value, start, end in (*_places(text), *_names(text), *_opposites(text)):
        yield Slot(family, value, text[start:end], *around(text, start, end, _ENDS))


def _places(text: str) -> Iterator[tuple[str, str, int, int]]:
    for name in places(text):
        family = "province" if short_forms(name) else "city"
        for match in re.finditer(name, text):
            yield family, name, *match.span()


def _names(text: str) -> Iterator[tuple[str, str, int, int]]:
    for match in _TITLE.finditer(text):
        yield "title", match[1] or match[2], *match.span()
    for match in _PROGRAMME.finditer(text):
        yield "programme", match.group(), *match.span()
    for match in (*_KNOWN.finditer(text), *_OF_A_PARTY.finditer(text)):
        yield "body", match.group(), *match.span()
    for match in _DEPARTMENT.finditer(text):
        yield "body", match[1], *match.span()
    for match in _COMPANY.finditer(text):
        if not _NO_NAME.search(match.group()[:3]):
            yield "body", match.group(), *match.span()


def _opposites(text: str) -> Iterator[tuple[str, str, int, int]]:
    known, words = _table()
    for match in known.finditer(text):
        row, group = words[match.group()]
        yield row, group, *match.span()


@lru_cache(maxsize=1)
def _table() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    """The words of the table, and of each its row and its group in it."""
    text = resources.files("assistant.facts").joinpath("opposites.txt").read_text("utf-8")
    rows = [line for line in text.splitlines() if line and not line.startswith("#")]
    words = {
        word: (f"opposite {row}", str(group))
        for row, line in enumerate(rows)
        for group, side in enumerate(line.split("/"))
        for word in side.split()
    }
    either = "|".join(sorted(words, key=len, reverse=True))
    return re.compile(rf"(?<![进东中南北西])(?:{either})(?!(?<=增长)极)"), words
