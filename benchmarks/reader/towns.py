"""Invented reports on cities that help each other, and questions about the right and a wrong pair.

The places are real; that they are partners, and every figure, is made up here.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.reader.cases import Case

_GROUP = 5
_PAIRS = (
    ("台州", "广元"),
    ("绍兴", "昭通"),
    ("嘉兴", "巴中"),
    ("衢州", "定西"),
    ("南通", "安顺"),
    ("扬州", "曲靖"),
    ("镇江", "南充"),
    ("盐城", "天水"),
    ("连云港", "泸州"),
    ("常州", "武威"),
    ("泉州", "达州"),
    ("漳州", "白银"),
    ("莆田", "保山"),
    ("烟台", "汉中"),
    ("威海", "毕节"),
    ("淄博", "庆阳"),
    ("潍坊", "安康"),
    ("芜湖", "玉溪"),
    ("温州", "榆林"),
    ("丽水", "固原"),
    ("徐州", "绵阳"),
    ("湖州", "铜仁"),
    ("金华", "丽江"),
    ("泰州", "中卫"),
    ("淮安", "乐山"),
)


@dataclass(frozen=True, slots=True)
class _Report:
    """A report with blanks: `{a}` helps `{b}`; what is asked about it, and the blanks that answer.

    Blanks of one letter are figures: `{n}` of two digits, `{m}` small, `{x}` with a decimal.
    """

    text: str
    asked: tuple[tuple[str, str], ...]


_REPORTS = (
    _Report(
        "本报讯 {a}市与{b}市上周在{b}签署结对合作协议，期限为{m}年。协议提出，双方将联合建设冷链"
        "物流中心，首期投资{x}亿元。{a}市发展改革部门的负责人表示，两地今后每年将互派{n}名干部挂职。"
        "签约仪式后，代表团参观了当地的蔬菜基地。",
        (
            ("{a}与{b}签署的结对合作协议期限是几年？", "{m}年"),
            ("{a}和{b}联合建设的冷链物流中心首期投资多少？", "{x}亿元"),
            ("{a}市与{b}市每年将互派多少名干部挂职？", "{n}名"),
        ),
    ),
    _Report(
        "对口支援工作启动以来，{a}已先后向{b}选派教师{n}名、医生{k}名。在{b}市第二人民医院，"
        "{a}的专家每周坐诊三天，还带出了一支本地的手术队伍。两地共建学校{m}所，今年秋季全部开学。"
        "“孩子们在家门口就能上好学。”一位家长说。",
        (
            ("{a}对口支援{b}，选派了多少名教师？", "{n}名"),
            ("{a}向{b}派了多少名医生？", "{k}名"),
            ("{a}与{b}共建了几所学校？", "{m}所"),
        ),
    ),
    _Report(
        "{b}特产进{a}展销会周末在{a}国际会展中心开幕，来自{b}的{n}家企业带来{k}种农产品。"
        "当天现场签约{x}亿元。这是{a}与{b}建立帮扶关系后举办的第{m}届展销会，市民可凭消费券购买。",
        (
            ("{b}有多少家企业参加了在{a}举办的展销会？", "{n}家"),
            ("{a}的展销会上，{b}带来了多少种农产品？", "{k}种"),
            ("{a}与{b}的展销会当天签约多少？", "{x}亿元"),
        ),
    ),
    _Report(
        "清晨六点，一列装满苹果和马铃薯的货运班列驶出{b}，开往{a}。按照{a}与{b}两市的约定，"
        "班列每周开行{m}列，单程运行{n}小时，运费由两地财政各补贴一半。"
        "去年经这条线路运出的货物价值{x}亿元。",
        (
            ("{b}到{a}的货运班列每周开行几列？", "{m}列"),
            ("从{b}开往{a}的班列单程要运行多少小时？", "{n}小时"),
            ("去年经{a}与{b}之间的班列运出的货物价值多少？", "{x}亿元"),
        ),
    ),
    _Report(
        "总投资{x}亿元的{a}{b}共建产业园一期日前投产，入驻企业{n}家，带动当地{k}人就业。"
        "园区由{a}市的国资公司牵头建设，{b}市负责供地和配套，税收按约定分成。"
        "据介绍，二期计划用{m}年建成。",
        (
            ("{a}和{b}共建的产业园总投资是多少？", "{x}亿元"),
            ("{a}与{b}的共建产业园入驻了多少家企业？", "{n}家"),
            ("{a}与{b}共建的产业园二期计划用几年建成？", "{m}年"),
        ),
    ),
    _Report(
        "在{b}职业技术学院的实训车间里，来自{a}的老师傅正在教学生调试机床。根据{a}与{b}教育部门"
        "签订的协作协议，{a}每年为{b}培训技术工人{n}名，学费由{a}承担；三年来已有{k}名毕业生到{a}"
        "就业。双方还共同开设了{m}个新专业。",
        (
            ("按照协作协议，{a}每年为{b}培训多少名技术工人？", "{n}名"),
            ("三年来有多少名{b}的毕业生到{a}就业？", "{k}名"),
            ("{a}与{b}的教育部门共同开设了几个新专业？", "{m}个"),
        ),
    ),
)


def pair_cases() -> list[Case]:
    """75 questions about a pair that an article is on, and the same with the partner exchanged.

    Five articles, each on another pair, are read for each; the partner comes from the next one.
    """
    right, wrong = [], []
    for number in range(0, len(_PAIRS), _GROUP):
        pairs = _PAIRS[number : number + _GROUP]
        group = number // _GROUP
        reports = [_REPORTS[(group + row) % len(_REPORTS)] for row in range(_GROUP)]
        blanks = [_blanks(pair) for pair in pairs]
        texts = tuple(map(_filled, reports, blanks))
        for row, report in enumerate(reports):
            other = blanks[row] | {"b": pairs[(row + 1) % _GROUP][1]}
            for question, answer in report.asked:
                own = question.format(**blanks[row])
                expected = (answer.format(**blanks[row]),)
                right.append(Case(own, texts, expected, kind="pair of cities"))
                wrong.append(Case(question.format(**other), texts, kind="pair exchanged"))
    return right + wrong


def _filled(report: _Report, blanks: Mapping[str, str]) -> str:
    return report.text.format(**blanks)


def _blanks(pair: Sequence[str]) -> dict[str, str]:
    """The places of a pair and figures of its own, always the same."""
    dice = random.Random("".join(pair))
    figures = {
        "m": str(dice.randint(3, 9)),
        "n": str(dice.randint(12, 98)),
        "k": str(dice.randint(110, 890)),
        "x": f"{dice.randint(11, 98) / 10:.1f}",
    }
    return {"a": pair[0], "b": pair[1]} | figures
