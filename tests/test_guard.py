"""Reasons to abstain by rule: another place, another pair, no answer of the kind asked for."""

import pytest

from assistant.asking.question import analyse
from assistant.reading.guard import other_cities, other_kind, other_name, other_subject

PLAN = (
    "《广州市与龙岩市对口合作实施方案》《东莞市与吉安市对口合作实施方案》相继印发，明确了六大任务。"
)


@pytest.mark.parametrize(
    ("question", "sentence", "about"),
    [
        pytest.param("专列开行多少列？", "专列实现正式运行，全年货值2亿元。", "列", id="unit"),
        pytest.param(
            "减免多少所得税？", "2018年11月印发了总体方案。", "数字", id="a-date-is-no-sum"
        ),
        pytest.param(
            "减免多少税？", "一个世界级城市群的轮廓正在清晰。", "数字", id="one-is-no-number"
        ),
        pytest.param("园区何时动工？", "双方将建设佛山产业园。", "时间", id="no-date"),
        pytest.param("到广州要多久？", "到2021年9月，客源八成来自广州。", "时长", id="no-duration"),
        pytest.param("期限是哪几年？", "2022年6月20日至21日座谈。", "年份", id="no-years"),
        pytest.param("机场在龙岩哪个县？", "广州直飞龙岩的航线通航。", "哪个县", id="no-county"),
        pytest.param(
            "两市签了什么协议？", "两市设立了党政联席会议制度。", "文件", id="no-agreement"
        ),
        pytest.param("兩市印發了哪些方案？", "两市签了框架协议。", "文件", id="no-plan"),
    ],
)
def test_no_answer_of_the_kind(question: str, sentence: str, about: str) -> None:
    assert about in other_kind(analyse(question), sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param("来了多少位客商？", "参会客商265人。", id="units-of-one-sort"),
        pytest.param("期限是多少年？", "合作期限为2022年至2030年，共9年。", id="years"),
        pytest.param("期限是哪几年？", "期限是2022年至2030年。", id="from-year-to-year"),
        pytest.param("何时建立？", "它于公元前25年建立。", id="short-year"),
        pytest.param("到广州要多久？", "到广州1小时左右。", id="duration"),
        pytest.param("有多少病人？", "一半以上病人在首个小时内死亡。", id="half"),
        pytest.param("哪个县牵头？", "该项目由新晃县牵头。", id="county"),
        pytest.param("兩地簽了多少個項目？", "共簽約60個項目。", id="traditional"),
        pytest.param("为什么合作？", "双方互补。", id="why-takes-any"),
        pytest.param("园区有多大？", "园区约两平方公里。", id="area-in-words"),
        pytest.param("他是第几代传人？", "他是第四代传人。", id="ordinal"),
        pytest.param("费用是多少元？", "制作费用约十万港元。", id="hong-kong-dollars"),
        pytest.param("间隔多长时间出发？", "间隔1分30秒出发。", id="minutes-and-seconds"),
        pytest.param("存在了多久？", "存在数个世纪之久。", id="centuries"),
        pytest.param("何时相撞？", "预计四十亿年后相撞。", id="billions-of-years"),
        pytest.param("两市签了什么合作协议？", "两市签署备忘录。", id="a-memorandum"),
        pytest.param("印发了什么文件？", "《行动计划》当天公布。", id="a-titled-paper"),
        pytest.param("什么方案区最先开工？", "东区最先开工。", id="no-paper-asked-for"),
        pytest.param("她担任什么职务？", "当年起担任《新闻》主播。", id="a-post"),
    ],
)
def test_may_be_the_answer(question: str, sentence: str) -> None:
    assert other_kind(analyse(question), sentence) == ""


def test_another_place_is_another_subject() -> None:
    found = ["佛山与郴州", "佛山与郴州共建园区，投资3亿元。"]
    assert "深圳" in other_subject(analyse("深圳和百色投入多少资金？"), found)


def test_a_pair_that_the_article_never_joins() -> None:
    assert "东莞与吉安" in other_subject(analyse("东莞与龙岩的合作有哪些任务？"), [PLAN])
    assert other_subject(analyse("广州和龙岩的合作有哪些任务？"), [PLAN]) == ""


def test_a_list_joins_nothing() -> None:
    found = ["深圳与汕尾、佛山与郴州，广州与梅州、东莞与吉安。"]
    reason = other_subject(analyse("汕尾和佛山的合作？"), found)
    assert set(reason.split("说到的是")[1].split("、")) == {"深圳与汕尾", "佛山与郴州"}


def test_a_place_may_stand_anywhere_in_the_article() -> None:
    found = ["邵阳论坛", "签约项目60个。"]
    assert other_subject(analyse("邵阳签约多少个项目？"), found) == ""


@pytest.mark.parametrize(
    ("question", "sentence", "about"),
    [
        pytest.param("园区的产值是多少？", "园区首期投资18亿元。", "数字", id="another-measure"),
        pytest.param("董事长是谁？", "总经理张三在会上致辞。", "董事长", id="another-office"),
        pytest.param("园区由谁牵头？", "园区占地三百亩，景色宜人。", "牵头", id="nobody-does-it"),
        pytest.param("他毕业于哪所大学？", "他于1990年到云南工作。", "大学", id="no-such-body"),
        pytest.param("方案是哪天印发的？", "近日，方案印发。", "日期", id="no-day"),
        pytest.param("冷库建在哪几个县？", "共援建冷库三座。", "县", id="which-counties"),
        pytest.param(
            "“三快”是指哪三快？", "建立“三快”制、“三清”制等制度。", "三快", id="only-used"
        ),
        pytest.param(
            "“三强”企业是指哪三强？",
            "有甲、乙、丙、丁等4个“三强”企业项目。",
            "三强",
            id="members-are-no-meaning",
        ),
        pytest.param(
            "“一核四带”中的四带分别是哪四带？", "紧扣“一核四带”目标。", "一核四带", id="part-of-it"
        ),
    ],
)
def test_what_is_asked_for_is_not_there(question: str, sentence: str, about: str) -> None:
    assert about in other_kind(analyse(question), sentence)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        pytest.param("“三快”是指哪三快？", "“三快”即快审、快批、快办。", id="explained-after"),
        pytest.param(
            "“三角”是指哪三个？", "面临着长边、短边、斜边等“三角”的机遇。", id="listed-before"
        ),
        pytest.param("园区面积多大，落户了多少家？", "落户46家。", id="asked-before"),
        pytest.param("销售多少钱？", "三天卖出380万元。", id="in-other-words"),
        pytest.param("他毕业于哪所大学？", "他毕业于黎明学院。", id="a-college"),
        pytest.param("方案是哪天印发的？", "方案于3月5日印发。", id="day"),
    ],
)
def test_what_is_asked_for_may_be_there(question: str, sentence: str) -> None:
    assert other_kind(analyse(question), sentence) == ""


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        pytest.param("珠海与遵义的项目投资多少？", "汕尾引进项目28个。", True, id="another-city"),
        pytest.param("珠海与遵义的项目投资多少？", "遵义引进项目28个。", False, id="one-of-them"),
        pytest.param("珠海与遵义的项目投资多少？", "两市引进项目28个。", False, id="no-city"),
        pytest.param("珠海的项目投资多少？", "汕尾引进项目28个。", False, id="one-asked"),
    ],
)
def test_other_cities(question: str, sentence: str, other: bool) -> None:
    assert bool(other_cities(analyse(question), "深圳帮扶记", sentence)) is other


@pytest.mark.parametrize(
    ("question", "around", "other"),
    [
        pytest.param("“首席服务员”有多少人？", "园区带动就业8900人。", True, id="of-another"),
        pytest.param("“首席服务员”有多少人？", "“首席服务员”共有30人。", False, id="named"),
        pytest.param("“一站三办”省多少天？", "“一站三办”省下5天。", False, id="with-numerals"),
        pytest.param("《合作方案》何时印发？", "方案于5月印发。", False, id="a-title"),
        pytest.param("“首席服务员”做什么？", "他们上门办事。", False, id="no-figure-asked"),
    ],
)
def test_other_name(question: str, around: str, other: bool) -> None:
    assert bool(other_name(analyse(question), around)) is other


def test_the_price_of_a_ticket_is_not_any_sum() -> None:
    question = analyse("两地的公交一张票多少钱？")
    assert other_kind(question, "仅运输成本一项每年可节省约700万元。")
    assert not other_kind(question, "公交票价为2元。")
